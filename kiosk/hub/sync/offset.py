"""How far the hub's clock is from central's, measured at every answer as NTP does (RFC 5905, 8 and 10).

The instant in an answer belongs to the middle of the exchange, give or take half of the round trip; of the last
exchanges the one with the shortest round trip counts. An exchange that contradicts what was known means that a clock
was set: what came before is forgotten.
"""

from collections import deque
from dataclasses import dataclass

_KEPT = 8
#: Two clocks drift apart by some 50 ms in the minutes between readings (100 ppm each).
_DRIFT_MS = 500


@dataclass(frozen=True, slots=True)
class _Reading:
    offset_ms: int
    error_ms: int


class ClockOffset:
    """All instants in ms by the clock that is named."""

    def __init__(self) -> None:
        self._readings: deque[_Reading] = deque(maxlen=_KEPT)

    def note(self, sent_ms: int, received_ms: int, central_ms: int) -> None:
        """``sent_ms`` and ``received_ms`` by the hub's clock, ``central_ms`` as the answer told."""
        error_ms = (abs(received_ms - sent_ms) + 1) // 2  # negative: the hub's clock was set back meanwhile
        reading = _Reading(central_ms - (sent_ms + received_ms) // 2, error_ms)
        best = self._best()
        if best is not None and abs(reading.offset_ms - best.offset_ms) > error_ms + best.error_ms + _DRIFT_MS:
            self._readings.clear()
        self._readings.append(reading)

    @property
    def ms(self) -> int:
        """Central's clock minus the hub's; 0 while nothing is known."""
        best = self._best()
        return best.offset_ms if best else 0

    def _best(self) -> _Reading | None:
        return min(self._readings, key=lambda reading: reading.error_ms, default=None)
