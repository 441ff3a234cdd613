"""The plain wait estimate: the work ahead, poured onto the counters that can do it.

Everybody who will be called before the newcomer is work (people x mean service time of their service). The work of
each lane is poured onto the counters that serve it like water into connected vessels: always onto the least loaded,
starting from what is left of the service that a busy counter is at. The newcomer waits until the least loaded counter
that can serve it has run dry. This is the balanced load of a flexible server system (Hajek, "Performance of global load
balancing by local adjustment", 1990), in one pass.

Two promises of the arithmetic, kept by property tests: more people ahead never shorten the estimate, and one more open
counter that can serve the newcomer never lengthens it (each pour is monotone in the levels; an absent counter is an
infinitely full one).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite, sqrt

from kiosk.queueing.model import CounterView, Lane, QueueRule, ServiceId, TicketClass

DEFAULT_SERVICE_S = 8 * 60.0  #: before anything is known about a service
LONGEST_S = 10 * 3600.0  #: no wait is longer than a day at the centre

_REOPENING_S = 10 * 60.0  #: guess of when a counter comes back for a service that no open counter serves
_CALLING_S = 60.0  #: officers do not press "next" in the same second
_SERVICE_CV = 1.0  #: spread of one service time over its mean; 0.7 to 1.2 in offices
_DRIFT_CV = 0.3  #: spread of a whole day's pace: breaks, slow systems
_Z90 = 1.2816  #: 90th percentile of the normal distribution
_POURS = 2  #: each lane is poured in so many turns, so that no lane is all before another


@dataclass(frozen=True, slots=True)
class Situation:
    """The queue at one moment: what an estimate is made from."""

    lanes: tuple[Lane, ...]
    counters: tuple[CounterView, ...]
    rule: QueueRule
    now_ms: int
    service_s: Mapping[ServiceId, float] = field(default_factory=dict)  #: mean service times; missing: the default
    opens_in_s: float = 0.0  #: until reception begins; 0 during reception
    breaks_s: tuple[tuple[float, float], ...] = ()  #: lunch ahead, (from, until) in seconds from now


@dataclass(frozen=True, slots=True)
class Estimate:
    """Quantiles of the wait in seconds; ``basis`` says how they were made."""

    p10_s: float
    p50_s: float
    p90_s: float
    basis: str

    @property
    def quantiles_s(self) -> tuple[float, float, float]:
        return self.p10_s, self.p50_s, self.p90_s


def estimate(service: ServiceId, ticket_class: TicketClass, situation: Situation) -> Estimate:
    """The wait of somebody who takes a ticket now, behind everybody in ``situation.lanes``. Never NaN or negative."""
    levels, skills = _vessels(service, situation)
    if not levels:
        levels, skills = [situation.opens_in_s + _REOPENING_S], [frozenset({service})]
    work = _work_ahead(ticket_class, situation)
    for _ in range(_POURS):
        for lane_service, work_s in work:
            _pour(levels, [i for i, able in enumerate(skills) if lane_service in able], work_s / _POURS)
        interleaved_s = _interleaved_work_s(ticket_class, situation)
        _pour(levels, range(len(levels)), interleaved_s / _POURS)
    wait_s = min((level for level, able in zip(levels, skills, strict=True) if service in able), default=0.0)
    return _spread(wait_s, _mean_s(service, situation), situation)


def _vessels(service: ServiceId, situation: Situation) -> tuple[list[float], list[frozenset[ServiceId]]]:
    """Start level in seconds and skills of each counter that counts.

    Before opening, every counter that is set up counts from the opening on; during reception without an open counter,
    from a while later on. Otherwise the open ones count; when none of them serves ``service``, one more is expected to
    open, and to be asked for everything that people wait for.
    """
    opens_in_s = max(situation.opens_in_s, 0.0)
    nobody_open = not any(c.open for c in situation.counters)
    levels, skills = [], []
    for counter in situation.counters:
        if counter.open:
            levels.append(max(_residual_s(counter, situation), opens_in_s))
        elif opens_in_s > 0 or nobody_open:
            levels.append(opens_in_s or _REOPENING_S)
        else:
            continue
        skills.append(counter.services)
    if levels and not any(service in able for able in skills):
        levels.append(opens_in_s + _REOPENING_S)
        skills.append(frozenset({service, *(lane.service for lane in situation.lanes)}))
    return levels, skills


def _residual_s(counter: CounterView, situation: Situation) -> float:
    """What is probably left of the service that the counter is at."""
    if counter.busy_with is None:
        return 0.0
    mean_s = _mean_s(counter.busy_with, situation)
    since_ms = situation.now_ms if counter.busy_since_ms is None else counter.busy_since_ms
    elapsed_s = max(situation.now_ms - since_ms, 0) / 1000
    return max(mean_s - elapsed_s, 0.3 * mean_s)


def _work_ahead(ticket_class: TicketClass, situation: Situation) -> list[tuple[ServiceId, float]]:
    """Seconds of work of each lane that is called before the newcomer, in an order that never changes."""
    same = sum(max(lane.waiting, 0) for lane in situation.lanes if lane.ticket_class is ticket_class)
    rule = situation.rule
    turns = -(-(same + 1) // max(rule.others_share, 1))
    work = []
    for lane in sorted(situation.lanes, key=lambda at: (at.ticket_class, at.service)):
        people = max(lane.waiting, 0)
        if lane.ticket_class is not ticket_class:
            if ticket_class is TicketClass.PRIORITY:
                continue
            people = min(people, turns * rule.priority_share)
        if people:
            work.append((lane.service, people * _mean_s(lane.service, situation)))
    return work


def _interleaved_work_s(ticket_class: TicketClass, situation: Situation) -> float:
    """Work of the others who are called between the priority citizens, when the newcomer is one."""
    if ticket_class is not TicketClass.PRIORITY:
        return 0.0
    normal = [lane for lane in situation.lanes if lane.ticket_class is TicketClass.NORMAL and lane.waiting > 0]
    ahead = sum(max(lane.waiting, 0) for lane in situation.lanes if lane.ticket_class is TicketClass.PRIORITY)
    waiting_s = sum(lane.waiting * _mean_s(lane.service, situation) for lane in normal)
    times = situation.service_s.values()
    typical_s = sum(times) / len(times) if times else DEFAULT_SERVICE_S
    share = situation.rule.others_share / max(situation.rule.priority_share, 1)
    return min(waiting_s, share * ahead * typical_s)


def _pour(levels: list[float], vessels: "range | list[int]", volume: float) -> None:
    """Raise the lowest of ``vessels`` to one common level that takes ``volume``; nothing happens without vessels."""
    order = sorted(vessels, key=levels.__getitem__)
    if not order or volume <= 0:
        return
    filled = 0.0
    for count, vessel in enumerate(order, 1):
        filled += levels[vessel]
        common = (volume + filled) / count
        if count == len(order) or common <= levels[order[count]]:
            break
    for vessel in order[:count]:
        levels[vessel] = max(common, levels[vessel])


def _mean_s(service: ServiceId, situation: Situation) -> float:
    mean_s = situation.service_s.get(service, DEFAULT_SERVICE_S)
    return mean_s if 0 < mean_s < inf else DEFAULT_SERVICE_S


def _spread(wait_s: float, service_s: float, situation: Situation) -> Estimate:
    """Quantiles around the mean of the work ahead: single services scatter, and so does the pace of the day."""
    wait_s = min(wait_s, LONGEST_S) if isfinite(wait_s) else LONGEST_S
    sure_s = min(max(situation.opens_in_s, 0.0), wait_s)
    work_s = wait_s - sure_s
    sigma_s = sqrt(_SERVICE_CV**2 * service_s * work_s + (_DRIFT_CV * work_s) ** 2)
    low_s, high_s = max(work_s - _Z90 * sigma_s, 0.0), work_s + _Z90 * sigma_s + _CALLING_S
    p10_s, p50_s, p90_s = (_with_breaks(sure_s + q, situation.breaks_s) for q in (low_s, work_s, high_s))
    return Estimate(p10_s, p50_s, p90_s, "plain")


def _with_breaks(work_s: float, breaks_s: tuple[tuple[float, float], ...]) -> float:
    """Time by the clock after which ``work_s`` of working time has passed, when nobody works in the breaks."""
    clock_s = work_s
    for start_s, end_s in breaks_s:
        if clock_s >= start_s:
            clock_s += max(end_s - start_s, 0.0)
    return clock_s
