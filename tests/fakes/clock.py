"""A clock that stands still until a test moves it."""

from datetime import datetime

from kiosk.clock import to_ms

#: A working Monday morning.
MONDAY_9_00 = to_ms(datetime(2026, 11, 23, 9, 0))


class FakeClock:
    """``now_ms`` is set by the test; the monotonic clock follows ``advance`` only."""

    def __init__(self, now_ms: int = MONDAY_9_00) -> None:
        self._now_ms, self._monotonic_s = now_ms, 0.0

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def set(self, now_ms: int) -> None:
        """The wall clock jumps; the monotonic one does not."""
        self._now_ms = now_ms

    def advance(self, ms: int) -> None:
        self._now_ms += ms
        self._monotonic_s += ms / 1000
