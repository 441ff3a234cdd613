"""A citizen stopped waiting for the answer: what they did not see must not stand in the queue."""

import msgspec

from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing import transitions
from kiosk.queueing.model import TicketId
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command
from kiosk.wire.common import Done
from kiosk.wire.events import TicketWithdrawn
from kiosk.wire.kiosk_api import TicketReply


def withdraw_ticket(
    book: TicketBook, centre: Centre, request_id: str, *, mark: bytes, kiosk: str, now_ms: int
) -> Done | Refused:
    """Cancel the ticket that ``request_id`` was answered with, or use the id up, so that a late request stores nothing.

    A ticket that has been called meanwhile stays: somebody is at it. ``mark`` is the fingerprint of the withdrawal.
    """
    known = book.answered(request_id)
    if known is None:
        book.keep_answer(request_id, mark, msgspec.json.encode(Done()), now_ms)
        return Done()
    if known[0] == mark:
        return Done()
    try:
        ticket = book.ticket(TicketId(msgspec.json.decode(known[1], type=TicketReply).id))
    except msgspec.ValidationError:
        return Refused(Why.REQUEST_ID_REUSED)
    if ticket is not None and book.slip_kiosk(ticket.id, 0) != kiosk:
        return Refused(Why.REQUEST_ID_REUSED)
    cancelled = transitions.apply(ticket, Command(Action.CANCEL), centre.rule, now_ms) if ticket else None
    if cancelled is not None and not isinstance(cancelled, transitions.Refusal) and cancelled.called_ms is None:
        book.put(cancelled)
        book.record(TicketWithdrawn(ticket=cancelled.id, kiosk=kiosk), now_ms)
    return Done()
