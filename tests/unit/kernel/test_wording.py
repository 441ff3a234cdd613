"""How waits are said on every page."""

from pathlib import Path

import pytest

from kiosk.web.i18n import load_words
from kiosk.web.wording import at_most, duration

WORDS = load_words(Path(__file__).parents[3] / "assets" / "locales", ("pages",))["vi"]


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, "–"), (0, "0 phút"), (1, "1 phút"), (180, "3 phút"), (181, "4 phút"), (3_599, "1 giờ")]
)
def test_no_longer_than_is_never_less_than_it_was(seconds: float | None, told: str) -> None:
    assert at_most(seconds, WORDS).startswith(told)


def test_a_duration_is_told_in_whole_minutes_that_have_passed() -> None:
    assert duration(239, WORDS) == "3 phút"
