"""When counters are open, learnt from past days: breaks, lunch, late openings, absences, the end of the day.

The future of an open counter is drawn from its own past days on which it was open at this time. A closed one comes back
as counters came back that had closed about then and were still away after so long: most breaks are short, and who has
been away for half an hour is probably gone until after lunch.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.model import CounterId

Floats = NDArray[np.float64]
Span = tuple[float, float]
Day = tuple[Span, ...]  #: stretches of work of one counter on one day, in seconds of the day

DAY_S = 86_400.0
NEVER_S = 10 * DAY_S
WINDOWS = 4  #: stretches of work from now on that are looked at; more than anybody has in a day

_ANY_HOUR = ((0.0, DAY_S),)
_DAYS = 30
_SLOT_S = 300.0
_LEAST = 4  #: with fewer examples, the centre's hours take part as one more
_ABOUT_THEN_S = 3600.0
_LONG_BREAK_S = 45 * 60.0  #: longer ones end at a time of the day, shorter ones after a while
_FINISHING_S = 180.0  #: who closes within this after an end had stopped calling before


@dataclass(slots=True)
class _Counter:
    days: deque[Day] = field(default_factory=lambda: deque(maxlen=_DAYS))
    today: list[Span] = field(default_factory=list)
    open_since_s: float | None = None
    last_service: Span = (0.0, -NEVER_S)


class Timetable:
    """The working days of all counters of a centre."""

    def __init__(self, hours: tuple[Span, ...]) -> None:
        """``hours``: reception hours, for counters without a past; without hours a counter just stays open."""
        self._hours = hours or _ANY_HOUR
        self._counters: dict[CounterId, _Counter] = {}
        self._kept: dict[tuple[CounterId, bool], tuple[tuple[int, int], Floats]] = {}

    def opened(self, counter: CounterId, at_s: float) -> None:
        known = self._counter(counter)
        if known.open_since_s is None:
            known.open_since_s = at_s

    def closed(self, counter: CounterId, at_s: float) -> None:
        """A counter that closes right after a service had stopped calling somewhere between its start and its end."""
        known = self._counter(counter)
        if known.open_since_s is None:
            return
        started_s, ended_s = known.last_service
        stopped_s = (started_s + at_s) / 2 if at_s - ended_s < _FINISHING_S else at_s
        known.today.append((known.open_since_s, max(stopped_s, known.open_since_s)))
        known.open_since_s = None

    def served(self, counter: CounterId, started_s: float, ended_s: float) -> None:
        self._counter(counter).last_service = (started_s, ended_s)

    def day_over(self, was_working_day: bool) -> None:
        """A counter that was not open on a working day was absent; that is worth remembering."""
        for counter, known in self._counters.items():
            self.closed(counter, DAY_S)
            if was_working_day:
                known.days.append(tuple(known.today))
            known.today, known.last_service = [], (0.0, -NEVER_S)
        self._kept.clear()

    def futures(self, counter: CounterId, now_s: float, *, is_shut: bool = False) -> Floats:
        """Possible windows of work from now on, (examples, WINDOWS, 2) seconds of the day; unused ones ``NEVER_S``.

        ``is_shut``: as if it had not opened just now.
        """
        known = self._counter(counter)
        is_open = known.open_since_s is not None and not is_shut
        key = int(now_s // _SLOT_S), len(known.today)
        kept = self._kept.get((counter, is_open))
        if kept is None or kept[0] != key:
            kept = self._kept[counter, is_open] = key, _table(self._examples(known, is_open, now_s), now_s)
        return kept[1]

    def next_opening(self, now_s: float) -> float:
        """The next window of reception, or the end of the last one."""
        return next((a for a, _ in self._hours if a > now_s), max(self._hours[-1][1], now_s))

    def _counter(self, counter: CounterId) -> _Counter:
        return self._counters.setdefault(counter, _Counter())

    def _examples(self, known: _Counter, is_open: bool, now_s: float) -> list[Day]:
        if is_open:
            found = [day for day in known.days if _open_at(day, now_s)]
        elif known.today:
            closed_s = known.today[-1][1]
            found = list(self._returns(closed_s, now_s, _ABOUT_THEN_S))
            if len(found) < _LEAST:
                found = list(self._returns(closed_s, now_s, DAY_S))
        else:
            found = [day for day in known.days if _unopened_at(day, now_s)]
            if len(found) < _LEAST:
                found = [day for other in self._counters.values() for day in other.days if _unopened_at(day, now_s)]
        if len(found) < _LEAST:
            found.append(self._by_hours(now_s, is_open, bool(known.today)))
        return found

    def _returns(self, closed_s: float, now_s: float, about_s: float) -> Iterator[Day]:
        """How counters that had closed within ``about_s`` of then, and were away for as long, came back."""
        away_s = now_s - closed_s
        for other in self._counters.values():
            for day in other.days:
                for index, (_, left_s) in enumerate(day):
                    back_s = day[index + 1][0] if index + 1 < len(day) else NEVER_S
                    if abs(left_s - closed_s) > about_s or back_s - left_s <= away_s:
                        continue
                    shift_s = closed_s - left_s if back_s - left_s < _LONG_BREAK_S else 0.0
                    later = day[index + 1 :]
                    yield ((later[0][0] + shift_s, later[0][1]), *later[1:]) if later else ()

    def _by_hours(self, now_s: float, is_open: bool, has_worked: bool) -> Day:
        """An open counter stays, one that left comes back for the next window, one that is late is so as long again."""
        left = has_worked and not is_open
        late = 0.0 if is_open or self._hours == _ANY_HOUR else 1.0
        windows = [
            (now_s + late * (now_s - a) if a <= now_s else a, b)
            for a, b in self._hours
            if b > now_s and (a > now_s or not left)
        ]
        windows = [(a, b) for a, b in windows if a < b]
        if is_open and (not windows or windows[0][0] > now_s):
            windows.insert(0, (now_s, min(now_s + 900.0, windows[0][0] if windows else DAY_S)))
        return tuple(windows)


def _open_at(day: Day, now_s: float) -> bool:
    return any(a <= now_s < b for a, b in day)


def _unopened_at(day: Day, now_s: float) -> bool:
    return all(a > now_s for a, _ in day)


def _table(examples: list[Day], now_s: float) -> Floats:
    table = np.full((max(len(examples), 1), WINDOWS, 2), NEVER_S)
    for row, day in enumerate(examples):
        rest = [(max(a, now_s), b) for a, b in day if b > now_s]
        for column, window in enumerate(rest[:WINDOWS]):
            table[row, column] = window
    return table
