"""The open database of a hub: one writer, one reader, and who may come in."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from kiosk.clock import Clock, day_of
from kiosk.config.terms import CentreTerms
from kiosk.errors import StoreUnavailable
from kiosk.hub.store import queries
from kiosk.hub.store.access import AccessBook
from kiosk.hub.store.card_key import CardKey
from kiosk.hub.store.connection import connect
from kiosk.hub.store.database import FILE, begin_epoch, prepare
from kiosk.hub.store.lock import FolderLock
from kiosk.hub.store.reach import Reach, reach_of, write_reach
from kiosk.hub.store.recollection import Recollection
from kiosk.hub.store.rows import service_list
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.store.writer import WriteThread
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.catalogue import catalogue_mark
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.day import open_day
from kiosk.hub.usecases.desks import keep_removed_services, park_stranded
from kiosk.hub.usecases.outlook import Outlook
from kiosk.hub.usecases.refused import Refused
from kiosk.web.ports import Session, Staff

T = TypeVar("T")
_COUNTERS = queries.load("counters.sql")
_TOUCH_EVERY_MS = 60_000
_TOKENS_KNOWN_S = 2.0


class Readings:
    """One read connection, used by one thread at a time; each picture is of one moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gate = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        self._connection = connect(self._path, read_only=True)

    def close(self) -> None:
        with self._gate:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def moment(self) -> Iterator[sqlite3.Connection]:
        """Raises StoreUnavailable."""
        with self._gate:
            if self._connection is None:
                raise StoreUnavailable("The hub is closing")
            try:
                self._connection.execute("BEGIN")
                try:
                    yield self._connection
                finally:
                    self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._start_afresh()
                raise StoreUnavailable(str(error)) from error

    def _start_afresh(self) -> None:
        """A connection that failed in a transaction would refuse every later one.

        Without a new one the closed one stays, fails the next reader too, and leads here again.
        """
        if self._connection is not None:
            self._connection.close()
        with suppress(sqlite3.Error):
            self._connection = connect(self._path, read_only=True)


