"""Before a ticket is taken, the screen names a clearly better time of today when there is one."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.fakes.hub_stand_in import RunningStandIn, stand_in
from tests.touch_ui.screen import TouchApp, touch_app, virtual_screen

PORTRAIT = (540, 960)


@pytest.fixture
def hub() -> Iterator[RunningStandIn]:
    with stand_in() as running:
        first, *others = running.hub.catalogue.services
        services = [msgspec.structs.replace(first, quieter_min=14 * 60 + 30), *others]
        running.hub.catalogue = msgspec.structs.replace(running.hub.catalogue, services=services)
        yield running


@pytest.fixture
def app(hub: RunningStandIn, tmp_path: Path) -> Iterator[TouchApp]:
    with virtual_screen(*PORTRAIT) as display, touch_app(display, tmp_path, hub.url, size=PORTRAIT) as app:
        app.settled("home")
        yield app


def test_a_better_time_of_today_stands_beside_the_wait(app: TouchApp) -> None:
    app.tap("take_number")
    app.settled("fields")
    app.tap("field:ho-tich")
    app.settled("services")
    assert app.sees("service:khai-sinh:wait")["text"] == "8–14 phút"
    assert app.sees("service:khai-sinh:quieter")["text"] == "Vắng hơn lúc 14:30"
    assert "service:ket-hon:quieter" not in app.look()["widgets"]
