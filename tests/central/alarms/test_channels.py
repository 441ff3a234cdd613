"""Who is told, when, and by which link it can be answered."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.notify.channels import is_on_call, told, top_level
from kiosk.central.notify.links import KEY_BYTES, NUMBER_BITS, Links, read, sign
from kiosk.clock import to_ms
from kiosk.config.parts import Duty, decode_value
from kiosk.config.warning import Channel
from tests.fakes.clock import MONDAY_9_00

HOUR = 3_600_000
CENTRE = ("ben-thanh", "quan-1")
KEY = bytes(range(KEY_BYTES))


def names(*channels: Channel, level: int = 1, now_ms: int = MONDAY_9_00) -> list[str]:
    return [channel.name for channel in told(channels, "raised", level, CENTRE, now_ms)]


def test_a_channel_is_told_of_its_centres_and_groups_and_of_all_when_it_names_none() -> None:
    channels = (
        Channel(name="thành phố"),
        Channel(name="quận", groups=("quan-1",)),
        Channel(name="phường", centres=("ben-thanh",)),
        Channel(name="phường khác", centres=("tan-dinh",)),
        Channel(name="quận khác", groups=("quan-3",)),
    )
    assert names(*channels) == ["thành phố", "quận", "phường"]


def test_a_channel_is_told_only_what_it_wants_and_from_its_level_on() -> None:
    channels = (Channel(name="a"), Channel(name="b", level=2), Channel(name="c", kinds=("silent",)))
    assert names(*channels) == ["a"]
    assert names(*channels, level=2) == ["a", "b"]


def test_nobody_is_called_outside_of_their_hours_in_their_own_time_zone() -> None:
    hours = (Duty("07:30-17:00"),)
    here = Channel(name="a", hours=hours, days=("mon",))
    tokyo = Channel(name="b", hours=hours, days=("mon",), time_zone="Asia/Tokyo")
    assert is_on_call(here, MONDAY_9_00)
    assert not is_on_call(here, MONDAY_9_00 + 24 * HOUR)
    assert is_on_call(here, MONDAY_9_00 + 7 * HOUR)
    assert not is_on_call(tokyo, MONDAY_9_00 + 7 * HOUR)


def test_what_nobody_answers_is_said_at_least_once_more() -> None:
    assert top_level((Channel(name="a"),), CENTRE) == 2
    assert top_level((Channel(name="a"), Channel(name="b", level=3)), CENTRE) == 3
    assert top_level((Channel(name="a", level=4, centres=("other",)),), CENTRE) == 2


@given(st.integers(0, 2**NUMBER_BITS - 1), st.integers(0, 72 * HOUR))
def test_a_link_says_its_notice_until_its_hour_has_ended(notice: int, later_ms: int) -> None:
    token = sign(KEY, notice, MONDAY_9_00 + 24 * HOUR)
    assert len(token) == 32
    assert token.isalnum()
    assert read(KEY, token, MONDAY_9_00 + later_ms) == (notice if later_ms < 25 * HOUR else None)


@given(st.integers(0, 31), st.text(max_size=40))
def test_a_link_that_was_changed_or_made_up_says_nothing(at: int, other: str) -> None:
    token = sign(KEY, 12345, MONDAY_9_00)
    swapped = "a" if token[at] != "a" else "b"
    assert read(KEY, token[:at] + swapped + token[at + 1 :], MONDAY_9_00) is None
    assert read(KEY, other, MONDAY_9_00) is None
    assert read(bytes(KEY_BYTES), token, MONDAY_9_00) is None


def test_without_an_address_there_is_no_link() -> None:
    assert Links("", KEY).url(1, MONDAY_9_00) == ""
    assert Links("https://a.vn", KEY).url(1, MONDAY_9_00) == f"https://a.vn/a/{sign(KEY, 1, MONDAY_9_00)}"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-27T21:59", False),
        ("2026-11-27T22:00", True),
        ("2026-11-28T05:59", True),
        ("2026-11-28T06:00", False),
        ("2026-11-28T23:00", False),
        ("2026-11-23T03:00", False),
    ],
)
def test_a_nights_duty_goes_on_into_the_morning_after_its_day(moment: str, expected: bool) -> None:
    """Friday's night ends on Saturday at six; nobody began one on Saturday or Sunday."""
    hours, days = (Duty("22:00-06:00"),), ("mon", "tue", "wed", "thu", "fri")
    night = Channel(name="đêm", url="json://127.0.0.1", hours=hours, days=days)
    assert is_on_call(night, to_ms(datetime.fromisoformat(moment))) is expected


def test_a_duty_is_read_from_a_file_over_midnight_too_and_never_empty() -> None:
    assert decode_value(Duty, "22:00-06:00").until_min == 30 * 60
    with pytest.raises(ValueError, match="22:00-06:00"):
        decode_value(Duty, "07:00-07:00")
