"""LED displays that speak Modbus RTU. pymodbus makes and reads the frames; the line belongs to our transport.

A reply is looked for anywhere in what came back: RS-485 adapters add noise bytes when the direction turns.
"""

from typing import Annotated, Literal

from msgspec import Meta
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from hardware.display.codec import Exchange, Verdict
from hardware.display.text import digits, fit, plain
from hardware.profiles import Line, Profile

EXCEPTION_BIT = 0x80


Word = Annotated[int, Meta(ge=0, le=0xFFFF)]


class RegisterValue(Profile, frozen=True, kw_only=True):
    register: Word
    value: Word


class ModbusProfile(Profile, frozen=True, kw_only=True, tag="display.modbus", tag_field="kind"):
    """Where the text lives in a display's holding registers. Register numbers count from 0, as on the wire."""

    title: str
    source: str
    line: Line = Line(baud=9600)
    encoding: Literal["char", "packed", "number"]  #: one ASCII character a register; two; or one integer
    register: Word  #: the first one
    length: Annotated[int, Meta(ge=1, le=120)] = 4  #: characters
    function: Literal[6, 16] = 16  #: write one register a frame, or all in one
    align: Literal["left", "right"] = "left"
    pad: str = " "
    setup: tuple[RegisterValue, ...] = ()  #: written after the port was opened, e.g. brightness
    reads_back: bool = True  #: answers function 3, so that a display which lost power is found out
    reply_s: float = 0.3
    refresh_s: float = 0.0  #: for a display that does not read back


def registers_of(profile: ModbusProfile, text: str) -> list[int]:
    """The values that make ``profile``'s display show ``text``."""
    if profile.encoding == "number":
        return [int(digits(text) or 0) & 0xFFFF]
    line = fit(plain(text), profile.length, profile.align, profile.pad).encode("ascii")
    if profile.encoding == "char":
        return list(line)
    even = line + b" " * (len(line) % 2)
    return [high << 8 | low for high, low in zip(even[::2], even[1::2], strict=True)]


class ModbusCodec:
    """One display, ``address`` 1–247, of those that may share a line."""

    gap_chars = 4  # Modbus over serial line 1.02, 2.5.1.1: frames are at least 3.5 characters apart

    def __init__(self, profile: ModbusProfile, address: int) -> None:
        self._profile, self._address = profile, address
        self._framer = FramerRTU(DecodePDU(is_server=False))
        self.reply_s, self.refresh_s = profile.reply_s, profile.refresh_s

    def greet(self) -> tuple[Exchange, ...]:
        return tuple(self._write_one(item.register, item.value) for item in self._profile.setup)

    def show(self, text: str) -> tuple[Exchange, ...]:
        values, first = registers_of(self._profile, text), self._profile.register
        if self._profile.function == 6:
            return tuple(self._write_one(first + offset, value) for offset, value in enumerate(values))
        request = WriteMultipleRegistersRequest(address=first, registers=values, dev_id=self._address)
        return (self._exchange(request),)

    def check(self, text: str) -> tuple[Exchange, ...]:
        if not self._profile.reads_back:
            return ()
        wanted = registers_of(self._profile, text)
        request = ReadHoldingRegistersRequest(address=self._profile.register, count=len(wanted), dev_id=self._address)
        return (self._exchange(request, wanted),)

    def _write_one(self, register: int, value: int) -> Exchange:
        return self._exchange(WriteSingleRegisterRequest(address=register, registers=[value], dev_id=self._address))

    def _exchange(self, request: ModbusPDU, wanted: list[int] | None = None) -> Exchange:
        function = request.function_code
        return Exchange(self._framer.buildFrame(request), lambda data: self._judge(function, wanted, data))

    def _judge(self, function: int, wanted: list[int] | None, data: bytes) -> Verdict:
        reply = self._find(function, data)
        if reply is None:
            return Verdict.WAIT
        if reply.isError():
            return Verdict.REFUSED
        return Verdict.FORGOTTEN if wanted is not None and list(reply.registers) != wanted else Verdict.GOOD

    def _find(self, function: int, data: bytes) -> ModbusPDU | None:
        starts = (bytes((self._address, function)), bytes((self._address, function | EXCEPTION_BIT)))
        for start in range(len(data)):
            if data[start : start + 2] in starts:
                _, _, _, pdu = self._framer.decode(data[start:])
                if pdu:
                    return self._framer.decoder.decode(pdu)
        return None
