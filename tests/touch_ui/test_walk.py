"""The real touch app in a window, touched with a real pointer, on a hub that does what the test wants."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.wire.kiosk_api import IssueTicket
from tests.fakes.hub_stand_in import RunningStandIn, small_ticket, stand_in
from tests.touch_ui.screen import TouchApp, running_touch, touch_app, virtual_screen

PORTRAIT, LANDSCAPE = (540, 960), (960, 540)


@pytest.fixture(scope="module")
def portrait() -> Iterator[str]:
    with virtual_screen(*PORTRAIT) as display:
        yield display


@pytest.fixture
def hub() -> Iterator[RunningStandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture
def app(portrait: str, hub: RunningStandIn, tmp_path: Path) -> Iterator[TouchApp]:
    with touch_app(portrait, tmp_path, hub.url, size=PORTRAIT) as app:
        app.settled("home")
        yield app


def walk_to_priority(app: TouchApp) -> None:
    app.tap("take_number")
    app.settled("fields")
    app.tap("field:ho-tich")
    app.settled("services")
    app.tap("service:khai-sinh")
    app.settled("priority")


def test_four_taps_from_home_to_a_number_in_vietnamese(app: TouchApp, hub: RunningStandIn) -> None:
    walk_to_priority(app)
    app.tap("priority:none")
    app.settled("ticket")
    assert app.sees("ticket_number")["text"] == "B001"
    assert app.sees("ticket_wait")["text"] == "8–14 phút"
    assert app.sees("ticket_ahead")["text"] == "Không có ai"
    # There is no printer in this configuration: it is said, and the number stands.
    assert "không tìm thấy máy in" in app.sees("paper:not_printed")["text"]
    assert hub.hub.papers.wait_for(bool)[0][1].reason == "no_device"
    app.tap("done")
    app.settled("home")
    assert app.look()["state"]["ticket"] is None


def test_the_same_walk_in_english_with_priority(app: TouchApp, hub: RunningStandIn) -> None:
    app.tap("language_en")
    app.wait(lambda picture: picture["state"]["language"] == "en", "English")
    assert app.sees("take_number")["text"] == "Take a number"
    walk_to_priority(app)
    app.tap("priority:cao-tuoi")
    app.screen("ticket")
    assert app.sees("ticket_wait")["text"] == "8–14 min"
    (request,) = hub.hub.requests.items
    assert (request.language, request.ticket_class) == ("en", "priority")


def test_the_language_can_be_changed_on_every_screen(app: TouchApp) -> None:
    app.tap("take_number")
    app.settled("fields")
    app.tap("language")
    app.wait(lambda picture: picture["widgets"].get("title", {}).get("text") == "What do you need to do?", "English")


def test_a_double_tap_is_one_ticket_and_does_not_fall_through(app: TouchApp, hub: RunningStandIn) -> None:
    walk_to_priority(app)
    app.tap("priority:none", times=3)
    app.screen("ticket")
    assert len(hub.hub.requests.items) == 1
    assert len(hub.hub.tickets) == 1


def test_a_closed_service_says_why_and_cannot_be_taken(app: TouchApp) -> None:
    app.tap("take_number")
    app.settled("fields")
    app.tap("field:ho-tich")
    app.settled("services")
    assert not app.sees("service:ket-hon")["enabled"]


def test_a_service_that_no_counter_serves_yet_says_so_and_tells_no_wait(app: TouchApp, hub: RunningStandIn) -> None:
    first, *others = hub.hub.catalogue.services
    services = [msgspec.structs.replace(first, waiting=0, has_counter=False), *others]
    hub.hub.catalogue = msgspec.structs.replace(hub.hub.catalogue, version=2, services=services)
    hub.hub.announce("catalogue")
    app.tap("take_number")
    app.settled("fields")
    app.tap("field:ho-tich")
    app.settled("services")
    app.wait(lambda seen: seen["widgets"]["service:khai-sinh:people"]["text"] == "Quầy chưa mở", "no counter")
    assert "service:khai-sinh:wait" not in app.look()["widgets"]


def test_a_hub_that_is_gone_is_said_and_its_return_brings_the_number_of_the_same_request(
    app: TouchApp, hub: RunningStandIn
) -> None:
    walk_to_priority(app)
    hub.shut()
    app.tap("priority:none")
    asked = app.screen("unreachable")["state"]["request_id"]
    assert app.sees("message_title")["text"] == "Chưa liên lạc được với hệ thống"
    hub.open()
    app.screen("ticket")
    assert {request.request_id for request in hub.hub.requests.items} == {asked}


def test_who_stops_waiting_for_the_hub_has_no_number(app: TouchApp, hub: RunningStandIn) -> None:
    walk_to_priority(app)
    hub.shut()
    app.tap("priority:none")
    asked = app.screen("unreachable")["state"]["request_id"]
    app.settled("unreachable")
    app.tap("cancel")
    app.screen("home")
    hub.open()
    assert hub.hub.withdrawn.wait_for(bool, 15) == [asked]
    assert hub.hub.requests.items == []


def test_no_key_closes_the_app(app: TouchApp) -> None:
    app.key("Escape", "F1", "alt+F4", "ctrl+c", "ctrl+q", "ctrl+w", "super", "ctrl+alt+Delete", "F11", "ctrl+e")
    app.ask_to_close()
    app.tap("take_number")
    app.screen("fields")


def test_a_reprint_that_staff_ask_for_reaches_the_printer(app: TouchApp, hub: RunningStandIn) -> None:
    hub.hub.streams.wait_for(bool)
    hub.hub.jobs = [small_ticket(IssueTicket(request_id="request-0001", service="khai-sinh"), 5)]
    hub.hub.announce("print-jobs")
    assert hub.hub.papers.wait_for(bool, 15)[0][0] == 5
    assert app.look()["screen"] == "home"


def test_nobody_there_leads_back_to_the_start_after_a_warning(
    portrait: str, hub: RunningStandIn, tmp_path: Path
) -> None:
    idle = "[idle]\nwarn_after_s = 5\nreset_after_s = 25\n"
    with touch_app(portrait, tmp_path, hub.url, size=PORTRAIT, more=idle, speed=5.0) as app:
        app.settled("home")
        app.tap("language_en")
        app.tap("take_number")
        app.screen("fields")
        app.tap("still_here")
        assert app.screen("fields")["state"]["idle_left_s"] is None
        app.sees("still_here")
        assert app.screen("home")["state"]["language"] == "vi"


def test_the_kiosk_stays_up_with_a_wrong_configuration_and_tells_staff_the_key(portrait: str, tmp_path: Path) -> None:
    (tmp_path / "touch.toml").write_text('kiosk = "kiosk-1"\nhub_ulr = "http://127.0.0.1:1"\n')
    with running_touch(portrait, tmp_path, tmp_path / "touch.toml") as app:
        app.screen("out_of_service")
        assert "hub_ulr" in app.sees("message_hint")["text"]


def test_fullscreen_covers_the_screen_whatever_the_configured_size(hub: RunningStandIn, tmp_path: Path) -> None:
    with virtual_screen(*LANDSCAPE) as display, touch_app(display, tmp_path, hub.url, size=PORTRAIT, full=True) as app:
        app.settled("home")
        window = app.xdotool("search", "--pid", str(app.process.pid)).split()[0]
        assert "Position: 0,0" in app.xdotool("getwindowgeometry", window)
        assert f"Geometry: {LANDSCAPE[0]}x{LANDSCAPE[1]}" in app.xdotool("getwindowgeometry", window)
        app.tap("take_number")
        app.screen("fields")


def test_nothing_is_written_to_the_home_folder(app: TouchApp, tmp_path: Path) -> None:
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".") and path.name != ".cache"]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_no_text_is_cut_and_nothing_to_touch_is_small_on_any_screen(
    size: tuple[int, int], hub: RunningStandIn, tmp_path: Path
) -> None:
    """FACTS of the field: at least 20 mm, which is 96 px of the panel that the theme is drawn for."""
    scale = min(size) / 1080
    with virtual_screen(*size) as display, touch_app(display, tmp_path, hub.url, size=size) as app:
        for language in ("vi", "en"):
            app.settled("home")
            app.tap(f"language_{language}")
            for step in ("take_number", "field:ho-tich", "service:khai-sinh", "priority:none", "done"):
                _check(app, scale)
                app.tap(step)
                app.wait(lambda picture: picture["state"]["settled"], "the next screen")


def _check(app: TouchApp, scale: float) -> None:
    picture = app.look()
    assert picture["cut"] == []
    pressable = {name: box for name, box in picture["widgets"].items() if box["press"]}
    small = {name: box for name, box in pressable.items() if min(box["w"], box["h"]) < 96 * scale - 1}
    assert small == {}
