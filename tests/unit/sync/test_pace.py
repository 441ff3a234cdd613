"""Waiting and batch sizes: hubs that come back together spread out, and a slow line gets little at once."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hub.sync.pace import LONGEST_OBEYED_S, BatchSize, Pace, asked_pause_s
from kiosk.wire.central_api import MAX_ROWS

PACE = Pace()
CHANCES = st.floats(0, 1)


@given(st.integers(1, 10_000), CHANCES)
def test_no_pause_is_longer_than_five_minutes(failures: int, chance: float) -> None:
    assert 0 <= PACE.pause_s(failures, chance) <= 300


def test_the_range_of_a_pause_doubles_with_each_failure() -> None:
    assert [PACE.pause_s(failures, 1) for failures in range(1, 11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_three_thousand_hubs_that_lost_central_for_long_come_back_evenly_over_five_minutes() -> None:
    back_s = [PACE.pause_s(20, (n + 0.5) / 3000) for n in range(3000)]
    assert max(sum(1 for each in back_s if start <= each < start + 1) for start in range(300)) == 10


@given(st.floats(0, LONGEST_OBEYED_S), st.integers(1, 100), CHANCES)
def test_what_central_asks_is_obeyed_and_spread(asked_s: float, failures: int, chance: float) -> None:
    assert asked_s <= PACE.obeyed_s(asked_s, failures, chance) <= asked_s + max(asked_s, 300)


@given(st.text())
def test_a_retry_after_of_any_kind_is_a_sane_pause_or_none(text: str) -> None:
    assert (pause := asked_pause_s(text)) is None or 0 <= pause <= LONGEST_OBEYED_S


def test_a_retry_after_in_seconds_is_understood_and_bounded() -> None:
    texts = ("5", " 30 ", "99999999999999999999", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", None)
    assert [asked_pause_s(text) for text in texts] == [5, 30, 600, None, None, None]


def test_a_quick_full_batch_doubles_a_slow_one_halves_and_a_small_one_changes_nothing() -> None:
    size = BatchSize(500)
    assert [size.after(500, 0.1).rows, size.after(500, 1).rows, size.after(500, 3).rows] == [1000, 500, 250]
    assert size.after(3, 0.1) == size
    assert BatchSize(2000).after(2000, 0.1).rows == 2000 <= MAX_ROWS
    assert BatchSize(1).smaller().rows == 1
