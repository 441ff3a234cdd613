"""A day at a simulated centre, as the rows that its hub would write: pure, and the same for the same seed.

People come by the half hours of a real day (most between eight and ten), take a ticket, wait, are called, sometimes do
not come; officers serve them one after the other and now and then a counter stands empty, so that some wait too long.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from kiosk.clock import day_of
from kiosk.queueing.promise import make_promise
from kiosk.wire import events
from kiosk.wire.central_api import Happened

#: (from, to, share of the day's people), in hours after midnight.
ARRIVALS = (
    (7.5, 8.0, 0.10),
    (8.0, 9.0, 0.20),
    (9.0, 10.0, 0.19),
    (10.0, 11.0, 0.14),
    (11.0, 11.25, 0.04),
    (13.0, 14.0, 0.12),
    (14.0, 15.0, 0.11),
    (15.0, 16.0, 0.07),
    (16.0, 16.75, 0.03),
)
OPENS_S, CLOSES_S = 7.5 * 3600, 17.5 * 3600
SERVICES = (
    "khai-sinh",
    "ket-hon",
    "sao-y",
    "chu-ky",
    "tam-tru",
    "mo-ho-kinh-doanh",
    "huu-tri-xa-hoi",
    "giay-phep-xay-dung",
)
MEAN_SERVICE_S = 480.0
_UPPER_HOURS = tuple(accumulate(share for _from, _to, share in ARRIVALS))
_SPREAD = 0.6  #: sigma of the logarithm of service times
_MISSED, _PRIORITY, _CANCELLED = 0.04, 0.08, 0.01
_WALK_S, _RECALL_S, _PRINT_S, _LOOK_S = 20.0, 30.0, 3.0, 5.0
_BUSY_ELSEWHERE = 0.2  #: on how many days all counters but one stand empty for a while
_PREFIX = "BCDGHKLMNPTV"


@dataclass(frozen=True, slots=True)
class Shape:
    """A centre: how many come on an ordinary day, and how many counters serve them."""

    code: str
    tickets: int
    counters: int
    kiosks: tuple[str, ...] = ("kiosk-1", "kiosk-2")


@dataclass(slots=True)
class _Ticket:
    id: int
    service: str
    issued_s: float
    started_s: float = 0.0


@dataclass(slots=True)
class _Day:
    """An agenda of (second, order, what, with what); ``rows`` carries it out."""

    shape: Shape
    midnight_ms: int
    chance: random.Random
    ticket: int  #: the id of the next
    given: int = 0
    now_s: float = 0.0
    order: int = 0
    agenda: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = field(default_factory=list)
    rows: list[Happened] = field(default_factory=list)
    priority: deque[_Ticket] = field(default_factory=deque)
    others: deque[_Ticket] = field(default_factory=deque)
    idle: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    def run(self) -> Iterator[Happened]:
        self._plan()
        while self.agenda:
            self.now_s, _order, what, values = heapq.heappop(self.agenda)
            what(*values)
            if self.rows:
                yield from self.rows
                self.rows.clear()

    def _at(self, second: float, what: Callable[..., None], *values: object) -> None:
        self.order += 1
        heapq.heappush(self.agenda, (second, self.order, what, values))

    def _in(self, seconds: float, what: Callable[..., None], *values: object) -> None:
        self._at(self.now_s + seconds, what, *values)

    def _say(self, event: events.Event) -> None:
        self.rows.append(Happened(self.midnight_ms + int(self.now_s * 1000), event))

    def _date(self) -> int:
        return day_of(self.midnight_ms + int(self.now_s * 1000))

    # --- the plan of the day

    def _plan(self) -> None:
        chance = self.chance
        self._at(OPENS_S - 1800, self._open)
        counters = [str(number + 1) for number in range(self.shape.counters)]
        for counter in counters:
            self._at(OPENS_S - chance.uniform(0, 600), self._hold, counter)
        if chance.random() < _BUSY_ELSEWHERE:
            begins_s = chance.choice((8.2, 8.8, 9.5, 13.5)) * 3600
            for counter in counters[1:]:
                self._at(begins_s, self._pause, counter)
                self._at(begins_s + chance.uniform(1800, 3600), self._resume, counter)
        for _ in range(max(1, round(chance.gauss(self.shape.tickets, self.shape.tickets**0.5)))):
            self._at(_arrival_s(chance), self._come)
        self._at(CLOSES_S, self._close)

    def _open(self) -> None:
        self._say(events.DayOpened(day=self._date()))

    def _hold(self, counter: str) -> None:
        self._say(events.CounterHeld(counter=counter))
        self._free(counter)

    def _pause(self, counter: str) -> None:
        self.away.add(counter)
        self._say(events.CounterPaused(counter=counter, reason="other_work"))

    def _resume(self, counter: str) -> None:
        self.away.discard(counter)
        self._say(events.CounterResumed(counter=counter))
        self._call_next()

    def _close(self) -> None:
        for ticket in [*self.priority, *self.others]:
            self._say(events.TicketExpired(ticket=ticket.id, state="expired"))
        self.priority.clear()
        self.others.clear()
        for number in range(self.shape.counters):
            self._say(events.CounterLeft(counter=str(number + 1)))

    # --- a citizen

    def _come(self) -> None:
        chance, service = self.chance, self.chance.choice(SERVICES)
        ticket = _Ticket(self.ticket, service, self.now_s)
        first, kiosk = chance.random() < _PRIORITY, chance.choice(self.shape.kiosks)
        self._issue(ticket, kiosk, first)
        (self.priority if first else self.others).append(ticket)
        self._in(_PRINT_S, self._print, ticket.id, kiosk)
        if chance.random() < _CANCELLED:
            self._in(600, self._give_up, ticket)
        self._in(_LOOK_S, self._call_next)

    def _issue(self, ticket: _Ticket, kiosk: str, first: bool) -> None:
        ahead = len(self.priority) + (0 if first else len(self.others))
        wait_s = ahead * MEAN_SERVICE_S / max(1, self.shape.counters - len(self.away))
        promise = make_promise(ahead, (0.5 * wait_s, wait_s, 1.4 * wait_s + 240), "history")
        self.ticket += 1
        self.given += 1
        self._say(
            events.TicketIssued(
                ticket=ticket.id,
                day=self._date(),
                label=f"{_PREFIX[SERVICES.index(ticket.service)]}{self.given:03d}",
                service=ticket.service,
                ticket_class="priority" if first else "normal",
                kiosk=kiosk,
                people_ahead=ahead,
                p10_s=promise.p10_s,
                p50_s=promise.p50_s,
                p90_s=promise.p90_s,
                low_min=promise.low_min,
                high_min=promise.high_min,
                basis=promise.basis,
            )
        )

    def _print(self, ticket: int, kiosk: str) -> None:
        self._say(events.SlipReported(ticket=ticket, kiosk=kiosk, outcome="printed", reason="", reprint=0))

    def _give_up(self, ticket: _Ticket) -> None:
        for queue in (self.priority, self.others):
            if ticket in queue:
                queue.remove(ticket)
                self._say(events.TicketCancelled(ticket=ticket.id, counter="1"))

    # --- a counter

    def _free(self, counter: str) -> None:
        self.idle.append(counter)
        self._call_next()

    def _call_next(self) -> None:
        while self.priority or self.others:
            counter = next((each for each in self.idle if each not in self.away), None)
            if counter is None:
                return
            self.idle.remove(counter)
            self._call(counter, (self.priority or self.others).popleft())

    def _call(self, counter: str, ticket: _Ticket) -> None:
        self._say(events.TicketCalled(ticket=ticket.id, counter=counter, service=ticket.service))
        if self.chance.random() < _MISSED:
            for recalls in (1, 2):
                self._in(_RECALL_S * recalls, self._recall, counter, ticket, recalls)
            self._in(_RECALL_S * 3, self._miss, counter, ticket)
        else:
            self._in(_WALK_S, self._arrive, counter, ticket)

    def _recall(self, counter: str, ticket: _Ticket, recalls: int) -> None:
        called = events.TicketCalled(ticket=ticket.id, counter=counter, service=ticket.service, recalls=recalls)
        self._say(called)

    def _miss(self, counter: str, ticket: _Ticket) -> None:
        self._say(events.TicketMissed(ticket=ticket.id, counter=counter))
        self._free(counter)

    def _arrive(self, counter: str, ticket: _Ticket) -> None:
        self._say(events.TicketArrived(ticket=ticket.id, counter=counter))
        # A lognormal whose mean is MEAN_SERVICE_S: exp(sigma²/2) = 1.197 for sigma 0.6.
        length_s = min(3600.0, self.chance.lognormvariate(0.0, _SPREAD) * MEAN_SERVICE_S / 1.197)
        ticket.started_s = self.now_s
        self._in(length_s, self._finish, counter, ticket)

    def _finish(self, counter: str, ticket: _Ticket) -> None:
        service_s = round(self.now_s - ticket.started_s, 1)
        self._say(events.TicketFinished(ticket=ticket.id, counter=counter, service=ticket.service, service_s=service_s))
        self._free(counter)


def day_rows(shape: Shape, midnight_ms: int, seed: str, first_ticket: int = 1) -> Iterator[Happened]:
    """The rows of one day in order; ids of tickets count up from ``first_ticket``."""
    return _Day(shape, midnight_ms, random.Random(f"{seed}-{shape.code}-{midnight_ms}"), first_ticket).run()


def _arrival_s(chance: random.Random) -> float:
    drawn = chance.random() * _UPPER_HOURS[-1]
    begins, ends, _share = next(hours for hours, upper in zip(ARRIVALS, _UPPER_HOURS, strict=True) if drawn <= upper)
    return 3600 * chance.uniform(begins, ends)


def shapes(codes: list[str], tickets: int, seed: str) -> list[Shape]:
    """A centre for each code, of different sizes; together they give ``tickets`` on an ordinary day."""
    chance = random.Random(seed)
    sizes = [chance.lognormvariate(0.0, 0.5) for _ in codes]
    scale = tickets / sum(sizes)
    made = [(code, max(1, round(size * scale))) for code, size in zip(codes, sizes, strict=True)]
    return [Shape(code, count, counters_for(count)) for code, count in made]


def counters_for(tickets: int) -> int:
    """As many as the busiest hour of the day (a fifth of the people) keeps busy."""
    return max(1, round(0.2 * tickets * MEAN_SERVICE_S / 3600))
