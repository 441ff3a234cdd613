"""Number boards whose frame is data: a profile lists the parts of the frame, this module fills them in.

A frame has a fixed size for a given profile, so the same list reads a frame back (``parse``); simulated boards use
that. Lengths and checksums name the parts that they cover by index; a checksum ends just before itself unless told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta
from pymodbus.framer import FramerRTU

from hardware.display.codec import Exchange
from hardware.display.seven_segment import letters_of, segments_of
from hardware.display.text import digits, fit, plain
from hardware.errors import BadSettings
from hardware.profiles import Line, Profile

Size = Annotated[int, Meta(ge=1, le=32)]
Index = Annotated[int, Meta(ge=0, le=31)]
Order = Literal["big", "little"]


class Fixed(Profile, frozen=True, kw_only=True, tag="fixed", tag_field="part"):
    """Bytes that are always the same, written as hex: "3A 00"."""

    hex: str


class Address(Profile, frozen=True, kw_only=True, tag="address", tag_field="part"):
    encoding: Literal["binary", "ascii"] = "binary"
    size: Size = 1


class Number(Profile, frozen=True, kw_only=True, tag="number", tag_field="part"):
    """The digits as one integer; ``bcd`` packs two digits a byte. A board too small keeps the last digits."""

    encoding: Literal["binary", "bcd"]
    size: Size
    order: Order = "big"


class TextPart(Profile, frozen=True, kw_only=True, tag="text", tag_field="part"):
    """``segments``: one byte a character, bit 0 = segment a … bit 6 = segment g."""

    size: Size
    encoding: Literal["ascii", "segments"] = "ascii"
    align: Literal["left", "right"] = "left"
    only_digits: bool = False


class Length(Profile, frozen=True, kw_only=True, tag="length", tag_field="part"):
    """How many bytes the parts ``first`` to ``last`` have, both included."""

    first: Index
    last: Index


class Check(Profile, frozen=True, kw_only=True, tag="check", tag_field="part"):
    """``sum16_hex``: four ASCII hex digits; ``crc16``: that of Modbus, low byte first."""

    method: Literal["sum8", "xor8", "crc16", "sum16_hex"]
    first: Index = 0
    last: Index | None = None


Part = Fixed | Address | Number | TextPart | Length | Check
_CHECK_SIZE = {"sum8": 1, "xor8": 1, "crc16": 2, "sum16_hex": 4}


class FrameProfile(Profile, frozen=True, kw_only=True, tag="display.frame", tag_field="kind"):
    title: str
    source: str
    line: Line = Line(baud=9600)
    parts: Annotated[tuple[Part, ...], Meta(min_length=2, max_length=32)]
    refresh_s: float = 10.0  #: says the number again, for a board that lost power; 0 for one that beeps each time
    even_parity: bool = False  #: 7E1, made in software: the bits on the wire are those of 8N1 with bit 7 as parity

    def __post_init__(self) -> None:
        for place, part in enumerate(self.parts):
            if isinstance(part, Fixed):
                bytes.fromhex(part.hex)
            elif isinstance(part, Length | Check):
                last = place - 1 if part.last is None else part.last
                if not part.first <= last < len(self.parts):
                    raise ValueError(f"part {place}: expected first <= last, both below {len(self.parts)}")

    @property
    def is_addressed(self) -> bool:
        return any(isinstance(part, Address) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a frame tells a board: ``text`` as far as the frame can carry it."""

    address: int | None
    text: str


def build(profile: FrameProfile, text: str, address: int) -> bytes:
    """The frame that makes the board at ``address`` show ``text``."""
    chunks = [_content(part, text, address) for part in profile.parts]
    for place, part in enumerate(profile.parts):
        if isinstance(part, Length):
            chunks[place] = bytes([len(b"".join(chunks[part.first : part.last + 1]))])
    for place, part in enumerate(profile.parts):
        if isinstance(part, Check):
            chunks[place] = checksum(part.method, _covered(part, place, chunks))
    frame = b"".join(chunks)
    return bytes(map(with_even_parity, frame)) if profile.even_parity else frame


