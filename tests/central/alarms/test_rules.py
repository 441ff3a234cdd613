"""When a wait is too long, and what becomes of an incident."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.alarms.rules import (
    NEVER_MS,
    Kind,
    Limits,
    Stage,
    Standing,
    is_listened_for,
    limits_of,
    next_step,
    stage_of,
)
from kiosk.clock import to_ms
from kiosk.config.parts import TimeSpan
from kiosk.config.warning import Patience, Warnings
from tests.fakes.clock import MONDAY_9_00

MINUTE = 60_000
PLAIN = Warnings()


def standing(**changes: object) -> Standing:
    usual: dict[str, object] = {
        "kind": Kind.WAIT,
        "stage": Stage.OVER,
        "raised_ms": 0,
        "acked_ms": None,
        "level": 1,
        "calm_ms": None,
        "near": 3,
        "trusted": True,
    }
    return Standing(**(usual | changes))  # type: ignore[arg-type]  # the names are those above


@pytest.mark.parametrize(
    ("past_promise_min", "stage", "again_min"),
    [
        (0, Stage.CALM, 10),
        (9.99, Stage.CALM, 10),
        (10, Stage.EARLY, 15),
        (14.99, Stage.EARLY, 15),
        (15, Stage.OVER, None),
    ],
)
def test_the_word_comes_five_minutes_before_the_limit_and_the_warning_at_it(
    past_promise_min: float, stage: Stage, again_min: int | None
) -> None:
    due_ms = MONDAY_9_00
    seen, look_ms = stage_of(due_ms, limits_of(PLAIN, "a", "b"), due_ms + int(past_promise_min * MINUTE))
    assert (seen, look_ms) == (stage, NEVER_MS if again_min is None else due_ms + again_min * MINUTE)


@given(st.integers(0, 120), st.integers(0, 120), st.integers(-500, 500))
def test_a_look_is_never_asked_for_in_the_past_and_a_stage_never_before_the_promise(
    threshold: int, early: int, past_min: int
) -> None:
    limits = limits_of(Warnings(threshold_min=threshold, early_min=early), "a", "b")
    now_ms = MONDAY_9_00 + past_min * MINUTE
    stage, look_ms = stage_of(MONDAY_9_00, limits, now_ms)
    assert look_ms > now_ms
    assert (stage is Stage.CALM) or past_min >= 0


def test_the_first_patience_that_fits_centre_and_service_is_taken() -> None:
    config = Warnings(
        patience=(
            Patience(centres=("a",), services=("x",), threshold_min=5, early_min=2),
            Patience(centres=("a",), threshold_min=30),
            Patience(services=("x",), threshold_min=0),
        )
    )
    assert limits_of(config, "a", "x") == Limits(180, 300)
    assert limits_of(config, "a", "y") == Limits(1500, 1800)
    assert limits_of(config, "b", "x") == Limits(0, 0)
    assert limits_of(config, "b", "y") == Limits(600, 900)


def test_it_closes_only_after_nobody_was_near_the_limit_for_a_minute() -> None:
    assert next_step(standing(near=0), PLAIN, 2, 1000) == "calm"
    assert next_step(standing(near=0, calm_ms=1000), PLAIN, 2, 60_999) == "keep"
    assert next_step(standing(near=0, calm_ms=1000), PLAIN, 2, 61_000) == "close"
    assert next_step(standing(near=1, calm_ms=1000), PLAIN, 2, 61_000) == "stir"


def test_while_the_line_is_down_nothing_closes_and_nobody_is_woken() -> None:
    hour = 60 * MINUTE
    assert next_step(standing(trusted=False), PLAIN, 2, hour) == "keep"
    assert next_step(standing(trusted=False, near=0, calm_ms=1), PLAIN, 2, hour) == "keep"


def test_nobody_who_answers_in_ten_minutes_is_passed_over_to_the_next_level() -> None:
    assert next_step(standing(), PLAIN, 3, 10 * MINUTE - 1) == "keep"
    assert next_step(standing(), PLAIN, 3, 10 * MINUTE) == "escalate"
    assert next_step(standing(level=2), PLAIN, 3, 19 * MINUTE) == "keep"
    assert next_step(standing(level=2), PLAIN, 3, 20 * MINUTE) == "escalate"


@pytest.mark.parametrize(
    "change", [{"acked_ms": 5}, {"level": 2}, {"stage": Stage.EARLY, "raised_ms": None}], ids=["taken", "top", "early"]
)
def test_what_is_taken_on_or_at_the_top_or_only_early_is_not_escalated(change: dict[str, object]) -> None:
    assert next_step(standing(**change), PLAIN, 2, 60 * MINUTE) == "keep"


def test_a_silent_centre_is_over_when_it_is_heard_again() -> None:
    assert next_step(standing(kind=Kind.SILENT, near=0), PLAIN, 2, MINUTE) == "close"
    assert next_step(standing(kind=Kind.SILENT, near=0, trusted=False), PLAIN, 2, MINUTE) == "keep"


def test_a_clock_that_was_set_back_starts_the_calm_anew_instead_of_waiting_for_the_old_one() -> None:
    assert next_step(standing(near=0, calm_ms=5_000_000), PLAIN, 2, 1000) == "calm"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-23T07:29", False), ("2026-11-23T07:30", True), ("2026-11-23T17:00", False), ("2026-11-22T10:00", False)],
)
def test_a_hub_that_is_off_at_night_or_on_sunday_is_not_missed(moment: str, expected: bool) -> None:
    assert is_listened_for(PLAIN, to_ms(datetime.fromisoformat(moment))) is expected


def test_the_hours_in_which_a_silence_counts_can_be_set() -> None:
    always = Warnings(silent_hours=(TimeSpan("00:00-24:00"),), silent_days=("mon",))
    assert is_listened_for(always, MONDAY_9_00)
    assert not is_listened_for(always, MONDAY_9_00 + 24 * 60 * MINUTE)
