"""What every printed slip is drawn with: lengths, fonts, paragraphs and bullets on the paper of one printer. Pure.

Sizes are millimetres of ``assets/theme.toml`` and so the same on every printer.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from hardware.printer.document import Element, Font, Text
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length, wrap

Language = Literal["vi", "en"]
Weight = Literal["Regular", "Medium", "SemiBold", "Bold"]

ASSETS = Path(__file__).resolve().parents[2] / "assets"
_BULLET = "•  "
#: A ward, commune or special zone; in English the unit stands behind a comma.
_UNIT = re.compile(r" (?=(?:phường|xã|đặc khu) )|(?<=,) ")
_NARROW_MM = 60.0
_MM_PER_INCH = 25.4


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[slip]`` of ``assets/theme.toml``, in mm."""

    caption: float
    body: float
    name: float
    lead: float
    value: float
    promise: float
    number: float
    narrow_value: float
    narrow_number: float
    badge: float
    gap: float
    module: float
    longest: float


@cache
def look() -> Look:
    theme = tomllib.loads((ASSETS / "theme.toml").read_text("utf-8"))
    return msgspec.convert(theme["slip"], Look)


class SlipPage:
    """Lengths of the look on the paper of one printer."""

    def __init__(self, profile: PrinterProfile) -> None:
        self.width, self._dpi = profile.width_dots, profile.dpi
        self.is_narrow = profile.width_dots / profile.dpi * _MM_PER_INCH < _NARROW_MM

    def dots(self, millimetres: float) -> int:
        return round(millimetres * self._dpi / _MM_PER_INCH)

    def item(self, text: str) -> Iterator[Element]:
        """A bullet; further lines of the item stand under its first word."""
        font = font_of("Regular", self.dots(look().caption))
        indent = round(length(_BULLET, font))
        for index, line in enumerate(wrap(text, font, self.width - indent)):
            first = index == 0
            yield Text(_BULLET + line if first else line, font, "left", line_of(font), 0 if first else indent)

    def parts(self, name: str, font: Font) -> list[str]:
        """The centre's name; too long for one line, it is broken where its unit's name begins."""
        if len(wrap(name, font, self.width)) == 1:
            return [name]
        return _UNIT.split(name, maxsplit=1)

    def paragraph(self, text: str, size: float, weight: Weight) -> Iterator[Element]:
        """Centred; its lines about equally long."""
        font, width = font_of(weight, self.dots(size)), self.width
        lines = wrap(text, font, width)
        while len(narrower := wrap(text, font, width * 19 // 20)) == len(lines) and narrower != (text,):
            lines, width = narrower, width * 19 // 20
        for line in lines:
            yield self.text(line, size, weight)

    def text(self, text: str, size: float, weight: Weight, align: Literal["left", "center"] = "center") -> Text:
        font = font_of(weight, self.dots(size))
        return Text(text, font, align, line_of(font))


def line_of(font: Font) -> int:
    """From one line of text to the next."""
    return round(font.size * 1.22)


def font_of(name: Weight | Literal["TabularBold"], size: int) -> Font:
    file = "BeVietnamProTabular-Bold" if name == "TabularBold" else f"BeVietnamPro-{name}"
    return Font(str(ASSETS / "fonts" / f"{file}.ttf"), size)
