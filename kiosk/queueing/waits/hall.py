"""The queue at this moment, rebuilt from events: who waits in which lane, which counter does what since when, how fast
things go. Forgiving: an event that cannot be (an unknown ticket, a call without an issue, an end twice) changes nothing
that it should not, and a new day starts with an empty hall.
"""

from dataclasses import dataclass, field

from kiosk.clock import day_of, local
from kiosk.queueing.model import CounterId, ServiceId, TicketClass
from kiosk.queueing.waits.events import (
    Called,
    CounterClosed,
    CounterOpened,
    Ended,
    Event,
    Issued,
    LaneStaffed,
    Left,
)
from kiosk.queueing.waits.pace import Rate, Ratio
from kiosk.queueing.waits.sharing import Sharing

QUARTERS = 24 * 4
_LONGEST_SERVICE_S = 4 * 3600.0  #: longer "services" are ends that nobody pressed


@dataclass(slots=True)
class Waiter:
    """Somebody in the line, with what stood ahead when the ticket was issued."""

    ticket: int
    service: ServiceId
    ticket_class: TicketClass
    queue_ms: int
    issued_ms: int
    ahead_in_lane: int
    ahead_in_hall: int


@dataclass(slots=True)
class Desk:
    """A counter as the log shows it."""

    open: bool = False
    services: frozenset[ServiceId] = frozenset()
    busy_with: ServiceId | None = None
    busy_ticket: int | None = None
    busy_since_ms: int = 0
    opening: int = 0  #: which of all openings was its last; 0: somebody has been called since
    was_known: bool = False  #: before it opened


@dataclass(slots=True)
class LaneMemory:
    """One service: its line and its pace. ``unit`` is seconds of waiting for each place in the line."""

    line: dict[int, Waiter] = field(default_factory=dict)
    priority_waiting: int = 0
    issued_sum_ms: int = 0  #: of everybody in the line, for their mean age
    staffed: int = 0
    last_wait_s: float = 0.0
    last_call_ms: int = 0
    arrivals: Rate = field(default_factory=lambda: Rate(1200))
    calls_lately: Rate = field(default_factory=lambda: Rate(900))
    calls: Rate = field(default_factory=lambda: Rate(3000))
    unit: Ratio = field(default_factory=lambda: Ratio(400))
    unit_lately: Ratio = field(default_factory=lambda: Ratio(12))
    mean_wait: Ratio = field(default_factory=lambda: Ratio(400))
    service_s: Ratio = field(default_factory=lambda: Ratio(300))
    usual_calls: list[float] = field(default_factory=lambda: [0.0] * QUARTERS)  #: in each quarter of an hour of a day
    today_calls: list[int] = field(default_factory=lambda: [0] * QUARTERS)


