"""The ID card at the real touch app: notice, viewfinder, masked confirmation, suggestion; every way on without."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from hardware.profiles import load
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.camera import show_card, show_picture, two_cards_photo
from hardware.simulated.line import SimulatedLine
from hardware.simulated.scanner import SimulatedScanner
from kiosk.identity.privacy import PersonalId
from tests.fakes.hub_stand_in import HubStandIn, RunningStandIn, small_catalogue, stand_in
from tests.touch_ui.screen import TouchApp, touch_app, virtual_screen

PORTRAIT = (540, 960)
CAMERA = '[[devices]]\nid = "camera"\nkind = "camera.simulated"\nport = "desk"\n'
KEY = bytes(range(32))
NUMBER, NAME = "079150000011", "Nguyễn Văn Mẫu"
ELDERLY = f"{NUMBER}|020000011|{NAME}|15081950|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
YOUNG = ELDERLY.replace("079150", "079090").replace("15081950", "15081990")
PAYMENT = "00020101021238540010A00000072701240006970436011000000001010208QRIBFTTA53037045802VN63040000"


@dataclass
class Kiosk:
    app: TouchApp
    hub: RunningStandIn
    folder: Path

    @property
    def desk(self) -> Path:
        return self.folder / "desk"

    def to_priority(self) -> None:
        self.app.settled("home")
        for tap, screen in (
            ("take_number", "fields"),
            ("field:ho-tich", "services"),
            ("service:khai-sinh", "priority"),
        ):
            self.app.tap(tap)
            self.app.settled(screen)

    def to_scan(self) -> None:
        self.to_priority()
        self.app.tap("use_card")
        self.app.settled("card_notice")
        self.app.tap("agree")
        self.app.settled("card_scan")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen(*PORTRAIT) as display:
        yield display


@pytest.fixture
def kiosk(display: str, tmp_path: Path) -> Iterator[Kiosk]:
    (tmp_path / "desk").mkdir()
    with stand_in() as hub, touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=CAMERA) as app:
        yield Kiosk(app, hub, tmp_path)


def test_a_card_suggests_the_class_by_age_and_the_person_decides(kiosk: Kiosk) -> None:
    kiosk.to_scan()
    show_card(kiosk.desk, ELDERLY.encode())
    kiosk.app.settled("card_confirm")
    assert kiosk.app.sees("card_name")["text"] == "N. V. Mẫu"
    assert kiosk.app.sees("card_number")["text"] == "079*****0011"
    assert kiosk.app.sees("card_birth_year")["text"] == "1950"
    kiosk.app.tap("confirm")
    kiosk.app.settled("priority")
    assert "tự chọn" in kiosk.app.sees("card_suggests")["text"]
    kiosk.app.tap("priority:none")
    kiosk.app.screen("ticket")
    (request,) = kiosk.hub.hub.requests.items
    assert request.ticket_class == "normal"


def test_without_a_card_the_number_comes_as_ever(kiosk: Kiosk) -> None:
    kiosk.to_priority()
    kiosk.app.tap("use_card")
    kiosk.app.settled("card_notice")
    kiosk.app.tap("without_card")
    kiosk.app.settled("priority")
    kiosk.app.tap("use_card")
    kiosk.app.settled("card_notice")
    kiosk.app.tap("agree")
    kiosk.app.settled("card_scan")
    kiosk.app.tap("without_card")
    kiosk.app.settled("priority")
    kiosk.app.tap("priority:none")
    kiosk.app.screen("ticket")


def test_something_else_is_named_and_the_camera_that_goes_away_is_said(kiosk: Kiosk) -> None:
    kiosk.to_scan()
    show_card(kiosk.desk, PAYMENT.encode())
    kiosk.app.wait(
        lambda seen: "chuyển tiền" in str(seen["widgets"].get("scan_notice")), "the word about a payment code"
    )
    shutil.rmtree(kiosk.desk)
    kiosk.app.wait(lambda seen: "mất kết nối" in str(seen["widgets"].get("scan_notice")), "the word about the camera")
    kiosk.app.tap("without_card")
    kiosk.app.settled("priority")
    assert "use_card" not in kiosk.app.look()["widgets"]


def test_nothing_of_a_card_is_written_anywhere_or_left_after_cancelling(kiosk: Kiosk) -> None:
    kiosk.to_scan()
    card = show_card(kiosk.desk, YOUNG.encode())
    kiosk.app.settled("card_confirm")
    card.unlink()
    kiosk.app.tap("without_card")
    kiosk.app.settled("priority")
    seen = kiosk.app.look()
    assert "card_suggests" not in seen["widgets"]
    assert seen["state"].get("card") is None
    kiosk.app.tap("priority:none")
    kiosk.app.screen("ticket")
    written = b"".join(file.read_bytes() for file in kiosk.folder.rglob("*") if file.is_file())
    for personal in ("079090000011", "020000011", "0011", NAME, "Mẫu", "15081990"):
        assert personal.encode() not in written


def test_a_crash_leaves_no_dump_of_what_was_read(kiosk: Kiosk) -> None:
    kiosk.app.settled("home")
    limits = Path(f"/proc/{kiosk.app.process.pid}/limits").read_text()
    (core,) = (line.split() for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core[4:6] == ["0", "0"]


def test_a_card_that_was_read_is_heard(display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound card that writes into a file. The other tests run on machines without any."""
    heard = tmp_path / "heard.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(heard))
    (tmp_path / "desk").mkdir()
    with stand_in() as hub, touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=CAMERA) as app:
        Kiosk(app, hub, tmp_path).to_scan()
        assert not heard.exists()
        show_card(tmp_path / "desk", ELDERLY.encode())
        app.settled("card_confirm")
        app.wait(lambda _: heard.exists() and any(heard.read_bytes()), "the tone")


