"""In which time the demonstration lives."""

from datetime import datetime

import pytest

from kiosk.clock import ScaledClock, clock_from, to_ms
from kiosk.demo.stage import by_day


def at(day: int, hour: int, minute: int = 0) -> int:
    return to_ms(datetime(2026, 11, day, hour, minute))


def test_in_working_hours_it_lives_in_the_real_time() -> None:
    assert by_day(at(23, 9)) == by_day(at(23, 16, 59)) == ""


@pytest.mark.parametrize(
    ("now_ms", "morning_ms"),
    [
        (at(23, 17), at(23, 10)),
        (at(23, 23, 59), at(23, 10)),
        (at(23, 0, 5), at(22, 10)),
        (at(23, 8, 59), at(22, 10)),
    ],
)
def test_at_other_hours_it_is_the_last_morning_that_was(now_ms: int, morning_ms: int) -> None:
    clock = clock_from(by_day(now_ms))
    assert isinstance(clock, ScaledClock)
    assert (clock.start_ms, clock.speed) == (morning_ms, 1.0)
