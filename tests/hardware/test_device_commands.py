"""``kiosk device``: says in plain words what is plugged in, how it is and what to do, with real bytes on real lines."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.contracts import Paper
from hardware.simulated.displays import SimulatedModbus
from kiosk.cli import build_parser
from kiosk.config import load_hub_config, load_touch_config
from kiosk.demo.devices import DemoDevices
from kiosk.device_commands import run, serial_ports
from kiosk.errors import ConfigError

ASSETS = Path(__file__).parents[2] / "assets" / "demo"
PACE = 20  #: times as fast as the real lines


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """The demonstration centre's configuration; nothing is plugged in."""
    for name in ("hub.toml", "touch.toml"):
        shutil.copy(ASSETS / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def devices(centre: Path) -> Iterator[DemoDevices]:
    with DemoDevices(load_hub_config(centre / "hub.toml"), load_touch_config(centre / "touch.toml"), PACE) as plugged:
        yield plugged


def arguments(*words: str) -> argparse.Namespace:
    return build_parser("device").parse_args(["device", *words])


def both(centre: Path) -> list[str]:
    return ["--config", str(centre / "hub.toml"), "--config", str(centre / "touch.toml")]


def test_a_centre_whose_devices_are_all_well_is_listed_and_ends_with_0(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments("list", *both(centre))) == 0
    said = capsys.readouterr().out
    for device_id in ("display-1", "display-4", "display-6", "printer", "scanner"):
        assert f"✓ {device_id} " in said
    assert "Sẵn sàng · Ready" in said
    assert "✗" not in said


def test_what_is_wrong_is_said_with_what_to_do_and_ends_with_1(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    modbus = devices.boards["1"].device
    assert isinstance(modbus, SimulatedModbus)
    modbus.switch(1, on=False)
    devices.scanner_line.unplug()
    with devices.printer_line.held():
        devices.printer.set_paper(Paper.OUT)
    assert run(arguments("list", *both(centre))) == 1
    said = capsys.readouterr().out
    assert "✗ display-1 " in said
    assert "Không trả lời · Does not answer" in said
    assert "Kiểm tra nguồn điện" in said
    assert "✗ scanner " in said
    assert "Cắm dây" in said
    assert "hết giấy · out of paper" in said
    assert "✓ display-4 " in said


def test_a_port_that_another_program_holds_is_told_apart_from_one_that_is_not_there(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    (centre / "devices" / "scanner").unlink()
    (centre / "devices" / "scanner").write_text("no line")
    assert run(arguments("list", "--config", str(centre / "touch.toml"))) == 1
    assert "Cổng có nhưng đang được dùng" in capsys.readouterr().out


def test_testing_a_display_shows_888_and_clears_it(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments("test", "display-2", "--hold", "0", *both(centre))) == 0
    assert devices.boards["2"].history() == ["888"]
    assert devices.boards["2"].text() == ""
    assert devices.boards["1"].history() == []
    assert "888" in capsys.readouterr().out


def test_testing_a_display_that_is_not_there_says_so_at_once(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("test", "display-2", *both(centre))) == 1
    assert "Cắm dây" in capsys.readouterr().out


def test_testing_the_printer_prints_a_slip_and_says_that_it_was_confirmed(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments("test", "printer", *both(centre))) == 0
    assert "Đã in xong" in capsys.readouterr().out
    (slip,) = devices.slips
    assert slip.complete
    assert slip.image.height > 300


def test_testing_a_printer_without_paper_says_why_nothing_came_out(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    with devices.printer_line.held():
        devices.printer.set_paper(Paper.OUT)
    assert run(arguments("test", "printer", *both(centre))) == 1
    assert "hết giấy · out of paper" in capsys.readouterr().out
    assert devices.slips == []


def test_testing_the_scanner_tells_that_a_code_was_read_and_not_what_it_says(
    centre: Path, devices: DemoDevices
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "device", "test", "scanner", *both(centre)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Hold a QR code" in line:
                devices.scan("079203001234|Mai")
            assert "079" not in line
            said = line
    assert process.returncode == 0
    assert "Read 16 characters Q1" in said


def test_a_scanner_that_brings_nothing_is_a_failed_test(
    centre: Path, devices: DemoDevices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments("test", "scanner", "--wait", "0.1", *both(centre))) == 1
    assert "Nothing was scanned" in capsys.readouterr().out


def test_testing_a_scanner_that_is_not_there_says_so_at_once(centre: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("test", "scanner", *both(centre))) == 1
    assert "Cắm dây" in capsys.readouterr().out


def test_an_id_that_is_not_configured_is_refused_with_those_that_are(centre: Path) -> None:
    with pytest.raises(ConfigError, match="expected one of the configuration: display-1, display-2"):
        run(arguments("test", "display-99", *both(centre)))


def test_without_any_device_there_is_nothing_to_test(centre: Path) -> None:
    path = centre / "touch.toml"
    path.write_text(path.read_text().partition("[[devices]]")[0])
    with pytest.raises(ConfigError, match="no device is configured"):
        run(arguments("test", "--config", str(path)))


def test_a_wrong_configuration_is_refused_as_the_programs_themselves_refuse_it(centre: Path) -> None:
    path = centre / "touch.toml"
    path.write_text(path.read_text() + "\ncolour = 1\n")
    with pytest.raises(ConfigError, match="unknown key"):
        run(arguments("list", "--config", str(path)))
    with pytest.raises(ConfigError, match="cannot be read"):
        run(arguments("list", "--config", str(centre / "none.toml")))


def test_a_device_whose_profile_is_unknown_is_refused_with_the_known_ones(centre: Path) -> None:
    path = centre / "touch.toml"
    path.write_text(path.read_text().replace("epson-tm-t88", "epson-tm-t99"))
    with pytest.raises(ConfigError, match=r"device 'printer': profile: .*epson-tm-t88"):
        run(arguments("list", "--config", str(path)))


def test_a_port_is_listed_once_by_its_best_name(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    for folder in ("kiosk", "by-id"):
        (tmp_path / folder).mkdir()
        for name in ("pci-0000:00:14.0-usb-0:1:1.0", "printer"):
            (tmp_path / folder / name).symlink_to(tmp_path / "ttyUSB0")
    ports = serial_ports([tmp_path / "kiosk", tmp_path / "by-id", tmp_path / "absent"])
    assert ports == [(tmp_path / "kiosk" / "printer", tmp_path / "ttyUSB0")]
