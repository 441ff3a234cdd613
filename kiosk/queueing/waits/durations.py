"""Service times: what was seen lately for each service, how fast each counter and this day are.

Kept as samples and not as a fitted curve: short no-shows, ordinary cases and the long ones are all in there.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.model import CounterId, ServiceId
from kiosk.queueing.waits.pace import Ratio

Floats = NDArray[np.float64]

PRIOR_S = 480.0  #: mean service time before anything was seen

_KEPT = 200
_PRIOR_SHAPE = np.array([0.1, 0.3, 0.5, 0.7, 0.85, 1.0, 1.15, 1.4, 1.8, 2.4])  #: of a service time, mean about 1
_PRIOR_WEIGHT = 20  #: samples after which the prior shape is dropped


class Durations:
    """Learnt service times of one centre."""

    def __init__(self) -> None:
        self._seen: dict[ServiceId, deque[float]] = {}
        self._sorted: dict[ServiceId, Floats] = {}
        self._speed: dict[CounterId, Ratio] = {}
        self._today = Ratio(40)
        self._service_today: dict[ServiceId, Ratio] = {}
        self._all = Ratio(400)
        self._gaps: deque[float] = deque([10.0, 20.0, 30.0, 60.0], maxlen=_KEPT)
        self._gap_array: Floats | None = None

    def learn(self, service: ServiceId, counter: CounterId, seconds: float) -> None:
        """A service has ended."""
        expected_s = self.mean_s(service)
        seen = self._seen.setdefault(service, deque(maxlen=_KEPT))
        if len(seen) >= _PRIOR_WEIGHT:
            speed = self.speed(counter)
            self._today.add(seconds, expected_s * speed)
            self._service_today.setdefault(service, Ratio(15)).add(seconds, expected_s * speed)
            self._speed.setdefault(counter, Ratio(300)).add(seconds, expected_s)
        seen.append(seconds)
        self._all.add(seconds, 1)
        self._sorted.pop(service, None)

    def learn_gap(self, seconds: float) -> None:
        """A counter that had somebody waiting took this long from one end to the next call."""
        self._gaps.append(seconds)
        self._gap_array = None

    def gaps(self, uniform: Floats) -> Floats:
        """Time from an end to the next call; one value for each uniform number."""
        if self._gap_array is None:
            self._gap_array = np.array(self._gaps)
        drawn: Floats = self._gap_array[(uniform * len(self._gap_array)).astype(np.intp)]
        return drawn

    def new_day(self) -> None:
        self._today = Ratio(40)
        self._service_today.clear()

    def mean_s(self, service: ServiceId) -> float:
        return float(self.samples(service).mean())

    def speed(self, counter: CounterId) -> float:
        """How long this counter takes over the mean; for the model only, never shown."""
        ratio = self._speed.get(counter)
        return 1.0 if ratio is None else min(max(ratio.value(1.0, 30 * PRIOR_S), 0.5), 2.0)

    def pace(self, service: ServiceId) -> float:
        """How long things take today over what they usually take."""
        today = self._today.value(1.0, 20 * PRIOR_S)
        own = self._service_today.get(service)
        pace = today if own is None else own.value(today, 10 * self.mean_s(service))
        return min(max(pace, 0.4), 2.5)

    def samples(self, service: ServiceId) -> Floats:
        """Service times of the past, in ascending order; a general shape while there are few."""
        kept = self._sorted.get(service)
        if kept is None:
            seen = list(self._seen.get(service, ()))
            if len(seen) < _PRIOR_WEIGHT:
                typical_s = self._all.value(PRIOR_S, 3)
                seen += list(_PRIOR_SHAPE * typical_s)
            kept = self._sorted[service] = np.sort(np.array(seen))
        return kept

    def remaining(self, service: ServiceId, elapsed_s: float, uniform: Floats) -> Floats:
        """What may be left of a service that has taken ``elapsed_s`` already; one value for each uniform number."""
        past = self.samples(service) * self.pace(service)
        longer = past[np.searchsorted(past, elapsed_s, side="right") :]
        if len(longer) < 3:
            return -np.log1p(-uniform) * max(0.5 * elapsed_s, 60.0)
        drawn: Floats = longer[(uniform * len(longer)).astype(np.intp)] - elapsed_s
        return drawn
