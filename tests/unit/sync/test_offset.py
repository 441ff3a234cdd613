"""How far the hub's clock is from central's, measured over lines that are quick, slow and lopsided."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hub.sync.offset import ClockOffset

NOW_MS = 1_790_000_000_000
WRONG = st.integers(-(60 * 365 * 86_400_000), 400 * 86_400_000)
DELAYS = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=1, max_size=8)


def exchange(offset: ClockOffset, hub_ms: int, wrong_ms: int, there_ms: int, back_ms: int) -> None:
    """The hub's clock is ``wrong_ms`` ahead of central's."""
    offset.note(hub_ms, hub_ms + there_ms + back_ms, hub_ms + there_ms - wrong_ms)


@given(WRONG, DELAYS)
def test_the_error_is_at_most_half_of_the_shortest_round_trip(wrong_ms: int, delays: list[tuple[int, int]]) -> None:
    offset = ClockOffset()
    for there_ms, back_ms in delays:
        exchange(offset, NOW_MS, wrong_ms, there_ms, back_ms)
    assert abs(offset.ms + wrong_ms) <= min(map(sum, delays)) / 2 + 1


def test_nothing_known_is_no_offset() -> None:
    assert ClockOffset().ms == 0


def test_when_a_clock_was_set_the_measurements_before_are_forgotten() -> None:
    offset = ClockOffset()
    exchange(offset, NOW_MS, 0, 1, 1)
    exchange(offset, NOW_MS, 3_600_000, 40, 10)
    assert abs(offset.ms + 3_600_000) <= 25


def test_a_clock_that_is_set_back_in_the_middle_of_an_exchange_spoils_one_measurement_only() -> None:
    offset = ClockOffset()
    offset.note(NOW_MS, NOW_MS - 7_200_000, NOW_MS)
    exchange(offset, NOW_MS - 7_200_000, -7_200_000, 10, 10)
    assert abs(offset.ms - 7_200_000) <= 10