def test_two_cards_at_once_are_asked_for_one_at_a_time(kiosk: Kiosk) -> None:
    kiosk.to_scan()
    show_picture(kiosk.desk, two_cards_photo(ELDERLY.encode(), YOUNG.encode()))
    kiosk.app.wait(lambda seen: "hai thẻ" in str(seen["widgets"].get("scan_notice")), "the word about two cards")
    assert kiosk.app.look()["screen"] == "card_scan"


def test_a_service_that_needs_a_card_gets_its_mark_and_nothing_is_written(display: str, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    told = small_catalogue()
    services = [msgspec.structs.replace(each, needs_identity=True) for each in told.services]
    centre = HubStandIn(msgspec.structs.replace(told, services=services, card_key=KEY.hex()))
    with stand_in(centre) as hub, touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=CAMERA) as app:
        for screen, tap in (("home", "take_number"), ("fields", "field:ho-tich"), ("services", "service:khai-sinh")):
            app.settled(screen)
            app.tap(tap)
        app.settled("card_notice")
        assert app.look()["cut"] == []
        app.tap("agree")
        app.settled("card_scan")
        show_card(tmp_path / "desk", ELDERLY.encode())
        app.settled("card_confirm")
        app.tap("confirm")
        app.settled("priority")
        app.tap("priority:none")
        app.screen("ticket")
    (request,) = centre.requests.items
    assert request.card is not None
    assert (request.card.keyed_hash, request.card.last4) == (PersonalId(NUMBER).mark(KEY).keyed_hash, "0011")
    (tmp_path / "desk/card.jpg").unlink()
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for personal in (NUMBER, NAME, "0011", request.card.keyed_hash, KEY.hex()):
        assert personal.encode() not in written


def test_where_a_scanner_reads_the_card_nobody_is_told_of_a_camera(display: str, tmp_path: Path) -> None:
    profile = load("scanner-generic", ScannerProfile)
    scanner = SimulatedScanner(profile)
    device = '[[devices]]\nid = "scanner"\nkind = "scanner.serial"\nprofile = "scanner-generic"\nport = "scanner"\n'
    with (
        SimulatedLine(tmp_path / "scanner", scanner, profile.line.baud) as line,
        stand_in() as hub,
        touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=device) as app,
    ):
        kiosk = Kiosk(app, hub, tmp_path)
        kiosk.to_scan()
        seen = app.look()
        assert "viewfinder" not in seen["widgets"]
        assert "máy quét" in str(seen["widgets"])
        assert seen["cut"] == []
        line.send(scanner.scan(ELDERLY))
        app.settled("card_confirm")
