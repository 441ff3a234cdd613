"""Ranges in words that people understand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.promise import make_promise, round_range, wait_words, within_today
from kiosk.words import Words

seconds = st.floats(0, 12 * 3600)


@pytest.mark.parametrize(
    ("low", "high", "vi", "en"),
    [
        (0, 0, "dưới 1 phút", "under 1 min"),
        (0, 5, "dưới 5 phút", "under 5 min"),
        (2, 4, "dưới 4 phút", "under 4 min"),
        (0, 12, "dưới 12 phút", "under 12 min"),
        (8, 14, "8–14 phút", "8–14 min"),
        (8, 9, "khoảng 9 phút", "about 9 min"),
        (20, 25, "khoảng 25 phút", "about 25 min"),
        (25, 25, "khoảng 25 phút", "about 25 min"),
        (0, 80, "dưới 80 phút", "under 80 min"),
        (0, 210, "dưới 3 giờ rưỡi", "under 3 h 30"),
        (40, 80, "40–80 phút", "40–80 min"),
        (60, 90, "trên 1 giờ", "over 1 hour"),
        (130, 190, "trên 2 giờ", "over 2 hours"),
    ],
)
def test_the_words_for_a_range(low: int, high: int, vi: str, en: str) -> None:
    assert wait_words(low, high) == Words(vi, en)


@given(seconds, seconds)
def test_the_told_range_contains_the_quantiles(a: float, b: float) -> None:
    low_s, high_s = sorted((a, b))
    low_min, high_min = round_range(low_s, high_s)
    assert low_min * 60 <= low_s + 1e-6
    assert high_min * 60 >= high_s - 1e-6


@given(seconds, seconds)
def test_a_longer_wait_is_never_told_as_a_shorter_one(a: float, b: float) -> None:
    shorter, longer = sorted((a, b))
    assert round_range(shorter, shorter)[0] <= round_range(longer, longer)[0]
    assert round_range(shorter, shorter)[1] <= round_range(longer, longer)[1]


@given(st.integers(-2, 500), st.tuples(*[st.floats(-1e9, 1e9)] * 3))
def test_a_promise_is_ordered_and_never_negative(ahead: int, quantiles: tuple[float, float, float]) -> None:
    promise = make_promise(ahead, quantiles, "plain")
    assert 0 <= promise.p10_s <= promise.p50_s <= promise.p90_s
    assert 0 <= promise.low_min <= promise.high_min
    assert promise.people_ahead >= 0
    assert promise.basis == "plain"


@given(st.integers(0, 700), st.integers(0, 700))
def test_every_range_has_words(a: int, b: int) -> None:
    words = wait_words(min(a, b), max(a, b))
    assert words.vi
    assert words.en


@given(st.lists(st.floats(0, 36_000), min_size=3, max_size=3).map(sorted), st.floats(0, 36_000))
def test_a_wide_range_ends_with_the_day_and_the_middle_stays(quantiles_s: list[float], ends_in_s: float) -> None:
    p10_s, p50_s, p90_s = quantiles_s
    low_s, middle_s, high_s = within_today((p10_s, p50_s, p90_s), ends_in_s)
    assert (low_s, middle_s) == (p10_s, p50_s)
    assert middle_s <= high_s <= p90_s
    assert high_s in {p90_s, p50_s} or high_s == ends_in_s + 1800, "half an hour over, for who is still there"
