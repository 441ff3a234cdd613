"""Words and shapes as dots. Every line of text is cropped to its ink: white paper costs no bytes on the wire."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import qrcode
import qrcode.util
from PIL import Image, ImageDraw, ImageFont

from hardware.printer.document import Align, Badge, Columns, Font, Rule, Text

_FAINT = (
    118  #: of 255: a dot is printed from here on; a little below half, because thin strokes break sooner than they blot
)
_BLACK_OR_WHITE = [0] * _FAINT + [255] * (256 - _FAINT)
#: DLE EOT, DLE ENQ and DLE DC4 are executed even inside picture data (Epson; also Hwasung and HPRT manuals).
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
#: Bytes that versions 1 to 10 hold at error correction M (ISO/IEC 18004, table 7).
_QR_CAPACITY = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


@dataclass(frozen=True, slots=True)
class Raster:
    """Dots, eight to a byte, 1 is black. ``above`` and ``below``: white rows that belong to it and are not in it."""

    width_bytes: int
    data: bytes
    above: int = 0
    below: int = 0

    @property
    def rows(self) -> int:
        return len(self.data) // self.width_bytes if self.width_bytes else 0


def defuse(data: bytes) -> bytes:
    """Picture data in which no real-time command hides: where one would, a single dot is added beside a black one."""
    return _REAL_TIME.sub(b"\x18", data)


@lru_cache(maxsize=32)
def face(font: Font) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, font.size, layout_engine=ImageFont.Layout.BASIC)


def length(text: str, font: Font) -> float:
    """Width in dots, without kerning, which only takes away; FreeType would take a millisecond for each line."""
    return sum(_advance(letter, font) for letter in text)


@lru_cache(maxsize=4096)
def _advance(letter: str, font: Font) -> float:
    return face(font).getlength(letter)


@lru_cache(maxsize=1024)
def wrap(text: str, font: Font, width: int) -> tuple[str, ...]:
    """Lines no wider than ``width`` dots, broken at spaces (not at U+00A0), or inside of a word that is wider alone."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and length(f"{lines[-1]} {word}", font) <= width:
            lines[-1] += " " + word
            continue
        lines.append("")
        for letter in word:
            if lines[-1] and length(lines[-1] + letter, font) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(lines)


@lru_cache(maxsize=512)
def text_raster(line: Text) -> Raster:
    canvas, baseline = _canvas(round(length(line.text, line.font)) + 2 * line.font.size, line)
    ImageDraw.Draw(canvas).text((line.font.size, baseline), line.text, 255, face(line.font), anchor="ls")
    dots = _dots(canvas)
    if box := dots.getbbox():
        dots = dots.crop((box[0] - line.indent, 0, box[2], dots.height))
    return _cropped(dots, line.height or _natural_height(line.font))


