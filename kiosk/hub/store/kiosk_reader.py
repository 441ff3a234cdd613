"""What kiosks ask for, read from one moment of the database. Implements ``ports.KioskReader``."""

from kiosk.clock import Clock
from kiosk.hub.store import queries
from kiosk.hub.store.card_key import CardKey
from kiosk.hub.store.likely import LikelyWaits
from kiosk.hub.store.rows import ticket_of
from kiosk.hub.store.store import Readings
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.usecases.catalogue import Likely, catalogue
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.issue import ticket_reply
from kiosk.queueing.model import TicketId
from kiosk.wire.kiosk_api import Catalogue, PrintJobs, TicketReply

_SQL = queries.load("views.sql")
_HOUSE = queries.load("house.sql")
_COPY_KEPT_MS = 10 * 60_000


class SqliteKioskReader:
    """``waits``: shared with the other readers."""

    def __init__(self, readings: Readings, centre: Centre, clock: Clock, waits: LikelyWaits, card_key: CardKey) -> None:
        self._readings, self._centre, self._clock, self._waits = readings, centre, clock, waits
        self._card_key = card_key

    def catalogue(self) -> Catalogue:
        with self._readings.moment() as connection:
            version = connection.execute(_HOUSE["catalogue_version"]).fetchone()[0]
            book, now_ms, centre = SqliteTicketBook(connection), self._clock.now_ms(), self._centre.fixed()
            likely = Likely(self._waits.of_newcomers(book, now_ms), self._waits.picture().quieter_min)
            needs_cards = any(service.needs_identity for service in centre.services.values())
            key = self._card_key.of(book.day()) if needs_cards else ""
            return catalogue(book, centre, likely, version, now_ms, key)

    def catalogue_version(self) -> int:
        with self._readings.moment() as connection:
            return int(connection.execute(_HOUSE["catalogue_version"]).fetchone()[0])

    def ticket(self, ticket: TicketId) -> TicketReply | None:
        with self._readings.moment() as connection:
            row = connection.execute(_SQL["ticket"], {"id": ticket}).fetchone()
            return ticket_reply(ticket_of(row), row["secret"], self._centre) if row else None

    def print_jobs(self, kiosk: str) -> PrintJobs:
        values = {"kiosk": kiosk, "since_ms": self._clock.now_ms() - _COPY_KEPT_MS}
        with self._readings.moment() as connection:
            rows = connection.execute(_SQL["print_jobs"], values).fetchall()
            told = connection.execute(_HOUSE["paper_told"], {"kiosk": kiosk}).fetchone()
        return PrintJobs(
            tickets=[ticket_reply(ticket_of(row), row["secret"], self._centre, row["reprint"]) for row in rows],
            printer_check=told["told_ms"] if told else 0,
        )
