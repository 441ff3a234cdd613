"""When priority citizens come: their usual number by hour, scaled by how full today is.

How full today is follows from everybody who came and not only from priority citizens: there are ten times as many to
count. It is looked at every quarter of an hour, so that one more in the line does not bring other people. The usual
share of each hour is smoothed by everybody's hours, for they are so many.
"""

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.model import ServiceId

Floats = NDArray[np.float64]

_HOURS = 24
_QUARTERS = 4  #: in an hour
_MEMORY_DAYS = 20
_CALM = 20.0  #: people by which today is pulled towards a usual day
_FULLEST = 3.0  #: over a usual day; a crowd at the door does not come every hour
_CALM_DAYS = 3.0  #: days by which a weekday is pulled towards all days
_SMOOTH_DAYS = 5.0  #: days by which the hours of priority citizens are pulled towards everybody's


class Arrivals:
    """Counts by hour of the day; a few numbers for each service."""

    def __init__(self) -> None:
        self._usual, self._usual_priority = np.zeros(_HOURS), np.zeros(_HOURS)
        self._today, self._today_priority = np.zeros(_HOURS), np.zeros(_HOURS)
        self._came = np.zeros(_HOURS * _QUARTERS)  #: today, in each quarter of an hour
        self._wanted: dict[ServiceId, float] = {}
        self._fullness = np.zeros((7, 2))  #: of each weekday, over a usual day: sum and number of days
        self._days, self._weekday = 0, 0

    def add(self, service: ServiceId, is_priority: bool, second_of_day: float) -> None:
        hour = _hour(second_of_day)
        self._today[hour] += 1
        self._came[_quarter(second_of_day)] += 1
        if is_priority:
            self._today_priority[hour] += 1
            self._wanted[service] = self._wanted.get(service, 0.0) + 1

    def new_day(self, weekday: int) -> None:
        """Fold today into what is usual; a day without anybody was a day off. ``weekday``: of the day that begins."""
        if self._today.any():
            if self._days:
                self._fullness[self._weekday] += self._today.sum() / max(self._usual.sum(), 1.0), 1.0
            self._days += 1
            weight = 1 / min(self._days, _MEMORY_DAYS)
            self._usual += weight * (self._today - self._usual)
            self._usual_priority += weight * (self._today_priority - self._usual_priority)
            self._wanted = {service: 0.95 * count for service, count in self._wanted.items()}
            self._today, self._today_priority = np.zeros(_HOURS), np.zeros(_HOURS)
            self._came[:] = 0
        self._weekday = weekday

    def expected(self, second_of_day: float) -> tuple[Floats, Floats]:
        """(seconds from now, people who will have come by then) for the rest of the day; both ascending."""
        hour, part = _hour(second_of_day), second_of_day % 3600 / 3600
        hourly = self._scale(_quarter(second_of_day)) * self._hourly(hour)[hour:]
        hourly[0] *= 1 - part
        times: Floats = (np.arange(len(hourly) + 1, dtype=np.float64) - part) * 3600.0
        times[0] = 0.0
        people: Floats = np.array([0.0, *np.cumsum(hourly)], dtype=np.float64)
        return times, people

    def mix(self) -> dict[ServiceId, float]:
        """How often priority citizens want each service."""
        return dict(sorted(self._wanted.items()))

    def _hourly(self, hour: int) -> Floats:
        if self._days:
            share = self._usual_priority.sum() / max(self._usual.sum(), 1.0)
            mixed = self._usual_priority * self._days + self._usual * share * _SMOOTH_DAYS
            return np.asarray(mixed / (self._days + _SMOOTH_DAYS))
        first = next((h for h, count in enumerate(self._today) if count), hour)
        return np.full(_HOURS, self._today_priority.sum() / (hour - first + 1))

    def _scale(self, quarter: int) -> float:
        """How many come today over how many usually come: the weekday at first, then what was seen before now."""
        if not self._days:
            return 1.0
        total, days = self._fullness[self._weekday]
        usual = (total + _CALM_DAYS) / (days + _CALM_DAYS)
        hour, more = divmod(quarter, _QUARTERS)
        by_now = self._usual[:hour].sum() + more / _QUARTERS * self._usual[hour]
        return float(usual * min((self._came[:quarter].sum() + _CALM) / (usual * by_now + _CALM), _FULLEST))


def _hour(second_of_day: float) -> int:
    return min(max(int(second_of_day // 3600), 0), _HOURS - 1)


def _quarter(second_of_day: float) -> int:
    return min(max(int(second_of_day * _QUARTERS // 3600), 0), _HOURS * _QUARTERS - 1)
