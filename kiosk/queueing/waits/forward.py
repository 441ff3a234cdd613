"""From the hall to its likely futures: who goes before me, who works when, how long things take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from kiosk.clock import local
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits import chance
from kiosk.queueing.waits.arrivals import Arrivals
from kiosk.queueing.waits.durations import Durations
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Event, Issued
from kiosk.queueing.waits.hall import Desk, Hall, Waiter
from kiosk.queueing.waits.simulation import Able, Floor, Overtakers, Party, play, times_s, work
from kiosk.queueing.waits.timetable import DAY_S, NEVER_S, Span, Timetable

Floats = NDArray[np.float64]

LONGEST_S = 10 * 3600.0

_MOST_AHEAD = 400  #: people beyond this are waited for at the average pace
_LONGEST_SERVICE_S = 4 * 3600.0  #: longer "services" are ends that nobody pressed
_AT_ONCE = 64  #: people whose times are drawn together: more would leave the processor's cache


@dataclass(frozen=True, slots=True)
class _Begun:
    """A service that goes on."""

    service: ServiceId
    counter: CounterId
    since_ms: int
    is_priority: bool
    waited_s: float | None  #: None: did not stand in the line


@dataclass(frozen=True, slots=True)
class _Staffing:
    """The counters that take part, in the order in which they were first seen; ``shut``: played as not opened."""

    desks: tuple[tuple[CounterId, Desk], ...]
    shut: frozenset[CounterId] = frozenset()

    def without(self, opened: Sequence[CounterId]) -> "_Staffing":
        """As it was before these were opened; of some nobody knew before."""
        shut = frozenset(opened)
        return _Staffing(tuple((c, desk) for c, desk in self.desks if desk.was_known or c not in shut), shut)

    def able(self, services: Iterable[ServiceId]) -> dict[ServiceId, Able]:
        """The counters that can serve each service, as places among all."""
        found = {s: np.flatnonzero([s in desk.services for _, desk in self.desks]) for s in services}
        return {s: Able(places) for s, places in found.items() if len(places)}

    def fresh(self, service: ServiceId) -> list[CounterId]:
        """Open counters that have called nobody yet, the one that was opened last at the end."""
        found = [(desk.opening, c) for c, desk in self.desks if desk.open and desk.opening and service in desk.services]
        return [c for _, c in sorted(found)]


class Forecaster:
    """Plays the queue forward where single counters are known; keeps what that needs beside the hall."""

    def __init__(self, rule: QueueRule, hours: tuple[Span, ...] = ()) -> None:
        self._rule = rule
        self._timetable = Timetable(hours)
        self._durations = Durations()
        self._arrivals = Arrivals()
        self._free_since: dict[CounterId, int] = {}
        self._busy: dict[int, _Begun] = {}
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
                self._service_begun(event, event.counter, hall, waiter)
            case Ended():
                self._service_ended(event)
            case Issued():
                self._arrivals.add(event.service, event.ticket_class is TicketClass.PRIORITY, at_s)
            case _:
                pass

    def waits_s(self, hall: Hall, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Floats | None:
        """The wait of somebody who takes a ticket now, one value for each run, ascending; None: cannot be played.

        With skills that differ, one more counter can make a line longer: somebody goes there, and somebody else then
        takes the counter that was mine. Nobody is told so: a counter that has opened and called nobody yet counts only
        as far as it shortens the wait.
        """
        staffing = self._staffing(hall)
        waits = self._newcomer_s(hall, staffing, (service, ticket_class), now_ms)
        fresh = staffing.fresh(service) if waits is not None else []
        for some in range(len(fresh)):
            if waits is None or not waits.any():
                break
            before = self._newcomer_s(hall, staffing.without(fresh[some:]), (service, ticket_class), now_ms)
            waits = waits if before is None else np.minimum(waits, before)
        return waits

    def _newcomer_s(
        self, hall: Hall, staffing: _Staffing, newcomer: tuple[ServiceId, TicketClass], now_ms: int
    ) -> Floats | None:
        service, ticket_class = newcomer
        able = staffing.able(hall.lanes if service in hall.lanes else (*hall.lanes, service))
        mine = able.get(service)
        if mine is None:
            return None
        factor = self._durations.day_factors(chance.PACE)
        floor = self._floor(staffing, now_ms)
        order = [w for w in self._ahead(hall, ticket_class) if w.service in able]
        ahead, beyond = order[:_MOST_AHEAD], order[_MOST_AHEAD:]
        overtakers = self._overtakers(able, now_ms, factor) if ticket_class is TicketClass.NORMAL else None
        play(floor, self._parties(ahead, able, now_ms, factor), overtakers)
        if overtakers is not None:
            overtakers.go_before(floor, mine)
        start = floor.first_free_s(mine) + self._poured_s(beyond, able)[-1:].sum()
        return np.sort(np.clip(self._today(start[None, :], floor, now_ms)[0], 0.0, LONGEST_S))

    def waits_of_all_s(self, hall: Hall, now_ms: int) -> dict[int, Floats]:
        """How much longer everybody who waits will wait, by ticket: the queue played once for all of them."""
        staffing = self._staffing(hall)
        able = staffing.able(hall.lanes)
        order = [w for w in self._ahead(hall, None) if w.service in able]
        if not order:
            return {}
        factor = self._durations.day_factors(chance.PACE)
        floor = self._floor(staffing, now_ms)
        overtakers = self._overtakers(able, now_ms, factor)
        ahead, beyond = order[:_MOST_AHEAD], order[_MOST_AHEAD:]
        starts = times_s(np.array(play(floor, self._parties(ahead, able, now_ms, factor), overtakers)))
        if beyond:
            later = [floor.first_free_s(able[w.service]) for w in beyond]
            starts = np.vstack([starts, np.array(later) + self._poured_s(beyond, able)[:, None]])
        waits = np.sort(np.clip(self._today(starts, floor, now_ms), 0.0, LONGEST_S), axis=1)
        return {w.ticket: wait for w, wait in zip(order, waits, strict=True)}

    def start_day(self, day: int) -> None:
        self._timetable.day_over(self._worked)
        self._arrivals.new_day(date(day // 10_000, day // 100 % 100, day % 100).weekday())
        self._durations.new_day()
        self._busy.clear()
        self._day, self._worked = day, False
        self._free_since.clear()

    def _service_begun(self, event: Called, counter: CounterId, hall: Hall, waiter: Waiter | None) -> None:
        self._worked = True
        free_ms = self._free_since.pop(counter, None)
        if free_ms is not None and waiter is not None and waiter.issued_ms < free_ms:
            self._durations.learn_gap(max(event.at_ms - free_ms, 0) / 1000)
        desk = hall.desks.get(counter)
        if desk is not None and desk.busy_with is not None and desk.busy_ticket == event.ticket:
            is_priority = waiter is not None and waiter.ticket_class is TicketClass.PRIORITY
            waited_s = None if waiter is None else max(event.at_ms - waiter.issued_ms, 0) / 1000
            self._busy[event.ticket] = _Begun(desk.busy_with, counter, event.at_ms, is_priority, waited_s)

    def _service_ended(self, event: Ended) -> None:
        begun = self._busy.pop(event.ticket, None)
        if begun is None:
            return
        self._free_since[begun.counter] = event.at_ms
        self._timetable.served(begun.counter, _second_of_day(begun.since_ms), _second_of_day(event.at_ms))
        seconds = (event.at_ms - begun.since_ms) / 1000
        if not 0 <= seconds < _LONGEST_SERVICE_S:
            return
        if event.came:
            self._durations.learn(begun.service, begun.counter, seconds, begun.is_priority)
        if begun.waited_s is not None:
            self._durations.no_shows.learn(begun.waited_s, seconds, event.came)

    def _staffing(self, hall: Hall) -> _Staffing:
        """All counters whose skills are known."""
        known = hall.desks.items() if self._day == hall.day else ()
        return _Staffing(tuple((c, desk) for c, desk in known if desk.services))

    def _floor(self, staffing: _Staffing, now_ms: int) -> Floor:
        now_s = _second_of_day(now_ms)
        tables = [self._timetable.futures(c, now_s, is_shut=c in staffing.shut) for c, _ in staffing.desks]
        drawn = chance.of_desks(range(len(tables)))
        windows = np.stack([t[(u * len(t)).astype(np.intp)] for t, u in zip(tables, drawn, strict=True)], axis=1)
        windows -= now_s
        speeds = np.array([self._durations.speed(c) for c, _ in staffing.desks])
        floor = Floor(windows[..., 0], windows[..., 1], speeds, NEVER_S - DAY_S)
        left_s = np.zeros((len(tables), chance.RUNS))
        for column, (_, desk) in enumerate(staffing.desks):
            left = self._left_s(desk, float(speeds[column]), now_ms)
            if left is not None:
                left_s[column] = left
        floor.busy(left_s)
        return floor

    def _left_s(self, desk: Desk, speed: float, now_ms: int) -> Floats | None:
        """Seconds until the counter calls again; None: it is free, or its end was never pressed."""
        if desk.busy_with is None or desk.busy_ticket is None:
            return None
        elapsed_s = max(now_ms - desk.busy_since_ms, 0) / 1000
        begun = self._busy.get(desk.busy_ticket)
        typical_s = speed * self._durations.typical_s(desk.busy_with, begun is not None and begun.is_priority)
        if elapsed_s > 4 * typical_s * self._durations.shape(desk.busy_with)[-1]:
            return None
        left, gap = chance.of_busy(desk.busy_ticket)
        return self._durations.remaining(desk.busy_with, typical_s, elapsed_s, left) + self._durations.gaps(gap)

    def _today(self, starts: Floats, floor: Floor, now_ms: int) -> Floats:
        """A promise is for those who are called: runs in which nobody serves them any more today do not count.

        ``starts``: (people, runs). Where no run is left, somebody will be back for the next hours of reception.
        """
        late = starts >= floor.gone_s
        if not late.any():
            return starts
        now_s = _second_of_day(now_ms)
        served = (~late).sum(axis=1)[:, None]
        again = np.arange(starts.shape[1]) * served // starts.shape[1]
        found = np.take_along_axis(np.sort(starts, axis=1), again, axis=1)
        return np.where(served > 0, found, self._timetable.next_opening(now_s) - now_s)

    def _ahead(self, hall: Hall, ticket_class: TicketClass | None) -> list[Waiter]:
        """Who is called before a newcomer of that class, in the order of the rule; None: everybody."""
        everybody = [w for lane in hall.lanes.values() for w in lane.line.values()]
        everybody.sort(key=_BY_PLACE)
        priority = [w for w in everybody if w.ticket_class is TicketClass.PRIORITY]
        others = [w for w in everybody if w.ticket_class is TicketClass.NORMAL]
        return interleave(priority, others, self._rule, ticket_class)

    def _poured_s(self, beyond: Sequence[Waiter], able: dict[ServiceId, Able]) -> Floats:
        """The work of people too far back to be played, one after the other, poured onto all counters."""
        typical = {s: self._durations.typical_s(s) * self._durations.shape_mean(s) for s in able}
        return np.array([typical[w.service] for w in beyond]).cumsum() / _desks(able)

    def _parties(
        self, ahead: Sequence[Waiter], able: dict[ServiceId, Able], now_ms: int, factor: Floats
    ) -> list[Party]:
        """Everybody ahead with what they will need; who has waited long by their turn is more likely to be gone."""
        if not ahead:
            return []
        services = list(able)
        place = {service: number for number, service in enumerate(services)}
        kinds = [(w.service, w.ticket_class is TicketClass.PRIORITY) for w in ahead]
        typical = {kind: self._durations.typical_s(*kind) for kind in set(kinds)}
        which = np.array([place[service] for service, _ in kinds])
        typical_s = np.array([typical[kind] for kind in kinds])
        work_s = self._durations.mean_s(services, which, typical_s).cumsum()
        waits_s = (now_ms - np.array([w.issued_ms for w in ahead])) / 1000 + work_s / _desks(able)
        missing = self._durations.no_shows.share(waits_s)
        parties: list[Party] = []
        for first in range(0, len(ahead), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            times = self._durations.draw(
                services,
                which[some, None],
                typical_s[some, None] * factor,
                missing[some, None],
                chance.of_people([w.ticket for w in ahead[some]]),
            )
            parties += [
                Party(able[kind[0]], time, not kind[1]) for kind, time in zip(kinds[some], work(times), strict=True)
            ]
        return parties

    def _overtakers(self, able: dict[ServiceId, Able], now_ms: int, factor: Floats) -> Overtakers | None:
        """Priority citizens who may still come: arrivals at random, services as they are usually wanted."""
        mix = {service: count for service, count in self._arrivals.mix().items() if service in able}
        if not mix:
            return None
        services, counts = list(mix), np.array(list(mix.values()))
        times, people = self._arrivals.expected(_second_of_day(now_ms))
        comes = np.interp(chance.COMES, people, times, right=np.inf)
        edges = counts.cumsum() / counts.sum()
        which = np.minimum(np.searchsorted(edges, chance.WANTED, side="right"), len(services) - 1)
        typical_s = np.array([self._durations.typical_s(s, is_priority=True) for s in services])
        durations = self._durations.draw(
            services,
            which,
            typical_s.take(which) * factor,
            self._durations.no_shows.share(np.zeros(1)),
            chance.TAKES,
        )
        return Overtakers(comes, work(durations), which, [able[service] for service in services])


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
        if not group:
            return [*order, *second]


def _desks(able: dict[ServiceId, Able]) -> int:
    return len(np.unique(np.concatenate([each.counters for each in able.values()])))


def _second_of_day(at_ms: int) -> float:
    moment = local(at_ms)
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


#: Of two who came in the same millisecond the lower ticket is first, as in the rule of calls: one more is the last.
_BY_PLACE = attrgetter("queue_ms", "ticket")
