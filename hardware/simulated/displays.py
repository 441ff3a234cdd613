"""Counter displays as state machines that read bytes the way the real ones do, and keep and draw what they show.

They are written from the same sheets as the codecs but share no code with them where the protocol has a reader of
its own (Modbus, DM-D, CD5220): a wrong codec does not find a display that is wrong in the same way.
"""

import struct
from collections.abc import Callable, Iterable
from typing import Protocol

from PIL import Image
from pymodbus.framer import FramerRTU

from hardware.display.frame import FrameProfile, parse
from hardware.display.modbus import ModbusProfile
from hardware.simulated.line import Unbuffered
from hardware.simulated.picture import LED, VFD, draw
from hardware.simulated.screens import Screens


class SimulatedDisplays(Protocol):
    """One or several displays of a line."""

    screens: Screens

    def feed(self, payload: bytes) -> bytes: ...

    def picture(self, address: int) -> Image.Image: ...


READ, WRITE_ONE, WRITE_MANY = 3, 6, 16
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 1, 2
_SIZES = {READ: 8, WRITE_ONE: 8}


class SimulatedModbus(Unbuffered):
    """Slaves on one RS-485 line: foreign and absent addresses are met with silence, broadcasts are not answered."""

    def __init__(self, profile: ModbusProfile, addresses: Iterable[int]) -> None:
        self._profile = profile
        self.screens = Screens(addresses)
        self._count = (
            1 if profile.encoding == "number" else profile.length // (2 if profile.encoding == "packed" else 1)
        )
        self._known = {profile.register + offset for offset in range(self._count)} | {
            item.register for item in profile.setup
        }
        self._registers = {each: self._blank() for each in self.screens.addresses}
        self._powered = set(self.screens.addresses)
        self._waiting = b""

    def switch(self, address: int, on: bool) -> None:
        """Cuts or restores one display's power; what it showed is forgotten."""
        self._registers[address] = self._blank()
        self._powered = self._powered | {address} if on else self._powered - {address}
        self._refresh(address)

    def feed(self, payload: bytes) -> bytes:
        self._waiting += payload
        answers = b""
        while (found := self._next_request()) is not None:
            answers += self._serve(found)
        return answers

    def picture(self, address: int) -> Image.Image:
        return draw(self.screens.lines(address), 4 if self._profile.encoding == "number" else self._profile.length, LED)

    def _blank(self) -> dict[int, int]:
        return dict.fromkeys(self._known, 0)

    def _next_request(self) -> bytes | None:
        """The next sound frame; bytes before it were noise, or the tail of something cut off."""
        for start in range(len(self._waiting) - 7):
            size = self._size_of(self._waiting[start:])
            frame = self._waiting[start : start + size]
            if size and len(frame) == size and FramerRTU.compute_CRC(frame[:-2]).to_bytes(2, "big") == frame[-2:]:
                self._waiting = self._waiting[start + size :]
                return frame
        self._waiting = self._waiting[-260:]  # the longest frame is 256
        return None

    def _size_of(self, data: bytes) -> int:
        return 9 + data[6] if data[1] == WRITE_MANY else _SIZES.get(data[1], 8)

    def _serve(self, frame: bytes) -> bytes:
        address, function = frame[0], frame[1]
        if address == 0:
            for each in self._powered:
                self._act(each, function, frame)
            return b""
        if address not in self._powered:
            return b""
        body = bytes([address]) + self._act(address, function, frame)
        return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")

    def _act(self, address: int, function: int, frame: bytes) -> bytes:
        if function not in (READ, WRITE_ONE, WRITE_MANY):
            return bytes([function | 0x80, ILLEGAL_FUNCTION])
        first, second = struct.unpack(">HH", frame[2:6])
        wanted = range(first, first + (1 if function == WRITE_ONE else second))
        if not self._known.issuperset(wanted):
            return bytes([function | 0x80, ILLEGAL_ADDRESS])
        registers = self._registers[address]
        if function == READ:
            return struct.pack(f">BB{len(wanted)}H", function, 2 * len(wanted), *(registers[each] for each in wanted))
        values = [second] if function == WRITE_ONE else struct.unpack(f">{len(wanted)}H", frame[7:-2])
        registers.update(zip(wanted, values, strict=True))
        self._refresh(address)
        return frame[1:6]

    def _refresh(self, address: int) -> None:
        first = self._profile.register
        values = [self._registers[address][each] for each in range(first, first + self._count)]
        if self._profile.encoding == "number":
            self.screens.put(address, f"{values[0]:4d}" if values[0] else "    ")
        else:
            letters = (
                values if self._profile.encoding == "char" else [byte for each in values for byte in divmod(each, 256)]
            )
            self.screens.put(address, "".join(chr(each & 0x7F) if each & 0x60 else " " for each in letters))


class SimulatedBoards(Unbuffered):
    """Number boards on one line: a frame with a wrong sum, and one for somebody else, change nothing."""

    def __init__(self, profile: FrameProfile, addresses: Iterable[int]) -> None:
        self._profile = profile
        self.screens = Screens(addresses)
        self._waiting = b""

    def feed(self, payload: bytes) -> bytes:
        self._waiting += payload
        while True:
            used, shown = parse(self._profile, self._waiting)
            self._waiting = self._waiting[used:]
            if shown is None:
                return b""
            told = self.screens.addresses if shown.address is None else (shown.address,)
            for address in set(told) & set(self.screens.addresses):
                self.screens.put(address, shown.text.rjust(4))

    def picture(self, address: int) -> Image.Image:
        return draw(self.screens.lines(address), 4, LED)


