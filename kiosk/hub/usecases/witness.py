"""What the outbox tells, retold to the wait estimator: who joined a line, who is at which counter, who works.

1. The estimator hears of lines, counters and their ends, and of nothing else: no recalls, no arrivals, no papers.
2. A slip that was taken back never happened: the ticket is put back where it was, and nothing is learnt from it.
3. A counter that nobody has ever worked at does not exist for it: in its first days it would expect every closed
   counter of the centre to open at once.
4. An event that cannot be (an unknown ticket, a counter that the centre no longer has) changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kiosk.hub.usecases.book import Desk
from kiosk.queueing.model import CounterId, ServiceId, TicketClass, TicketId
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Issued, Left
from kiosk.queueing.waits.events import Event as Heard
from kiosk.wire import events

_NO_MOVE = frozenset({"recall", "arrive"})


class Place(StrEnum):
    LINE = "line"
    DESK = "desk"
    AWAY = "away"  #: ended, parked, missed, cancelled


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket of today. ``promised_ms``: the instant that was promised at issue, the high end of the range."""

    service: ServiceId
    ticket_class: TicketClass
    issued_ms: int
    promised_ms: int
    place: Place
    counter: CounterId | None = None
    since_ms: int = 0  #: of the call, while at a counter and after


@dataclass(frozen=True, slots=True)
class Staffing:
    """A counter as the estimator knows it."""

    services: frozenset[ServiceId] = frozenset()
    is_open: bool = True
    is_held: bool = False
    is_paused: bool = False
    has_worked: bool = False  #: ever

    @property
    def works(self) -> bool:
        return self.is_open and self.is_held and not self.is_paused


