"""Due dates: working days, holidays, 15:00, pauses."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import VIETNAM, local, to_ms
from kiosk.dossier.deadline import Due, Pause, TimeLimit, WorkCalendar, due, is_late

TET_2026 = frozenset(date(2026, 2, day) for day in range(16, 21))
CALENDAR = WorkCalendar(days_off={2026: TET_2026})
SAME_DAY = TimeLimit(0)
THREE = TimeLimit(3)


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=VIETNAM))


def day_of_due(result: Due) -> str:
    return f"{local(result.at_ms):%Y-%m-%d %H:%M}"


def test_a_same_day_procedure_before_three_is_due_today_at_closing() -> None:
    assert day_of_due(due(at("2026-11-20 14:59"), SAME_DAY, CALENDAR)) == "2026-11-20 17:00"


def test_from_three_on_it_is_due_on_the_next_working_day() -> None:
    """A Friday: the weekend lies between."""
    result = due(at("2026-11-20 15:00"), SAME_DAY, CALENDAR)
    assert day_of_due(result) == "2026-11-23 17:00"
    assert any("15 giờ" in words.vi for words in result.why)


def test_the_day_of_receipt_is_not_counted() -> None:
    assert day_of_due(due(at("2026-11-16 08:00"), THREE, CALENDAR)) == "2026-11-19 17:00"


def test_weekends_and_holidays_do_not_count() -> None:
    """From the Friday before Tết: the whole week is off."""
    assert day_of_due(due(at("2026-02-13 08:00"), THREE, CALENDAR)) == "2026-02-25 17:00"


def test_the_fixed_holidays_count_without_any_table() -> None:
    assert day_of_due(due(at("2026-04-29 08:00"), TimeLimit(1), CALENDAR)) == "2026-05-04 17:00"


def test_what_comes_on_a_day_off_counts_from_the_next_working_day() -> None:
    """A Sunday evening is not 'after 15:00' of the Monday."""
    assert day_of_due(due(at("2026-11-22 20:00"), SAME_DAY, CALENDAR)) == "2026-11-23 17:00"
    assert day_of_due(due(at("2026-11-22 20:00"), THREE, CALENDAR)) == "2026-11-26 17:00"


def test_calendar_days_that_end_on_a_day_off_move_to_a_working_day() -> None:
    limit = TimeLimit(5, in_working_days=False)
    assert day_of_due(due(at("2026-11-16 08:00"), limit, CALENDAR)) == "2026-11-23 17:00"


def test_days_spent_waiting_for_papers_are_added() -> None:
    pause = Pause(at("2026-11-17 10:00"), at("2026-11-19 09:00"))
    result = due(at("2026-11-16 08:00"), THREE, CALENDAR, [pause])
    assert day_of_due(result) == "2026-11-23 17:00"
    assert any("2 ngày" in words.vi for words in result.why)


def test_a_year_without_a_table_is_named() -> None:
    result = due(at("2026-12-30 08:00"), THREE, CALENDAR)
    assert result.unknown_years == (2027,)
    assert any("2027" in words.vi for words in result.why)
    assert due(at("2026-11-16 08:00"), THREE, CALENDAR).unknown_years == ()


def test_a_saturday_worked_in_lieu_counts() -> None:
    calendar = WorkCalendar(days_off=CALENDAR.days_off, extra_days=frozenset({date(2026, 11, 21)}))
    assert day_of_due(due(at("2026-11-20 08:00"), TimeLimit(1), calendar)) == "2026-11-21 17:00"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.integers(0, 60),
    st.booleans(),
    st.integers(0, 30 * 86_400_000),
)
def test_a_due_date_is_a_working_day_after_receipt_and_more_days_are_never_earlier(
    received: datetime, days: int, in_working_days: bool, pause_ms: int
) -> None:
    received_ms = to_ms(received.replace(tzinfo=VIETNAM))
    pause = Pause(received_ms, received_ms + pause_ms)
    plain = due(received_ms, TimeLimit(days, in_working_days), CALENDAR)
    longer = due(received_ms, TimeLimit(days + 1, in_working_days), CALENDAR)
    paused = due(received_ms, TimeLimit(days, in_working_days), CALENDAR, [pause])
    assert CALENDAR.works(local(plain.at_ms).date())
    assert plain.at_ms <= longer.at_ms
    assert plain.at_ms <= paused.at_ms
    assert local(plain.at_ms).date() >= received.date()


def test_late_is_after_the_due_moment() -> None:
    assert not is_late(1_000, 1_000)
    assert is_late(1_000, 1_001)
