"""For pictures that are dear to make and may be a moment old: many screens ask for the same one at once."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kiosk.clock import Clock

T = TypeVar("T")


class Remembered(Generic[T]):
    """Made again when it is older than ``keep_s``. Used under the gate of ``Readings``."""

    def __init__(self, clock: Clock, keep_s: float) -> None:
        self._clock, self._keep_s = clock, keep_s
        self._made: tuple[float, T] | None = None

    def get(self, make: Callable[[], T]) -> T:
        now_s = self._clock.monotonic_s()
        if self._made is None or now_s - self._made[0] > self._keep_s:
            self._made = now_s, make()
        return self._made[1]
