"""What officers did with dossiers, in the hub's own log: who was at the counter then, and so how long it took.

The act itself is central's, and stands when this is called: a disk that is full loses the note of it and nothing else.
"""

import logging
from dataclasses import dataclass

from kiosk.clock import Clock
from kiosk.errors import StoreUnavailable
from kiosk.hub.dossiers.ports import SubmissionBook, SubmissionLedger
from kiosk.hub.usecases.book import TicketBook
from kiosk.wire.events import DossierActed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Acted:
    """``act``: as in ``DossierActed``. ``counter`` "": none is held; ``ticket`` 0: nobody is at it."""

    code: str
    procedure: str
    act: str
    counter: str
    ticket: int


def note_acted(book: TicketBook, rows: SubmissionBook, acted: Acted, now_ms: int) -> None:
    if acted.ticket:
        rows.note_visit(acted.code, acted.ticket)
    event = DossierActed(
        code=acted.code, procedure=acted.procedure, act=acted.act, counter=acted.counter, visit=acted.ticket
    )
    book.record(event, now_ms)


class Acting:
    """Blocks until it is on disk."""

    def __init__(self, ledger: SubmissionLedger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def note(self, acted: Acted) -> None:
        now_ms = self._clock.now_ms()
        try:
            self._ledger.submit(lambda book, rows: note_acted(book, rows, acted, now_ms))
        except StoreUnavailable as error:
            log.error("An officer's act is not in the log of this hub: %s", error, extra={"act": acted.act})