@dataclass(slots=True)
class Witness:
    """One day of one centre; ``tell`` in the order of the outbox."""

    tickets: dict[TicketId, Known] = field(default_factory=dict)
    desks: dict[CounterId, Staffing] = field(default_factory=dict)
    in_line: int = 0  #: how many of ``tickets`` wait
    _before: dict[TicketId, Known] = field(default_factory=dict)

    def know_desks(self, desks: Iterable[Desk], at_ms: int) -> list[Heard]:
        """Counters as they stand in the database; those that are not there any more are forgotten."""
        now = {
            desk.id: Staffing(desk.services, desk.is_open, desk.holder is not None, desk.pause_reason is not None)
            for desk in desks
        }
        told = [each for counter, staffing in now.items() for each in self._staff(counter, staffing, at_ms)]
        self.desks = {counter: self.desks[counter] for counter in now}
        return told

    def tell(self, event: events.Event, at_ms: int) -> list[Heard]:
        """What the estimator is told of ``event``."""
        handler = _HANDLERS.get(type(event))
        return handler(self, event, at_ms) if handler else []

    def waiting(self) -> list[tuple[TicketId, Known]]:
        return [(ticket, known) for ticket, known in self.tickets.items() if known.place is Place.LINE]

    def _issued(self, event: events.TicketIssued, at_ms: int) -> list[Heard]:
        kind, service = TicketClass(event.ticket_class), ServiceId(event.service)
        promised_ms = at_ms + event.high_min * 60_000
        self._put(TicketId(event.ticket), Known(service, kind, at_ms, promised_ms, Place.LINE))
        return [Issued(at_ms, event.ticket, service, kind)]

    def _called(self, event: events.TicketCalled, at_ms: int) -> list[Heard]:
        if event.recalls:
            return []
        ticket, service = TicketId(event.ticket), ServiceId(event.service)
        known = self.tickets.get(ticket) or Known(service, TicketClass.NORMAL, at_ms, at_ms, Place.AWAY)
        self.tickets[ticket] = known
        called = replace(known, service=service, place=Place.DESK, counter=CounterId(event.counter), since_ms=at_ms)
        return self._move(ticket, called, at_ms)

    def _gone(self, event: Any, at_ms: int) -> list[Heard]:
        known = self.tickets.get(event.ticket)
        if known is None:
            return []
        came = not isinstance(event, events.TicketMissed)
        return self._move(event.ticket, replace(known, place=Place.AWAY), at_ms, came=came)

    def _requeued(self, event: events.TicketRequeued, at_ms: int) -> list[Heard]:
        known = self.tickets.get(TicketId(event.ticket))
        return self._move(TicketId(event.ticket), replace(known, place=Place.LINE), at_ms) if known else []

    def _transferred(self, event: events.TicketTransferred, at_ms: int) -> list[Heard]:
        known = self.tickets.get(TicketId(event.ticket))
        if known is None:
            return []
        moved = replace(known, service=ServiceId(event.to_service), place=Place.LINE)
        return self._move(TicketId(event.ticket), moved, at_ms)

    def _put(self, ticket: TicketId, now: Known) -> None:
        before = self.tickets.get(ticket)
        self.in_line += (now.place is Place.LINE) - (before is not None and before.place is Place.LINE)
        self.tickets[ticket] = now

    def _move(self, ticket: TicketId, now: Known, at_ms: int, *, came: bool = True) -> list[Heard]:
        before = self._before[ticket] = self.tickets[ticket]
        self._put(ticket, now)
        told: list[Heard] = []
        if before.place is Place.DESK:
            told.append(Ended(at_ms, ticket, came))
        elif before.place is Place.LINE and now.place is Place.AWAY:
            told.append(Left(at_ms, ticket))
        if now.place is Place.LINE:
            told.append(Issued(at_ms, ticket, now.service, now.ticket_class, now.issued_ms))
        elif now.place is Place.DESK:
            told.append(Called(at_ms, ticket, self._counter(now), now.service))
        return told

    def _undone(self, event: events.ActionUndone, at_ms: int) -> list[Heard]:
        """Back to where it was. A call ends before it began, a return to the line keeps the time of issue."""
        ticket = TicketId(event.ticket)
        now, back = self.tickets.get(ticket), self._before.pop(ticket, None)
        if now is None or back is None or event.action in _NO_MOVE:
            return []
        self._put(ticket, back)
        told: list[Heard] = []
        if now.place is Place.DESK:
            told.append(Ended(now.since_ms - 1, ticket))
        elif now.place is Place.LINE and back.place is not Place.LINE:
            told.append(Left(at_ms, ticket))
        if back.place is Place.LINE:
            told.append(Issued(back.issued_ms, ticket, back.service, back.ticket_class, back.issued_ms))
        elif back.place is Place.DESK:
            told.append(Called(back.since_ms, ticket, self._counter(back), back.service))
        return told

    def _counter(self, known: Known) -> CounterId | None:
        return known.counter if known.counter in self.desks else None

    def _day_opened(self, _event: events.DayOpened, at_ms: int) -> list[Heard]:
        self.tickets, self._before, self.in_line = {}, {}, 0
        self.desks = {each: replace(staff, is_held=False, is_paused=False) for each, staff in self.desks.items()}
        return []

    def _desk(self, event: Any, at_ms: int, **changes: Any) -> list[Heard]:
        counter = CounterId(event.counter)
        known = self.desks.get(counter)
        return self._staff(counter, replace(known, **changes), at_ms) if known else []

    def _services_set(self, event: events.CounterServicesSet, at_ms: int) -> list[Heard]:
        return self._desk(event, at_ms, services=frozenset(map(ServiceId, event.services)))

    def _staff(self, counter: CounterId, now: Staffing, at_ms: int) -> list[Heard]:
        before = self.desks.get(counter)
        has_worked = now.works or now.has_worked or (before is not None and before.has_worked)
        self.desks[counter] = replace(now, has_worked=has_worked)
        if not has_worked or (before is not None and (before.works, before.services) == (now.works, now.services)):
            return []
        told = CounterOpened if now.works else CounterClosed
        return [told(at_ms, counter, now.services)]


def _staffed(**changes: bool) -> "Callable[[Witness, Any, int], list[Heard]]":
    return lambda witness, event, at_ms: witness._desk(event, at_ms, **changes)


_HANDLERS: dict[type, Callable[[Witness, Any, int], list[Heard]]] = {
    events.TicketIssued: Witness._issued,
    events.TicketCalled: Witness._called,
    events.TicketFinished: Witness._gone,
    events.TicketMissed: Witness._gone,
    events.TicketParked: Witness._gone,
    events.TicketCancelled: Witness._gone,
    events.TicketWithdrawn: Witness._gone,
    events.TicketExpired: Witness._gone,
    events.TicketRequeued: Witness._requeued,
    events.TicketTransferred: Witness._transferred,
    events.ActionUndone: Witness._undone,
    events.DayOpened: Witness._day_opened,
    events.CounterServicesSet: Witness._services_set,
    events.CounterHeld: _staffed(is_held=True, is_paused=False),
    events.CounterLeft: _staffed(is_held=False, is_paused=False),
    events.CounterPaused: _staffed(is_paused=True),
    events.CounterResumed: _staffed(is_paused=False),
    events.CounterOpened: _staffed(is_open=True),
    events.CounterClosed: _staffed(is_open=False),
}
