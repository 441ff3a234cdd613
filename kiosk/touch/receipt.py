"""Slips about a dossier: the receipt of one that was handed in, and how one stands. Pure: the same gives the same dots.

1. Neither can be taken for a queue ticket (it has no large number) nor for Mẫu 01, which an officer gives: both say so.
2. What the citizen must keep, code and secret, stands alone, in the largest type, in letters that are not mistaken.
3. How a dossier stands carries no secret: who finds the slip learns no more than is on it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

import msgspec

from hardware.printer.document import Badge, Cut, Document, Element, Feed, Qr, Rule
from hardware.printer.document import Text as Line
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length, wrap
from kiosk.clock import local
from kiosk.slips.page import ASSETS, Language, SlipPage, Weight, font_of, line_of, look
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierStatus, HistoryLine
from kiosk.wire.submission_api import Receipt

MOST_HISTORY = 5


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``assets/locales/receipt.*.toml``."""

    title: str
    status_title: str
    no_ticket: str
    procedure: str
    code: str
    secret: str
    keep: str
    submitted: str
    due: str
    no_due: str
    papers: str
    way_camera: str
    way_scanner: str
    way_phone: str
    way_counter: str
    next: str
    sent: str
    kept: str
    to_counter: str
    checked: str
    scan: str
    printed: str
    state: str
    late: str
    history: str


@cache
def words(language: Language) -> Words:
    return msgspec.toml.decode((ASSETS / f"locales/receipt.{language}.toml").read_bytes(), type=Words)


def dossier_slip(shown: Receipt | DossierStatus, language: Language, profile: PrinterProfile, now_ms: int) -> Document:
    page = _Page(profile, language)
    return tuple(page.receipt(shown) if isinstance(shown, Receipt) else page.status(shown, now_ms))


def way_words(way: str, said: Words) -> str:
    ways = {"camera": said.way_camera, "scanner": said.way_scanner, "phone": said.way_phone}
    return ways.get(way, said.way_counter)


class _Page(SlipPage):
    def __init__(self, profile: PrinterProfile, language: Language) -> None:
        super().__init__(profile)
        self._language, self._said = language, words(language)

    def receipt(self, receipt: Receipt) -> Iterator[Element]:
        said = self._said
        yield from self._head(receipt.centre, said.title)
        yield from self._named(said.procedure, self._pick(receipt.procedure))
        yield from self._code(said.code, receipt.code)
        yield from self._code(said.secret, " ".join(receipt.secret))
        yield from self._lines(said.keep, "Medium")
        yield from self._rule()
        yield from self._named(said.submitted, f"{local(receipt.submitted_ms):%d/%m/%Y  %H:%M}")
        yield from self._due(receipt.due_ms, receipt.why_due)
        if receipt.papers:
            yield self.text(said.papers, look().body, "SemiBold", "left")
            for paper in receipt.papers:
                yield from self.item(f"{paper.name}: {way_words(paper.way, said)}")
            yield self._gap()
        yield from self._rule()
        yield self.text(said.next, look().body, "SemiBold", "left")
        yield from self.item(said.sent if receipt.kept == "sent" else said.kept)
        if any(each.way in ("counter", "") for each in receipt.papers):
            yield from self.item(said.to_counter)
        yield from self.item(said.checked)
        yield Feed(2 * self._gap().dots)
        yield Qr(receipt.look_up_url, self.dots(look().module))
        yield self._gap()
        yield from self.paragraph(said.scan, look().caption, "Regular")
        yield Cut()

    def status(self, status: DossierStatus, now_ms: int) -> Iterator[Element]:
        said = self._said
        yield from self._head(status.handled_by, said.status_title)
        if name := self._pick(status.name):
            yield from self._named(said.procedure, name)
        yield from self._named(said.code, status.code, "Bold")
        yield from self._named(said.printed, f"{local(now_ms):%d/%m/%Y  %H:%M}")
        yield from self._rule()
        yield from self._named(said.state, self._pick(status.words), "Bold")
        yield from self._lines(self._pick(status.next_step), "Regular")
        yield self._gap()
        yield from self._due(status.due_ms, status.why_due)
        if status.late:
            apology = self._pick(status.apology) if status.apology else said.late
            yield from self._lines(apology, "Medium")
            yield self._gap()
        yield from self._rule()
        yield self.text(said.history, look().body, "SemiBold", "left")
        yield from self._history(status.history[-MOST_HISTORY:])
        yield Cut()

    def _head(self, centre: Text, title: str) -> Iterator[Element]:
        for part in self.parts(self._pick(centre), font_of("SemiBold", self.dots(look().name))):
            yield from self.paragraph(part, look().name, "SemiBold")
        yield self._gap()
        size = self.dots(look().body)
        while length(title, font_of("Bold", size)) > self.width - 2 * self.dots(look().body):
            size -= 1
        yield Badge(title, font_of("Bold", size), self.dots(look().badge * 1.15))
        yield self._gap()
        yield from self.paragraph(self._said.no_ticket, look().caption, "Medium")
        yield from self._rule()

    def _named(self, name: str, value: str, weight: Weight = "SemiBold") -> Iterator[Element]:
        yield self.text(name, look().caption, "Regular", "left")
        yield from self._lines(value, weight, look().body * 1.1)
        yield self._gap()

    def _code(self, name: str, value: str) -> Iterator[Element]:
        """As large as the paper allows: it is read aloud and typed."""
        size = self.dots(look().lead * 1.25)
        while length(value, font_of("TabularBold", size)) > self.width:
            size -= 1
        yield self.text(name, look().caption, "Regular", "left")
        yield from self._wrapped(value, "TabularBold", size)
        yield self._gap()

    def _due(self, due_ms: int | None, why: Sequence[Text]) -> Iterator[Element]:
        said = self._said
        yield from self._named(said.due, f"{local(due_ms):%d/%m/%Y}" if due_ms is not None else said.no_due, "Bold")
        for each in why if due_ms is not None else ():
            yield from self.item(self._pick(each))
        yield self._gap()

    def _history(self, history: Sequence[HistoryLine]) -> Iterator[Element]:
        for each in history:
            note = f" – {each.note}" if each.note else ""
            yield from self.item(f"{local(each.at_ms):%d/%m/%Y}: {self._pick(each.words)}{note}")

    def _lines(self, value: str, weight: Weight, size: float = 0) -> Iterator[Element]:
        yield from self._wrapped(value, weight, self.dots(size or look().caption))

    def _wrapped(self, value: str, name: Weight | Literal["TabularBold"], size: int) -> Iterator[Element]:
        font = font_of(name, size)
        for line in wrap(value, font, self.width):
            yield Line(line, font, "left", line_of(font))

    def _rule(self) -> Iterator[Element]:
        yield self._gap()
        yield Rule(2, dash=8)
        yield self._gap()

    def _gap(self) -> Feed:
        return Feed(self.dots(look().gap))

    def _pick(self, text: Text) -> str:
        return text.en if self._language == "en" else text.vi
