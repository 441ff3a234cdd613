"""A citizen takes a ticket. It exists when it is committed; printing comes after and cannot undo it."""

import hmac
from dataclasses import dataclass

from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.forecast import Promises, situation
from kiosk.hub.usecases.opening import refuse_ticket
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing.model import ServiceId, Ticket, TicketClass, TicketId, TicketState
from kiosk.queueing.numbering import next_number
from kiosk.wire.events import TicketIssued
from kiosk.wire.kiosk_api import IssueTicket, TicketReply, WaitRange


@dataclass(frozen=True, slots=True)
class Slip:
    """Where a ticket is taken. ``secret`` makes the address of its public page hard to guess."""

    kiosk: str
    secret: str


def issue_ticket(
    book: TicketBook, centre: Centre, promises: Promises, ask: IssueTicket, slip: Slip, now_ms: int
) -> TicketReply | Refused:
    service = ServiceId(ask.service)
    refused = refuse_ticket(centre, service, book.switched(), now_ms)
    if refused is not None:
        return refused
    day, prefix = book.day(), centre.prefixes[service]
    number = next_number(book.last_number(day, prefix))
    if number is None:
        return Refused(Why.NUMBERS_USED_UP, detail=f"prefix: {prefix}")
    ticket_class = TicketClass(ask.ticket_class)
    ticket = Ticket(
        id=TicketId(0),
        day=day,
        prefix=prefix,
        number=number,
        service=service,
        ticket_class=ticket_class,
        state=TicketState.WAITING,
        issued_ms=now_ms,
        queue_ms=now_ms,
        changed_ms=now_ms,
        promise=promises.promise(book.next_id(), service, ticket_class, situation(book, centre, now_ms)),
    )
    ticket = book.add(ticket, slip.secret, slip.kiosk)
    if ask.card is not None and centre.services[service].needs_identity:
        book.keep_card(ticket.id, ask.card)
    book.record(_issued(ticket, slip.kiosk), now_ms)
    return ticket_reply(ticket, slip.secret, centre)


def ticket_reply(ticket: Ticket, secret: str, centre: Centre, reprint: int = 0) -> TicketReply:
    service = centre.services.get(ticket.service)
    return TicketReply(
        id=ticket.id,
        label=ticket.label,
        day=ticket.day,
        service=ticket.service,
        service_name=centre.service_name(ticket.service),
        ticket_class=ticket.ticket_class.value,
        state=ticket.state.value,
        issued_ms=ticket.issued_ms,
        people_ahead=ticket.promise.people_ahead,
        wait=WaitRange(low_min=ticket.promise.low_min, high_min=ticket.promise.high_min),
        status_url=f"{centre.public_url}/t/{page_token(ticket.id, secret)}",
        bring=list(service.bring) if service else [],
        counter=ticket.counter,
        reprint=reprint,
        centre=centre.config.centre.name,
        foot=centre.terms.texts.slip_foot,
    )


def page_token(ticket: TicketId, secret: str) -> str:
    """The last part of the address of a ticket's page."""
    return f"{ticket}-{secret}"


def ticket_of_page(token: str) -> tuple[TicketId, str] | None:
    """The ticket and the secret that a page token claims, or None when it is none."""
    number, dash, secret = token.partition("-")
    if not (dash and number.isascii() and number.isdecimal() and len(number) <= 15):
        return None
    return TicketId(int(number)), secret


def is_secret(claimed: str, secret: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(claimed.encode(), secret.encode())


def _issued(ticket: Ticket, kiosk: str) -> TicketIssued:
    told = ticket.promise
    return TicketIssued(
        ticket=ticket.id,
        day=ticket.day,
        label=ticket.label,
        service=ticket.service,
        ticket_class=ticket.ticket_class.value,
        kiosk=kiosk,
        people_ahead=told.people_ahead,
        p10_s=told.p10_s,
        p50_s=told.p50_s,
        p90_s=told.p90_s,
        low_min=told.low_min,
        high_min=told.high_min,
        basis=told.basis,
    )
