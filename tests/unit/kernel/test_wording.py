"""How waits are said on every page."""

from pathlib import Path

import pytest

from kiosk.web.i18n import load_words
from kiosk.web.wording import at_most, duration
from kiosk.words import Words, time_to_wait

WORDS = load_words(Path(__file__).parents[3] / "assets" / "locales", ("pages",))["vi"]


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, "–"), (0, "0 phút"), (1, "1 phút"), (180, "3 phút"), (181, "4 phút"), (3_599, "1 giờ")]
)
def test_no_longer_than_is_never_less_than_it_was(seconds: float | None, told: str) -> None:
    assert at_most(seconds, WORDS).startswith(told)


def test_a_duration_is_told_in_whole_minutes_that_have_passed() -> None:
    assert duration(239, WORDS) == "3 phút"


@pytest.mark.parametrize(
    ("wait_s", "vi", "en"),
    [
        (1, "1 phút", "1 minute"),
        (600, "10 phút", "10 minutes"),
        (3_541, "1 giờ", "1 hour"),
        (86_400, "24 giờ", "24 hours"),
    ],
)
def test_a_long_wait_is_told_in_hours_and_never_too_short(wait_s: int, vi: str, en: str) -> None:
    assert time_to_wait(wait_s) == Words(vi, en)
