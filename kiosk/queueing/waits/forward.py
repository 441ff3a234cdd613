"""From the hall to its likely futures: who goes before me, who works when, how long things take."""

from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from kiosk.clock import local
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.arrivals import Arrivals
from kiosk.queueing.waits.durations import Durations
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Event, Issued
from kiosk.queueing.waits.hall import Desk, Hall, Waiter
from kiosk.queueing.waits.simulation import Floor, Party, Places, play, play_overtakers
from kiosk.queueing.waits.timetable import DAY_S, NEVER_S, Span, Timetable

Floats = NDArray[np.float64]

RUNS = 80
LONGEST_S = 10 * 3600.0

_MOST_AHEAD = 400  #: people beyond this are waited for at the average pace
_MOST_OVERTAKERS = 24


class Forecaster:
    """Plays the queue forward where single counters are known; keeps what that needs beside the hall."""

    def __init__(self, rule: QueueRule, hours: tuple[Span, ...] = ()) -> None:
        self._rule = rule
        self._timetable = Timetable(hours)
        self._durations = Durations()
        self._arrivals = Arrivals()
        self._free_since: dict[CounterId, int] = {}
        self._busy: dict[int, tuple[ServiceId, CounterId, int]] = {}
        self._day = 0
        self._worked = False

    def observe(self, event: Event, hall: Hall, waiter: Waiter | None = None) -> None:
        """Learn from an event; called after the hall has taken it in."""
        if hall.day != self._day:
            self.start_day(hall.day)
        at_s = _second_of_day(event.at_ms)
        match event:
            case CounterOpened():
                self._timetable.opened(event.counter, at_s)
            case CounterClosed():
                self._timetable.closed(event.counter, at_s)
                self._free_since.pop(event.counter, None)
            case Called() if event.counter is not None:
                self._worked = True
                self._learn_gap(event, waiter)
                desk = hall.desks.get(event.counter)
                if desk is not None and desk.busy_with is not None and desk.busy_ticket == event.ticket:
                    self._busy[event.ticket] = desk.busy_with, event.counter, event.at_ms
            case Ended():
                self._service_ended(event)
            case Issued() if event.ticket_class is TicketClass.PRIORITY:
                self._arrivals.add(event.service, at_s)
            case _:
                pass

    def waits_s(self, hall: Hall, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Floats | None:
        """The wait of somebody who takes a ticket now, one value for each run, ascending; None: cannot be played."""
        if self._day != hall.day or service not in hall.lanes:
            return None
        counters = [c for c, desk in hall.desks.items() if desk.services]
        able = {s: _able(counters, hall, s) for s in hall.lanes}
        if not len(able[service]):
            return None
        rng = np.random.default_rng(now_ms)
        floor = self._floor(counters, hall, now_ms, rng)
        ahead = [w for w in self._ahead(hall, ticket_class) if len(able[w.service])]
        play(floor, self._parties(ahead, able, rng))
        if ticket_class is TicketClass.NORMAL:
            play_overtakers(floor, able[service], self._overtakers(able, now_ms, rng))
        mine = able[service]
        return np.sort(np.clip(np.minimum(floor.first_free(mine), floor.last_close(mine)), 0.0, LONGEST_S))

    def waits_of_all_s(self, hall: Hall, now_ms: int) -> dict[int, Floats]:
        """How much longer everybody who waits will wait, by ticket: the queue played once for all of them."""
        if self._day != hall.day:
            return {}
        counters = [c for c, desk in hall.desks.items() if desk.services]
        able = {s: _able(counters, hall, s) for s in hall.lanes}
        order = [w for w in self._ahead(hall, None) if len(able[w.service])]
        if not order:
            return {}
        rng = np.random.default_rng(now_ms)
        floor = self._floor(counters, hall, now_ms, rng)
        starts = play(floor, self._parties(order, able, rng))
        return {w.ticket: np.clip(start, 0.0, LONGEST_S) for w, start in zip(order, starts, strict=True)}

    def start_day(self, day: int) -> None:
        self._timetable.day_over(self._worked)
        self._arrivals.day_over()
        self._durations.new_day()
        self._busy.clear()
        self._day, self._worked = day, False
        self._free_since.clear()

    def _service_ended(self, event: Ended) -> None:
        begun = self._busy.pop(event.ticket, None)
        if begun is not None:
            service, counter, since_ms = begun
            self._free_since[counter] = event.at_ms
            self._timetable.served(counter, _second_of_day(since_ms), _second_of_day(event.at_ms))
            seconds = (event.at_ms - since_ms) / 1000
            if 0 <= seconds < 4 * 3600:
                self._durations.learn(service, counter, seconds)

    def _learn_gap(self, event: Called, waiter: Waiter | None) -> None:
        free_ms = self._free_since.pop(event.counter, None) if event.counter is not None else None
        if free_ms is not None and waiter is not None and waiter.issued_ms < free_ms:
            self._durations.learn_gap((event.at_ms - free_ms) / 1000)

    def _floor(self, counters: Sequence[CounterId], hall: Hall, now_ms: int, rng: np.random.Generator) -> Floor:
        now_s = _second_of_day(now_ms)
        tables = [self._timetable.futures(c, now_s) for c in counters]
        windows = np.stack([t[rng.integers(len(t), size=RUNS)] for t in tables], axis=1) - now_s
        opens, closes = windows[..., 0], windows[..., 1]
        floor = Floor(opens, closes, self._speeds(counters), NEVER_S - DAY_S)
        for column, counter in enumerate(counters):
            left = self._left_s(hall.desks[counter], now_ms, rng)
            if left is not None:
                floor.busy(column, left)
        return floor

    def _left_s(self, desk: Desk, now_ms: int, rng: np.random.Generator) -> Floats | None:
        if desk.busy_with is None:
            return None
        elapsed_s = max(now_ms - desk.busy_since_ms, 0) / 1000
        if elapsed_s > 4 * self._durations.samples(desk.busy_with)[-1]:
            return None
        left = self._durations.remaining(desk.busy_with, elapsed_s, rng.random(RUNS))
        return left + self._durations.gaps(rng.random(RUNS))

    def _speeds(self, counters: Sequence[CounterId]) -> Floats:
        return np.array([self._durations.speed(c) for c in counters])

    def _ahead(self, hall: Hall, ticket_class: TicketClass | None) -> list[Waiter]:
        """Who is called before a newcomer of that class, in the order of the rule; None: everybody."""
        everybody = sorted((w for lane in hall.lanes.values() for w in lane.line.values()), key=lambda w: w.queue_ms)
        priority = [w for w in everybody if w.ticket_class is TicketClass.PRIORITY]
        others = [w for w in everybody if w.ticket_class is TicketClass.NORMAL]
        return interleave(priority, others, self._rule, ticket_class)[:_MOST_AHEAD]

    def _parties(self, ahead: Iterable[Waiter], able: dict[ServiceId, Places], rng: np.random.Generator) -> list[Party]:
        return [Party(able[w.service], self._draw_s(w.service, rng)) for w in ahead]

    def _draw_s(self, service: ServiceId, rng: np.random.Generator) -> Floats:
        samples = self._durations.samples(service)
        drawn: Floats = samples[rng.integers(len(samples), size=RUNS)] * self._durations.pace(service)
        return drawn + self._durations.gaps(rng.random(RUNS))

    def _overtakers(self, able: dict[ServiceId, Places], now_ms: int, rng: np.random.Generator) -> list[Party]:
        """Priority citizens who may come while I wait: arrivals at random, services as they came lately."""
        now_s = _second_of_day(now_ms)
        mix = self._arrivals.mix([s for s, counters in able.items() if len(counters)], now_s)
        total = sum(mix.values())
        if total <= 0:
            return []
        times, people = self._arrivals.expected(now_s)
        turns = rng.exponential(1.0, size=(_MOST_OVERTAKERS, RUNS)).cumsum(axis=0)
        comes = np.interp(turns, people, times, right=LONGEST_S)
        services = list(mix)
        chosen = rng.choice(len(services), size=_MOST_OVERTAKERS, p=[n / total for n in mix.values()])
        return [
            Party(able[services[c]], self._draw_s(services[c], rng), at) for c, at in zip(chosen, comes, strict=True)
        ]


def interleave(
    priority: Sequence[Waiter], others: Sequence[Waiter], rule: QueueRule, newcomer: TicketClass | None
) -> list[Waiter]:
    """Who is called before a newcomer of that class (None: everybody), in the order of calls."""
    order: list[Waiter] = []
    first, second = iter(priority), iter(others)
    priority_share, others_share = max(rule.priority_share, 1), max(rule.others_share, 1)
    while True:
        group = list(islice(first, priority_share))
        order += group
        if newcomer is TicketClass.PRIORITY and len(group) < priority_share:
            return order
        others_group = list(islice(second, others_share))
        order += others_group
        if newcomer is TicketClass.NORMAL and len(others_group) < others_share:
            return order
        if not group and not others_group:
            return order


def _able(counters: Sequence[CounterId], hall: Hall, service: ServiceId) -> Places:
    return np.array([i for i, c in enumerate(counters) if service in hall.desks[c].services], dtype=np.intp)


def _second_of_day(at_ms: int) -> float:
    moment = local(at_ms)
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
