"""Opening hours: is the centre giving tickets now, why not, and when again.

Reception (people are served) and tickets (the kiosk gives numbers) have hours of their own: numbers start a little
before reception and stop early enough that everybody who holds one is still served. Dates are integers like 20261122,
times of day are minutes after midnight, local time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from math import inf

from kiosk.clock import VIETNAM, day_of, local, to_ms
from kiosk.words import FIXED_HOLIDAYS, Words

_LOOK_AHEAD_DAYS = 30  #: longer than the longest holiday
_NOON_MIN = 12 * 60
_DAY_MS = 86_400_000
_OFFSET_MS = VIETNAM.utcoffset(None) // timedelta(milliseconds=1)  #: the same all year


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of reception, with the stretch in which tickets for it are given; minutes after midnight."""

    opens: int
    closes: int
    tickets_from: int
    last_ticket: int  #: the first minute without tickets

    def __post_init__(self) -> None:
        if not 0 <= self.tickets_from < self.last_ticket <= self.closes <= 24 * 60:
            raise ValueError("tickets_from < last_ticket <= closes must hold, all within one day")
        if not self.opens < self.closes:
            raise ValueError("opens < closes must hold")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The week of a centre and its exceptions."""

    week: Mapping[int, tuple[Window, ...]]  #: by ISO weekday: 1 is Monday; windows in order
    holidays: Mapping[int, Words] = field(default_factory=dict)  #: closed days by date, besides the fixed ones
    fixed_holidays: Mapping[tuple[int, int], Words] = field(default_factory=lambda: FIXED_HOLIDAYS)  #: (month, day)
    special_days: Mapping[int, tuple[Window, ...]] = field(
        default_factory=dict
    )  #: other hours on a date; wins over all


class ClosedReason(StrEnum):
    BEFORE_OPENING = "before_opening"
    BETWEEN = "between"  #: tickets of this window are over, another window follows today
    AFTER_LAST_TICKET = "after_last_ticket"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Tickets are given now, for the reception window between these instants."""

    last_ticket_ms: int
    reception_from_ms: int
    reception_until_ms: int


@dataclass(frozen=True, slots=True)
class ClosedNow:
    """No tickets now; ``words`` is the sentence for the screen."""

    reason: ClosedReason
    again_ms: int | None  #: when tickets are given again; None: not within a month
    words: Words


def ticket_status(schedule: Schedule, now_ms: int) -> OpenNow | ClosedNow:
    """Whether the kiosk gives tickets at ``now_ms``."""
    for window in windows_of(schedule, now_ms):
        if _at(now_ms, window.tickets_from) <= now_ms < _at(now_ms, window.last_ticket):
            return OpenNow(_at(now_ms, window.last_ticket), _at(now_ms, window.opens), _at(now_ms, window.closes))
    reason = _closed_reason(schedule, now_ms)
    again_ms = next((start for start in _ticket_starts(schedule, now_ms) if start > now_ms), None)
    return ClosedNow(reason, again_ms, _closed_words(schedule, reason, now_ms, again_ms))


def windows_of(schedule: Schedule, now_ms: int) -> tuple[Window, ...]:
    """The windows of the day of ``now_ms``; empty on a day off."""
    day = day_of(now_ms)
    if day in schedule.special_days:
        return schedule.special_days[day]
    if holiday_name(schedule, now_ms) is not None:
        return ()
    return schedule.week.get(local(now_ms).isoweekday(), ())


def holiday_name(schedule: Schedule, now_ms: int) -> Words | None:
    """The name of the holiday on the day of ``now_ms``, or None."""
    moment = local(now_ms)
    return schedule.holidays.get(day_of(now_ms)) or schedule.fixed_holidays.get((moment.month, moment.day))


def reception_opens_in_s(schedule: Schedule, now_ms: int) -> float:
    """Seconds until somebody can be served: 0 during reception, and when no more reception follows today."""
    for window in windows_of(schedule, now_ms):
        if now_ms < _at(now_ms, window.closes):
            return max(_at(now_ms, window.opens) - now_ms, 0) / 1000
    return 0.0


