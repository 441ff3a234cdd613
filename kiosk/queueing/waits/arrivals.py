"""When priority citizens come: their usual number by service and hour, scaled by how many came today."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.model import ServiceId

Floats = NDArray[np.float64]

_HOURS = 24
_MEMORY_DAYS = 20
_CALM = 10.0  #: people by which today is pulled towards a usual day


class Arrivals:
    """Counts by service and hour of the day; a few numbers for each service."""

    def __init__(self) -> None:
        self._usual: dict[ServiceId, list[float]] = {}
        self._today: dict[ServiceId, list[int]] = {}
        self._days = 0

    def add(self, service: ServiceId, second_of_day: float) -> None:
        self._today.setdefault(service, [0] * _HOURS)[_hour(second_of_day)] += 1

    def day_over(self) -> None:
        """Fold today into what is usual; a day without anybody was a day off."""
        if not self._today:
            return
        self._days += 1
        weight = 1 / min(self._days, _MEMORY_DAYS)
        for service in self._services():
            usual = self._usual.setdefault(service, [0.0] * _HOURS)
            today = self._today.get(service, [0] * _HOURS)
            self._usual[service] = [u + weight * (t - u) for u, t in zip(usual, today, strict=True)]
        self._today = {}

    def expected(self, second_of_day: float) -> tuple[Floats, Floats]:
        """(seconds from now, people who will have come by then) for the rest of the day; both ascending."""
        hour, part = _hour(second_of_day), second_of_day % 3600 / 3600
        scale = self._scale(hour, part)
        hourly = [scale * sum(self._of(s, hour)[h] for s in self._services()) for h in range(hour, _HOURS)]
        hourly[0] *= 1 - part
        times: Floats = (np.arange(len(hourly) + 1, dtype=np.float64) - part) * 3600.0
        times[0] = 0.0
        people: Floats = np.array([0.0, *np.cumsum(hourly)], dtype=np.float64)
        return times, people

    def mix(self, services: Collection[ServiceId], second_of_day: float) -> dict[ServiceId, float]:
        """How often each of these services is wanted, by counts of this hour and the next."""
        hour = _hour(second_of_day)
        return {s: sum(self._of(s, hour)[hour : hour + 2]) for s in sorted(self._services() & set(services))}

    def _services(self) -> set[ServiceId]:
        return {*self._usual, *self._today}

    def _of(self, service: ServiceId, hour: int) -> list[float]:
        return self._usual.get(service) or self._so_far(service, hour)

    def _scale(self, hour: int, part: float) -> float:
        """How many came today over how many usually have come by now."""
        today = sum(map(sum, self._today.values()))
        usual = sum(sum(u[:hour]) + u[hour] * part for u in self._usual.values())
        return (today + _CALM) / (usual + _CALM) if self._usual else 1.0

    def _so_far(self, service: ServiceId, hour: int) -> list[float]:
        """On the first day: as many an hour as came until now."""
        counts = self._today.get(service, [0] * _HOURS)
        first = next((h for h, n in enumerate(counts) if n), hour)
        return [sum(counts) / (hour - first + 1)] * _HOURS


def _hour(second_of_day: float) -> int:
    return min(max(int(second_of_day // 3600), 0), _HOURS - 1)
