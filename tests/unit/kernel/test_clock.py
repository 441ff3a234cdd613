"""Instants, local days and the pretended time of demo and replay."""

from datetime import datetime

import pytest

from kiosk.clock import ScaledClock, SystemClock, clock_from, day_of, local, to_ms


def test_local_time_is_that_of_vietnam_all_year() -> None:
    assert local(to_ms(datetime(2026, 6, 1, 7, 30))).isoformat() == "2026-06-01T07:30:00+07:00"


def test_the_day_changes_at_local_midnight() -> None:
    midnight = to_ms(datetime(2026, 11, 22))
    assert (day_of(midnight - 1), day_of(midnight)) == (20261121, 20261122)


def test_a_scaled_clock_starts_where_it_is_told_and_runs_faster() -> None:
    real = SystemClock()
    clock = ScaledClock(to_ms(datetime(2020, 1, 8, 7, 30)), speed=1000.0, origin_s=real.monotonic_s() - 3.6)
    assert local(clock.now_ms()).strftime("%H:%M") in {"08:30", "08:31", "08:32"}


def test_processes_share_a_pretended_time_by_its_spec() -> None:
    clock = ScaledClock(1_000_000, speed=60.0)
    twin = clock_from(clock.spec())
    assert abs(twin.now_ms() - clock.now_ms()) < 60_000


def test_no_spec_is_the_system_clock() -> None:
    assert isinstance(clock_from(""), SystemClock)


@pytest.mark.parametrize("spec", ["now", "1*2", "x*1@1", "1*x@1"])
def test_a_wrong_spec_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"expected|invalid|could not"):
        clock_from(spec)
