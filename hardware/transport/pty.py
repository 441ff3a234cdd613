"""The far end of a pseudo-terminal, for simulated devices: a path that any program can open like a serial port."""

import fcntl
import os
import select
import struct
import sys
import termios
import tty
from contextlib import suppress
from pathlib import Path


class Pty:
    """A raw pseudo-terminal whose near end is reachable at ``link``, a symbolic link; ``close`` is the unplugging."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._near = self._far = -1
        self._news = 0  #: control bits of packet mode that nobody asked about yet

    def open(self) -> None:
        self._far, self._near = os.openpty()
        # The near end stays open here: else reading the far end fails while no program has the port open.
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        # Packet mode: every read begins with a byte that tells data (0) from news of the near end.
        fcntl.ioctl(self._far, termios.TIOCPKT, struct.pack("i", 1))
        fresh = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._near))
        fresh.replace(self.link)

    def witness(self) -> int:
        """Another descriptor of the near end: it sees the hang-up. -1 while unplugged; the caller closes it."""
        return os.dup(self._near) if self._near >= 0 else -1

    def close(self) -> None:
        with suppress(OSError):
            self.link.unlink()
        for descriptor in (self._far, self._near):
            if descriptor >= 0:
                os.close(descriptor)
        self._near = self._far = -1

    def fileno(self) -> int:
        """Of the far end: the device's side. -1 while unplugged."""
        return self._far

    def waiting(self) -> int:
        """How many bytes have come so far; the kernel counts no further than 4095."""
        return int.from_bytes(fcntl.ioctl(self._far, termios.FIONREAD, bytes(4)), sys.byteorder)

    def read(self, limit: int) -> bytes:
        """What the near end sent; ``b""``: nothing now."""
        try:
            packet = os.read(self._far, limit + 1)
        except BlockingIOError:
            return b""
        self._news |= packet[0]
        return packet[1:]

    def write(self, payload: bytes) -> int:
        """How much the near end has room for."""
        try:
            return os.write(self._far, payload)
        except BlockingIOError:
            return 0

    def was_flushed(self) -> bool:
        """Whether the near end has dropped what it had sent and nobody had read; up to 4095 bytes still come."""
        if select.select([], [], [self._far], 0)[2]:
            self.read(0)
        flushed = bool(self._news & termios.TIOCPKT_FLUSHWRITE)
        self._news = 0
        return flushed
