"""Tickets for tests that need one without asking for it."""

from dataclasses import replace
from typing import Any

from kiosk.queueing.model import Promise, ServiceId, Ticket, TicketClass, TicketId, TicketState
from tests.fakes.clock import MONDAY_9_00

_TICKET = Ticket(
    id=TicketId(0),
    day=20261123,
    prefix="B",
    number=1,
    service=ServiceId("khai-sinh"),
    ticket_class=TicketClass.NORMAL,
    state=TicketState.WAITING,
    issued_ms=MONDAY_9_00,
    queue_ms=MONDAY_9_00,
    changed_ms=MONDAY_9_00,
    promise=Promise(people_ahead=0, p10_s=0, p50_s=60, p90_s=300, low_min=0, high_min=5, basis="plain"),
)


def a_ticket(**changes: Any) -> Ticket:
    """A waiting ticket of Monday at nine, not stored yet."""
    return replace(_TICKET, **changes)