class Hall:
    """All lanes and counters of one centre."""

    def __init__(self) -> None:
        self.lanes: dict[ServiceId, LaneMemory] = {}
        self.desks: dict[CounterId, Desk] = {}
        self.whole = LaneMemory()  #: the centre as if it were one lane
        self.sharing = Sharing()
        self.day = 0
        self.days_seen = 0
        self.day_started_ms = 0
        self._where: dict[int, ServiceId] = {}
        self._at_desk: dict[int, CounterId] = {}
        self._openings = 0

    def lane(self, service: ServiceId) -> LaneMemory:
        memory = self.lanes.get(service)
        if memory is None:
            memory = self.lanes[service] = LaneMemory()
        return memory

    @property
    def waiting(self) -> int:
        return len(self._where)

    def open_desks(self) -> int:
        """Counters that are open; where the log has no single counters, what the lanes are staffed with at most."""
        if self.desks:
            return sum(desk.open for desk in self.desks.values())
        return max((lane.staffed for lane in self.lanes.values()), default=0)

    def idle_desks(self) -> int:
        """Open counters with nobody at them."""
        return sum(desk.open and desk.busy_with is None for desk in self.desks.values())

    def observe(self, event: Event) -> Waiter | None:
        """Take in what happened; answers with the waiter whom a call took out of the line."""
        self.start_day(event.at_ms)
        match event:
            case Issued():
                self._issued(event)
            case Called():
                return self._called(event)
            case Ended():
                self._ended(event)
            case Left():
                self._take_out(event.ticket)
            case CounterOpened():
                self._opened(event)
            case CounterClosed():
                desk = self.desks.setdefault(event.counter, Desk())
                desk.open, desk.services, desk.was_known = False, event.services or desk.services, True
            case LaneStaffed():
                self.lane(event.service).staffed = max(event.counters, 0)
                self.sharing.observe(event.service, event.counters, ((s, m.staffed) for s, m in self.lanes.items()))
        return None

    def _opened(self, event: CounterOpened) -> None:
        desk = self.desks.setdefault(event.counter, Desk())
        if not desk.open:
            self._openings += 1
            desk.opening = self._openings
        desk.open, desk.services = True, event.services or desk.services

    def start_day(self, now_ms: int) -> bool:
        """Empty the hall if ``now_ms`` is on a later day than all before; whether it was."""
        day = day_of(now_ms)
        if day <= self.day:
            return False
        self._new_day(day, now_ms)
        return True

    def _new_day(self, day: int, at_ms: int) -> None:
        for lane in [*self.lanes.values(), self.whole]:
            lane.line.clear()
            lane.priority_waiting = lane.issued_sum_ms = 0
            if self.days_seen:
                keep = max(1 - 1 / self.days_seen, 0.85)
                lane.usual_calls = [
                    keep * old + (1 - keep) * new for old, new in zip(lane.usual_calls, lane.today_calls, strict=True)
                ]
            lane.today_calls = [0] * QUARTERS
            lane.last_wait_s, lane.last_call_ms, lane.staffed = 0.0, 0, 0
        for desk in self.desks.values():
            desk.open, desk.busy_with, desk.busy_ticket, desk.was_known = False, None, None, True
        self._where.clear()
        self._at_desk.clear()
        self.day, self.day_started_ms = day, at_ms
        self.days_seen += 1

    def _issued(self, event: Issued) -> None:
        self._take_out(event.ticket)
        lane = self.lane(event.service)
        place_ms = event.at_ms if event.queue_ms is None else event.queue_ms
        waiter = Waiter(
            event.ticket, event.service, event.ticket_class, place_ms, event.at_ms, len(lane.line), self.waiting
        )
        lane.line[event.ticket] = waiter
        lane.issued_sum_ms += event.at_ms
        lane.priority_waiting += event.ticket_class is TicketClass.PRIORITY
        self.whole.priority_waiting += event.ticket_class is TicketClass.PRIORITY
        self._where[event.ticket] = event.service
        at_s = event.at_ms / 1000
        lane.arrivals.add(at_s)
        self.whole.arrivals.add(at_s)

    def _take_out(self, ticket: int) -> Waiter | None:
        service = self._where.pop(ticket, None)
        if service is None:
            return None
        lane = self.lanes[service]
        waiter = lane.line.pop(ticket)
        lane.issued_sum_ms -= waiter.issued_ms
        lane.priority_waiting -= waiter.ticket_class is TicketClass.PRIORITY
        self.whole.priority_waiting -= waiter.ticket_class is TicketClass.PRIORITY
        return waiter

    def _called(self, event: Called) -> Waiter | None:
        waiter = self._take_out(event.ticket)
        service = waiter.service if waiter is not None else event.service
        if waiter is not None:
            self._learn_call(waiter, event.at_ms)
        if event.counter is not None and service is not None:
            desk = self.desks.setdefault(event.counter, Desk(open=True))
            desk.busy_with, desk.busy_ticket, desk.busy_since_ms = service, event.ticket, event.at_ms
            desk.opening = 0
            self._at_desk[event.ticket] = event.counter
        return waiter

    def _learn_call(self, waiter: Waiter, at_ms: int) -> None:
        at_s, wait_s = at_ms / 1000, max(at_ms - waiter.issued_ms, 0) / 1000
        moment = local(at_ms)
        quarter = moment.hour * 4 + moment.minute // 15
        lane = self.lanes[waiter.service]
        for memory, ahead in ((lane, waiter.ahead_in_lane), (self.whole, waiter.ahead_in_hall)):
            memory.calls_lately.add(at_s)
            memory.calls.add(at_s)
            memory.today_calls[quarter] += 1
            memory.unit.add(wait_s, ahead + 1)
            memory.unit_lately.add(wait_s, ahead + 1)
            memory.mean_wait.add(wait_s, 1)
            memory.last_wait_s, memory.last_call_ms = wait_s, at_ms

    def _ended(self, event: Ended) -> None:
        counter = self._at_desk.pop(event.ticket, None)
        if counter is None:
            return
        desk = self.desks[counter]
        if desk.busy_ticket != event.ticket or desk.busy_with is None:
            return
        service_s = (event.at_ms - desk.busy_since_ms) / 1000
        if 0 <= service_s <= _LONGEST_SERVICE_S:
            self.lane(desk.busy_with).service_s.add(service_s, 1)
            self.whole.service_s.add(service_s, 1)
        desk.busy_with, desk.busy_ticket = None, None
