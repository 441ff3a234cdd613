"""A desk in the city changes hours and words, and gives commands; hub and touch app of a centre follow without a
restart. Three real processes, with the far ends of real lines."""

import gzip
import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from hardware.simulated.displays import SimulatedDmd
from hardware.simulated.line import SimulatedLine
from hardware.simulated.printer import SimulatedPrinter
from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import LayerState, read_layer, save_draft
from kiosk.central.fleet.orders import Order, give_order, orders_of
from kiosk.central.fleet.rollout import Plan, Rollout, publish
from kiosk.central.store.database import database_at
from kiosk.clock import SystemClock, local
from kiosk.config.hub import WEEKDAYS
from kiosk.hub.boards import TRIAL
from kiosk.wire.fleet_api import CommandKind
from tests.fakes.real_central import RealCentral, make_real_central
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub, make_real_hub
from tests.touch_ui.screen import TouchApp, dying_touch, touch_app, virtual_screen, write_touch_toml

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

    def order(self, kind: CommandKind, target: str) -> tuple[Order, bytes]:
        """The command with what became of it, and what came with that."""
        database = database_at(self.central.database)
        database.open()
        with closing(database):
            (centre,) = (row[0] for row in database.read_now(lambda tx: tx.rows("rollout.centres")))
            number = database.write_now(
                lambda tx: give_order(tx, (centre, CENTRE.id), kind, target, "An", SystemClock().now_ms())
            )
            deadline = time.monotonic() + 60
            while (order := database.read_now(lambda tx: orders_of(tx, centre))[0]).state == "open":
                assert time.monotonic() < deadline, f"{kind} for {target} was never answered"
                time.sleep(0.1)
            rows = database.read_now(lambda tx: tx.rows("upkeep.attachment", centre=centre, number=number))
        return order, bytes(rows[0][0]) if rows else b""

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
    with (hub.folder / "hub.toml").open("a") as file:
        file.write('[[devices]]\nid = "board"\nkind = "display.dmd"\nport = "line"\ncounter = "3"\n')
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


PRINTER = (
    '[[devices]]\nid = "printer"\nkind = "printer.escpos"\nprofile = "epson-tm-t88"\nport = "line"\nbaud = 115200\n'
)


def test_every_command_from_the_desk_is_carried_out_by_the_real_machines(desk: Desk, tmp_path: Path) -> None:
    board, printer = SimulatedDmd(), SimulatedPrinter(load("epson-tm-t88", PrinterProfile), rows_a_second=20_000)
    (tmp_path / "kiosk").mkdir()
    with (
        SimulatedLine(desk.hub.folder / "line", board, 9600),
        SimulatedLine(tmp_path / "kiosk" / "line", printer, 115_200),
        virtual_screen(*PORTRAIT) as display,
    ):
        write_touch_toml(tmp_path / "kiosk", desk.hub.url, size=PORTRAIT, more=PRINTER, token=KIOSK_TOKEN)
        with dying_touch(display, tmp_path / "kiosk") as app:
            app.settled("home")
            app.wait(lambda picture: "notice" not in picture["widgets"], "the printer to be ready")

            assert desk.order("test_print", "printer")[0].state == "done"
            assert len(printer.slips) == 1
            assert desk.order("test_display", "board")[0].state == "done"
            assert board.screens.wait_for(0, TRIAL, 20)
            for target in ("hub", "kiosk-1"):
                order, log = desk.order("fetch_logs", target)
                assert (order.state, order.attachment_kind) == ("done", "log")
                assert (b'"level"' in gzip.decompress(log)) == (target == "kiosk-1"), (
                    "the hub says only what goes wrong"
                )
            order, picture = desk.order("screenshot", "kiosk-1")
            assert (order.state, Image.open(io.BytesIO(picture)).width) == ("done", PORTRAIT[0])

            own = desk.hub.folder / "hub.toml"
            own.write_text(
                own.read_text() + f'[[hours.week]]\ndays = ["{_another_day()}"]\nreception = ["07:30-11:30"]\n'
            )
            assert desk.order("reload_settings", "hub")[0].state == "done"
            app.wait(lambda picture: "closed" in picture["widgets"], "the kiosk closed by the centre's own file")
            own = tmp_path / "kiosk" / "touch.toml"
            own.write_text(f'language = "en"\n{own.read_text()}')
            assert desk.order("reload_settings", "kiosk-1")[0].state == "done"
            app.wait(lambda picture: picture["state"]["language"] == "en", "the language of the kiosk's own file")

            assert desk.order("restart_touch", "kiosk-1")[0].state == "done"
            app.wait_until(lambda: app.process.poll() is not None, "the end of the touch app")
            assert app.process.returncode == 0


def _another_day() -> str:
    """A day of the week that it is not."""
    return WEEKDAYS[(local(SystemClock().now_ms()).weekday() + 3) % 7]


def _brand(app: TouchApp) -> tuple[int, ...]:
    return tuple(app.picture().getpixel((4, 4))[:3])  # type: ignore[index]  # of an RGB picture
