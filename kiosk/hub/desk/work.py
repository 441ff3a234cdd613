"""The work list: every open dossier of the centre in one group, the most urgent group first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.clock import day_of, local
from kiosk.dossier.deadline import WorkCalendar
from kiosk.dossier.status import CLOCK_STANDS, Status
from kiosk.wire.dossier_api import WorkLine


class Group(StrEnum):
    """In the order in which they are shown."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"  #: late after the next working day
    NEW = "new"  #: sent by citizens, not looked at yet
    HAND_OVER = "hand_over"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class WorkGroup:
    group: Group
    lines: tuple[WorkLine, ...]


def grouped(lines: Iterable[WorkLine], now_ms: int, calendar: WorkCalendar) -> tuple[WorkGroup, ...]:
    """Groups that have any; within each as central orders them."""
    next_day = calendar.next_working(local(now_ms).date())
    soon = next_day.year * 10_000 + next_day.month * 100 + next_day.day
    found: dict[Group, list[WorkLine]] = {group: [] for group in Group}
    for line in lines:
        found[group_of(line, now_ms, soon)].append(line)
    return tuple(WorkGroup(group, tuple(each)) for group, each in found.items() if each)


def group_of(line: WorkLine, now_ms: int, soon: int) -> Group:
    """``soon``: the next working day, like 20261123. Where the clock stands nothing is due."""
    status = Status(line.status)
    if status is Status.DONE:
        return Group.HAND_OVER
    if status in CLOCK_STANDS:
        return Group.SUPPLEMENT if status is Status.SUPPLEMENT_ASKED else Group.PAYMENT
    if line.late:
        return Group.LATE
    if line.due_ms is None:
        return Group.NEW if status is Status.REGISTERED else Group.LATER
    due_day = day_of(line.due_ms)
    if due_day <= day_of(now_ms):
        return Group.TODAY
    return Group.TOMORROW if due_day <= soon else Group.LATER
