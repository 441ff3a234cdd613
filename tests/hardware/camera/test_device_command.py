"""``kiosk device`` lists and tests a camera, and says that a code was read without saying what it says."""

from pathlib import Path

import pytest

from hardware.simulated.camera import show_card
from kiosk.cli import build_parser
from kiosk.device_commands import run

CARD = "079090000011|020000011|Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
CONFIG = """
kiosk = "kiosk-1"
hub_url = "http://127.0.0.1:1"
token_file = "token"
[[devices]]
id = "camera"
kind = "camera.simulated"
port = "%s"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "touch.toml"
    file.write_text(CONFIG % (tmp_path / "desk"))
    return file


def kiosk_device(*words: str) -> int:
    return run(build_parser("device").parse_args(["device", *words]))


def test_a_camera_is_listed_and_read(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = config.parent / "desk"
    desk.mkdir()
    show_card(desk, CARD.encode())
    assert kiosk_device("list", "--config", str(config)) == 0
    assert "✓ camera  camera.simulated" in capsys.readouterr().out
    assert kiosk_device("test", "camera", "--config", str(config)) == 0
    said = capsys.readouterr().out
    assert f"Đã đọc {len(CARD.encode())} byte" in said
    assert "079090000011" not in said


def test_an_empty_desk_is_a_failed_test(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "desk").mkdir()
    assert kiosk_device("test", "--wait", "0.2", "--config", str(config)) == 1
    assert "Không thấy mã nào" in capsys.readouterr().out


def test_a_camera_that_is_not_plugged_in_is_said_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kiosk_device("list", "--config", str(config)) == 1
    assert kiosk_device("test", "--config", str(config)) == 1
    assert capsys.readouterr().out.count("Cắm dây") == 2
