"""Time as a port. Nothing else in the product asks the operating system what time it is.

Instants are integer milliseconds since the Unix epoch (UTC), named ``*_ms``. Vietnam has been at UTC+7 without
daylight saving since 1975, so local time needs no time-zone database.
"""

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

VIETNAM = timezone(timedelta(hours=7), "+07")


class Clock(Protocol):
    def now_ms(self) -> int:
        """Wall clock, ms since the Unix epoch."""

    def monotonic_s(self) -> float:
        """Seconds from an arbitrary origin; never steps back."""


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        return time.monotonic()


class ScaledClock:
    """A clock that starts at ``start_ms`` and runs ``speed`` times as fast as the real one (demo and replay)."""

    def __init__(self, start_ms: int, speed: float) -> None:
        self._start_ms, self._speed, self._origin_s = start_ms, speed, time.monotonic()

    def now_ms(self) -> int:
        return self._start_ms + int((time.monotonic() - self._origin_s) * 1000 * self._speed)

    def monotonic_s(self) -> float:
        return time.monotonic()


def local(ms: int) -> datetime:
    """The instant as local (UTC+7) date and time."""
    return datetime.fromtimestamp(ms / 1000, VIETNAM)


def day_of(ms: int) -> int:
    """Local calendar day as an integer, e.g. 20261122."""
    moment = local(ms)
    return moment.year * 10_000 + moment.month * 100 + moment.day


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch; a naive ``moment`` is taken as local time."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    return int(moment.timestamp() * 1000)
