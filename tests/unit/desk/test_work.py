"""The work list: one group for each dossier, the most urgent first."""

from datetime import datetime

import pytest

from kiosk.clock import VIETNAM, to_ms
from kiosk.dossier.deadline import WorkCalendar
from kiosk.dossier.status import ENDED, Status
from kiosk.hub.desk.work import Group, grouped
from kiosk.wire.dossier_api import WorkLine


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=VIETNAM))


FRIDAY = at("2026-11-20 09:00")
MONDAY_EVENING = at("2026-11-23 17:00")


def line(status: Status, due_ms: int | None = None, *, late: bool = False) -> WorkLine:
    return WorkLine(
        code="H29-261116-0001", procedure="1.004873", status=status.value, due_ms=due_ms, submitted_ms=1, late=late
    )


@pytest.mark.parametrize(
    ("given", "group"),
    [
        (line(Status.REGISTERED), Group.NEW),
        (line(Status.ACCEPTED, at("2026-11-20 17:00")), Group.TODAY),
        (line(Status.IN_PROGRESS, MONDAY_EVENING), Group.TOMORROW),
        (line(Status.IN_PROGRESS, at("2026-11-24 17:00")), Group.LATER),
        (line(Status.IN_PROGRESS), Group.LATER),
        (line(Status.IN_PROGRESS, at("2026-11-19 17:00"), late=True), Group.LATE),
        (line(Status.SUPPLEMENT_ASKED, at("2026-11-19 17:00"), late=True), Group.SUPPLEMENT),
        (line(Status.PAYMENT_ASKED, at("2026-11-20 17:00")), Group.PAYMENT),
        (line(Status.DONE, at("2026-11-19 17:00"), late=True), Group.HAND_OVER),
        (line(Status.WITHDRAWAL_ASKED), Group.LATER),
    ],
)
def test_a_dossier_stands_where_it_has_to_be_seen(given: WorkLine, group: Group) -> None:
    """On a Friday the next working day is Monday; where the clock stands nothing is due."""
    [found] = grouped([given], FRIDAY, WorkCalendar())
    assert found.group is group


def test_every_open_status_has_a_group_and_groups_keep_their_order() -> None:
    lines = [line(status, MONDAY_EVENING) for status in Status if status not in ENDED]
    groups = grouped([*lines, line(Status.IN_PROGRESS, 1, late=True)], FRIDAY, WorkCalendar())
    assert sum(len(each.lines) for each in groups) == len(lines) + 1
    order = list(Group)
    assert [each.group for each in groups] == sorted((each.group for each in groups), key=order.index)
