"""Service times: what was seen lately for each service, how fast each counter and this day are.

A service time is a level (service, counter, priority, today) times a shape that is kept as samples: ordinary cases and
the long ones are all in there. Levels are learnt in logarithms, so that an end that somebody forgot to press weighs
little. How far a day is believed follows from how much past days differed (empirical Bayes, Robbins 1956).
"""

from collections import deque
from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.model import CounterId, ServiceId
from kiosk.queueing.waits.no_shows import NoShows
from kiosk.queueing.waits.pace import Level

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

PRIOR_S = 480.0  #: mean service time before anything was seen

_KEPT = 300
_SHAPE = [0.12, 0.3, 0.45, 0.6, 0.75, 0.9, 1.05, 1.3, 1.7, 2.8]  #: of a service time, mean about 1
_FEW = 20  #: samples after which the general shape is dropped
_FARTHEST = 2.5  #: in logarithms; what is farther from the expected counts as that far
_SHORTEST_S = 1.0
_ALL_DAYS_SD, _SERVICE_DAYS_SD = 0.08, 0.05  #: by how much days differ, until learnt


class DayEffect:
    """How much longer things take today, as a logarithm."""

    def __init__(self, usual_sd: float) -> None:
        self._spread, self._days = usual_sd**2, 10.0
        self._sum, self._count = 0.0, 0

    def add(self, residual: float) -> None:
        self._sum += residual
        self._count += 1

    def new_day(self, noise: float) -> None:
        """Learn how much days differ; ``noise``: variance of one service time, as a logarithm."""
        if self._count >= 10:
            seen = (self._sum / self._count) ** 2 - noise / self._count
            self._spread = max(self._spread + (seen - self._spread) / self._days, 1e-4)
            self._days = min(self._days + 1, 40)
        self._sum, self._count = 0.0, 0

    def mean(self, noise: float) -> float:
        return self._sum / (self._count + noise / self._spread)

    def sd(self, noise: float) -> float:
        """How unsure the mean is."""
        return sqrt(noise / (self._count + noise / self._spread))


