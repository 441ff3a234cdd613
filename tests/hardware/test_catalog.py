"""From settings to devices: wrong settings name the device, the key and what was expected."""

from pathlib import Path

import pytest

from hardware.catalog import (
    DEFAULT_PROFILES,
    Display,
    Printer,
    display_lines,
    printer_line,
    scanner_line,
)
from hardware.contracts import Device, DeviceSettings, NotPrinted, Reason, Status
from hardware.display.dmd import DmdProfile
from hardware.errors import BadSettings
from hardware.profiles import load
from tests.fakes.recorder import Recorder


def ignore(_device_id: str, _status: Status) -> None:
    pass


def display(
    device_id: str = "d1", kind: str = "display.modbus", port: str = "/dev/null/a", **rest: object
) -> DeviceSettings:
    return DeviceSettings(device_id, kind, port, **rest)  # type: ignore[arg-type]


def problem(*settings: DeviceSettings) -> str:
    with pytest.raises(BadSettings) as caught:
        display_lines(settings, ignore)
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (display(kind="display.neon"), "device 'd1': kind: expected one of display.cd5220, display.dmd"),
        (display(), "device 'd1': address: expected a Modbus address from 1 to 247, got None"),
        (display(address=248), "address: expected a Modbus address from 1 to 247, got 248"),
        (display(address=1, profile="no-such"), "device 'd1': profile: there is no device profile 'no-such'"),
        (display(address=1, profile="display-dmd"), "Invalid value 'display.dmd' - at `$.kind`"),
        (display(kind="display.frame"), "device 'd1': profile: expected the name of a profile"),
        (
            display(kind="display.frame", profile="board-4-byte"),
            "address: expected the number that is set on the board",
        ),
        (display(kind="display.frame", profile="board-edi", address=150), "address: expected a number below 100"),
        (display(kind="display.dmd", options={"brightness": 9}), "device 'd1': options: Expected `int` <= 4"),
        (display(kind="display.dmd", options={"colour": "red"}), "unknown field `colour`"),
        (display(kind="display.dmd", options={"caption": 5}), "Expected `str`, got `int` - at `$.caption`"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(settings: DeviceSettings, words: str) -> None:
    assert words in problem(settings)


def test_a_profile_file_with_an_unknown_key_is_named_with_the_key(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('kind = "display.dmd"\ntitle = "t"\nsource = "s"\ncolumms = 20\n')
    words = problem(display(kind="display.dmd", profile=str(path)))
    assert str(path) in words
    assert "columms" in words


def test_displays_of_one_port_share_one_line_and_others_do_not() -> None:
    lines = display_lines(
        [display("a", address=1), display("b", address=2), display("c", port="/x", address=1)], ignore
    )
    assert [sorted(line.states()) for line in lines] == [["a", "b"], ["c"]]


def test_two_displays_with_one_address_on_a_line_are_refused() -> None:
    assert "'b': address: expected one that no other" in problem(display("a", address=1), display("b", address=1))


def test_displays_of_one_line_must_agree_on_its_speed() -> None:
    assert "'b': baud: expected the same line" in problem(display("a", address=1), display("b", address=2, baud=19200))


def test_options_lie_over_the_values_of_a_profile() -> None:
    (line,) = display_lines([display(kind="display.dmd", options={"caption": "Mời", "brightness": 1})], ignore)
    assert line.states()["d1"] == Status(Device.STARTING)


def test_the_usual_profile_of_each_kind_exists() -> None:
    assert load(DEFAULT_PROFILES["display.dmd"], DmdProfile).columns == 20
    display_lines([display("a", address=1), display("b", kind="display.cd5220", port="/b")], ignore)
    scanner_line(DeviceSettings("s", "scanner.serial", "/dev/null/a"), lambda _: None, ignore)
    printer_line(DeviceSettings("p", "printer.escpos", "/dev/null/a"), ignore)


def test_making_a_device_opens_nothing_and_a_started_one_without_a_port_says_so(tmp_path: Path) -> None:
    states: Recorder[tuple[str, Status]] = Recorder()
    (line,) = display_lines([display(port=str(tmp_path / "none"), address=1)], lambda *change: states.add(change))
    shown = Display("d1", line)
    assert shown.status().device is Device.STARTING
    line.start()
    shown.show("B012")
    states.wait_for(lambda items: bool(items))
    assert shown.status().device is Device.NO_DEVICE
    line.stop()


def test_a_printer_without_a_port_answers_not_printed_at_once(tmp_path: Path) -> None:
    line = printer_line(DeviceSettings("p", "printer.escpos", str(tmp_path / "none")), ignore)
    line.start()
    assert Printer("p", line).print(b"slip") == NotPrinted(Reason.NO_DEVICE)
    line.stop()
