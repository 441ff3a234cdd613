"""A serial line, real or pseudo-terminal. pyserial sets the line up; the bytes go by non-blocking ``os.write``.

pyserial's own ``write`` waits for ever on a line that the device has stopped, or loses the count of what was sent.
"""

import os
import select
import termios
from contextlib import suppress

import serial

from hardware.errors import PortGone
from hardware.profiles import Line
from hardware.transport.port import SLICE

_PARITY = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}
#: termios.error is not an OSError, SerialException is.
_LINE_ERRORS = (OSError, termios.error)


class SerialPort:
    """Implements ``Port`` on the device file at ``path``."""

    def __init__(self, path: str, line: Line) -> None:
        self._path, self._line = path, line
        self._serial: serial.Serial | None = None

    def open(self) -> None:
        line = self._line
        try:
            self._serial = serial.Serial(
                self._path,
                line.baud,
                bytesize=line.data_bits,
                parity=_PARITY[line.parity],
                stopbits=line.stop_bits,
                timeout=0,
                write_timeout=0,
                rtscts=line.flow == "rtscts",
                xonxoff=line.flow == "xonxoff",
                exclusive=True,
            )
        except (*_LINE_ERRORS, ValueError) as error:
            raise PortGone(f"{self._path} cannot be opened: {error}") from error

    def close(self) -> None:
        if self._serial is None:
            return
        with suppress(*_LINE_ERRORS):
            # The kernel holds close() for up to 30 s while a stopped device does not take what is queued.
            termios.tcflush(self._serial.fileno(), termios.TCOFLUSH)
        with suppress(*_LINE_ERRORS):
            self._serial.close()
        self._serial = None

    def send(self, payload: bytes, wait_s: float) -> int:
        line = self._opened()
        try:
            _, writable, _ = select.select([], [line.fileno()], [], wait_s)
            return os.write(line.fileno(), payload[:SLICE]) if writable else 0
        except BlockingIOError:
            return 0
        except _LINE_ERRORS as error:
            raise self._gone(error) from error

    def read(self, limit: int, wait_s: float) -> bytes:
        line = self._opened()
        try:
            readable, _, _ = select.select([line.fileno()], [], [], wait_s)
            if not readable:
                return b""
            arrived = os.read(line.fileno(), limit)
        except BlockingIOError:
            return b""
        except _LINE_ERRORS as error:
            raise self._gone(error) from error
        if not arrived:
            raise self._gone("end of file")
        return arrived

    def urgent(self, payload: bytes) -> None:
        line = self._opened()
        try:
            termios.tcflush(line.fileno(), termios.TCOFLUSH)
            line.rtscts = line.xonxoff = False
            os.write(line.fileno(), payload)
            line.rtscts, line.xonxoff = self._line.flow == "rtscts", self._line.flow == "xonxoff"
        except _LINE_ERRORS as error:
            raise self._gone(error) from error

    def _opened(self) -> serial.Serial:
        if self._serial is None:
            raise PortGone(f"{self._path} is not open")
        return self._serial

    def _gone(self, cause: object) -> PortGone:
        return PortGone(f"{self._path} is gone: {cause}")
