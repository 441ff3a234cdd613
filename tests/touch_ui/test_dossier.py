"""A dossier at the real touch app: typed, photographed, scanned, sent, printed, looked up; and what goes wrong."""

import io
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from hardware.contracts import Paper
from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from hardware.simulated.camera import show_card
from hardware.simulated.line import SimulatedLine
from hardware.simulated.printer import SimulatedPrinter
from kiosk.demo.sheets import show_sheet
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import PaperRef
from tests.fakes.dossier_desk import CODE, DRAFT, SECRET, with_result
from tests.fakes.hub_stand_in import RunningStandIn, stand_in
from tests.touch_ui.screen import PATIENCE_S, TouchApp, running_touch, touch_app, virtual_screen

PORTRAIT, LANDSCAPE = (540, 960), (960, 540)
LEAD_PX = 14  #: of the sentence below a title, at least
DEVICES = """
[[devices]]
id = "desk"
kind = "document.simulated"
port = "sheets"
options = { fps = 10 }
[[devices]]
id = "feeder"
kind = "document.sane"
port = "test"
[devices.options]
source = "Automatic Document Feeder"
feeder = true
most_pages = 2
resolution = 75
more = "--test-picture Grid"
[[devices]]
id = "camera"
kind = "camera.simulated"
port = "desk"
"""
BAUD = 921_600
T88 = load("epson-tm-t88", PrinterProfile)
PRINTER = (
    f'[[devices]]\nid = "printer"\nkind = "printer.escpos"\nport = "line"\nprofile = "epson-tm-t88"\nbaud = {BAUD}\n'
)
NUMBER, NAME = "079090000011", "Nguyễn Văn Mẫu"
CARD = f"{NUMBER}|020000011|{NAME}|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"


@dataclass
class Kiosk:
    app: TouchApp
    hub: RunningStandIn
    folder: Path

    @property
    def desk(self) -> Path:
        return self.folder / "sheets"

    def type(self, keys: str) -> None:
        for key in keys:
            self.app.tap("key:space" if key == " " else f"key:{key}")

    def go(self, tap: str, screen: str) -> None:
        self.app.tap(tap)
        self.app.settled(screen)
        assert self.app.look()["cut"] == []

    def to_consents(self) -> None:
        self.app.settled("home")
        self.go("submit_dossier", "find")
        self.type("khai")
        self.go("procedure:1.001193", "procedure")
        self.go("next", "consents")
        assert not self.app.sees("next")["enabled"]
        self.app.tap("consent:handling")
        self.app.wait(lambda seen: seen["widgets"]["next"]["enabled"], "the way on")

    def to_papers_by_card(self) -> None:
        """Four lines come from the card; the child's name is typed, the phone left out."""
        self.to_consents()
        self.go("next", "card_notice")
        self.go("agree", "card_scan")
        card = show_card(self.folder / "desk", CARD.encode())
        self.app.settled("card_confirm")
        card.unlink()
        self.go("confirm", "question")
        assert self.app.sees("question:full_name")["text"] == NAME
        self.app.tap("next")
        self.title("Họ và tên của bé")
        self.type("maaux")
        assert self.app.wait(lambda seen: "Mẫu" in seen["widgets"]["typed"]["text"], "Telex")
        self.app.tap("next")
        self.title("Số điện thoại")
        self.go("next", "papers")

    def title(self, words: str) -> None:
        self.app.wait(lambda seen: seen["widgets"].get("title", {}).get("text") == words, words)
        self.app.wait(lambda seen: seen["state"]["settled"], f"{words} to settle")

    def photograph(self) -> None:
        self.go("paper:birth-note", "paper")
        self.go("way:camera", "sheet")
        show_sheet(self.desk, "Giấy chứng sinh")
        self.app.tap("shoot")
        self.app.sees("keep")
        self.app.settled("sheet")
        self.app.tap("keep")
        self.app.wait(lambda seen: "đã giữ 1 trang" in str(seen["widgets"].get("finish")), "the page to be kept")
        self.app.settled("sheet")
        self.go("finish", "papers")
        self.app.wait(lambda seen: seen["widgets"]["next"]["enabled"], "the paper to be settled")


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with virtual_screen(*PORTRAIT) as display:
        yield display


@pytest.fixture
def kiosk(display: str, tmp_path: Path) -> Iterator[Kiosk]:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "desk").mkdir()
    with stand_in() as hub, touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=DEVICES) as app:
        yield Kiosk(app, hub, tmp_path)


