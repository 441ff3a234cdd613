"""The printed ticket: what is on it, where, and how large. Pure: the same ticket gives the same dots.

Sizes are millimetres of ``assets/theme.toml`` and so the same on every printer; words are in ``assets/locales``.
"""

from collections.abc import Iterator
from functools import cache

import msgspec

from hardware.printer.document import Badge, Columns, Cut, Document, Element, Feed, Qr, Rule, Text
from hardware.printer.escpos import encode, length_dots
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length, wrap
from kiosk.clock import local
from kiosk.queueing.promise import wait_words
from kiosk.slips.page import ASSETS, Language, SlipPage, Weight, font_of, look
from kiosk.wire.kiosk_api import TicketReply

__all__ = ["ASSETS", "look", "slip", "words"]

MOST_TO_BRING = 3
MOST_BYTES = 23_000  #: 6 s at 38400 baud


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


def slip(ticket: TicketReply, language: Language, profile: PrinterProfile) -> Document:
    """No longer than 12 cm from cut to cut: what to bring gives way, then the centre's own last line."""
    page, foot = _Page(profile), getattr(ticket.foot, language) if ticket.foot else ""
    counts = [(count, foot) for count in range(min(MOST_TO_BRING, len(ticket.bring)), -1, -1)]
    for count, last in [*counts, (0, "")]:
        document = tuple(page.elements(ticket, language, count, last))
        total = length_dots(document, profile) + profile.cut_feed_dots
        if total <= page.dots(look().longest) and len(encode(document, profile)) <= MOST_BYTES:
            break
    return document


@cache
def words(language: Language) -> Words:
    return msgspec.toml.decode((ASSETS / f"locales/slip.{language}.toml").read_bytes(), type=Words)


class _Page(SlipPage):
    def elements(self, ticket: TicketReply, language: Language, bring: int, foot: str) -> Iterator[Element]:
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
            yield self.text(words(language).bring, look().body, "SemiBold", "left")
            for item in ticket.bring[:bring]:
                yield from self.item(getattr(item, language))
            yield gap
        yield gap
        yield Qr(ticket.status_url, self.dots(look().module))
        yield gap
        yield from self.paragraph(words(language).scan, look().caption, "Regular")
        if foot:
            yield gap
            yield from self.paragraph(foot, look().caption, "SemiBold")
        yield Cut()

    def _head(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        name = getattr(ticket.centre, language)
        for part in self.parts(name, font_of("SemiBold", self.dots(look().name))):
            yield from self.paragraph(part, look().name, "SemiBold")
        yield self.text(f"{local(ticket.issued_ms):%d/%m/%Y  %H:%M}", look().caption, "Regular")
        yield Feed(self.dots(look().gap))
        yield Rule(2)
        yield Feed(self.dots(look().gap))
        yield self.text(words(language).number, look().caption, "Medium")

    def _number(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        size = self.dots(look().narrow_number if self.is_narrow else look().number)
        while length(ticket.label, font_of("TabularBold", size)) > self.width:
            size -= 4  # "H1024", after number 999 of a day
        yield Text(ticket.label, font_of("TabularBold", size), height=round(size * 0.72))
        marks = [words(language).priority] if ticket.ticket_class == "priority" else []
        if ticket.reprint:
            marks.append(words(language).reprint.format(count=ticket.reprint))
        for mark in marks:
            yield Feed(self.dots(look().gap))
            yield Badge(mark, font_of("Bold", self.dots(look().caption)), self.dots(look().badge))

    def _service(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        name = getattr(ticket.service_name, language)
        is_long = len(wrap(name, font_of("SemiBold", self.dots(look().lead)), self.width)) > 2
        yield from self.paragraph(name, look().body if is_long else look().lead, "SemiBold")
        if language != "vi":  # the officer at the counter reads Vietnamese
            yield from self.paragraph(ticket.service_name.vi, look().caption, "Regular")

    def _promise(self, ticket: TicketReply, language: Language) -> Iterator[Element]:
        said, count = words(language), ticket.people_ahead
        ahead = said.ahead.format(count=count) if count > 1 else said.ahead_one if count else said.ahead_none
        wait = getattr(wait_words(ticket.wait.low_min, ticket.wait.high_min), language)
        yield self._columns(said.ahead_label, said.wait_label, look().caption, "Regular")
        size, room = look().narrow_value if self.is_narrow else look().value, self._promise_width() // 2
        while max(length(each, font_of("Bold", self.dots(size))) for each in (ahead, wait)) > room:
            size *= 0.96  # "under 20 min" on 58 mm paper
        yield self._columns(ahead, wait, size, "Bold")

    def _columns(self, left: str, right: str, size: float, weight: Weight) -> Columns:
        return Columns(self.text(left, size, weight), self.text(right, size, weight), self._promise_width())

    def _promise_width(self) -> int:
        return min(self.width, self.dots(look().promise))
