"""A line that was down: what the hub tells afterwards, through the real door of central, raises no late false alarm."""

import asyncio
from typing import Any

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.watch import Watch
from kiosk.config.warning import Warnings
from kiosk.wire.central_api import Happened
from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import called, finished, issued

MINUTE = 60_000


def told_at(minute: float, event: Any) -> Happened:
    """So many minutes after nine."""
    return Happened(MONDAY_9_00 + int(minute * MINUTE), event)


#: All four were told 10 minutes, so their limit is just after 25. Three are called while the line is down.
BEFORE = [told_at(ticket / 10, issued(ticket)) for ticket in (1, 2, 3, 4)]
MEANWHILE = [
    told_at(12, called(1)),
    told_at(14, finished(1)),
    told_at(20, called(2)),
    told_at(24, finished(2)),
    told_at(40, called(3)),
    told_at(44, finished(3)),
]


def go_to(central: RunningCentral, minute: float) -> None:
    """Time passes, as all clocks of the machine see it."""
    central.clock.advance(MONDAY_9_00 + int(minute * MINUTE) - central.clock.now_ms())


def look(central: RunningCentral) -> None:
    """Twice, as two workers do; the worker of this central looks as well."""
    worker = central.central
    for _ in range(2):
        asyncio.run(Watch(worker.database, central.clock, Rules(Warnings(), ())).look())


def waits(central: RunningCentral) -> list[tuple[int, int]]:
    """(stage, tickets that passed the limit) of incidents of people who wait."""
    rows = central.rows("alarms.listed", only=0, closed_since_ms=0)
    return [(stage, joined) for _, _, kind, _, stage, _, _, _, joined, *_ in rows if kind == 1]


def test_tickets_that_were_called_while_the_line_was_down_raise_nothing_and_the_one_that_waits_does(
    central: RunningCentral,
) -> None:
    hub = SendingHub(central, central.enrolled(), BEFORE)
    go_to(central, 1)
    hub.acked(1, 4)
    for minute in range(2, 60):
        go_to(central, minute)
        look(central)
    assert waits(central) == []
    hub.rows = BEFORE + MEANWHILE
    assert hub.beat().status_code == 200
    look(central)
    assert waits(central) == []
    for row in range(5, len(hub.rows)):
        hub.acked(row, row)
        look(central)
        assert waits(central) == []
    hub.acked(len(hub.rows), len(hub.rows))
    look(central)
    assert waits(central) == [(2, 1)]


def test_a_day_that_is_told_late_and_in_full_raises_nothing(central: RunningCentral) -> None:
    hub = SendingHub(
        central, central.enrolled(), [*BEFORE, *MEANWHILE, told_at(45, called(4)), told_at(50, finished(4))]
    )
    go_to(central, 90)
    hub.beat()
    look(central)
    for first in range(1, hub.head + 1, 3):
        hub.acked(first, min(first + 2, hub.head))
        look(central)
    assert waits(central) == []


def test_a_hub_whose_clock_is_two_hours_wrong_is_warned_of_at_the_same_moment(central: RunningCentral) -> None:
    """Its instants are corrected by what was measured when it spoke."""
    wrong_ms = 120 * MINUTE
    rows = [Happened(row.at_ms + wrong_ms, row.event) for row in BEFORE]
    hub = SendingHub(central, central.enrolled(), rows)
    go_to(central, 1)
    hub.acked(1, 4, sent_ms=central.clock.now_ms() + wrong_ms)
    for minute, expected in ((19, []), (21, [(1, 0)]), (24.5, [(1, 0)]), (26, [(2, 4)])):
        go_to(central, minute)
        hub.beat(sent_ms=central.clock.now_ms() + wrong_ms)
        look(central)
        assert waits(central) == expected, minute
