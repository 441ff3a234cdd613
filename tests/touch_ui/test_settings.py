"""The city's settings on the real touch app: taken up when nobody is there, given up when the kiosk is ill."""

import base64
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image, ImageChops

from kiosk.config.kept import STANDING, KeptSettings, Standing
from kiosk.config.signed import Reason
from kiosk.wire.fleet_api import KioskDesired, PartReport
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.hub_stand_in import RunningStandIn, stand_in
from tests.fakes.signed_settings import Signer, public
from tests.touch_ui.screen import TouchApp, dying_touch, ending_touch, touch_app, virtual_screen

PORTRAIT = (540, 960)


class City:
    """What the hub hands to its kiosks."""

    def __init__(self, hub: RunningStandIn) -> None:
        self.hub, self.signer = hub.hub, Signer(MONDAY_9_00)
        self.version = 0
        self.document: bytes | None = None

    def publish(self, tree: dict[str, Any], *commands: bytes) -> None:
        self.version += 1
        self.document = self.signer.document(self.version, {"layers": [{"name": "city", "tree": tree}]})
        self.give(*commands)

    def give(self, *commands: bytes) -> None:
        root = base64.b64encode(public(self.signer.root)).decode()
        self.hub.desired = KioskDesired(
            version=self.version,
            document=self.document,
            commands=commands,
            roots=(root,),
            city=self.signer.city,
            centre=self.signer.centre,
        )
        self.hub.announce("settings")

    def reported(self, state: str, version: int) -> PartReport:
        def found(items: list[PartReport]) -> bool:
            return any((item.state, item.version) == (state, version) for item in items)

        return self.hub.settings_reports.wait_for(found, 20)[-1]


