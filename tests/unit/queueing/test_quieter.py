"""A quieter time is named only when it is clearly better, has been seen often enough and can still be used."""

import pytest

from kiosk.queueing.model import ServiceId
from kiosk.queueing.quieter import TicketHours, UsualDay
from tests.fakes.clock import MONDAY_9_00

BIRTH, COPY = ServiceId("khai-sinh"), ServiceId("sao-y")
MINUTE_MS, DAY_MS = 60_000, 86_400_000
HOURS = (TicketHours(7 * 60 + 30, 11 * 60), TicketHours(13 * 60 + 30, 16 * 60 + 30))
NINE = MONDAY_9_00


def usual_days(days: int = 5, people: int = 4) -> UsualDay:
    """Forty minutes of waiting until ten, ten minutes in the afternoon; the last of ``days`` is the Sunday before."""
    usual = UsualDay()
    for day in range(-days, 0):
        for hour, waited_min in ((9, 40), (10, 40), (14, 10), (15, 10)):
            for person in range(people):
                at_ms = NINE + day * DAY_MS + ((hour - 9) * 60 + person) * MINUTE_MS
                usual.learn(BIRTH, at_ms, waited_min * 60)
    usual.learn(BIRTH, NINE, 40 * 60)  # today has begun
    return usual


def test_the_first_clearly_better_time_of_today_is_named() -> None:
    assert usual_days().quieter_min([BIRTH], 40 * 60, NINE, HOURS) == 14 * 60


@pytest.mark.parametrize("wait_min", [5, 10, 14, 19])
def test_a_short_wait_or_a_small_gain_is_no_reason_to_come_back(wait_min: int) -> None:
    assert usual_days().quieter_min([BIRTH], wait_min * 60, NINE, HOURS) is None


def test_a_time_without_tickets_is_not_named() -> None:
    assert usual_days().quieter_min([BIRTH], 40 * 60, NINE, HOURS[:1]) is None


def test_a_time_that_is_over_or_begins_at_once_is_not_named() -> None:
    usual = usual_days()
    assert usual.quieter_min([BIRTH], 40 * 60, NINE + 4 * 60 * MINUTE_MS + 40 * MINUTE_MS, HOURS) == 15 * 60
    assert usual.quieter_min([BIRTH], 40 * 60, NINE + 6 * 60 * MINUTE_MS + 10 * MINUTE_MS, HOURS) is None


def test_two_days_or_two_people_are_too_few_to_say() -> None:
    assert usual_days(days=2).quieter_min([BIRTH], 40 * 60, NINE, HOURS) is None
    assert usual_days(days=3, people=1).quieter_min([BIRTH], 40 * 60, NINE, HOURS) is None


def test_services_of_one_line_are_counted_together() -> None:
    usual = usual_days()
    assert usual.quieter_min([COPY], 40 * 60, NINE, HOURS) is None
    assert usual.quieter_min([COPY, BIRTH], 40 * 60, NINE, HOURS) == 14 * 60
    assert usual.busiest([COPY, BIRTH]) == BIRTH


def test_on_a_day_twice_as_slow_the_afternoon_is_expected_to_be_slower_too() -> None:
    usual = usual_days()
    for person in range(10):
        usual.learn(BIRTH, NINE + person * MINUTE_MS, 80 * 60)
    assert usual.quieter_min([BIRTH], 29 * 60, NINE, HOURS) is None
    assert usual.quieter_min([BIRTH], 80 * 60, NINE, HOURS) == 14 * 60


def test_days_off_and_a_clock_that_goes_back_fade_nothing() -> None:
    usual = usual_days()
    before = usual.copy()
    usual.learn(BIRTH, NINE - 3 * DAY_MS, 60.0)
    assert usual.days == before.days
    usual.learn(BIRTH, NINE + 30 * DAY_MS, 60.0)
    assert usual.days == before.days + 1


def test_a_copy_goes_its_own_way() -> None:
    usual = usual_days()
    twin = usual.copy()
    for person in range(50):
        twin.learn(COPY, NINE + person, 60.0)
    assert (usual.busiest([BIRTH, COPY]), twin.busiest([BIRTH, COPY])) == (BIRTH, BIRTH)
    assert twin.quieter_min([BIRTH], 40 * 60, NINE, HOURS) == usual.quieter_min([BIRTH], 40 * 60, NINE, HOURS)
