"""Brings the outlook up to what is stored: the file of what was learnt and the outbox after it, or the outbox alone.

Everything here runs in the write thread, so that no command comes in between.
"""

import logging
import sqlite3
from collections.abc import Iterator
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

#: Of the outbox, where there is no file: some forty days of a large centre, read in about a second. Older ones have
#: faded from every number that is learnt without asking about each ticket.
MOST_EVENTS = 60_000
_SQL = queries.load("house.sql")
_EVENT = msgspec.json.Decoder(Event)


class Recollection:
    """``recall`` at the start and in doubt; ``keep`` now and then."""

    def __init__(self, folder: Path, centre: Centre, clock: Clock, outlook: Outlook) -> None:
        self._folder, self._clock, self._outlook = folder, clock, outlook
        self._mark = waits_file.mark_of(centre)

    def recall(self, connection: sqlite3.Connection) -> None:
        """The outlook as it would be had the hub never stopped."""
        started_s, now_ms = self._clock.monotonic_s(), self._clock.now_ms()
        epoch, last = connection.execute(_SQL["outbox_end"]).fetchone()
        kept = waits_file.read(self._folder, self._mark)
        if kept is not None and (kept.epoch != epoch or kept.seq > last):
            log.warning("What was learnt about waiting is of another database; the outbox is read instead.")
            kept = None
        memory = self._outlook.blank(now_ms) if kept is None else kept.memory
        if kept is None:
            memory.know_desks(SqliteTicketBook(connection).desks(), now_ms)
        after = max(last - MOST_EVENTS, 0) if kept is None else kept.seq
        taken_in = _take_in(memory, _rows(connection, after, now_ms), is_old=kept is None)
        self._outlook.recall(memory)
        took_s = self._clock.monotonic_s() - started_s
        log.info("Waits: %d events taken in %s, in %.1f s", taken_in, "anew" if kept is None else "since", took_s)

    def encoded(self, connection: sqlite3.Connection) -> bytes | None:
        """What was learnt, for ``keep`` when this transaction is stored; None while it is in doubt."""
        if self._outlook.is_doubted:
            return None
        epoch, last = connection.execute(_SQL["outbox_end"]).fetchone()
        return waits_file.encode(Kept(epoch, last, self._outlook.memory))

    def keep(self, payload: bytes) -> None:
        """May run in any thread."""
        waits_file.write(self._folder, self._mark, payload)


def _rows(connection: sqlite3.Connection, after: int, now_ms: int) -> Iterator[tuple[Event, int]]:
    """Events later than now are of a clock that had run ahead; those that cannot be read are of another version."""
    for at_ms, text in connection.execute(_SQL["outbox_after"], {"seq": after, "now_ms": now_ms}):
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
