"""Rolling correction: of those who are told a p90, nine of ten shall wait less.

Split conformal prediction over the recent past (Vovk, Gammerman & Shafer 2005; Romano, Patterson & Candès 2019 for
quantile models): how many times longer than their p90, and shorter than their p10, did the last ones wait? The quantile
of those numbers stretches the next promise. Each end is stretched by itself, so that an end that lies later stays later
whatever the others do. Priority citizens have a memory of their own.
"""

from collections import deque

import numpy as np

from kiosk.queueing.model import TicketClass
from kiosk.queueing.waits.pace import Ratio

Quantiles = tuple[float, float, float]

_MEMORY = 400
_LEAST = 40  #: promises to have seen before correcting
_LEAST_MIN = 0.25  #: nothing cannot be stretched
_CALM = 0.4  #: over the usual wait: what is added to waits before they are compared, or the short ones would rule
_USUAL = 1000  #: tickets
_AT_ONCE_MIN = 1 / 6  #: nobody waits less than nothing: who is told this has no low end
_SHARE = 0.9


class Coverage:
    """What became of the last promises, and what follows for the next one. All times in minutes."""

    def __init__(self) -> None:
        self._above = {kind: deque[float](maxlen=_MEMORY) for kind in TicketClass}
        self._below = {kind: deque[float](maxlen=_MEMORY) for kind in TicketClass}
        self._stretch: dict[TicketClass, tuple[float, float]] = {}
        self._usual = Ratio(_USUAL)

    def learn(self, kind: TicketClass, raw: Quantiles, waited: float) -> None:
        """``raw``: the quantiles before the correction."""
        p10, p50, p90 = raw
        self._usual.add(waited, 1)
        calm = self._calm_min
        self._above[kind].append((waited + calm) / (p90 + calm))
        below = (p10 + calm) / (waited + calm)
        self._below[kind].append(below if p50 > _AT_ONCE_MIN else 0.0)
        self._stretch.pop(kind, None)

    def correct(self, kind: TicketClass, raw: Quantiles) -> Quantiles:
        """The quantiles stretched so that the recent past would have been covered."""
        p10, p50, p90 = raw
        up, down = self._stretches(kind)
        calm = self._calm_min
        low = (p10 + calm) / down - calm if down else p10
        low = low if p50 > _AT_ONCE_MIN else 0.0
        high = (p90 + calm) * up - calm if up else p90
        return max(min(low, p50), 0.0), p50, max(high, p50)

    @property
    def _calm_min(self) -> float:
        return max(_CALM * self._usual.value(0.0, 1), _LEAST_MIN)

    def _stretches(self, kind: TicketClass) -> tuple[float, float]:
        kept = self._stretch.get(kind)
        if kept is None:
            kept = self._stretch[kind] = _quantile(self._above[kind]), _quantile(self._below[kind])
        return kept


def _quantile(scores: deque[float]) -> float:
    """The share-quantile with the finite-sample step up; 0 while there is too little to say."""
    if len(scores) < _LEAST:
        return 0.0
    rank = min(int(np.ceil((len(scores) + 1) * _SHARE)), len(scores))
    return max(float(np.partition(np.array(scores), rank - 1)[rank - 1]), 1e-6)
