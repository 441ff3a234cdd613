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
    """Another day at another pace (demo and replay): ``start_ms`` at ``origin_s``, running ``speed`` times as fast.

    ``origin_s`` is a reading of the machine's monotonic clock, which all its processes share, so that several processes
    can live in the same pretended time.
    """

    def __init__(self, start_ms: int, speed: float, origin_s: float | None = None) -> None:
        self.start_ms, self.speed = start_ms, speed
        self.origin_s = time.monotonic() if origin_s is None else origin_s

    def now_ms(self) -> int:
        return self.start_ms + int((time.monotonic() - self.origin_s) * 1000 * self.speed)

    def monotonic_s(self) -> float:
        return time.monotonic()

    def spec(self) -> str:
        """For ``clock_from`` in another process."""
        return f"{self.start_ms}*{self.speed}@{self.origin_s}"


def pace_of(clock: Clock) -> float:
    """How many of its seconds pass in a real one."""
    return clock.speed if isinstance(clock, ScaledClock) else 1.0


def clock_from(spec: str) -> Clock:
    """The system's clock for "", else the ``ScaledClock`` of ``spec``: "1763769600000*60.0@12345.6"; ValueError."""
    if not spec:
        return SystemClock()
    start_ms, star, rest = spec.partition("*")
    speed, at, origin_s = rest.partition("@")
    if not (star and at):
        raise ValueError(f'expected "start_ms*speed@origin_s", got "{spec}"')
    return ScaledClock(int(start_ms), float(speed), float(origin_s))


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
