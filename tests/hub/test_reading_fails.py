"""A database that cannot be read for a moment: a clear answer, and everything goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from hardware.simulated.displays import SimulatedDmd
from hardware.simulated.line import SimulatedLine
from kiosk.config import HubConfig
from kiosk.config.parts import DeviceSection
from kiosk.errors import StoreUnavailable
from kiosk.hub.app import build_app
from kiosk.hub.store.database import prepare
from kiosk.hub.store.store import Readings
from tests.fakes.clock import FakeClock
from tests.hub.conftest import ORIGIN, QUICK_HASHER, RunningHub, enrol


@pytest.fixture
def display(tmp_path: Path) -> Iterator[SimulatedDmd]:
    device = SimulatedDmd()
    with SimulatedLine(tmp_path / "display", device, 9600):
        yield device


@pytest.fixture
def shown(config: HubConfig, clock: FakeClock, display: SimulatedDmd, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with a display at counter 1."""
    section = DeviceSection(id="d1", kind="display.dmd", port=str(tmp_path / "display"), counter="1")
    app = build_app(msgspec.structs.replace(config, devices=(section,)), clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        enrol(app.state.hub)
        yield RunningHub(app.state.hub, client, clock)


def break_connection(readings: Readings) -> None:
    with readings.moment() as connection:
        pass
    connection.close()


def test_who_asks_at_that_moment_is_told_and_the_next_one_is_served(config: HubConfig, clock: FakeClock) -> None:
    readings = Readings(prepare(config.data, "phuong-thu", clock))
    readings.open()
    break_connection(readings)
    with pytest.raises(StoreUnavailable), readings.moment():
        pass
    with readings.moment() as connection:
        assert connection.execute("SELECT centre FROM meta").fetchone()[0] == "phuong-thu"
    readings.close()


def test_the_displays_go_on_after_a_picture_that_could_not_be_read(shown: RunningHub, display: SimulatedDmd) -> None:
    shown.take()
    assert shown.hold("an", "1") is None
    cookie = shown.cookie("an")
    break_connection(shown.hub.store.readings)
    shown.hub.changes.bump()
    press = {"request_id": "only-one-press", "action": "call_next", "seen": None}
    headers = {"cookie": cookie, "origin": ORIGIN}
    tried = (shown.client.post("/v1/counters/1/commands", json=press, headers=headers) for _ in range(5))
    assert any(answer.status_code == 200 for answer in tried)
    assert display.screens.wait_for(0, "B001", 5)
