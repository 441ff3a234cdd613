"""The moment of issue as numbers, in minutes and people, for the learner.

Few on purpose: on four weeks of a real office every further group that was tried (counts of the day, hourly means,
staffing of other lanes, recent errors, ages of the queue) made new days worse, because there are only as many days as
days.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.clock import local
from kiosk.queueing.model import ServiceId, TicketClass
from kiosk.queueing.waits.hall import QUARTERS, Hall, LaneMemory, Waiter

Floats = NDArray[np.float64]

_FAR_MIN = 300.0  #: "not today", in minutes
_HALL_UNIT_S, _LANE_UNIT_S = 120.0, 240.0  #: seconds for each place in the line before anything was seen


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line: how many stand before it."""

    in_lane: int
    priority_in_lane: int
    in_hall: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who would take a ticket now."""

    service: ServiceId
    ticket_class: TicketClass


def last_place(hall: Hall, service: ServiceId) -> Place:
    """The place of somebody who takes a ticket now."""
    lane = hall.lane(service)
    return Place(len(lane.line), lane.priority_waiting, hall.waiting)


def places(hall: Hall) -> list[tuple[Waiter, Place]]:
    """Everybody who waits, with the place where they stand."""
    found = []
    waiters = (w for lane in hall.lanes.values() for w in lane.line.values())
    everybody = sorted(waiters, key=lambda w: (w.queue_ms, w.ticket))
    in_lane: Counter[ServiceId] = Counter()
    priority_in_lane: Counter[ServiceId] = Counter()
    for in_hall, waiter in enumerate(everybody):
        found.append((waiter, Place(in_lane[waiter.service], priority_in_lane[waiter.service], in_hall)))
        in_lane[waiter.service] += 1
        priority_in_lane[waiter.service] += waiter.ticket_class is TicketClass.PRIORITY
    return found


def features(hall: Hall, service: ServiceId, ticket_class: TicketClass, place: Place, now_ms: int) -> list[float]:
    """The numbers that the learner sees for somebody at that place."""
    lane, whole = hall.lane(service), hall.whole
    is_priority = ticket_class is TicketClass.PRIORITY
    ahead = place.priority_in_lane if is_priority else place.in_lane
    return [
        float(place.in_lane),
        float(ahead),
        float(place.in_hall),
        float(whole.priority_waiting),
        float(is_priority),
        *_staff(hall, lane, ahead),
        *_clock(hall, now_ms),
        *_recent_calls(lane, whole, ahead, now_ms),
        *_units(hall, lane, whole, ahead, place.in_hall),
        *_usual(lane, place.in_lane, now_ms),
        *_shared(hall, service, place.in_lane, now_ms / 1000),
    ]


def guess_min(row: list[float]) -> float:
    """A first guess from the pace alone: lane as a rule, lane lately and the whole hall, as a geometric mean."""
    by_unit, by_unit_lately, by_hall = row[_GUESS]
    return float((max(by_unit, 0.02) * max(by_unit_lately, 0.02) * max(by_hall, 0.02)) ** (1 / 3))


def second_guesses(rows: Floats, guesses: Floats) -> Floats:
    """Another first guess for each of ``rows``, as the learner has them (the simulation's answer stands at the end).

    Where nothing was played: what the calls of all lanes that share counters make of their lines.
    """
    return np.where(was_played(rows), guesses, rows[:, _BY_CALLS])


def was_played(rows: Floats) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = rows[:, _PLAYED] >= 0
    return found


def _staff(hall: Hall, lane: LaneMemory, ahead: int) -> list[float]:
    return [float(lane.staffed), float(hall.open_desks()), float(hall.idle_desks()), (ahead + 1) / max(lane.staffed, 1)]


def _clock(hall: Hall, now_ms: int) -> list[float]:
    moment = local(now_ms)
    since_start = (now_ms - hall.day_started_ms) / 60_000
    return [moment.hour * 60.0 + moment.minute, float(moment.weekday()), since_start]


def _recent_calls(lane: LaneMemory, whole: LaneMemory, ahead: int, now_ms: int) -> list[float]:
    """What the last calls and the head of the line say (LES and HOL of Ibrahim & Whitt 2009), and the rates."""
    now_s = now_ms / 1000
    calls = lane.calls.at(now_s) * 60
    head = next(iter(lane.line.values()), None)
    return [
        lane.last_wait_s / 60,
        whole.last_wait_s / 60,
        min((now_ms - lane.last_call_ms) / 60_000, 120.0) if lane.last_call_ms else 120.0,
        (now_ms - head.issued_ms) / 60_000 if head else 0.0,
        (now_ms - lane.issued_sum_ms / len(lane.line)) / 60_000 if head else 0.0,
        lane.calls_lately.at(now_s) * 60,
        calls,
        lane.arrivals.at(now_s) * 60,
        whole.calls_lately.at(now_s) * 60,
        whole.calls.at(now_s) * 60,
        whole.arrivals.at(now_s) * 60,
        min((ahead + 1) / max(calls, 1e-3), _FAR_MIN),
    ]


def _units(hall: Hall, lane: LaneMemory, whole: LaneMemory, ahead: int, in_hall: int) -> list[float]:
    """Minutes for each place in the line, as a rule and lately, and what they make of the people ahead."""
    hall_unit = whole.unit.value(_HALL_UNIT_S, 3) / 60
    hall_unit_lately = whole.unit_lately.value(hall_unit * 60, 30) / 60
    unit = lane.unit.value(_LANE_UNIT_S, 10) / 60
    unit_lately = lane.unit_lately.value(unit * 60, 6) / 60
    by_hall = hall_unit * (in_hall + 1)
    return [
        unit,
        unit_lately,
        hall_unit,
        hall_unit_lately,
        hall_unit_lately / max(hall_unit, 1e-3),
        by_hall,
        lane.mean_wait.value(600, 5) / 60,
        unit * (ahead + 1),
        unit_lately * (ahead + 1),
        by_hall / max(hall.open_desks(), 1) if hall.open_desks() else by_hall,
    ]


#: The last three of ``_units``, which the first guess is made from: 5 + 4 + 3 + 12 numbers stand before them.
_GUESS = slice(31, 34)
_BY_CALLS, _PLAYED = 40, 44  #: the last but one of ``_shared``, and what follows the numbers of ``features``

#: What each number of ``features``, and of the simulation's three behind them, has to do with people and counters: "+"
#: grows with who is ahead or else comes, "-" with the counters that are open, "." with neither; "x" goes up and down.
SIGNS = "".join(("++++.", "---+", "...", "...+x..+..++", ".....+.+++", "+.", "+..+++", "+++"))


def _usual(lane: LaneMemory, in_lane: int, now_ms: int) -> list[float]:
    """What this time of the day usually brings."""
    moment = local(now_ms)
    minute = moment.hour * 60 + moment.minute
    return [by_usual_calls(lane, in_lane + 1, minute), _calls_in_half_an_hour(lane, minute)]


def _shared(hall: Hall, service: ServiceId, in_lane: int, now_s: float) -> list[float]:
    """The line and the rates of all lanes with the same counters as one, each as far as it shares them."""
    people = float(in_lane)
    lane = hall.lane(service)
    calls, lately, arrivals = (rate.at(now_s) * 60 for rate in (lane.calls, lane.calls_lately, lane.arrivals))
    for name, other in hall.lanes.items():
        share = hall.sharing.share(service, name) if name != service else 0.0
        if share:
            people += share * len(other.line)
            calls += share * other.calls.at(now_s) * 60
            lately += share * other.calls_lately.at(now_s) * 60
            arrivals += share * other.arrivals.at(now_s) * 60
    by_calls, by_lately = (min((people + 1) / max(rate, 1e-3), _FAR_MIN) for rate in (calls, lately))
    return [people, calls, lately, arrivals, by_calls, by_lately]


def by_usual_calls(lane: LaneMemory, people: int, minute: int) -> float:
    """Minutes until the lane has called so many, if it calls as it did at this time on past days."""
    quarter, gone = divmod(minute, 15)
    span = 15.0 - gone
    waited, need = 0.0, float(people)
    while quarter < QUARTERS and waited < _FAR_MIN:
        calls = lane.usual_calls[quarter] * span / 15
        if calls >= need:
            return waited + span * need / calls
        need, waited = need - calls, waited + span
        quarter, span = quarter + 1, 15.0
    return _FAR_MIN


def _calls_in_half_an_hour(lane: LaneMemory, minute: int) -> float:
    quarter, gone = divmod(minute, 15)
    first, second, third = (lane.usual_calls[q] if q < QUARTERS else 0.0 for q in range(quarter, quarter + 3))
    return first * (15 - gone) / 15 + second + third * gone / 15
