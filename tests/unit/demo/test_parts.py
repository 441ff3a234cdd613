"""The demonstration's parts: displays with and without letters, the folder, programs that end too soon."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.clock import ScaledClock
from kiosk.config import load_hub_config
from kiosk.demo.devices import shows
from kiosk.demo.folder import make_folder
from kiosk.demo.processes import DemoFailed, Program, await_true, free_port
from kiosk.demo.report import Report
from kiosk.queueing.hours import OpenNow, ticket_status


@pytest.mark.parametrize(("text", "label", "is_shown"), [
    ("H001", "H001", True),
    ("  H001 -> 1", "H001", True),
    ("1", "B001", True),
    ("012", "B012", True),
    ("", "B001", False),
    ("2", "B001", False),
    ("H002", "H001", False),
])  # fmt: skip
def test_a_board_without_letters_shows_the_digits(text: str, label: str, is_shown: bool) -> None:
    assert shows(text, label) is is_shown


def test_the_demonstration_is_open_at_any_hour(tmp_path: Path) -> None:
    schedule = make_folder(tmp_path / "demo").hub.hours.schedule()
    a_week = ScaledClock(0, 1).start_ms
    for hour in range(7 * 24):
        assert isinstance(ticket_status(schedule, a_week + hour * 3_600_000), OpenNow)


def test_the_folder_has_its_own_port_in_both_files(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "demo")
    assert folder.touch.hub_url == folder.hub.listen.public_url == folder.url
    assert folder.url.endswith(f":{load_hub_config(folder.hub_toml).listen.port}")


def test_the_window_can_be_smaller_than_a_kiosk(tmp_path: Path) -> None:
    window = make_folder(tmp_path / "demo", window=(540, 960)).touch.window
    assert (window.width, window.height) == (540, 960)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(DemoFailed, match="is not empty"):
        make_folder(tmp_path)


def test_a_program_that_ends_too_soon_is_told_with_its_log(tmp_path: Path) -> None:
    program = Program("hub", [sys.executable, "-c", "raise SystemExit('no disk')"], tmp_path / "hub.log")
    program.start()
    with pytest.raises(DemoFailed, match=r"(?s)hub has ended.*no disk"):
        program.await_true("it answers", lambda: False, timeout_s=10)


def test_a_program_can_be_killed_and_started_again(tmp_path: Path) -> None:
    program = Program("sleeper", [sys.executable, "-c", "import signal; signal.pause()"], tmp_path / "log")
    program.start()
    first = program.pid
    program.kill()
    assert not program.is_running()
    program.start()
    assert program.is_running()
    assert program.pid != first
    program.stop()
    assert not program.is_running()


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(DemoFailed, match="in vain: rain"):
        await_true("rain", lambda: False, timeout_s=0.0)


def test_a_free_port_is_free() -> None:
    assert 1024 <= free_port() <= 65535


def test_the_report_keeps_what_failed_and_why(tmp_path: Path) -> None:
    report = Report(tmp_path, "Tour", say=lambda _text: None)
    report.planned = 2

    def works() -> None:
        report.picture(Image.new("RGB", (2000, 100)), "Màn hình <chờ>")

    def fails() -> None:
        raise DemoFailed("expected H001 & got nothing")

    assert report.step("Một", "One", works)
    assert not report.step("Hai", "Two", fails)
    page = (tmp_path / "index.html").read_text()
    assert "expected H001 &amp; got nothing" in page
    assert "Màn hình &lt;chờ&gt;" in page
    assert (tmp_path / "01-1.png").is_file()
    assert not report.is_good
