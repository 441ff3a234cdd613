"""The wait estimator that the hub and the replay use.

It takes in what happens (``observe``, in order of time) and says what somebody who takes a ticket now will wait
(``estimate``). It never raises and never answers nonsense: when its own parts fail, the plain estimate answers and
``basis`` says so. Learning takes seconds and happens apart: ``learning_is_due``, then ``study`` in another thread, then
``adopt``.
"""

import pickle
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from math import isfinite

from kiosk.queueing.estimate import Estimate, Situation
from kiosk.queueing.estimate import estimate as plain_estimate
from kiosk.queueing.model import CounterView, Lane, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.blend import Blend
from kiosk.queueing.waits.coverage import Coverage
from kiosk.queueing.waits.events import Event, Issued
from kiosk.queueing.waits.features import Newcomer, Place, features, guess_min, last_place, places
from kiosk.queueing.waits.forward import Forecaster
from kiosk.queueing.waits.hall import Hall, Waiter
from kiosk.queueing.waits.learner import LEAST_EXAMPLES, MOST_EXAMPLES, Example, Learnt, learn
from kiosk.queueing.waits.timetable import Floats, Span

Quantiles = tuple[float, float, float]

PACE, SIMULATED, LEARNT = "pace", "simulated", "learnt"  #: the voices; the last one known is the ``basis``
LONGEST_MIN = 600.0

_SHARES = 0.1, 0.5, 0.9
_PACE_SPREAD = (0.45, 1.0, 1.9)  #: p10 and p90 over the guess, until learnt


