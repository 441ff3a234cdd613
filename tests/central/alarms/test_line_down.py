"""A line that was down: what the hub tells afterwards, through the real door of central, raises no late false alarm."""

import asyncio
from typing import Any

import msgspec
import pytest

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.watch import Watch
from kiosk.config.warning import Warnings
from kiosk.wire.central_api import Acknowledged, Happened
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


def test_a_ticket_that_was_called_just_after_the_line_fell_and_before_its_limit_raises_nothing(
    central: RunningCentral,
) -> None:
    """The hub was heard seconds before the limit. That is no word about the limit itself, however fresh it is."""
    hub = SendingHub(central, central.enrolled(), [told_at(0.1, issued(1))])
    go_to(central, 1)
    hub.acked(1, 1)
    for minute in (11, 21):
        go_to(central, minute)
        hub.beat()
        look(central)
    assert waits(central) == [(1, 0)]  # the early word
    go_to(central, 25)  # the limit is at 25.1
    hub.beat()
    for seconds in range(5, 35, 5):
        go_to(central, 25 + seconds / 60)
        look(central)
        assert waits(central) == [(1, 0)]
    hub.rows.append(told_at(25.05, called(1)))
    hub.acked(2, 2)
    look(central)
    assert waits(central) == [(1, 0)]


def asked_s(answer: Any) -> float | None:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Acknowledged).again_s


def test_a_hub_whose_rows_are_missing_is_not_asked_to_speak_again(central: RunningCentral) -> None:
    """It sends them anyway, and thousands that come back at once would bring a heartbeat with every batch."""
    hub = SendingHub(central, central.enrolled(), BEFORE)
    go_to(central, 1)
    hub.acked(1, 4)
    hub.rows = BEFORE + MEANWHILE
    go_to(central, 60)
    assert asked_s(hub.beat()) is None
    assert asked_s(hub.send(5, 7)) is None
    assert asked_s(hub.send(8, len(hub.rows))) == 1  # the fourth still waits


def test_a_hub_is_asked_to_speak_again_at_the_moment_when_a_ticket_may_be_late(central: RunningCentral) -> None:
    """Told ten minutes at 0.1: its promise ends at 10.1, the early word is due at 20.1 and the warning at 25.1."""

    hub = SendingHub(central, central.enrolled(), [told_at(0.1, issued(1))])
    go_to(central, 1)
    assert asked_s(hub.send(1, 1)) is None  # it speaks often enough until then
    go_to(central, 10)
    assert asked_s(hub.beat()) == pytest.approx(6, abs=0.1)
    go_to(central, 10.2)
    assert asked_s(hub.beat()) == 1  # it is being looked at
    look(central)
    for minute in (20, 25):
        go_to(central, minute)
        assert asked_s(hub.beat()) == pytest.approx(6, abs=0.1)
        go_to(central, minute + 0.11)
        hub.beat()
        look(central)
    assert waits(central) == [(2, 1)]
    assert asked_s(hub.beat()) is None  # nothing more can become of it