@lru_cache(maxsize=128)
def columns_raster(columns: Columns) -> Raster:
    left, right = columns.left, columns.right
    canvas, baseline = _canvas(columns.width, left)
    draw = ImageDraw.Draw(canvas)
    draw.text((columns.width // 4, baseline), left.text, 255, face(left.font), anchor="ms")
    draw.text((columns.width * 3 // 4, baseline), right.text, 255, face(right.font), anchor="ms")
    dots = _dots(canvas)
    if box := dots.getbbox():
        margin = max(0, min(box[0], dots.width - box[2]))
        dots = dots.crop((margin, 0, dots.width - margin, dots.height))
    return _cropped(dots, left.height or _natural_height(left.font))


@lru_cache(maxsize=32)
def badge_raster(badge: Badge) -> Raster:
    width = round(length(badge.text, badge.font)) + badge.height
    canvas = Image.new("L", (-(-width // 8) * 8, badge.height), 0)
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle((0, 0, canvas.width - 1, badge.height - 1), badge.height // 2, 255)
    capital = face(badge.font).getbbox("H", anchor="ls")[1]
    draw.text((canvas.width / 2, (badge.height - capital) // 2), badge.text, 0, face(badge.font), anchor="ms")
    return _packed(canvas)


@lru_cache(maxsize=32)
def rule_raster(rule: Rule, width: int) -> Raster:
    canvas = Image.new("L", (width // 8 * 8, rule.thickness), 255)
    if rule.dash:
        draw = ImageDraw.Draw(canvas)
        for left in range(rule.dash, width, 2 * rule.dash):
            draw.rectangle((left, 0, left + rule.dash - 1, rule.thickness), 0)
    return _packed(canvas)


def qr_side(payload: str) -> int:
    """Squares along one side of the QR code, error correction M, bytes. ValueError if it is too long for a slip."""
    size = len(payload.encode())
    if size > _QR_CAPACITY[-1]:
        raise ValueError(f"{size} bytes are too many for a code on a slip; at most {_QR_CAPACITY[-1]}")
    return 21 + 4 * bisect_left(_QR_CAPACITY, size)


@lru_cache(maxsize=8)
def qr_raster(payload: str, module: int) -> Raster:
    """``module`` dots for each square."""
    side = qr_side(payload)
    code = qrcode.QRCode(version=(side - 17) // 4, error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(qrcode.util.QRData(payload.encode(), mode=qrcode.util.MODE_8BIT_BYTE))
    code.make(fit=False)
    dots = Image.frombytes("L", (side, side), bytes(255 * dark for row in code.get_matrix() for dark in row))
    canvas = Image.new("L", (-(-side * module // 8) * 8, side * module))
    # Centred in whole bytes: the printer centres the bytes.
    canvas.paste(dots.resize((side * module,) * 2, Image.Resampling.NEAREST), ((canvas.width - side * module) // 2, 0))
    return _packed(canvas)


def raster_of(element: Text | Columns | Badge | Rule, width: int) -> tuple[Raster, Align]:
    """The dots, and where they stand on paper that is ``width`` dots wide."""
    match element:
        case Text():
            return clipped(text_raster(element), width), element.align
        case Columns():
            return clipped(columns_raster(element), width), "center"
        case Badge():
            return badge_raster(element), "center"
        case Rule():
            return rule_raster(element, width), "left"


def clipped(raster: Raster, width: int) -> Raster:
    """No wider than the paper: what a printer does with more is not defined."""
    size, most = raster.width_bytes, width // 8
    if size <= most:
        return raster
    data = b"".join(raster.data[start : start + most] for start in range(0, len(raster.data), size))
    return Raster(most, data, raster.above, raster.below)


def _natural_height(font: Font) -> int:
    ascent, descent = face(font).getmetrics()
    return ascent + descent


def _canvas(width: int, line: Text) -> tuple[Image.Image, int]:
    """Room for a line of text, and where its baseline lies in it; the text stands in the middle of its height."""
    ascent, descent = face(line.font).getmetrics()
    height = line.height or ascent + descent
    # Vietnamese capitals with two marks (Ế, Ổ) stand higher than the font's ascent.
    margin = line.font.size
    baseline = (height - ascent - descent) // 2 + ascent
    return Image.new("L", (width, height + 2 * margin), 0), margin + baseline


def _cropped(dots: Image.Image, height: int) -> Raster:
    """The rows with ink of a line of text, on a canvas with equal margins above and below its ``height``."""
    box = dots.getbbox()
    if box is None:
        return Raster(0, b"", above=height)
    top, bottom, margin = box[1], box[3], (dots.height - height) // 2
    centred = Image.new("L", (-(-dots.width // 8) * 8, bottom - top), 0)
    centred.paste(dots.crop((0, top, dots.width, bottom)), ((centred.width - dots.width) // 2, 0))
    packed = _packed(centred)
    return Raster(packed.width_bytes, packed.data, max(0, top - margin), max(0, margin + height - bottom))


def _dots(canvas: Image.Image) -> Image.Image:
    return canvas.point(_BLACK_OR_WHITE)


def _packed(canvas: Image.Image) -> Raster:
    """``canvas`` is a multiple of eight wide; 255 is black on paper."""
    return Raster(canvas.width // 8, defuse(_dots(canvas).convert("1", dither=Image.Dither.NONE).tobytes()))
