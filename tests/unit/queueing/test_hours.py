"""Open or closed, why, and when again: what the kiosk says at each minute of the week."""

from datetime import datetime
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import to_ms
from kiosk.queueing.hours import (
    ClosedNow,
    ClosedReason,
    OpenNow,
    Schedule,
    Window,
    breaks_ahead_s,
    last_close_ms,
    reception_ends_in_s,
    reception_opens_in_s,
    ticket_status,
)
from kiosk.words import Words

MORNING = Window(opens=450, closes=690, tickets_from=435, last_ticket=680)  # 07:30-11:30, tickets 07:15-11:20
AFTERNOON = Window(opens=780, closes=1020, tickets_from=765, last_ticket=990)  # 13:00-17:00, tickets 12:45-16:30
WEEK = {day: (MORNING, AFTERNOON) for day in range(1, 6)} | {6: (MORNING,)}
TET = Words("Tết Nguyên đán", "Lunar New Year")
SCHEDULE = Schedule(week=WEEK, holidays={day: TET for day in range(20270205, 20270212)})


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


def closed(text: str, schedule: Schedule = SCHEDULE) -> ClosedNow:
    status = ticket_status(schedule, at(text))
    assert isinstance(status, ClosedNow)
    return status


def test_tickets_are_given_from_the_first_minute_to_before_the_last() -> None:
    assert isinstance(ticket_status(SCHEDULE, at("2026-11-23 07:15")), OpenNow)
    assert isinstance(ticket_status(SCHEDULE, at("2026-11-23 11:19:59")), OpenNow)
    assert isinstance(ticket_status(SCHEDULE, at("2026-11-23 11:20")), ClosedNow)


def test_while_open_the_end_of_tickets_and_of_reception_are_known() -> None:
    assert ticket_status(SCHEDULE, at("2026-11-23 13:30")) == OpenNow(
        at("2026-11-23 16:30"), at("2026-11-23 13:00"), at("2026-11-23 17:00")
    )


@pytest.mark.parametrize(
    ("when", "reason", "again", "vi"),
    [
        (
            "2026-11-23 06:00",
            ClosedReason.BEFORE_OPENING,
            "2026-11-23 07:15",
            "Chưa đến giờ lấy số. Mời quý vị quay lại lúc 07:15.",
        ),
        (
            "2026-11-23 11:25",
            ClosedReason.BETWEEN,
            "2026-11-23 12:45",
            "Hết giờ lấy số buổi sáng. Mời quý vị quay lại lúc 12:45.",
        ),
        (
            "2026-11-23 16:40",
            ClosedReason.AFTER_LAST_TICKET,
            "2026-11-24 07:15",
            "Hết giờ lấy số hôm nay. Mời quý vị quay lại lúc 07:15 thứ Ba, ngày 24/11/2026.",
        ),
        (
            "2026-11-22 09:00",
            ClosedReason.DAY_OFF,
            "2026-11-23 07:15",
            "Hôm nay trung tâm nghỉ. Mời quý vị quay lại lúc 07:15 thứ Hai, ngày 23/11/2026.",
        ),
        (
            "2027-02-05 09:00",
            ClosedReason.HOLIDAY,
            "2027-02-12 07:15",
            "Hôm nay trung tâm nghỉ lễ: Tết Nguyên đán. Mời quý vị quay lại lúc 07:15 thứ Sáu, ngày 12/02/2027.",
        ),
    ],
)
def test_a_closed_kiosk_says_why_and_when_again(when: str, reason: ClosedReason, again: str, vi: str) -> None:
    status = closed(when)
    assert status.reason is reason
    assert status.again_ms == at(again)
    assert status.words.vi == vi
    assert "Please come back" in status.words.en


def test_fixed_holidays_need_no_configuration() -> None:
    assert closed("2026-09-02 09:00").reason is ClosedReason.HOLIDAY


def test_a_special_day_has_its_own_hours_even_on_a_holiday() -> None:
    working_sunday = Schedule(week=WEEK, special_days={20261122: (MORNING,)})
    assert isinstance(ticket_status(working_sunday, at("2026-11-22 09:00")), OpenNow)


def test_a_centre_without_hours_is_closed_and_promises_nothing() -> None:
    status = closed("2026-11-23 09:00", Schedule(week={}))
    assert status.again_ms is None
    assert status.words.vi == "Hôm nay trung tâm nghỉ."


def test_impossible_windows_are_refused() -> None:
    with pytest.raises(ValueError, match="last_ticket"):
        Window(opens=450, closes=690, tickets_from=435, last_ticket=700)


def test_before_reception_the_wait_for_it_is_known() -> None:
    assert reception_opens_in_s(SCHEDULE, at("2026-11-23 07:20")) == 600
    assert reception_opens_in_s(SCHEDULE, at("2026-11-23 08:00")) == 0
    assert reception_opens_in_s(SCHEDULE, at("2026-11-23 12:50")) == 600
    assert reception_opens_in_s(SCHEDULE, at("2026-11-23 18:00")) == 0


def test_lunch_is_a_break_until_it_is_over() -> None:
    assert breaks_ahead_s(SCHEDULE, at("2026-11-23 11:00")) == ((1800, 7200),)
    assert breaks_ahead_s(SCHEDULE, at("2026-11-23 12:00")) == ((0, 3600),)
    assert breaks_ahead_s(SCHEDULE, at("2026-11-23 13:00")) == ()


def test_the_day_ends_with_its_last_window() -> None:
    assert last_close_ms(SCHEDULE, at("2026-11-23 09:00")) == at("2026-11-23 17:00")
    assert last_close_ms(SCHEDULE, at("2026-11-22 09:00")) is None


@given(st.integers(at("2026-11-01 00:00"), at("2027-03-01 00:00")))
def test_when_the_kiosk_says_it_opens_again_it_does(now_ms: int) -> None:
    status = ticket_status(SCHEDULE, now_ms)
    if isinstance(status, ClosedNow):
        assert status.again_ms is not None
        assert status.again_ms > now_ms
        assert isinstance(ticket_status(SCHEDULE, status.again_ms), OpenNow)
        assert isinstance(ticket_status(SCHEDULE, status.again_ms - 1), ClosedNow)
    else:
        assert now_ms < status.last_ticket_ms <= status.reception_until_ms


def test_reception_ends_with_its_last_window_and_a_day_off_has_no_end() -> None:
    assert reception_ends_in_s(SCHEDULE, at("2026-11-23 16:00")) == 3600
    assert reception_ends_in_s(SCHEDULE, at("2026-11-23 17:00")) == inf
    assert reception_ends_in_s(SCHEDULE, at("2026-11-29 09:00")) == inf
