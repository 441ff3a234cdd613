"""Simulated devices are commanded by lines of words, also from another program."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.contracts import Cover, Device, Paper
from hardware.profiles import load
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.control import ControlSocket, obey
from hardware.simulated.line import SimulatedLine
from hardware.simulated.scanner import SimulatedScanner
from hardware.transport.serial_port import SerialPort
from tests.hardware.printing import Bench, bench


@pytest.fixture
def on_line(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        made.printer.open()
        made.printer.status()
        yield made


@pytest.mark.parametrize(
    ("command", "device", "paper", "cover"),
    [
        ("printer paper low", Device.ONLINE, Paper.LOW, Cover.CLOSED),
        ("printer paper out", Device.USER_ERROR, Paper.OUT, Cover.CLOSED),
        ("printer cover open", Device.USER_ERROR, Paper.FULL, Cover.OPEN),
        ("printer jam on", Device.HARDWARE_ERROR, Paper.JAMMED, Cover.CLOSED),
        ("printer line silent", Device.OFFLINE, Paper.UNKNOWN, Cover.UNKNOWN),
    ],
)
def test_a_command_changes_what_the_driver_sees(
    on_line: Bench, command: str, device: Device, paper: Paper, cover: Cover
) -> None:
    assert obey({"printer": on_line.line}, command) == "ok"
    status = on_line.printer.status()
    assert (status.device, status.paper, status.cover) == (device, paper, cover)


def test_unplugging_takes_the_path_away_and_plugging_brings_it_back(on_line: Bench) -> None:
    assert obey({"printer": on_line.line}, "printer unplug") == "ok"
    assert not on_line.line.path.exists()
    assert obey({"printer": on_line.line}, "printer plug") == "ok"
    assert on_line.line.path.exists()


@pytest.mark.parametrize(
    "command",
    ["printer paper wet", "printer dance", "printer", "printer cover ajar", "printer paper out after a while"],
)
def test_a_command_that_makes_no_sense_is_answered_with_help(on_line: Bench, command: str) -> None:
    answer = obey({"printer": on_line.line}, command)
    assert answer.startswith("printer cannot")
    assert "NAME paper full|low|out" in answer


@pytest.mark.parametrize("command", ["", "scanner scan x", "\x00\xff"])
def test_an_unknown_device_is_answered_with_those_there_are(on_line: Bench, command: str) -> None:
    assert "there are: printer" in obey({"printer": on_line.line}, command)


def test_another_program_commands_by_the_socket_and_only_its_owner_may(on_line: Bench, tmp_path: Path) -> None:
    with ControlSocket(tmp_path / "control", {"printer": on_line.line}):
        assert (tmp_path / "control").stat().st_mode & 0o777 == 0o600
        for command, answer in ((b"printer paper low\n", b"ok\n"), (b"printer paper full\n", b"ok\n")):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(str(tmp_path / "control"))
                caller.sendall(command)
                assert caller.recv(256) == answer
    assert not (tmp_path / "control").exists()


def test_a_scan_is_sent_by_words(tmp_path: Path) -> None:
    scanner = SimulatedScanner(load("scanner-generic", ScannerProfile))
    with SimulatedLine(tmp_path / "scanner", scanner, 115_200) as line:
        port = SerialPort(str(line.path), load("scanner-generic", ScannerProfile).line)
        port.open()
        assert obey({"scanner": line}, "scanner scan Xin chào") == "ok"
        arrived = b""
        while "chào".encode() not in arrived:
            chunk = port.read(64, 2.0)
            assert chunk, arrived
            arrived += chunk
        port.close()