def test_a_dossier_with_card_camera_and_scanner_becomes_one_receipt(kiosk: Kiosk) -> None:
    desk = kiosk.hub.hub.dossiers
    kiosk.to_papers_by_card()
    kiosk.photograph()
    kiosk.go("paper:marriage", "paper")
    kiosk.go("way:scanner", "sheet")
    kiosk.app.tap("shoot")
    for _ in range(2):
        kiosk.app.sees("keep")
        kiosk.app.settled("sheet")
        kiosk.app.tap("keep")
    kiosk.app.wait(lambda seen: "đã giữ 2 trang" in str(seen["widgets"].get("finish")), "both pages to be kept")
    kiosk.app.settled("sheet")
    kiosk.go("finish", "papers")
    kiosk.go("next", "review")
    kiosk.app.tap("next", times=3)
    kiosk.app.settled("receipt")
    assert kiosk.app.sees("receipt_code")["text"] == CODE
    assert kiosk.app.sees("receipt_secret")["text"] == " ".join(SECRET)
    assert "không tìm thấy máy in" in kiosk.app.sees("paper:not_printed")["text"]
    assert len(desk.submitted) == 1
    assert desk.answers["personal_id"] == NUMBER
    assert {paper: len(pages) for paper, pages in desk.pages.items()} == {"birth-note": 1, "marriage": 2}
    page = Image.open(io.BytesIO(desk.pages["birth-note"][0]))
    assert page.height / page.width == pytest.approx(297 / 210, abs=0.01)
    assert not (kiosk.folder / "run" / "draft").exists()
    log = (kiosk.folder / "touch.log").read_text()
    assert not any(personal in log for personal in (NUMBER, NAME, "Mẫu", CODE, SECRET, DRAFT))


def test_a_draft_survives_a_crash_for_who_knows_the_last_digits(display: str, tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "desk").mkdir()
    with stand_in() as hub:
        with (  # noqa: PT012  the app's own context notices that it was killed
            pytest.raises(AssertionError, match="ended by itself"),
            touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=DEVICES) as app,
        ):
            Kiosk(app, hub, tmp_path).to_papers_by_card()
            app.process.send_signal(signal.SIGKILL)
            app.process.wait(PATIENCE_S)
        draft = tmp_path / "run" / "draft"
        assert (draft.read_text(), draft.stat().st_mode & 0o777) == (DRAFT, 0o600)
        (tmp_path / "probe").unlink()
        with running_touch(display, tmp_path, tmp_path / "touch.toml") as app:
            kiosk = Kiosk(app, hub, tmp_path)
            app.settled("resume")
            kiosk.type("0011")
            app.settled("question")
            assert "Nguyễn" in str(app.look()["widgets"]["typed"])
            assert hub.hub.dossiers.resumed == ["0011"]


def test_a_procedure_is_found_by_its_field_without_typing(kiosk: Kiosk) -> None:
    kiosk.app.settled("home")
    kiosk.go("submit_dossier", "find")
    kiosk.go("by_field", "find_field")
    kiosk.go("field:Hộ tịch", "find_in_field")
    kiosk.go("procedure:1.001193", "procedure")
    kiosk.go("back", "find_in_field")
    kiosk.go("help", "help")
    assert kiosk.app.sees("title")["text"] == "Cách nộp hồ sơ tại máy"
    kiosk.go("back", "find_in_field")


def test_the_keys_of_letters_and_tones_are_whole_in_every_look(kiosk: Kiosk) -> None:
    kiosk.to_consents()
    kiosk.go("next", "card_notice")
    kiosk.go("without_card", "question")
    for key in ("p", "h", "ơ", "sắc", "erase", "a", "nặng", "m"):
        kiosk.app.tap(f"key:{key}")
    kiosk.app.wait(lambda seen: "Phạm" in seen["widgets"]["typed"]["text"], "the name with its tone")
    for look in ("contrast", "lower"):
        kiosk.app.tap(look)
        kiosk.app.settled("question")
        assert kiosk.app.look()["cut"] == []


def test_a_hub_that_is_away_before_anything_is_entered_threatens_with_no_deletion(kiosk: Kiosk) -> None:
    kiosk.app.settled("home")
    kiosk.go("submit_dossier", "find")
    kiosk.hub.shut()
    kiosk.go("by_field", "away")
    assert "Về màn hình đầu" in str(kiosk.app.look()["widgets"])
    kiosk.hub.open()
    kiosk.app.settled("find_field")


def test_why_something_cannot_be_handed_in_here_is_said_as_the_hub_says_it(kiosk: Kiosk) -> None:
    why = Text(vi="Công an phường nhận việc này: mời lấy số.", en="The police take this.")
    desk = kiosk.hub.hub.dossiers
    desk.form = msgspec.structs.replace(desk.form, can_submit=False, why_not=why)
    kiosk.app.settled("home")
    kiosk.go("submit_dossier", "find")
    kiosk.type("khai")
    kiosk.go("procedure:1.001193", "procedure")
    assert why.vi in kiosk.app.sees("procedure_counter")["text"]