class CharacterDisplay(Unbuffered):
    """Cells, a cursor, and commands of fixed length told apart by their first bytes. It has no address: 0."""

    def __init__(self, columns: int, rows: int, commands: dict[bytes, tuple[int, Callable[[bytes], None]]]) -> None:
        self.columns, self.rows = columns, rows
        self.screens = Screens([0], rows)
        self._commands = commands
        self._cells = [" "] * (columns * rows)
        self._cursor = 0
        self._waiting = b""

    def feed(self, payload: bytes) -> bytes:
        self._waiting += payload
        while self._waiting and (used := self._step(self._waiting)):
            self._waiting = self._waiting[used:]
        lines = ["".join(self._cells[row * self.columns : (row + 1) * self.columns]) for row in range(self.rows)]
        self.screens.put(0, *lines)
        return b""

    def picture(self, address: int = 0) -> Image.Image:
        return draw(self.screens.lines(address), self.columns, VFD)

    def _step(self, data: bytes) -> int:
        """Bytes used by the first command or letter; 0: it is not complete yet."""
        for name, (arguments, act) in self._commands.items():
            if data.startswith(name):
                size = len(name) + arguments
                if len(data) >= size:
                    act(data[len(name) : size])
                return size if len(data) >= size else 0
        if any(name.startswith(data) for name in self._commands):
            return 0
        self._write(data[:1])
        return 1

    def _write(self, letter: bytes) -> None:
        if 0x20 <= letter[0] < 0x7F:
            self._cells[self._cursor] = letter.decode("ascii")
            self._cursor = (self._cursor + 1) % len(self._cells)

    def _clear(self, _: bytes) -> None:
        self._cells = [" "] * len(self._cells)
        self._cursor = 0

    def _clear_line(self, _: bytes) -> None:
        row = self._cursor // self.columns
        self._cells[row * self.columns : (row + 1) * self.columns] = [" "] * self.columns
        self._cursor = row * self.columns

    def _home(self, _: bytes) -> None:
        self._cursor = 0

    def _move(self, place: bytes) -> None:
        """To column and row, both from 1; a place outside the display is ignored."""
        column, row = place
        if 1 <= column <= self.columns and 1 <= row <= self.rows:
            self._cursor = (row - 1) * self.columns + column - 1

    def _ignore(self, _: bytes) -> None:
        """A setting without a picture: brightness, code page, mode."""


class SimulatedDmd(CharacterDisplay):
    """Epson DM-D. Listens only while selected by ESC =."""

    def __init__(self, columns: int = 20, rows: int = 2) -> None:
        ignored = (b"\x1f\x58", b"\x1f\x45", b"\x1f\x72", b"\x1f\x43", b"\x1b\x74", b"\x1b\x52")
        commands: dict[bytes, tuple[int, Callable[[bytes], None]]] = {
            b"\x0c": (0, self._clear),
            b"\x18": (0, self._clear_line),
            b"\x0b": (0, self._home),
            b"\x1f\x24": (2, self._move),
            b"\x1b\x40": (0, self._clear),
            b"\x1b\x3d": (1, self._select),
            **dict.fromkeys((b"\x1f\x01", b"\x1f\x02", b"\x1f\x03"), (0, self._ignore)),
            **dict.fromkeys(ignored, (1, self._ignore)),
        }
        super().__init__(columns, rows, commands)
        self._selected = True

    def _select(self, peripheral: bytes) -> None:
        self._selected = bool(peripheral[0] & 2)

    def _write(self, letter: bytes) -> None:
        if self._selected:
            super()._write(letter)


class SimulatedCd5220(CharacterDisplay):
    """After ESC Q A or B it takes nothing but such strings until CLR or CAN, as the command set says."""

    def __init__(self, columns: int = 20) -> None:
        commands: dict[bytes, tuple[int, Callable[[bytes], None]]] = {
            b"\x0c": (0, self._leave_and(self._clear)),
            b"\x18": (0, self._leave_and(self._clear_line)),
            b"\x1b\x51\x41": (columns + 1, lambda line: self._string(0, line)),
            b"\x1b\x51\x42": (columns + 1, lambda line: self._string(1, line)),
            b"\x1b\x40": (0, self._unless_string(self._clear)),
            b"\x1b\x6c": (2, self._unless_string(self._move)),
            b"\x1b\x2a": (1, self._ignore),
        }
        super().__init__(columns, 2, commands)
        self._in_string = False

    def _leave_and(self, act: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def leave(arguments: bytes) -> None:
            self._in_string = False
            act(arguments)

        return leave

    def _unless_string(self, act: Callable[[bytes], None]) -> Callable[[bytes], None]:
        return lambda arguments: None if self._in_string else act(arguments)

    def _string(self, row: int, line: bytes) -> None:
        self._in_string = True
        if line.endswith(b"\r"):
            start = row * self.columns
            self._cells[start : start + self.columns] = line[:-1].decode("ascii", "replace")

    def _write(self, letter: bytes) -> None:
        if not self._in_string:
            super()._write(letter)