@pytest.fixture
def hub() -> Iterator[RunningStandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture
def city(hub: RunningStandIn) -> City:
    return City(hub)


@contextmanager
def kiosk(hub: RunningStandIn, folder: Path) -> Iterator[TouchApp]:
    with virtual_screen(*PORTRAIT) as display, touch_app(display, folder, hub.url, size=PORTRAIT) as app:
        hub.hub.streams.wait_for(bool, 20)
        app.settled("home")
        yield app


def brand_of(app: TouchApp) -> tuple[int, ...]:
    """The colour of the header."""
    return tuple(app.picture().getpixel((4, 4))[:3])  # type: ignore[index]  # of an RGB picture


LOOK = {
    "texts": {"welcome": {"vi": "Chúc mừng năm mới", "en": "Happy new year"}},
    "kiosk": {"theme": {"palette": "green"}, "features": {"english": False}, "idle": {"warn_after_s": 30}},
}


def test_words_colours_and_features_change_without_a_restart(hub: RunningStandIn, city: City, tmp_path: Path) -> None:
    with kiosk(hub, tmp_path) as app:
        process = app.process.pid
        before = brand_of(app)
        city.publish(LOOK)
        city.reported("applied", 1)
        app.wait(lambda picture: "language_en" not in picture["widgets"], "a kiosk in Vietnamese only")
        assert brand_of(app) != before
        assert brand_of(app) == (0x14, 0x57, 0x2F)
        assert app.process.pid == process
        app.picture().save(tmp_path / "green.png")


def below_the_clock(app: TouchApp) -> Image.Image:
    return app.picture().crop((0, PORTRAIT[1] // 12, *PORTRAIT))


def test_another_palette_on_a_running_kiosk_looks_as_after_a_start_with_it(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    """Point by point, on a screen that was made before and on one that was made after."""
    green = {"kiosk": {"theme": {"palette": "green"}}}
    seen = []
    with kiosk(hub, tmp_path) as app:
        app.tap("take_number")
        app.settled("fields")
        app.tap("back")
        app.settled("home")
        for tree in ({"kiosk": {"theme": {"palette": "violet"}}}, green):
            city.publish(tree)
            city.reported("applied", city.version)
        seen.append(pictures(app))
    with kiosk(hub, tmp_path) as app:
        seen.append(pictures(app))
    for changed, started in zip(*seen, strict=True):
        assert ImageChops.difference(changed, started).getbbox() is None


def pictures(app: TouchApp) -> list[Image.Image]:
    """Of the first screen, in high contrast and back, of the fields, and of the procedures."""
    found = [below_the_clock(app)]
    for tap, screen in (("contrast", "home"), ("contrast", "home"), ("take_number", "fields"), ("back", "home")):
        app.tap(tap)
        app.settled(screen)
        app.xdotool("mousemove", "0", "0")
        app.wait_until(lambda: below_the_clock(app) == below_the_clock(app), "a picture that stands still")
        found.append(below_the_clock(app))
    assert found[0] != found[1]
    assert ImageChops.difference(found[0], found[2]).getbbox() is None
    return found


def test_a_kiosk_hands_in_dossiers_only_where_the_city_says_so(hub: RunningStandIn, city: City, tmp_path: Path) -> None:
    with kiosk(hub, tmp_path) as app:
        app.sees("submit_dossier")
        city.publish({"kiosk": {"features": {"procedures": False}}})
        city.reported("applied", 1)
        app.wait(lambda picture: "submit_dossier" not in picture["widgets"], "no way to hand in a dossier")
        wide = 0.8 * PORTRAIT[0]
        picture = app.wait(lambda picture: picture["widgets"]["look_up"]["w"] > wide, "the other button, wide")
        assert picture["cut"] == []
        app.picture().save(tmp_path / "look-up-only.png")
        city.publish({"kiosk": {"features": {"procedures": True}}})
        app.sees("submit_dossier")


def test_nothing_changes_while_somebody_is_there(hub: RunningStandIn, city: City, tmp_path: Path) -> None:
    with kiosk(hub, tmp_path) as app:
        before = brand_of(app)
        app.tap("take_number")
        app.settled("fields")
        city.publish(LOOK)
        city.reported("waiting", 0)
        assert brand_of(app) == before
        app.tap("back")
        app.screen("home")
        city.reported("applied", 1)
        assert brand_of(app) == (0x14, 0x57, 0x2F)


def logo(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#ffffff").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(
    "tree",
    [
        {"kiosk": {"theme": {"logo": base64.b64encode(b"no picture").decode()}}},
        {"kiosk": {"theme": {"logo": logo(20_000, 1)}}},
        {"texts": {"welcome": {"vi": "[b]Chào[/b]", "en": "x"}}},
    ],
    ids=["no picture", "20,000 px", "markup"],
)
def test_what_cannot_be_shown_is_refused_and_the_kiosk_goes_on(
    hub: RunningStandIn, city: City, tmp_path: Path, tree: dict[str, Any]
) -> None:
    with kiosk(hub, tmp_path) as app:
        city.publish(tree)
        report = city.reported("refused", 0)
        assert (report.reason, report.healthy) == (Reason.SENSELESS, True)
        app.screen("home")


def test_settings_with_which_a_device_cannot_be_used_any_more_are_given_up(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    """What is told is no longer than a report may be: the reason names every profile that is known."""
    scanner = {"id": "scanner", "kind": "scanner.serial", "port": str(tmp_path / "line")}
    with kiosk(hub, tmp_path) as app:
        process = app.process.pid
        city.publish({"kiosk": {"devices": [scanner]}})
        city.reported("applied", 1)
        city.publish({"kiosk": {"devices": [scanner | {"profile": "no-such-scanner"}], "theme": {"palette": "red"}}})
        report = city.reported("rolled_back", 1)
        assert (report.reason, report.healthy) == (Reason.ILL, False)
        assert "no-such-scanner" in report.detail
        assert brand_of(app) != (0x14, 0x57, 0x2F)
        city.publish(LOOK)
        city.reported("applied", 3)
        assert brand_of(app) == (0x14, 0x57, 0x2F)
        assert app.process.pid == process


def test_a_kiosk_without_its_hub_starts_with_the_last_good_ones(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    with kiosk(hub, tmp_path):
        city.publish(LOOK)
        city.reported("applied", 1)
    hub.shut()
    with virtual_screen(*PORTRAIT) as display, touch_app(display, tmp_path, hub.url, size=PORTRAIT) as app:
        app.screen("starting")
        app.wait(lambda _: brand_of(app) == (0x14, 0x57, 0x2F), "the colours of the city")


def test_commands_are_carried_out_once_and_nobody_is_photographed(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    with kiosk(hub, tmp_path) as app:
        city.give(city.signer.command(1, "test_print", "kiosk-1"), city.signer.command(2, "screenshot", "kiosk-1"))
        results = hub.hub.results.wait_for(lambda items: len(items) == 2, 20)
        assert (results[0].state, results[0].detail) == ("failed", "no_device")
        assert results[1].attachment_kind == "png"
        shown = Image.open(io.BytesIO(results[1].attachment))
        assert shown.width == 540
        shown.save(tmp_path / "shot.png")
        app.tap("take_number")
        app.settled("fields")
        city.give(city.signer.command(3, "screenshot", "kiosk-1"), city.signer.command(4, "fetch_logs", "kiosk-1"))
        results = hub.hub.results.wait_for(lambda items: len(items) == 4, 20)[2:]
        assert sorted((each.number, each.state) for each in results) == [(3, "refused"), (4, "done")]


def test_a_restart_waits_until_nobody_is_there_and_its_result_is_told_after_it(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    with virtual_screen(*PORTRAIT) as display:
        with ending_touch(display, tmp_path, hub.url, size=PORTRAIT) as app:
            app.settled("home")
            app.tap("take_number")
            app.settled("fields")
            city.give(
                city.signer.command(1, "restart_touch", "kiosk-1"), city.signer.command(2, "screenshot", "kiosk-1")
            )
            results = hub.hub.results.wait_for(bool, 20)
            assert [(each.number, each.state) for each in results] == [(2, "refused")], "the restart still waits"
            app.screen("fields")
            app.tap("back")
            app.wait_until(lambda: app.process.poll() is not None, "the end of the program")
            assert app.process.returncode == 0
        assert hub.hub.results.wait_for(lambda items: len(items) == 2, 20)[1].state == "done"


def test_a_restart_for_which_somebody_was_there_too_long_has_expired(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    began_s = time.monotonic()
    with kiosk(hub, tmp_path) as app:
        app.tap("take_number")
        app.settled("fields")
        until_ms = round((time.monotonic() - began_s + 5) * 1000)
        city.give(city.signer.command(1, "restart_touch", "kiosk-1", lasts_ms=until_ms))
        result = hub.hub.results.wait_for(bool, 20)[0]
        assert (result.number, result.state) == (1, "expired")
        app.screen("fields")


def crash_at_start(app: TouchApp, folder: Path, starts: int) -> None:
    """The program dies as soon as it has begun with what is on trial."""
    state = folder / "data" / STANDING
    app.wait_until(
        lambda: msgspec.json.decode(state.read_bytes(), type=Standing).starts == starts, "the start to count"
    )
    app.process.kill()
    app.process.wait()


def test_settings_that_crash_the_program_at_its_start_are_given_up(
    hub: RunningStandIn, city: City, tmp_path: Path
) -> None:
    with kiosk(hub, tmp_path) as app:
        city.publish(LOOK)
        city.reported("applied", 1)
        app.tap("take_number")
        app.settled("fields")
        city.publish({"kiosk": {"theme": {"palette": "red"}}})
        city.reported("waiting", 1)
    trial = KeptSettings(tmp_path / "data")
    assert trial.read()
    assert trial.standing.trial == 2
    with virtual_screen(*PORTRAIT) as display:
        for starts in (1, 2):
            with dying_touch(display, tmp_path) as app:
                crash_at_start(app, tmp_path, starts)
    with kiosk(hub, tmp_path) as app:
        report = city.reported("rolled_back", 1)
        assert report.reason == Reason.CRASHED
        assert not report.healthy
        assert brand_of(app) == (0x14, 0x57, 0x2F)