def test_who_leaves_leaves_nothing_behind(kiosk: Kiosk) -> None:
    kiosk.to_consents()
    kiosk.go("next", "card_notice")
    assert (kiosk.folder / "run" / "draft").exists()
    for screen in ("consents", "procedure", "find", "home"):
        kiosk.go("back", screen)
    kiosk.app.wait(lambda _: kiosk.hub.hub.dossiers.left == [DRAFT], "the draft to be wiped")
    assert not (kiosk.folder / "run" / "draft").exists()


def test_the_memory_of_a_dossier_is_given_back_when_its_citizen_has_left(kiosk: Kiosk) -> None:
    kiosk.to_papers_by_card()
    kiosk.photograph()
    kiosk.go("next", "review")
    kiosk.app.tap("next")
    kiosk.app.settled("receipt")
    before_mb = kiosk.app.memory_mb()
    kiosk.go("done", "home")
    kiosk.app.wait_until(lambda: kiosk.app.memory_mb() < before_mb - 40, "the memory")


def test_a_camera_that_is_unplugged_in_the_middle_is_said_and_other_ways_remain(kiosk: Kiosk) -> None:
    kiosk.to_papers_by_card()
    kiosk.photograph()
    kiosk.go("paper:birth-note", "paper")
    kiosk.go("way:camera", "sheet")
    shutil.rmtree(kiosk.desk)
    kiosk.app.wait(lambda seen: "mất kết nối" in str(seen["widgets"].get("options_band")), "the word about the camera")
    kiosk.app.settled("paper")
    kiosk.app.wait(lambda seen: "way:camera" not in seen["widgets"], "the camera to be offered no more")
    kiosk.go("back", "papers")
    assert kiosk.app.sees("next")["enabled"]


def test_a_hub_that_goes_away_is_said_and_the_dossier_is_handed_in_when_it_is_back(kiosk: Kiosk) -> None:
    kiosk.to_papers_by_card()
    kiosk.photograph()
    kiosk.go("next", "review")
    kiosk.hub.shut()
    kiosk.app.tap("next")
    kiosk.app.settled("away")
    assert "tự thử lại" in kiosk.app.sees("message_text")["text"]
    kiosk.hub.open()
    kiosk.app.settled("receipt")
    assert len(kiosk.hub.hub.dossiers.submitted) == 1


@pytest.mark.parametrize(("size", "language"), [(PORTRAIT, "vi"), (LANDSCAPE, "en")])
def test_a_dossier_is_looked_up_by_its_codes_in_every_shape(
    size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    with (
        virtual_screen(*size) as display,
        stand_in() as hub,
        touch_app(display, tmp_path, hub.url, size=size, more=f'language = "{language}"') as app,
    ):
        more = [*with_result().results, PaperRef(paper="copy", name="Bản sao trích lục khai sinh")]
        hub.hub.dossiers.found = [msgspec.structs.replace(with_result(), results=more)]
        kiosk = Kiosk(app, hub, tmp_path)
        app.settled("home")
        kiosk.go("look_up", "look_up")
        kiosk.go("search_by:code", "look_up_code")
        kiosk.type(CODE)
        kiosk.go("next", "look_up_secret")
        kiosk.type(SECRET)
        kiosk.go("next", "dossier")
        seen = app.look()["widgets"]
        assert "dossier_late" in seen
        assert seen["dossier_now"]["y"] > seen["title"]["y"] + seen["title"]["h"] + LEAD_PX, "below code and title"
        kiosk.go("result:birth-certificate", "result")
        kiosk.go("back", "dossier")
        kiosk.go("done", "home")


def test_paper_that_ends_while_the_receipt_prints_leaves_the_codes_on_the_screen(display: str, tmp_path: Path) -> None:
    for folder in ("sheets", "desk"):
        (tmp_path / folder).mkdir()
    printer = SimulatedPrinter(T88, rows_a_second=20_000)
    with (
        SimulatedLine(tmp_path / "line", printer, BAUD) as line,
        stand_in() as hub,
        touch_app(display, tmp_path, hub.url, size=PORTRAIT, more=DEVICES + PRINTER) as app,
    ):
        kiosk = Kiosk(app, hub, tmp_path)
        kiosk.to_papers_by_card()
        kiosk.photograph()
        kiosk.go("next", "review")
        with line.held():
            printer.after_rows(300, lambda: printer.set_paper(Paper.OUT))
        app.tap("next")
        app.settled("receipt")
        assert "hết giấy" in app.sees("paper:not_printed")["text"]
        assert app.sees("receipt_code")["text"] == CODE
