"""A centre's clock is measured and never trusted."""

import pytest

from kiosk.central.received import ReceivedBatch, corrected, fit, measured_offset
from kiosk.wire.central_api import Happened
from tests.central.ingest.hub import SendingHub, look
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import MINUTE_MS, called, finished, issued

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.mark.parametrize(
    ("before_ms", "raw_ms", "claimed_ms", "after_ms"),
    [
        (0, 150, None, 0),
        (0, 7_200_150, None, 7_200_150),
        (7_200_150, 7_201_900, None, 7_200_150),
        (7_200_150, 90, None, 90),
        (0, 1_500, 1_400, 1_400),
        (0, 300, 40, 0),
        (0, 7_200_900, 0, 7_200_900),
        (0, -7_200_000, -7_200_100, -7_200_100),
        (0, 40_000, None, 0),
        (0, 31_500, 30_000, 30_000),
        (0, 20, -30_000, 0),
        (5_000, 45_100, 5_100, 5_000),
        (40_000, 100, None, 100),
    ],
    ids=[
        *("on time", "2 h behind", "the same again", "set right", "slightly off", "jitter", "a lie", "ahead"),
        *("long under way", "half a minute off", "a claim of a slow answer", "right, long under way", "set forward"),
    ],
)
def test_an_offset_is_kept_until_the_clock_was_set(
    before_ms: int, raw_ms: int, claimed_ms: int | None, after_ms: int
) -> None:
    assert measured_offset(before_ms, raw_ms, claimed_ms) == after_ms


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [
        (MONDAY_9_00 - 5, (MONDAY_9_00 - 5, True)),
        (MONDAY_9_00 + 900, (MONDAY_9_00, True)),
        (MONDAY_9_00 + 2 * HOUR_MS, (MONDAY_9_00, False)),
        (MONDAY_9_00 - 30 * DAY_MS, (MONDAY_9_00 - 30 * DAY_MS, True)),
        (MONDAY_9_00 - 365 * DAY_MS, (MONDAY_9_00 - 365 * DAY_MS, False)),
        (0, (0, False)),
        (-(10**30), (0, False)),
        (10**30, (MONDAY_9_00, False)),
    ],
)
def test_an_instant_that_cannot_be_is_marked(at_ms: int, expected: tuple[int, bool]) -> None:
    assert corrected(at_ms, 0, MONDAY_9_00) == expected


@pytest.mark.parametrize(
    ("first", "count", "oldest", "acked", "expected"),
    [
        (1, 10, 1, 0, (0, 0)),
        (1, 10, 1, 4, (4, 0)),
        (1, 10, 1, 99, (10, 0)),
        (11, 5, 1, 10, (0, 0)),
        (12, 5, 1, 10, None),
        (12, 5, 12, 10, (0, 1)),
        (11, 0, 1, 10, (0, 0)),
    ],
)
def test_a_batch_follows_on_what_is_stored(
    first: int, count: int, oldest: int, acked: int, expected: tuple[int, int] | None
) -> None:
    found = fit(ReceivedBatch(1, 1, first, oldest, 99, 0, 0, [0] * count, [issued(1)] * count), acked)
    assert (found and (found.skip, found.lost)) == expected


def hours(hub: SendingHub) -> list[tuple[int, ...]]:
    """day, hour, issued, called, served, wait_s of each hour."""
    return [(*row[1:3], *row[4:7], row[11]) for row in look(hub.central, "test.hours") if any(row[4:])]


def story(at_ms: int) -> list[Happened]:
    """Somebody waits eight minutes and is served."""
    return [
        Happened(at_ms, issued(1)),
        Happened(at_ms + 8 * MINUTE_MS, called(1)),
        Happened(at_ms + 12 * MINUTE_MS, finished(1)),
    ]


@pytest.mark.parametrize("off_ms", [-3 * HOUR_MS, 3 * HOUR_MS, 365 * DAY_MS, -(56 * 365 * DAY_MS)])
def test_a_hub_whose_clock_is_wrong_tells_the_same_day(hub: SendingHub, off_ms: int) -> None:
    """What it sends and when it says to send it are off by the same."""
    now_ms = hub.central.clock.now_ms()
    hub.rows = story(now_ms - HOUR_MS + off_ms)
    hub.acked(1, 3, sent_ms=now_ms + off_ms)
    assert hours(hub) == [(20261123, 8, 1, 1, 1, 480)]
    assert look(hub.central, "test.events")[0][1] == now_ms - HOUR_MS


@pytest.mark.parametrize("off_ms", [3 * HOUR_MS, -365 * DAY_MS])
def test_events_of_the_future_and_of_last_year_are_stored_marked_and_not_counted(hub: SendingHub, off_ms: int) -> None:
    """The clock was set since: now it is right, and what it wrote before is not."""
    now_ms = hub.central.clock.now_ms()
    hub.rows = story(now_ms + off_ms)
    assert hub.acked(1, 3) == 3
    assert hours(hub) == []
    assert [row[2] for row in look(hub.central, "test.events")] == [-1, -2, -4]
    assert look(hub.central, "test.open") == []


def test_a_call_at_an_impossible_time_ends_the_waiting_all_the_same(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms - HOUR_MS, issued(1)), Happened(now_ms - 400 * DAY_MS, called(1))]
    hub.acked(1, 2)
    assert hours(hub) == [(20261123, 8, 1, 0, 0, 0)]
    assert [row[4] for row in look(hub.central, "test.open")] == [1]


def test_what_the_future_issued_is_in_no_figure_later_either(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms + HOUR_MS, issued(1)), Happened(now_ms, called(1)), Happened(now_ms, finished(1))]
    for seq in (1, 2, 3):
        hub.acked(seq, seq)
    assert hours(hub) == []


def test_the_sum_of_very_long_waits_is_stored(hub: SendingHub) -> None:
    """Six hundred who are said to have waited for 58 days: more seconds than an INTEGER holds."""
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms - 58 * DAY_MS, issued(ticket)) for ticket in range(1, 601)]
    hub.rows += [Happened(now_ms, called(ticket)) for ticket in range(1, 601)]
    assert hub.acked(1, 1200) == 1200
    assert hours(hub)[0][5] == 600 * 58 * DAY_MS // 1000
