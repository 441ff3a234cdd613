"""Who is called and does not come: how often, by how long they waited, and how long a counter waits for them."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EDGES_S = np.array([300.0, 900.0, 1800.0, 3600.0, 7200.0])
_CALM = 20.0  #: people by which each stretch of waiting is pulled towards all
_PRIOR_S = 60.0


class NoShows:
    """Counts by stretches of waiting time."""

    def __init__(self) -> None:
        self._called, self._missing = np.zeros(len(_EDGES_S) + 1), np.zeros(len(_EDGES_S) + 1)
        self._seconds: deque[float] = deque([_PRIOR_S], maxlen=200)

    def learn(self, waited_s: float, seconds: float, came: bool) -> None:
        stretch = int(np.searchsorted(_EDGES_S, waited_s))
        self._called[stretch] += 1
        if not came:
            self._missing[stretch] += 1
            self._seconds.append(seconds)

    def share(self, waits_s: Floats) -> Floats:
        """How likely somebody who waits so long does not come."""
        overall = self._missing.sum() / (self._called.sum() + _CALM)
        by_stretch: Floats = (self._missing + _CALM * overall) / (self._called + _CALM)
        return by_stretch.take(np.searchsorted(_EDGES_S, waits_s))

    @property
    def mean_s(self) -> float:
        """How long a counter is busy with somebody who does not come."""
        return sum(self._seconds) / len(self._seconds)
