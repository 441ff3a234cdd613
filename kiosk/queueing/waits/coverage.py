"""Rolling correction: of those who are told a p90, nine of ten shall wait less.

Split conformal prediction over the recent past (Vovk, Gammerman & Shafer 2005; Romano, Patterson & Candès 2019 for
quantile models): how far did the last waits lie above and below the median, in units of the promised spread? The
quantile of those numbers stretches the next promise. Priority citizens have a memory of their own.
"""

from collections import deque

import numpy as np

from kiosk.queueing.model import TicketClass

Quantiles = tuple[float, float, float]

_MEMORY = 400
_LEAST = 40  #: promises to have seen before correcting
_FLOOR_MIN = 0.25  #: a spread of zero cannot be stretched
_SHARE = 0.9


class Coverage:
    """What became of the last promises, and what follows for the next one. All times in minutes."""

    def __init__(self) -> None:
        self._above = {kind: deque[float](maxlen=_MEMORY) for kind in TicketClass}
        self._below = {kind: deque[float](maxlen=_MEMORY) for kind in TicketClass}
        self._stretch: dict[TicketClass, tuple[float, float]] = {}

    def learn(self, kind: TicketClass, raw: Quantiles, waited: float) -> None:
        """``raw``: the quantiles before the correction."""
        p10, p50, p90 = raw
        self._above[kind].append((waited - p50) / (p90 - p50 + _FLOOR_MIN))
        self._below[kind].append((p50 - waited) / (p50 - p10 + _FLOOR_MIN))
        self._stretch.pop(kind, None)

    def correct(self, kind: TicketClass, raw: Quantiles) -> Quantiles:
        """The quantiles stretched so that the recent past would have been covered."""
        p10, p50, p90 = raw
        up, down = self._stretches(kind)
        low = p50 - down * (p50 - p10 + _FLOOR_MIN) if down else p10
        high = p50 + up * (p90 - p50 + _FLOOR_MIN) if up else p90
        return max(min(low, p50), 0.0), p50, max(high, p50)

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
