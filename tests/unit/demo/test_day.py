"""A file of arrivals: read in order, mistakes named."""

from pathlib import Path

import pytest

from kiosk.config import load_hub_config
from kiosk.demo.day import read_day, seconds_of
from kiosk.demo.processes import DemoFailed

DEMO = Path(__file__).parent.parent.parent.parent / "assets/demo"


def test_the_real_day_has_657_people_and_services_that_the_centre_offers() -> None:
    day = read_day(DEMO / "day.csv")
    offered = {service.id for service in load_hub_config(DEMO / "hub.toml").services}
    assert len(day) == 657
    assert {arrival.service for arrival in day} <= offered


def test_the_real_day_names_its_source() -> None:
    assert "api.um.warszawa.pl" in (DEMO / "day.csv").read_text()


def test_arrivals_come_in_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text("# for people\narrival,service\n09:00:00,b\n08:59:59,a\n")
    assert [arrival.service for arrival in read_day(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when,what\n", "expected the columns arrival, service"),
        ("arrival,service\n25:00,a\n", "expected a time"),
        ("arrival,service\nsoon,a\n", "row 2"),
        ("", "expected the columns"),
    ],
)
def test_a_mistake_names_the_file_and_the_row(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "day.csv"
    path.write_text(text)
    with pytest.raises(DemoFailed, match=rf"day\.csv.*{said}"):
        read_day(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoFailed, match=r"none\.csv: cannot be read"):
        read_day(tmp_path / "none.csv")


def test_seconds_may_be_left_out() -> None:
    assert seconds_of("08:30") == seconds_of("08:30:00") == 30_600
