"""Who asks too often. Counted in memory, a window at a time; central counts too, for the whole city.

Who guesses in series is stopped, whether what is guessed at exists or not: the answer tells nothing. Others are not:
a stranger who knows a code must not be able to close it for its owner. Only when many guess together everybody waits.
"""

import threading
from collections import deque

from kiosk.clock import Clock

WINDOW_S = 600
PER_CODE = 10  #: of one asker
PER_CODE_OF_ALL = 100  #: a secret has 86 million forms
PER_PERSON_OF_ALL = 10  #: the end of a phone number has ten thousand
PER_ASKER = 60
_MOST_NAMES = 10_000


class Tries:
    """``limit`` tries of one name in ``WINDOW_S``."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock, self._limit = clock, limit
        self._gate = threading.Lock()
        self._seen: dict[str, deque[float]] = {}

    def wait_s(self, name: str) -> int:
        """0, or for how long nothing is answered."""
        now_s = self._clock.monotonic_s()
        with self._gate:
            seen = self._recent(name, now_s)
            return 0 if len(seen) < self._limit else max(1, int(seen[0] + WINDOW_S - now_s) + 1)

    def note(self, name: str) -> None:
        now_s = self._clock.monotonic_s()
        with self._gate:
            if len(self._seen) >= _MOST_NAMES:
                self._forget(now_s)
            seen = self._recent(name, now_s)
            seen.append(now_s)
            self._seen[name] = seen

    def forgive(self, name: str) -> None:
        """It was right: who knows it may ask again."""
        with self._gate:
            self._seen.pop(name, None)

    def _recent(self, name: str, now_s: float) -> deque[float]:
        seen = self._seen.get(name, deque(maxlen=self._limit))
        while seen and now_s - seen[0] >= WINDOW_S:
            seen.popleft()
        return seen

    def _forget(self, now_s: float) -> None:
        """What is old; when everything is new, the oldest half: memory has an end, and central still counts."""
        self._seen = {name: seen for name, seen in self._seen.items() if seen and now_s - seen[-1] < WINDOW_S}
        for name in list(self._seen)[: max(0, len(self._seen) - _MOST_NAMES // 2)]:
            del self._seen[name]