class Durations:
    """Learnt service times of one centre."""

    def __init__(self) -> None:
        self._services: dict[ServiceId, Level] = {}
        self._counters: dict[CounterId, Level] = {}
        self._priority = Level(1000, 50)
        self._all = Level(400, 3)
        self._today = DayEffect(_ALL_DAYS_SD)
        self._services_today: dict[ServiceId, DayEffect] = {}
        self._noise = 0.4
        self._shapes: dict[ServiceId, deque[float]] = {}
        self._sorted: dict[ServiceId, Floats] = {}
        self._means: dict[ServiceId, float] = {}  #: of the same
        self._gaps: deque[float] = deque([10.0, 20.0, 30.0, 60.0], maxlen=_KEPT)
        self._gap_array: Floats | None = None
        self.no_shows = NoShows()

    def learn(self, service: ServiceId, counter: CounterId, seconds: float, is_priority: bool = False) -> None:
        """A service has ended for somebody who came."""
        taken = log(max(seconds, _SHORTEST_S) / PRIOR_S)
        level = self._services.get(service)
        if level is None:
            level = self._services[service] = Level(200, 2, self._all.value)
        own = self._counters.setdefault(counter, Level(400, 30))
        day = self._services_today.setdefault(service, DayEffect(_SERVICE_DAYS_SD))
        usual = level.value + own.value + is_priority * self._priority.value
        off = _bounded(taken - usual)
        today, here = self._today.mean(self._noise), day.mean(self._noise)
        left = off - today - here
        self._all.add(_bounded(taken - self._all.value))
        for learner in (level, own, self._priority) if is_priority else (level, own):
            learner.add(left)
        self._today.add(off)
        day.add(off - today)
        self._noise += (left**2 - self._noise) / 500
        self._shapes.setdefault(service, deque(maxlen=_KEPT)).append(exp(left))
        self._sorted.pop(service, None)

    def learn_gap(self, seconds: float) -> None:
        """A counter that had somebody waiting took this long from one end to the next call."""
        self._gaps.append(seconds)
        self._gap_array = None

    def new_day(self) -> None:
        for day in (self._today, *self._services_today.values()):
            day.new_day(self._noise)

    def speed(self, counter: CounterId) -> float:
        """How long this counter takes over the mean; for the model only, never shown."""
        own = self._counters.get(counter)
        return 1.0 if own is None else min(max(exp(own.value), 0.4), 2.5)

    def typical_s(self, service: ServiceId, is_priority: bool = False) -> float:
        """How long a typical case takes today at an average counter; the shape is to be multiplied with it."""
        day = self._services_today.get(service)
        found = self._services.get(service, self._all).value + self._today.mean(self._noise)
        found += 0.0 if day is None else day.mean(self._noise)
        return PRIOR_S * exp(found + is_priority * self._priority.value)

    def day_factors(self, normal: Floats) -> Floats:
        """What today's pace may really be over what it seems to be; one value for each standard normal number."""
        sd = self._today.sd(self._noise)
        return np.exp(normal * sd - sd * sd / 2)

    def shape(self, service: ServiceId) -> Floats:
        """Service times over the typical one, in ascending order; a general shape while there are few."""
        kept = self._sorted.get(service)
        if kept is None:
            seen = list(self._shapes.get(service, ()))
            kept = self._sorted[service] = np.sort(np.array(seen if len(seen) >= _FEW else seen + _SHAPE))
            self._means[service] = float(kept.mean())
        return kept

    def shape_mean(self, service: ServiceId) -> float:
        self.shape(service)
        return self._means[service]

    def gaps(self, uniform: Floats) -> Floats:
        """Time from an end to the next call; one value for each uniform number."""
        if self._gap_array is None:
            self._gap_array = np.array(self._gaps)
        return self._gap_array.take((uniform * len(self._gap_array)).astype(np.intp))

    def mean_s(self, services: Sequence[ServiceId], which: Whole, typical_s: Floats) -> Floats:
        """Mean times of people, given as for ``draw``."""
        means = np.array([self.shape_mean(s) for s in services])
        found: Floats = means.take(which) * typical_s
        return found

    def draw(
        self, services: Sequence[ServiceId], which: Whole, typical_s: Floats, missing: Floats, uniform: Floats
    ) -> Floats:
        """Times that counters are busy with people, until the next call; one for each uniform number.

        ``which``: the place of each one's service in ``services``; ``missing``: how likely each one does not come.
        One uniform number does it all: what is left of it after a choice is uniform again.
        """
        shapes = [self.shape(s) for s in services]
        sizes = np.array([len(s) for s in shapes])
        first = np.cumsum(sizes) - sizes
        scaled = uniform * sizes.take(which)
        chosen = scaled.astype(np.intp)
        scaled -= chosen
        chosen += first.take(which)
        times: Floats = np.concatenate(shapes).take(chosen)
        times *= typical_s
        scaled -= missing
        absent = scaled < 0
        times[absent] = self.no_shows.mean_s
        scaled += absent
        times += self.gaps(np.minimum(scaled, 1 - 1e-9))
        return times

    def remaining(self, service: ServiceId, typical_s: float, elapsed_s: float, uniform: Floats) -> Floats:
        """What may be left of a service that has taken ``elapsed_s`` already; one value for each uniform number."""
        past = self.shape(service) * typical_s
        longer = past[np.searchsorted(past, elapsed_s, side="right") :]
        if len(longer) < 3:
            return -np.log1p(-uniform) * max(0.5 * elapsed_s, 60.0)
        return longer.take((uniform * len(longer)).astype(np.intp)) - elapsed_s


def _bounded(residual: float) -> float:
    return min(max(residual, -_FARTHEST), _FARTHEST)
