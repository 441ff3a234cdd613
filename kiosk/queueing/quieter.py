"""A quieter time to come today: how long people usually waited by the time at which they came.

Kept by service in half hours, fading over weeks, and scaled by how today compares so far. A time is only named when it
is clearly better: a wait that is shorter by three tenths and by ten minutes, seen on several days.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from kiosk.clock import day_of, local
from kiosk.queueing.model import ServiceId

SLOT_MIN = 30
_SLOTS = 24 * 60 // SLOT_MIN
_KEEP = 0.93  #: of yesterday's weight: half of it is gone after ten working days
_LEAST_PEOPLE = 4.0
_LEAST_DAYS = 3
_LEAST_TODAY = 5
_NOT_BEFORE_MIN = 30  #: who is told to come back should not be told to turn round at the door
_AT_MOST = 0.7  #: of the wait now
_SAVES_S = 10 * 60.0
_DAY_FACTOR = (0.5, 2.0)

Cells = list[float]  #: for each half hour: seconds waited, people


@dataclass(frozen=True, slots=True)
class TicketHours:
    """A stretch of today in which tickets are given, minutes after midnight."""

    from_min: int
    until_min: int


@dataclass(slots=True)
class UsualDay:
    """A few hundred numbers for each service."""

    _past: dict[ServiceId, Cells] = field(default_factory=dict)
    _today: dict[ServiceId, Cells] = field(default_factory=dict)
    _day: int = 0
    _days: int = 0

    def learn(self, service: ServiceId, issued_ms: int, waited_s: float) -> None:
        """Somebody who came then was called after ``waited_s``."""
        self._start_day(day_of(issued_ms))
        cells, at = self._today.setdefault(service, _empty()), 2 * _slot(issued_ms)
        cells[at] += max(waited_s, 0.0)
        cells[at + 1] += 1

    @property
    def days(self) -> int:
        """Past days on which somebody was called."""
        return self._days

    def copy(self) -> "UsualDay":
        past, today = ({name: list(cells) for name, cells in kept.items()} for kept in (self._past, self._today))
        return UsualDay(past, today, self._day, self._days)

    def busiest(self, line: Collection[ServiceId]) -> ServiceId:
        """Which of these services (at least one) most people came for."""
        return max(
            sorted(line), key=lambda name: sum(self._past.get(name, ())[1::2]) + sum(self._today.get(name, ())[1::2])
        )

    def quieter_min(
        self, line: Collection[ServiceId], wait_s: float, now_ms: int, hours: Collection[TicketHours]
    ) -> int | None:
        """The first clearly better time of today, minutes after midnight, for who would wait ``wait_s`` now.

        ``line``: the services that the same counters serve; they wait together.
        """
        if self._days < _LEAST_DAYS or wait_s <= _SAVES_S:
            return None
        factor = self._factor(line) if self._day == day_of(now_ms) else 1.0
        moment = local(now_ms)
        earliest = moment.hour * 60 + moment.minute + _NOT_BEFORE_MIN
        for minute in _slots_from(earliest, hours):
            usual_s = self._usual_s(line, minute // SLOT_MIN)
            if usual_s is None:
                continue
            then_s = usual_s * factor
            if then_s <= _AT_MOST * wait_s and wait_s - then_s >= _SAVES_S:
                return minute
        return None

    def _start_day(self, day: int) -> None:
        """Days only go forward; a day without anybody was a day off and fades nothing."""
        if day <= self._day:
            return
        if self._today:
            self._days += 1
            for service in {*self._past, *self._today}:
                past, today = self._past.get(service, _empty()), self._today.get(service, _empty())
                self._past[service] = [_KEEP * old + new for old, new in zip(past, today, strict=True)]
        self._day, self._today = day, {}

    def _usual_s(self, line: Collection[ServiceId], slot: int) -> float | None:
        cells = [self._past[service] for service in line if service in self._past]
        people = sum(each[2 * slot + 1] for each in cells)
        return sum(each[2 * slot] for each in cells) / people if people >= _LEAST_PEOPLE else None

    def _factor(self, line: Collection[ServiceId]) -> float:
        """How long people wait today over what is usual for the times at which they came."""
        waited_s = usual_s = people = 0.0
        for service in line:
            cells = self._today.get(service, ())
            for slot, (seconds, count) in enumerate(zip(cells[::2], cells[1::2], strict=True)):
                expected = self._usual_s(line, slot) if count else None
                if expected is not None:
                    waited_s, usual_s, people = waited_s + seconds, usual_s + count * expected, people + count
        if people < _LEAST_TODAY or usual_s <= 0:
            return 1.0
        return min(max(waited_s / usual_s, _DAY_FACTOR[0]), _DAY_FACTOR[1])


def _empty() -> Cells:
    return [0.0] * (2 * _SLOTS)


def _slot(at_ms: int) -> int:
    moment = local(at_ms)
    return (moment.hour * 60 + moment.minute) // SLOT_MIN


def _slots_from(earliest_min: int, hours: Collection[TicketHours]) -> Iterator[int]:
    """Starts of half hours in which tickets are given, in order."""
    for minute in range(0, 24 * 60, SLOT_MIN):
        if minute >= earliest_min and any(each.from_min <= minute < each.until_min for each in hours):
            yield minute
