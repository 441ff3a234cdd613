"""Words and shapes as dots. Every line of text is cropped to its ink: white paper costs no bytes on the wire."""

import re
from dataclasses import dataclass
from functools import lru_cache

import qrcode
from PIL import Image, ImageDraw, ImageFont

from hardware.printer.document import Badge, Columns, Font, Rule, Text

_FAINT = (
    118  #: of 255: a dot is printed from here on; a little below half, because thin strokes break sooner than they blot
)
#: DLE EOT, DLE ENQ and DLE DC4 are executed even inside picture data (Epson; also Hwasung and HPRT manuals).
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


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


def wrap(text: str, font: Font, width: int) -> list[str]:
    """Lines no wider than ``width`` dots, broken at spaces; a single word that is wider stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and face(font).getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=512)
def text_raster(line: Text) -> Raster:
    canvas, baseline = _canvas(round(face(line.font).getlength(line.text)) + 2 * line.font.size, line)
    ImageDraw.Draw(canvas).text((line.font.size, baseline), line.text, 255, face(line.font), anchor="ls")
    return _cropped(canvas, line.height or _natural_height(line.font))


@lru_cache(maxsize=128)
def columns_raster(columns: Columns, width: int) -> Raster:
    canvas, baseline = _canvas(width, columns.left)
    draw = ImageDraw.Draw(canvas)
    draw.text((0, baseline), columns.left.text, 255, face(columns.left.font), anchor="ls")
    draw.text((width - 1, baseline), columns.right.text, 255, face(columns.right.font), anchor="rs")
    return _cropped(canvas, columns.left.height or _natural_height(columns.left.font), whole_width=True)


@lru_cache(maxsize=32)
def badge_raster(badge: Badge) -> Raster:
    width = round(face(badge.font).getlength(badge.text)) + badge.height
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


def qr_raster(payload: str, module: int) -> Raster:
    """``module`` dots for each square."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(payload.encode())
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix)
    dots = Image.new("L", (side, side))
    dots.putdata([255 * dark for row in matrix for dark in row])
    canvas = Image.new("L", (-(-side * module // 8) * 8, side * module))
    # Centred in whole bytes: the printer centres the bytes.
    canvas.paste(dots.resize((side * module,) * 2, Image.Resampling.NEAREST), ((canvas.width - side * module) // 2, 0))
    return _packed(canvas)


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


def _cropped(canvas: Image.Image, height: int, whole_width: bool = False) -> Raster:
    """The ink of a line of text that stands on a canvas with equal margins above and below its ``height``."""
    dots = canvas.point(lambda value: 255 if value >= _FAINT else 0)
    box = dots.getbbox()
    if box is None:
        return Raster(0, b"", above=height)
    left, top, right, bottom = (0, box[1], canvas.width, box[3]) if whole_width else box
    margin = (canvas.height - height) // 2
    above, below = max(0, top - margin), max(0, margin + height - bottom)
    centred = Image.new("L", (-(-(right - left) // 8) * 8, bottom - top), 0)
    centred.paste(dots.crop((left, top, right, bottom)), ((centred.width - (right - left)) // 2, 0))
    packed = _packed(centred)
    return Raster(packed.width_bytes, packed.data, above, below)


def _packed(canvas: Image.Image) -> Raster:
    """``canvas`` is a multiple of eight wide; 255 is black on paper."""
    dots = canvas.point(lambda value: 255 if value >= _FAINT else 0, mode="1")
    return Raster(canvas.width // 8, defuse(dots.tobytes()))
