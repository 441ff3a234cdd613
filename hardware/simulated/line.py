"""A simulated serial line: a pseudo-terminal with the speed of a real one, and the faults of a real one.

A pseudo-terminal alone delivers 14 kB at once; a UART at 9600 baud takes 14 s for that. So both directions are paced.
"""

import os
import random
import re
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hardware.transport.pty import Pty

_CHUNK_S = 0.004  #: the line is served in pieces of this length; well below what a driver could notice
_IDLE_BURST = 16  #: bytes, a UART's FIFO: what may arrive at once on a line that was quiet
_READ = 4096
_RESERVE = 16  #: bytes
_REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]|\x1c\xc0")
_STOPPED_S = 0.02  #: how often a stopped line is looked at
_HANG_UP_MS = 1000


class Fault(StrEnum):
    """What can be wrong with a line. Unplugging is ``unplug`` and ``plug``."""

    NONE = "none"
    SILENT = "silent"  #: what is sent to the device is lost and nothing comes back: switched off, wrong cable
    STOPPED = "stopped"  #: the device takes nothing: it holds the line by flow control
    GARBAGE = "garbage"  #: what comes back is noise: wrong baud rate, no common earth
    SLOW = "slow"  #: a tenth of the speed


class SimulatedDevice(Protocol):
    """A device as a state machine. All methods are called with the line's lock held."""

    def feed(self, payload: bytes) -> bytes:
        """Takes what came off the line and gives what the device sends back at once."""

    def room(self) -> int:
        """How many bytes the device can take now; 0 stops the line."""

    def work(self, now_s: float) -> tuple[bytes, float | None]:
        """Goes on with its own work: what it sends, and after how many seconds it wants to be asked again."""


class Unbuffered:
    """For devices that take everything at once and do nothing by themselves; they only need ``feed``."""

    def room(self) -> int:
        return 4096

    def work(self, now_s: float) -> tuple[bytes, float | None]:
        return b"", None


