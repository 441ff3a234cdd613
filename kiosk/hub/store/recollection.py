"""Brings the outlook up to what is stored: the file of what was learnt and the outbox after it, or the outbox alone.

1. What changes the outlook runs in the write thread, so that no command comes in between.
2. The hub does not wait for it at its start: where more has happened than can be taken in within a second, the plain
   estimate answers until the paces of the last weeks are counted, beside the work of the day and in its first seconds.
   What is learnt by asking the model about each past ticket takes minutes, and is made up for page by page after that.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.hub.store import queries, waits_file
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.store.waits_file import Kept
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.memory import Memory
from kiosk.hub.usecases.outlook import Outlook
from kiosk.wire.events import Event

log = logging.getLogger(__name__)

#: Of the outbox, where there is no file: some forty days of a large centre. Older ones have faded from every number.
MOST_EVENTS = 50_000
MOST_AT_ONCE = 800  #: events since the file that are taken in before the hub opens: a second
PAGE = 400  #: events made up for at once: about a hundred tickets, half a second
_COUNTED_PAGE = 2000  #: the same, where nobody is asked about: a tenth of a second
_SQL = queries.load("house.sql")
_EVENT = msgspec.json.Decoder(Event)


@dataclass(frozen=True, slots=True)
class _Apart:
    """What is made up for beside the day. ``seq``: the last event in it. ``is_counted``: only paces, without asking."""

    memory: Memory
    seq: int
    is_counted: bool

    @property
    def page(self) -> int:
        return _COUNTED_PAGE if self.is_counted else PAGE


class Recollection:
    """``recall`` at the start and in doubt, ``keep`` now and then, ``make_up`` until it has nothing left to do."""

    def __init__(self, folder: Path, centre: Centre, clock: Clock, outlook: Outlook) -> None:
        self._folder, self._centre, self._clock, self._outlook = folder, centre, clock, outlook
        self._mark = waits_file.mark_of(centre)
        self._apart: _Apart | None = None
        self._goes_on = False  #: from a file, which has told most of the past

    def recall(self, connection: sqlite3.Connection) -> None:
        """The outlook as it would be had the hub never stopped, at once or after some pages of ``make_up``."""
        last = _outbox_end(connection)[1]
        kept = self._kept(connection)
        self._goes_on = kept is not None
        after = max(last - MOST_EVENTS, 0) if kept is None else kept.seq
        memory = self._blank(connection, after) if kept is None else kept.memory
        if last - after > MOST_AT_ONCE:
            self._apart = _Apart(memory, after, is_counted=True)
            self._outlook.recall(self._blank(connection, last), is_partial=True)
            log.info("Waits: %d events are taken in beside the work of the day", last - after)
            return
        self._apart = None
        taken_in = _take_in(memory, self._after(connection, after), is_old=False)
        self._outlook.recall(memory)
        log.info("Waits: %d events taken in %s", taken_in, "since" if kept else "anew")

    def heed_centre(self) -> None:
        """The centre was exchanged: what was learnt under other hours, counters or rules is learnt again."""
        mark = waits_file.mark_of(self._centre)
        if mark != self._mark:
            self._mark = mark
            self._outlook.doubt()

    def next_page(self, connection: sqlite3.Connection) -> list[sqlite3.Row] | None:
        """What is to be made up for next; None when nothing is."""
        apart = self._apart
        return None if apart is None else list(self._rows(connection, apart.seq, apart.page))

    def make_up(self, page: list[sqlite3.Row]) -> bool:
        """Learn from it, beside the write thread; whether it was the last page and ``catch_up`` can take over."""
        apart = self._apart
        if apart is not None and page:
            _take_in(apart.memory, _decoded(page), is_old=apart.is_counted)
            self._apart = replace(apart, seq=page[-1]["seq"])
        return apart is None or len(page) < apart.page

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """What was made up for takes the place of what the hub started with."""
        apart = self._apart
        if apart is None or self._outlook.is_doubted:
            return
        _take_in(apart.memory, self._after(connection, apart.seq), is_old=apart.is_counted)
        apart.memory.know_desks(SqliteTicketBook(connection).desks(), self._clock.now_ms())
        self._outlook.recall(apart.memory)
        self._apart = self._to_ask_about(connection) if apart.is_counted and not self._goes_on else None
        log.info("Waits: %s of past weeks are learnt", "the paces" if apart.is_counted else "the tickets")

    def _to_ask_about(self, connection: sqlite3.Connection) -> _Apart:
        """The same past once more, asking about each ticket."""
        after = max(_outbox_end(connection)[1] - MOST_EVENTS, 0)
        return _Apart(self._blank(connection, after), after, is_counted=False)

    def _kept(self, connection: sqlite3.Connection) -> Kept | None:
        epoch, last = _outbox_end(connection)
        kept = waits_file.read(self._folder, self._mark)
        if kept is None:
            return None
        if kept.epoch != epoch or kept.seq > last:
            log.warning("What was learnt about waiting is of another database; the outbox is read instead.")
            return None
        if last - kept.seq > MOST_EVENTS:
            log.warning("What was learnt about waiting is too old; the outbox is read instead.")
            return None
        return kept

    def encoded(self, connection: sqlite3.Connection) -> bytes | None:
        """What was learnt, for ``keep`` when this transaction is stored; None while something is missing from it."""
        if self._outlook.is_doubted or self._apart is not None:
            return None
        epoch, last = _outbox_end(connection)
        return waits_file.encode(Kept(epoch, last, self._outlook.memory))

    def keep(self, payload: bytes) -> None:
        """May run in any thread."""
        waits_file.write(self._folder, self._mark, payload)

    def _blank(self, connection: sqlite3.Connection, after: int) -> Memory:
        """Of a centre that has seen nothing: its counters before the first event that is read, when nobody works."""
        now_ms = self._clock.now_ms()
        first_ms = next((row["at_ms"] for row in self._rows(connection, after, 1)), now_ms)
        memory = self._outlook.blank(now_ms)
        desks = (
            replace(desk, is_open=True, holder=None, pause_reason=None) for desk in SqliteTicketBook(connection).desks()
        )
        memory.know_desks(desks, first_ms)
        return memory

    def _after(self, connection: sqlite3.Connection, seq: int) -> Iterator[tuple[Event, int]]:
        return _decoded(self._rows(connection, seq, -1))

    def _rows(self, connection: sqlite3.Connection, seq: int, limit: int) -> Iterator[sqlite3.Row]:
        """Events later than now are of a clock that had run ahead."""
        return connection.execute(_SQL["outbox_page"], {"seq": seq, "now_ms": self._clock.now_ms(), "limit": limit})


def _outbox_end(connection: sqlite3.Connection) -> tuple[int, int]:
    """Which database this is, and its last event."""
    epoch, last = connection.execute(_SQL["outbox_end"]).fetchone()
    return epoch, last


def _decoded(rows: Iterable[sqlite3.Row]) -> Iterator[tuple[Event, int]]:
    """Those that cannot be read are of another version."""
    for _, at_ms, text in rows:
        try:
            yield _EVENT.decode(text), at_ms
        except msgspec.DecodeError:
            continue


def _take_in(memory: Memory, rows: Iterator[tuple[Event, int]], *, is_old: bool) -> int:
    taken_in = 0
    for event, at_ms in rows:
        try:
            memory.hear(event, at_ms, is_old=is_old)
        except Exception:
            log.exception("Waits: %s of %d is passed over", type(event).__name__, at_ms)
        taken_in += 1
    return taken_in
