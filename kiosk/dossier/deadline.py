"""When a result is due, and why then: working days, holidays, the 15:00 rule, the time that the citizen took.

1. The day of receipt is not counted (Bộ luật Dân sự 2015, điều 147); the last day ends when the centre closes.
2. A same-day procedure that is received at 15:00 or later is due on the next working day (Nghị định 23/2015/NĐ-CP).
3. What is received on a day off counts as received when the next working day begins.
4. Days on which the clock stood (papers or payment awaited) are added at the end.
5. The days off of a year are decided by the government for that year: a year without a table is counted with weekends
   and the fixed holidays only, and the answer says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from kiosk.clock import VIETNAM, local, to_ms
from kiosk.words import FIXED_HOLIDAYS, Words

SAME_DAY_UNTIL = time(15, 0)
_DAY_ENDS = time(17, 0)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days count. ``days_off``: by year, the dates besides weekends; a year that is missing is not known yet."""

    days_off: Mapping[int, frozenset[date]] = field(default_factory=dict)
    extra_days: frozenset[date] = frozenset()  #: Saturdays and Sundays that are worked in lieu
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})  #: ISO: 1 is Monday
    day_ends: time = _DAY_ENDS

    def works(self, day: date) -> bool:
        if day in self.extra_days:
            return True
        if day.isoweekday() not in self.weekdays or (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day not in self.days_off.get(day.year, frozenset())

    def knows(self, year: int) -> bool:
        return year in self.days_off

    def next_working(self, day: date) -> date:
        """The first working day after ``day``."""
        day += timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        return day


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """What the law gives the agency. ``days`` 0: the same day."""

    days: int
    in_working_days: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """``why`` explains the date to the citizen, a sentence each; ``unknown_years`` have no table of days off yet."""

    at_ms: int
    why: tuple[Words, ...]
    unknown_years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood from one instant until another."""

    from_ms: int
    until_ms: int


def due(received_ms: int, limit: TimeLimit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """The due date of what was received at ``received_ms``."""
    received = local(received_ms)
    why: list[Words] = []
    counted_from = _counted_from(received, calendar, why)
    last = _last_day(counted_from, received, limit, calendar, why)
    stood = sum(_working_days(each, calendar) for each in pauses)
    for _ in range(stood):
        last = calendar.next_working(last)
    if stood:
        why.append(Words(f"Cộng {stood} ngày chờ bổ sung.", f"{stood} days were spent waiting for papers or payment."))
    years = tuple(y for y in range(received.year, last.year + 1) if not calendar.knows(y))
    if years:
        named = ", ".join(map(str, years))
        why.append(
            Words(
                f"Lịch nghỉ lễ năm {named} chưa công bố, ngày hẹn có thể thay đổi.",
                f"The public holidays of {named} are not published yet; the date may change.",
            )
        )
    return Due(to_ms(datetime.combine(last, calendar.day_ends, VIETNAM)), tuple(why), years)


def moved(due_ms: int, pause: Pause, calendar: WorkCalendar) -> int:
    """A date that was promised by hand, later by the working days that the citizen took."""
    last = local(due_ms).date()
    for _ in range(_working_days(pause, calendar)):
        last = calendar.next_working(last)
    return to_ms(datetime.combine(last, calendar.day_ends, VIETNAM))


def is_late(due_ms: int, now_ms: int) -> bool:
    return now_ms > due_ms


def _counted_from(received: datetime, calendar: WorkCalendar, why: list[Words]) -> date:
    """The day that counts as the day of receipt."""
    day = received.date()
    if calendar.works(day):
        return day
    why.append(
        Words(
            "Nộp vào ngày nghỉ nên tính từ ngày làm việc kế tiếp.", "Handed in on a day off: counted from the next one."
        )
    )
    return calendar.next_working(day)


def _last_day(
    counted_from: date, received: datetime, limit: TimeLimit, calendar: WorkCalendar, why: list[Words]
) -> date:
    if limit.days == 0:
        late = counted_from == received.date() and received.time() >= SAME_DAY_UNTIL
        why.append(_LATE_IN_THE_DAY if late else _SAME_DAY)
        return calendar.next_working(counted_from) if late else counted_from
    if not limit.in_working_days:
        why.append(Words(f"{limit.days} ngày kể từ hôm sau.", f"{limit.days} days from the next day on."))
        last = counted_from + timedelta(days=limit.days)
        return last if calendar.works(last) else calendar.next_working(last)
    why.append(
        Words(
            f"{limit.days} ngày làm việc kể từ hôm sau, không tính ngày nghỉ.",
            f"{limit.days} working days from the next day on; days off do not count.",
        )
    )
    last = counted_from
    for _ in range(limit.days):
        last = calendar.next_working(last)
    return last


def _working_days(pause: Pause, calendar: WorkCalendar) -> int:
    """Working days that ended while the clock stood."""
    day, until = local(pause.from_ms).date(), local(pause.until_ms).date()
    count = 0
    while day < until:
        count += calendar.works(day)
        day += timedelta(days=1)
    return count


_SAME_DAY = Words("Trả kết quả trong ngày.", "The result is due the same day.")
_LATE_IN_THE_DAY = Words(
    "Nhận từ 15 giờ trở đi nên trả vào ngày làm việc kế tiếp.",
    "Received at 15:00 or later: due on the next working day.",
)
