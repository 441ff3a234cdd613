"""Brings the outlook up to what is stored: the file of what was learnt and the outbox after it, or the outbox alone.

1. What changes the outlook runs in the write thread, so that no command comes in between.
2. Without a file the hub starts at once with the paces of the last weeks, which take a second to count. What is learnt
   by asking the model about each past ticket takes minutes: it is made up for page by page, beside the work of the day.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
PAGE = 400  #: events made up for at once: about a hundred tickets, half a second
_SQL = queries.load("house.sql")
_EVENT = msgspec.json.Decoder(Event)


class Recollection:
    """``recall`` at the start and in doubt, ``keep`` now and then, ``make_up`` until it has nothing left to do."""

    def __init__(self, folder: Path, centre: Centre, clock: Clock, outlook: Outlook) -> None:
        self._folder, self._clock, self._outlook = folder, clock, outlook
        self._mark = waits_file.mark_of(centre)
        self._apart: tuple[Memory, int] | None = None  #: what is being made up for, and the last event in it

    def recall(self, connection: sqlite3.Connection) -> None:
        """The outlook as it would be had the hub never stopped."""
        started_s = self._clock.monotonic_s()
        epoch, last = connection.execute(_SQL["outbox_end"]).fetchone()
        kept = waits_file.read(self._folder, self._mark)
        if kept is not None and (kept.epoch != epoch or kept.seq > last):
            log.warning("What was learnt about waiting is of another database; the outbox is read instead.")
            kept = None
        after = max(last - MOST_EVENTS, 0) if kept is None else kept.seq
        memory = self._blank(connection, after) if kept is None else kept.memory
        is_old = kept is None and last - after > PAGE
        self._apart = (self._blank(connection, after), after) if is_old else None
        taken_in = _take_in(memory, self._after(connection, after), is_old=is_old)
        self._outlook.recall(memory)
        took_s = self._clock.monotonic_s() - started_s
        log.info("Waits: %d events taken in %s, in %.1f s", taken_in, "since" if kept else "anew", took_s)

    def next_page(self, connection: sqlite3.Connection) -> list[sqlite3.Row] | None:
        """What is to be made up for next; None when nothing is."""
        return None if self._apart is None else list(self._rows(connection, self._apart[1], PAGE))

    def make_up(self, page: list[sqlite3.Row]) -> bool:
        """Learn from it, beside the write thread; whether it was the last page and ``catch_up`` can take over."""
        if self._apart is not None and page:
            memory = self._apart[0]
            _take_in(memory, _decoded(page), is_old=False)
            self._apart = memory, page[-1]["seq"]
        return len(page) < PAGE

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """What was made up for takes the place of what the hub started with."""
        if self._apart is None or self._outlook.is_doubted:
            return
        memory, after = self._apart
        _take_in(memory, self._after(connection, after), is_old=False)
        memory.know_desks(SqliteTicketBook(connection).desks(), self._clock.now_ms())
        self._outlook.recall(memory)
        self._apart = None
        log.info("Waits: the tickets of past weeks are learnt from")

    def encoded(self, connection: sqlite3.Connection) -> bytes | None:
        """What was learnt, for ``keep`` when this transaction is stored; None while something is missing from it."""
        if self._outlook.is_doubted or self._apart is not None:
            return None
        epoch, last = connection.execute(_SQL["outbox_end"]).fetchone()
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