def parse(profile: FrameProfile, data: bytes) -> tuple[int, Shown | None]:
    """(bytes used, what the first sound frame in ``data`` says or None). Noise before a frame counts as used."""
    size = len(build(profile, "", 0))
    for start in range(len(data) - size + 1):
        shown = _read(profile, data[start : start + size])
        if shown is not None:
            return start + size, shown
    return max(0, len(data) - size + 1), None


def checksum(method: str, covered: bytes) -> bytes:
    if method == "crc16":
        return FramerRTU.compute_CRC(covered).to_bytes(2, "big")
    if method == "xor8":
        value = 0
        for byte in covered:
            value ^= byte
        return bytes([value])
    return b"%04X" % (sum(covered) & 0xFFFF) if method == "sum16_hex" else bytes([sum(covered) & 0xFF])


def with_even_parity(byte: int) -> int:
    """Seven bits with bit 7 set so that the number of ones is even."""
    return byte & 0x7F | (byte & 0x7F).bit_count() % 2 << 7


class FrameCodec:
    """One board; boards of this kind do not answer."""

    reply_s = 0.0
    gap_chars = 4  # boards find the start of a frame by the pause before it

    def __init__(self, profile: FrameProfile, address: int) -> None:
        widths = [
            10**part.size if part.encoding == "ascii" else 256**part.size
            for part in profile.parts
            if isinstance(part, Address)
        ]
        if address >= min(widths, default=256):
            raise BadSettings(f"address: expected a number below {min(widths)} for {profile.title}, got {address}")
        self._profile, self._address, self.refresh_s = profile, address, profile.refresh_s

    def greet(self) -> tuple[Exchange, ...]:
        return ()

    def show(self, text: str) -> tuple[Exchange, ...]:
        return (Exchange(build(self._profile, text, self._address)),)

    def check(self, text: str) -> tuple[Exchange, ...]:
        return ()


def _covered(part: Check, place: int, chunks: Sequence[bytes]) -> bytes:
    end = place if part.last is None else part.last + 1
    return b"".join(chunks[part.first : end])


def _content(part: Part, text: str, address: int) -> bytes:
    match part:
        case Fixed():
            return bytes.fromhex(part.hex)
        case Address():
            ascii_form = part.encoding == "ascii"
            return b"%0*d" % (part.size, address) if ascii_form else address.to_bytes(part.size, "big")
        case Number():
            return _number(part, int(digits(text) or 0))
        case TextPart():
            line = fit(digits(text) if part.only_digits else plain(text), part.size, part.align)
            return segments_of(line) if part.encoding == "segments" else line.encode("ascii")
        case Length():
            return b"\0"
        case Check():
            return bytes(_CHECK_SIZE[part.method])


def _number(part: Number, value: int) -> bytes:
    if part.encoding == "bcd":
        packed = bytes.fromhex(f"{value % 100**part.size:0{2 * part.size}d}")
    else:
        packed = (value % 256**part.size).to_bytes(part.size, "big")
    return packed if part.order == "big" else packed[::-1]


def _read(profile: FrameProfile, frame: bytes) -> Shown | None:
    plain_frame = bytes(byte & 0x7F for byte in frame) if profile.even_parity else frame
    address: int | None = None
    text, place = "", 0
    for part in profile.parts:
        chunk = plain_frame[place : place + len(_content(part, "", 0))]
        place += len(chunk)
        if isinstance(part, Address):
            address = _address_in(part, chunk)
        elif isinstance(part, Number):
            text += _digits_in(part, chunk)
        elif isinstance(part, TextPart):
            text += letters_of(chunk) if part.encoding == "segments" else chunk.decode("ascii", "replace")
    # Building the frame again from what was read proves its constant bytes, length and checksum in one step.
    return Shown(address, text.strip()) if build(profile, text, address or 0) == frame else None


def _address_in(part: Address, chunk: bytes) -> int:
    if part.encoding == "binary":
        return int.from_bytes(chunk, "big")
    return int(chunk) if chunk.isdigit() else 0


def _digits_in(part: Number, chunk: bytes) -> str:
    packed = chunk if part.order == "big" else chunk[::-1]
    return packed.hex() if part.encoding == "bcd" else str(int.from_bytes(packed, "big"))
