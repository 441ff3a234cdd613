"""The printed ticket: what is on it, where, and how large. Pure: the same ticket gives the same dots.

Sizes are millimetres of ``assets/theme.toml`` and so the same on every printer; words are in ``assets/locales``.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from hardware.printer.document import Badge, Columns, Cut, Document, Element, Feed, Font, Qr, Rule, Text
from hardware.printer.escpos import encode, length_dots
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length, wrap
from kiosk.clock import local
from kiosk.queueing.promise import wait_words
from kiosk.touch.events import Language
from kiosk.wire.kiosk_api import TicketReply

Weight = Literal["Regular", "Medium", "SemiBold", "Bold"]

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MOST_TO_BRING = 3
MOST_BYTES = 23_000  #: 6 s at 38400 baud
_BULLET = "•  "
#: A ward, commune or special zone; in English the unit stands behind a comma.
_UNIT = re.compile(r" (?=(?:phường|xã|đặc khu) )|(?<=,) ")
_NARROW_MM = 60.0
_MM_PER_INCH = 25.4


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``assets/locales/slip.*.toml``."""

    number: str
    priority: str
    reprint: str
    ahead_label: str
    ahead: str
    ahead_one: str
    ahead_none: str
    wait_label: str
    bring: str
    scan: str


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


def slip(ticket: TicketReply, language: Language, profile: PrinterProfile) -> Document:
    """No longer than 12 cm from cut to cut; of what to bring, as much as fits."""
    page = _Page(profile)
    for count in range(min(MOST_TO_BRING, len(ticket.bring)), -1, -1):
        document = tuple(page.elements(ticket, language, count))
        total = length_dots(document, profile) + profile.cut_feed_dots
        if total <= page.dots(look().longest) and len(encode(document, profile)) <= MOST_BYTES:
            break
    return document


@cache
def words(language: Language) -> Words:
    return msgspec.toml.decode((ASSETS / f"locales/slip.{language}.toml").read_bytes(), type=Words)


@cache
def look() -> Look:
    theme = tomllib.loads((ASSETS / "theme.toml").read_text("utf-8"))
    return msgspec.convert(theme["slip"], Look)


class _Page:
    """Lengths of the look on the paper of one printer."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._width, self._dpi = profile.width_dots, profile.dpi
        self._is_narrow = profile.width_dots / profile.dpi * _MM_PER_INCH < _NARROW_MM

    def dots(self, millimetres: float) -> int:
        return round(millimetres * self._dpi / _MM_PER_INCH)

    def elements(self, ticket: TicketReply, language: Language, bring: int) -> Iterator[Element]:
        gap = Feed(self.dots(look().gap))
        yield from self._head(ticket, language)
        yield Feed(2 * gap.dots)
        yield from self._number(ticket, language)
        yield Feed(2 * gap.dots)
        yield from self._service(ticket, language)
        yield gap
        yield Rule(2)
        yield gap
        yield from self._promise(ticket, language)
        yield gap
        yield Rule(2)
        yield gap
        if bring:
            yield self._text(words(language).bring, look().body, "SemiBold", "left")
            for item in ticket.bring[:bring]:
                yield from self._item(getattr(item, language))
            yield gap
        yield gap
        yield Qr(ticket.status_url, self.dots(look().module))
        yield gap
        yield from self._paragraph(words(language).scan, look().caption, "Regular")
        yield Cut()

    def _head(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        name = getattr(ticket.centre, language)
        for part in self._parts(name, _font("SemiBold", self.dots(look().name))):
            yield from self._paragraph(part, look().name, "SemiBold")
        yield self._text(f"{local(ticket.issued_ms):%d/%m/%Y  %H:%M}", look().caption, "Regular")
        yield Feed(self.dots(look().gap))
        yield Rule(2)
        yield Feed(self.dots(look().gap))
        yield self._text(words(language).number, look().caption, "Medium")

    def _number(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        size = self.dots(look().narrow_number if self._is_narrow else look().number)
        while length(ticket.label, _font("TabularBold", size)) > self._width:
            size -= 4  # "H1024", after number 999 of a day
        yield Text(ticket.label, _font("TabularBold", size), height=round(size * 0.72))
        marks = [words(language).priority] if ticket.ticket_class == "priority" else []
        if ticket.reprint:
            marks.append(words(language).reprint.format(count=ticket.reprint))
        for mark in marks:
            yield Feed(self.dots(look().gap))
            yield Badge(mark, _font("Bold", self.dots(look().caption)), self.dots(look().badge))

    def _service(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        name = getattr(ticket.service_name, language)
        is_long = len(wrap(name, _font("SemiBold", self.dots(look().lead)), self._width)) > 2
        yield from self._paragraph(name, look().body if is_long else look().lead, "SemiBold")
        if language != "vi":  # the officer at the counter reads Vietnamese
            yield from self._paragraph(ticket.service_name.vi, look().caption, "Regular")

    def _promise(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        said, count = words(language), ticket.people_ahead
        ahead = said.ahead.format(count=count) if count > 1 else said.ahead_one if count else said.ahead_none
        wait = getattr(wait_words(ticket.wait.low_min, ticket.wait.high_min), language)
        yield self._columns(said.ahead_label, said.wait_label, look().caption, "Regular")
        size, room = look().narrow_value if self._is_narrow else look().value, self._promise_width() // 2
        while max(length(each, _font("Bold", self.dots(size))) for each in (ahead, wait)) > room:
            size *= 0.96  # "under 20 min" on 58 mm paper
        yield self._columns(ahead, wait, size, "Bold")

    def _item(self, text: str) -> Iterator[Element]:
        """A bullet; further lines of the item stand under its first word."""
        font = _font("Regular", self.dots(look().caption))
        indent = round(length(_BULLET, font))
        for index, line in enumerate(wrap(text, font, self._width - indent)):
            first = index == 0
            yield Text(_BULLET + line if first else line, font, "left", _line(font), 0 if first else indent)

    def _parts(self, name: str, font: Font) -> list[str]:
        """The centre's name; too long for one line, it is broken where its unit's name begins."""
        if len(wrap(name, font, self._width)) == 1:
            return [name]
        return _UNIT.split(name, maxsplit=1)

    def _paragraph(self, text: str, size: float, weight: Weight) -> Iterator[Element]:
        """Centred; its lines about equally long."""
        font, width = _font(weight, self.dots(size)), self._width
        lines = wrap(text, font, width)
        while len(narrower := wrap(text, font, width * 19 // 20)) == len(lines) and narrower != (text,):
            lines, width = narrower, width * 19 // 20
        for line in lines:
            yield self._text(line, size, weight)

    def _text(self, text: str, size: float, weight: Weight, align: Literal["left", "center"] = "center") -> Text:
        font = _font(weight, self.dots(size))
        return Text(text, font, align, _line(font))

    def _columns(self, left: str, right: str, size: float, weight: Weight) -> Columns:
        return Columns(self._text(left, size, weight), self._text(right, size, weight), self._promise_width())

    def _promise_width(self) -> int:
        return min(self._width, self.dots(look().promise))


def _line(font: Font) -> int:
    """From one line of text to the next."""
    return round(font.size * 1.22)


def _font(name: Weight | Literal["TabularBold"], size: int) -> Font:
    file = "BeVietnamProTabular-Bold" if name == "TabularBold" else f"BeVietnamPro-{name}"
    return Font(str(ASSETS / "fonts" / f"{file}.ttf"), size)