@dataclass(frozen=True, slots=True)
class _Told:
    """What was seen and said at the issue of a ticket that still waits."""

    row: tuple[float, ...]
    guess: float
    said: dict[str, Quantiles]
    raw: Quantiles
    ticket_class: TicketClass


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the voices start from; ``played``: quantiles of the simulation in minutes."""

    row: tuple[float, ...]
    guess: float
    played: Quantiles | None
    ticket_class: TicketClass


class WaitEstimator:
    """One centre. Not thread-safe, except that ``study``'s result may be computed elsewhere."""

    def __init__(self, rule: QueueRule, hours: Iterable[Span] = ()) -> None:
        """``hours``: reception hours in seconds of the day, for the time before anything was learnt."""
        self._rule = rule
        self.hall = Hall()
        self._forecaster = Forecaster(rule, tuple(hours))
        self._blend, self._coverage = Blend(), Coverage()
        self._examples: deque[Example] = deque(maxlen=MOST_EXAMPLES)
        self._learnt: Learnt | None = None
        self._studied = 0
        self._seen = 0
        self._study_day = 0
        self._told: dict[int, _Told] = {}

    def observe(self, event: Event) -> None:
        """Take in what happened. Impossible events are passed over."""
        day = self.hall.day
        waiter = self.hall.observe(event)
        self._forecaster.observe(event, self.hall, waiter)
        if self.hall.day != day:
            self._told.clear()
        if waiter is not None:
            self._learn_from(waiter, event.at_ms)

    def issue(self, event: Issued) -> Estimate:
        """The estimate for a ticket that is being issued, remembered to learn from, and the issue itself taken in."""
        self.observe_time(event.at_ms)
        found = self._estimate(event.service, event.ticket_class, event.at_ms)
        self.observe(event)
        if isinstance(found, _Told):
            self._told[event.ticket] = found
            return self._finish(found)
        return found

    def estimate(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Estimate:
        """The wait of somebody who would take a ticket now; changes nothing."""
        self.observe_time(now_ms)
        found = self._estimate(service, ticket_class, now_ms)
        return self._finish(found) if isinstance(found, _Told) else found

    def refresh(self, now_ms: int) -> dict[int, Estimate]:
        """How much longer everybody who waits will wait, by ticket. Empty: it cannot be told, show the promise."""
        self.observe_time(now_ms)
        try:
            played = self._forecaster.waits_of_all_s(self.hall, now_ms)
            line = places(self.hall)
            told = self._voices([self._look(w, place, played.get(w.ticket), now_ms) for w, place in line])
            return {waiter.ticket: self._finish(one) for (waiter, _), one in zip(line, told, strict=True)}
        except Exception:  # noqa: BLE001 - a screen without fresh estimates is better than no screen
            return {}

    def observe_time(self, now_ms: int) -> None:
        """A new day starts with an empty hall, even before its first event."""
        if self.hall.start_day(now_ms):
            self._forecaster.start_day(self.hall.day)
            self._told.clear()

    @property
    def learning_is_due(self) -> bool:
        """On a new day with new examples, or as soon as there are enough for the first time."""
        if self._seen == self._studied or len(self._examples) < LEAST_EXAMPLES:
            return False
        return self._learnt is None or self._study_day != self.hall.day

    def study(self) -> Callable[[], Learnt | None]:
        """What is to be computed, on a copy of the examples; seconds of work, for any thread."""
        examples = list(self._examples)
        self._studied, self._study_day = self._seen, self.hall.day
        return lambda: learn(examples)

    def adopt(self, learnt: Learnt | None) -> None:
        self._learnt = learnt or self._learnt

    def fork(self) -> "WaitEstimator":
        """One that answers the same, for another thread and for trying out what would be; it has nothing to learn."""
        twin = copy(self)
        twin._examples, twin._told = deque(), {}
        own = pickle.dumps((self.hall, self._forecaster, self._blend, self._coverage))  # 5 x as quick as deepcopy
        twin.hall, twin._forecaster, twin._blend, twin._coverage = pickle.loads(own)
        return twin

    def _estimate(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> "_Told | Estimate":
        try:
            return self._consider(service, ticket_class, now_ms)
        except Exception:  # noqa: BLE001 - a ticket is never held up by its estimate
            return self._plain(service, ticket_class, now_ms)

    def _consider(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> _Told:
        waits_s = self._forecaster.waits_s(self.hall, service, ticket_class, now_ms)
        newcomer = Newcomer(service, ticket_class)
        return self._voices([self._look(newcomer, last_place(self.hall, service), waits_s, now_ms)])[0]

    def _look(self, who: Waiter | Newcomer, place: Place, waits_s: Floats | None, now_ms: int) -> _Seen:
        """The moment as numbers for somebody at that place; ``waits_s`` is the simulation's answer, ascending."""
        row = features(self.hall, who.service, who.ticket_class, place, now_ms)
        if waits_s is None:
            return _Seen((*row, -1.0, -1.0, -1.0), guess_min(row), None, who.ticket_class)
        p10, p50, p90 = (float(waits_s[int(share * len(waits_s))]) / 60 for share in _SHARES)
        return _Seen((*row, p10, p50, p90), p50, (p10, p50, p90), who.ticket_class)

    def _voices(self, seen: Sequence[_Seen]) -> list[_Told]:
        """What each voice says. What was learnt starts from the pace or from the simulation, and knows them."""
        learnt: Sequence[Quantiles | None] = [None] * len(seen)
        if self._learnt is not None and seen:
            learnt = self._learnt.quantiles([one.row for one in seen], [one.guess for one in seen])
        return [self._weigh(one, by_trees) for one, by_trees in zip(seen, learnt, strict=True)]

    def _weigh(self, seen: _Seen, learnt: Quantiles | None) -> _Told:
        said: dict[str, Quantiles] = {}
        if seen.played is not None:
            said[SIMULATED] = seen.played
        if learnt is not None:
            said[LEARNT] = learnt
        if not said:
            low, middle, high = (seen.guess * spread for spread in _PACE_SPREAD)
            said[PACE] = low, middle, high
        raw = self._blend.mix(said)
        if not all(isfinite(q) and q >= 0 for q in raw):
            raise ArithmeticError("an estimate that is not a time")
        return _Told(seen.row, seen.guess, said, raw, seen.ticket_class)

    def _finish(self, told: _Told) -> Estimate:
        p10, p50, p90 = (min(q, LONGEST_MIN) * 60 for q in self._coverage.correct(told.ticket_class, told.raw))
        return Estimate(p10, p50, p90, "+".join(told.said))

    def _learn_from(self, waiter: Waiter, called_ms: int) -> None:
        told = self._told.pop(waiter.ticket, None)
        if told is None:
            return
        waited = max(called_ms - waiter.issued_ms, 0) / 60_000
        self._blend.learn(told.said, waited)
        self._coverage.learn(told.ticket_class, told.raw, waited)
        self._examples.append(Example(array("f", told.row), told.guess, waited))
        self._seen += 1

    def _plain(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Estimate:
        hall = self.hall
        lanes = [
            Lane(
                name,
                kind,
                lane.priority_waiting if kind is TicketClass.PRIORITY else len(lane.line) - lane.priority_waiting,
            )
            for name, lane in hall.lanes.items()
            for kind in TicketClass
        ]
        counters = [
            CounterView(counter, desk.services, desk.open, desk.busy_with, desk.busy_since_ms)
            for counter, desk in hall.desks.items()
        ]
        times = {name: lane.service_s.value(480.0, 3) for name, lane in hall.lanes.items()}
        return plain_estimate(
            service, ticket_class, Situation(tuple(lanes), tuple(counters), self._rule, now_ms, times)
        )