class Pace:
    """How many bytes a line of ``rate`` bytes a second has carried by now."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._credit, self._seen_s = 0.0, 0.0

    def allowed(self, now_s: float, was_idle: bool) -> int:
        earned = self._credit + (now_s - self._seen_s) * self.rate
        # Late wake-ups of this thread are made up for; time in which nothing was to be carried is not.
        self._credit = min(earned, _IDLE_BURST) if was_idle else earned
        self._seen_s = now_s
        return int(self._credit)

    def spend(self, size: int) -> None:
        self._credit -= size

    def pause_s(self) -> float:
        """Until a chunk may go."""
        chunk = max(1.0, self.rate * _CHUNK_S)
        return max(0.0, (chunk - self._credit) / self.rate)


class SimulatedLine:
    """Serves one device (or several that share the line) at ``path``, in a thread of its own.

    ``with line.held(): …`` around anything that touches the device from another thread.
    """

    def __init__(self, path: Path, device: SimulatedDevice, baud: int) -> None:
        self.path, self.device = path, device
        self._pty = Pty(path)
        self._rate = baud / 10  # 8N1: ten bits a byte
        self._in, self._out = Pace(self._rate), Pace(self._rate)
        self._outgoing = bytearray()
        self._was_idle = True
        self._fault = Fault.NONE
        self._lock = threading.RLock()
        self._wake_read, self._wake_write = -1, -1
        self._closing = False
        self._noise = random.Random(20261122)
        self._thread = threading.Thread(target=self._serve, name=f"line {path.name}", daemon=True)

    def open(self) -> None:
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self.plug()
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        self._wake()
        self._thread.join()  # before the descriptors: a reused number would swallow another line's bytes
        self.unplug()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def __enter__(self) -> "SimulatedLine":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def plug(self) -> None:
        """The path is there again; a program that had it open has to open it anew."""
        with self._lock:
            if self._pty.fileno() < 0:
                self._pty.open()
        self._wake()

    def unplug(self) -> None:
        """The path vanishes; whoever has it open gets an error at once."""
        with self._lock:
            witness = self._pty.witness()
            self._pty.close()
            self._outgoing.clear()
        self._wake()
        _await_hang_up(witness)

    def set_fault(self, fault: Fault) -> None:
        with self._lock:
            self._fault = fault
            rate = self._rate / 10 if fault is Fault.SLOW else self._rate
            self._in.rate = self._out.rate = rate
        self._wake()

    def send(self, payload: bytes) -> None:
        """The device sends this unasked: a scan, a button."""
        with self._lock:
            self._answer(payload)
        self._wake()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the line's lock; afterwards the line asks its device at once what it has to do."""
        with self._lock:
            yield
        self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # full of wake-ups already
            if self._wake_write >= 0:
                os.write(self._wake_write, b".")

    def _serve(self) -> None:
        listens, pause_s = True, None
        while not self._closing:
            self._sleep(pause_s, listens)
            with self._lock:
                listens, pause_s = self._round(time.monotonic()) if self._pty.fileno() >= 0 else (False, None)

    def _sleep(self, pause_s: float | None, listens: bool) -> None:
        watched = [self._wake_read, self._pty.fileno()] if listens else [self._wake_read]
        with suppress(OSError, ValueError):  # unplugged just now: the next round sees it
            ready, _, _ = select.select(watched, [], [], pause_s)
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)

    def _round(self, now_s: float) -> tuple[bool, float | None]:
        """Carries what may be carried now; gives whether to listen and for how long."""
        more_waits = self._receive(now_s)
        sent, due_s = self.device.work(now_s)
        self._answer(sent)
        self._transmit(now_s)
        pauses = [] if due_s is None else [due_s]
        if self._outgoing:
            pauses.append(self._out.pause_s())
        if more_waits:
            pauses.append(self._in.pause_s())
        elif not self._takes():
            pauses.append(_STOPPED_S)
        return not more_waits and self._takes() > 0, max(0.0, min(pauses)) if pauses else None

    def _takes(self) -> int:
        if self._fault is Fault.STOPPED:
            return 0
        if self._fault is Fault.SILENT:
            return _READ
        return self.device.room() or self._past_flow_control()

    def _past_flow_control(self) -> int:
        """A program that lifts flow control gets a few bytes into the reserve which a stopped device keeps for that."""
        waiting = self._pty.waiting()
        return waiting if waiting <= _RESERVE else 0

    def _receive(self, now_s: float) -> bool:
        """True: all that the line could carry by now came, so there may be more."""
        if self._pty.was_flushed() and not self._takes():
            self._hand_over(urgent_part(self._pty.read(_READ)))
        allowed = min(self._in.allowed(now_s, self._was_idle), self._takes())
        payload = self._pty.read(allowed) if allowed > 0 else b""
        self._was_idle = not payload
        self._in.spend(len(payload))
        self._hand_over(payload)
        return len(payload) == allowed > 0

    def _hand_over(self, payload: bytes) -> None:
        if payload and self._fault not in (Fault.SILENT, Fault.STOPPED):
            self._answer(self.device.feed(payload))

    def _answer(self, payload: bytes) -> None:
        if self._fault is Fault.GARBAGE:
            payload = self._noise.randbytes(len(payload))
        if self._fault is not Fault.SILENT:
            self._outgoing += payload

    def _transmit(self, now_s: float) -> None:
        allowed = self._out.allowed(now_s, was_idle=not self._outgoing)
        if not self._outgoing or allowed <= 0:
            return
        # Nobody reads: a line does not keep what nobody takes.
        sent = self._pty.write(bytes(self._outgoing[:allowed])) or len(self._outgoing)
        self._out.spend(min(sent, allowed))
        del self._outgoing[:sent]


def urgent_part(pending: bytes) -> bytes:
    """Of the bytes that stand before a stopped device when the sender took back what it could: those sent after that.

    They begin with a real-time command, and no sender lets one stand inside of its data.
    """
    found = _REAL_TIME.search(pending)
    return pending[found.start() :] if found else b""


def _await_hang_up(witness: int) -> None:
    """While a thread still watches the far end the kernel puts the hang-up off until that thread has woken."""
    if witness < 0:
        return
    hang_up = select.poll()
    hang_up.register(witness, 0)  # POLLHUP is always told
    hang_up.poll(_HANG_UP_MS)
    os.close(witness)
