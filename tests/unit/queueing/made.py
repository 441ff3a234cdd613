"""Tickets and settings for the tests of the queue."""

from kiosk.queueing.model import (
    CounterId,
    Promise,
    ServiceId,
    Ticket,
    TicketClass,
    TicketId,
    TicketState,
)

MORNING_MS = 1_795_395_600_000  # 2026-11-23 08:00 local, a Monday
MINUTE_MS = 60_000
PROMISE = Promise(people_ahead=0, p10_s=0, p50_s=60, p90_s=120, low_min=0, high_min=2, basis="plain")


def ticket(
    number: int = 1,
    service: str = "khai-sinh",
    ticket_class: TicketClass = TicketClass.NORMAL,
    came_ms: int = MORNING_MS,
    state: TicketState = TicketState.WAITING,
    overtaken_ms: int | None = None,
    counter: str | None = None,
) -> Ticket:
    return Ticket(
        id=TicketId(number),
        day=20261123,
        prefix="B",
        number=number,
        service=ServiceId(service),
        ticket_class=ticket_class,
        state=state,
        issued_ms=came_ms,
        queue_ms=came_ms,
        changed_ms=came_ms,
        promise=PROMISE,
        counter=None if counter is None else CounterId(counter),
        overtaken_ms=overtaken_ms,
    )