class Store:
    """``on_commit`` is called in the write thread after each stored batch. ``outlook`` hears all that is recorded."""

    def __init__(
        self,
        centre: Centre,
        clock: Clock,
        on_commit: Callable[[], None] = lambda: None,
        outlook: Outlook | None = None,
    ) -> None:
        self._centre, self._clock = centre, clock
        self.outlook = outlook or Outlook(centre)
        self._folder = centre.config.data
        path = self._folder / FILE
        self._lock = FolderLock(self._folder)
        self._noted: Reach | None = None
        self.readings = Readings(path)
        self.sending = Readings(path)  #: of the delivery to central, so that pages need not wait for it
        self.card_key = CardKey(self._folder)
        self._recollection = Recollection(self._folder, centre, clock, self.outlook)
        self._writer = WriteThread(path, on_commit, self.outlook.doubt)

    def open(self) -> None:
        """Raises SchemaTooNew, StoreUnavailable."""
        self._lock.take()
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise

    def _open(self) -> None:
        prepare(self._folder, self._centre.config.centre.id, self._clock)
        self._writer.open()
        self.readings.open()
        self.sending.open()
        self._writer.submit(self._recollection.recall).result()
        self._writer.submit(self._seed).result()
        self.note_reach()

    def close(self) -> None:
        """Finish what was submitted, then close the file; the writer last, so that it can empty the write-ahead log."""
        with suppress(StoreUnavailable):
            self.note_reach()
            self.keep_waits()
        self.sending.close()
        self.readings.close()
        self._writer.close()
        self._lock.release()

    def is_alive(self) -> bool:
        """Whether writes are still being worked on."""
        return self._writer.is_alive()

    def note_reach(self) -> None:
        """Leave beside the database how far it has come. Raises StoreUnavailable."""
        with self.readings.moment() as connection:
            reach = reach_of(connection)
        if reach != self._noted:
            write_reach(self._folder, reach)
            self._noted = reach

    def keep_waits(self) -> None:
        """Leave what was learnt about waiting beside the database. Raises StoreUnavailable."""
        payload = self._writer.submit(self._recollection.encoded, is_quiet=True).result()
        if payload is not None:
            self._recollection.keep(payload)

    def recall_waits(self) -> None:
        """The outlook from what is stored, after a doubt. Raises StoreUnavailable."""
        self._writer.submit(self._recollection.recall, is_quiet=True).result()

    def make_up_for_waits(self) -> bool:
        """A page of past events is learnt from, where the outbox had to be read; whether even the paces are missing
        still, and the next page should follow at once. Raises StoreUnavailable."""
        with self.sending.moment() as connection:
            page = self._recollection.next_page(connection)
        if page is not None and self._recollection.make_up(page):
            self._writer.submit(self._recollection.catch_up, is_quiet=True).result()
            return False
        return self.outlook.is_partial

    def ask_outlook(self, question: Callable[[], T]) -> T:
        """Between two commands, in the write thread: the outlook belongs to it. Raises StoreUnavailable."""
        return self._writer.submit(lambda _connection: question(), is_quiet=True).result()

    async def write(self, use_case: Callable[[TicketBook], T]) -> T:
        """Carry out ``use_case`` in a transaction; returns after it is safely on disk. Raises StoreUnavailable."""
        return await asyncio.wrap_future(self.submit(use_case))

    def submit(self, use_case: Callable[[TicketBook], T]) -> "Future[T]":
        """The same for callers without an event loop."""
        return self._writer.submit(lambda connection: self._on_today(connection, use_case))

    def submit_beside(self, use_case: Callable[[TicketBook, sqlite3.Connection], T]) -> "Future[T]":
        """One that also changes tables that are not the queue's, in the same transaction."""
        return self._writer.submit(
            lambda connection: self._on_today(connection, lambda book: use_case(book, connection))
        )

    def write_access(self, change: Callable[[AccessBook], T]) -> T:
        """Change staff, sessions or tokens; blocks until it is safely on disk. Raises StoreUnavailable."""
        return self._writer.submit(lambda connection: change(AccessBook(connection))).result()

    def maintain(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """A change that is nobody's command; blocks until it is safely on disk. Raises StoreUnavailable."""
        return self._writer.submit(change).result()

    def begin_epoch(self) -> None:
        """The database turned out to be an older copy. Raises StoreUnavailable."""
        self.maintain(lambda connection: begin_epoch(connection, self._folder, self._clock.now_ms()))

    def exchange_centre(self, terms: CentreTerms) -> None:
        """The centre is as ``terms`` say from now on. Raises StoreUnavailable; then it is as before.

        Numbers that were given for a service that is gone stay callable, as after a restart with another file.
        """
        before = self._centre.terms
        try:
            self.maintain(lambda connection: self._exchange(connection, terms))
        except BaseException:
            self._centre.exchange(before)
            raise
        self._recollection.heed_centre()

    def _exchange(self, connection: sqlite3.Connection, terms: CentreTerms) -> None:
        self._centre.exchange(terms)
        self._seed(connection)

    def touch_session(self, token_hash: str, now_ms: int) -> None:
        """The session is in use; nobody waits for it to be stored."""
        self._writer.submit(lambda connection: AccessBook(connection).touch_session(token_hash, now_ms))

    def _on_today(self, connection: sqlite3.Connection, use_case: Callable[[TicketBook], T]) -> T:
        book = SqliteTicketBook(connection)
        now_ms = self._clock.now_ms()
        if day_of(now_ms) != book.day():
            open_day(book, self._centre, now_ms)
            self.card_key.drop_other_than(book.day())
            self._writer.empty_log()
        result = use_case(book)
        if not isinstance(result, Refused):
            self.outlook.observe(book.recorded)
        return result

    def _seed(self, connection: sqlite3.Connection) -> None:
        """Counters as configured, the day of today, and the catalogue that follows."""
        config = self._centre.config
        before = {desk.id: desk.services for desk in SqliteTicketBook(connection).desks()}
        for counter in config.counters:
            values = {"id": counter.id, "services": service_list(config.services_of(counter))}
            connection.execute(_COUNTERS["configure"], values)
        self._on_today(connection, lambda book: park_stranded(book, self._centre, self._clock.now_ms()))
        ids = service_list(frozenset(config.counter_ids()))
        connection.execute(_COUNTERS["remove_others"], {"ids": ids})
        self._on_today(connection, lambda book: keep_removed_services(book, self._centre, before))
        self._on_today(connection, self.refresh_catalogue)
        self.outlook.know_desks(SqliteTicketBook(connection).desks(), self._clock.now_ms())

    def refresh_catalogue(self, book: TicketBook) -> None:
        """A new catalogue version if what can be chosen has changed: by hours, by staff, by configuration."""
        book.put_catalogue(catalogue_mark(book, self._centre, self._clock.now_ms()))


class StoreDirectory:
    """``StaffDirectory`` and ``TokenDirectory`` of the page kit on this store."""

    def __init__(self, store: Store, centre: Centre, clock: Clock) -> None:
        self._store, self._centre, self._clock = store, centre, clock
        self._tokens: dict[str, tuple[str, str]] = {}
        self._tokens_since_s = 0.0

    def staff(self, name: str) -> Staff | None:
        with self._store.readings.moment() as connection:
            return AccessBook(connection).staff(name)

    def session(self, token_hash: str, now_ms: int) -> Session | None:
        with self._store.readings.moment() as connection:
            idle_ms, max_ms = self._centre.config.staff.idle_min * 60_000, self._max_ms()
            return AccessBook(connection).session(token_hash, now_ms - idle_ms, now_ms - max_ms)

    def start_session(self, token_hash: str, name: str, now_ms: int) -> None:
        since_ms = now_ms - self._max_ms()
        self._store.write_access(lambda book: book.start_session(token_hash, name, now_ms, since_ms))

    def _max_ms(self) -> int:
        return self._centre.config.staff.max_h * 3_600_000

    def end_session(self, token_hash: str) -> None:
        self._store.write_access(lambda book: book.end_session(token_hash))

    def touch(self, session: Session, token_hash: str) -> None:
        """A command was given in this session. Written once a minute at most."""
        now_ms = self._clock.now_ms()
        if now_ms - session.seen_ms > _TOUCH_EVERY_MS:
            self._store.touch_session(token_hash, now_ms)

    def token(self, token_hash: str) -> tuple[str, str] | None:
        """What is known stays known for two seconds, so that a kiosk's every request does not cost a query."""
        now_s = self._clock.monotonic_s()
        if now_s - self._tokens_since_s > _TOKENS_KNOWN_S:
            self._tokens, self._tokens_since_s = {}, now_s
        owner = self._tokens.get(token_hash) or self._stored_token(token_hash)
        if owner is not None:
            self._tokens[token_hash] = owner
        return owner

    def _stored_token(self, token_hash: str) -> tuple[str, str] | None:
        with self._store.readings.moment() as connection:
            return AccessBook(connection).token(token_hash)
