"""A desk in the city changes hours and words; hub and touch app of a centre show it without a restart."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import LayerState, read_layer, save_draft
from kiosk.central.fleet.rollout import Plan, Rollout, publish
from kiosk.central.store.database import database_at
from kiosk.clock import SystemClock, local
from kiosk.config.hub import WEEKDAYS
from tests.fakes.real_central import RealCentral, make_real_central
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub, make_real_hub
from tests.touch_ui.screen import TouchApp, touch_app, virtual_screen

PORTRAIT = (540, 960)
CITY, CENTRE = LayerName("city"), LayerName("centre", "phuong-thu")


def command(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Desk:
    """The admin's, straight on central's database; central itself runs as a process."""

    central: RealCentral
    hub: RealHub

    def publish(self, name: LayerName, tree: dict[str, Any]) -> None:
        database, now_ms = database_at(self.central.database), SystemClock().now_ms()
        database.open()
        with closing(database):
            revision = database.read_now(lambda tx: read_layer(tx, name)).revision
            saved = database.write_now(lambda tx: save_draft(tx, name, tree, revision, "An", now_ms))
            assert isinstance(saved, LayerState)
            plan = Plan("An", "thử", now_ms)
            made = database.write_now(lambda tx: publish(tx, name, saved.revision, plan, now_ms))
            assert isinstance(made, Rollout)

    def catalogue(self) -> dict[str, Any]:
        asked = urllib.request.Request(
            f"{self.hub.url}/v1/catalogue", headers={"Authorization": f"Bearer {KIOSK_TOKEN}"}
        )
        with urllib.request.urlopen(asked, timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    command("central", "root-key", tmp_path / "root.key")
    command("central", "online-key", tmp_path / "online.key", "--root", tmp_path / "root.key", "--city", "hcmc")
    more = f'[fleet]\nkey_file = "{tmp_path}/online.key"\n'
    central = make_real_central(tmp_path / "city", f"sqlite:///{tmp_path}/city/central.db", more=more)
    (tmp_path / "centres.csv").write_text("code,name\nphuong-thu,Phường Thử\n")
    command("central", "centres", "import", tmp_path / "centres.csv", "--config", central.toml)
    central.start()
    hub = make_real_hub(tmp_path / "centre")
    code = command("central", "enrol", "phuong-thu", "--config", central.toml).split()[-1]
    command("hub", "enrol", "--config", hub.folder / "hub.toml", "--central", central.url, "--code", code)
    hub.start()
    yield Desk(central, hub)
    for process in (hub.process, central.process):
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(10)


def test_a_change_at_the_desk_is_seen_at_the_kiosk_without_a_restart(desk: Desk, tmp_path: Path) -> None:
    with (
        virtual_screen(*PORTRAIT) as display,
        touch_app(display, tmp_path / "kiosk", desk.hub.url, size=PORTRAIT, token=KIOSK_TOKEN) as app,
    ):
        app.settled("home")
        process = app.process.pid, desk.hub.process
        desk.publish(
            CITY,
            {
                "texts": {"announcement": {"vi": "Chiều nay nghỉ họp", "en": "Closed this afternoon"}},
                "kiosk": {"theme": {"palette": "violet"}},
            },
        )
        app.wait(lambda _: _brand(app) == (0x4B, 0x2A, 0x85), "the colour of the city")
        assert desk.catalogue()["notice"] == {"vi": "Chiều nay nghỉ họp", "en": "Closed this afternoon"}
        assert (app.process.pid, desk.hub.process) == process
        desk.publish(CENTRE, {"hours": {"week": [{"days": [_another_day()], "reception": ["07:30-11:30"]}]}})
        app.wait(lambda picture: "closed" in picture["widgets"], "the kiosk closed by other hours")
        assert not desk.catalogue()["is_open"]


def _another_day() -> str:
    """A day of the week that it is not."""
    return WEEKDAYS[(local(SystemClock().now_ms()).weekday() + 3) % 7]


def _brand(app: TouchApp) -> tuple[int, ...]:
    return tuple(app.picture().getpixel((4, 4))[:3])  # type: ignore[index]  # of an RGB picture