def breaks_ahead_s(schedule: Schedule, now_ms: int) -> tuple[tuple[float, float], ...]:
    """Today's stretches between windows that are not over yet, as (from, until) seconds from now; lunch, usually."""
    windows = windows_of(schedule, now_ms)
    gaps = [(_at(now_ms, a.closes), _at(now_ms, b.opens)) for a, b in pairwise(windows)]
    return tuple((max(a - now_ms, 0) / 1000, (b - now_ms) / 1000) for a, b in gaps if b > now_ms and b > a)


def last_close_ms(schedule: Schedule, now_ms: int) -> int | None:
    """When reception of the day of ``now_ms`` ends; None on a day off. Tickets that still wait then expire."""
    return max((_at(now_ms, w.closes) for w in windows_of(schedule, now_ms)), default=None)


def reception_ends_in_s(schedule: Schedule, now_ms: int) -> float:
    """Seconds until reception of today is over; infinite on a day off and after it."""
    ends_ms = last_close_ms(schedule, now_ms)
    return inf if ends_ms is None or ends_ms <= now_ms else (ends_ms - now_ms) / 1000


def _closed_reason(schedule: Schedule, now_ms: int) -> ClosedReason:
    windows = windows_of(schedule, now_ms)
    if not windows:
        return ClosedReason.DAY_OFF if holiday_name(schedule, now_ms) is None else ClosedReason.HOLIDAY
    if now_ms < min(_at(now_ms, w.tickets_from) for w in windows):
        return ClosedReason.BEFORE_OPENING
    if now_ms < max(_at(now_ms, w.tickets_from) for w in windows):
        return ClosedReason.BETWEEN
    return ClosedReason.AFTER_LAST_TICKET


def _ticket_starts(schedule: Schedule, now_ms: int) -> Iterator[int]:
    noon = local(now_ms).replace(hour=12, minute=0, second=0, microsecond=0)
    for ahead in range(_LOOK_AHEAD_DAYS + 1):
        day_ms = to_ms(noon + timedelta(days=ahead))
        yield from (_at(day_ms, w.tickets_from) for w in windows_of(schedule, day_ms))


def _at(day_ms: int, minute: int) -> int:
    """The instant at that minute of the local day in which ``day_ms`` lies."""
    return day_ms - (day_ms + _OFFSET_MS) % _DAY_MS + minute * 60_000


def _closed_words(schedule: Schedule, reason: ClosedReason, now_ms: int, again_ms: int | None) -> Words:
    why = _why(schedule, reason, now_ms)
    if again_ms is None:
        return why
    when = _when(now_ms, again_ms)
    return Words(f"{why.vi} Mời quý vị quay lại {when.vi}.", f"{why.en} Please come back {when.en}.")


def _why(schedule: Schedule, reason: ClosedReason, now_ms: int) -> Words:
    if reason is ClosedReason.HOLIDAY:
        name = holiday_name(schedule, now_ms) or Words("", "")
        return Words(f"Hôm nay trung tâm nghỉ lễ: {name.vi}.", f"The centre is closed today: {name.en}.")
    if reason is ClosedReason.BETWEEN:
        if local(now_ms).hour * 60 + local(now_ms).minute < _NOON_MIN + 60:
            return Words("Hết giờ lấy số buổi sáng.", "Tickets for this morning are over.")
        return Words("Tạm hết giờ lấy số.", "No tickets at the moment.")
    return _WHY[reason]


_WHY = {
    ClosedReason.BEFORE_OPENING: Words("Chưa đến giờ lấy số.", "It is too early for a ticket."),
    ClosedReason.AFTER_LAST_TICKET: Words("Hết giờ lấy số hôm nay.", "Tickets for today are over."),
    ClosedReason.DAY_OFF: Words("Hôm nay trung tâm nghỉ.", "The centre is closed today."),
}

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _when(now_ms: int, again_ms: int) -> Words:
    again = local(again_ms)
    at = f"{again:%H:%M}"
    if day_of(again_ms) == day_of(now_ms):
        return Words(f"lúc {at}", f"at {at}")
    weekday, date = again.weekday(), f"{again:%d/%m/%Y}"
    return Words(f"lúc {at} {_WEEKDAYS_VI[weekday]}, ngày {date}", f"at {at} on {_WEEKDAYS_EN[weekday]}, {date}")
