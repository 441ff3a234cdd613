"""The touch app's printer and scanner on pseudo-terminals: one word on every ticket, news by callbacks."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from hardware.contracts import DeviceSettings, Paper
from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.camera import show_picture
from hardware.simulated.line import SimulatedLine
from hardware.simulated.paper import Slip
from hardware.simulated.photo import code_picture
from hardware.simulated.printer import SimulatedPrinter
from hardware.simulated.scanner import SimulatedScanner
from kiosk.touch.devices import Devices
from kiosk.touch.events import Scanned
from kiosk.wire.kiosk_api import DeviceState
from tests.fakes.recorder import Recorder
from tests.hardware.printing import FAST
from tests.unit.slips.tickets import ticket

PROFILE = load("epson-tm-t20", PrinterProfile)
READY = ("ready", "online", "full", "closed")


@dataclass(frozen=True, slots=True)
class Kiosk:
    folder: Path
    papers: Recorder[tuple[int, int, int, str, str]] = field(default_factory=Recorder)
    scans: Recorder[Scanned] = field(default_factory=Recorder)
    states: Recorder[list[DeviceState]] = field(default_factory=Recorder)
    slips: Recorder[Slip] = field(default_factory=Recorder)

    def settings(self, **changes: str) -> DeviceSettings:
        fields = {"id": "printer", "kind": "printer.escpos", "profile": "epson-tm-t20"} | changes
        return DeviceSettings(port=str(self.folder / fields["id"]), baud=FAST, **fields)  # type: ignore[arg-type]

    def devices(self, *settings: DeviceSettings) -> Devices:
        return Devices(settings, lambda *paper: self.papers.add(paper), self.scans.add, self.states.add)

    def await_state(self, *wanted: str) -> DeviceState:
        def is_there(news: list[list[DeviceState]]) -> bool:
            return any((s.state, s.device, s.paper, s.cover) == wanted for s in (news[-1] if news else []))

        return self.states.wait_for(is_there)[-1][0]


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


@pytest.fixture
def printer(kiosk: Kiosk) -> Iterator[tuple[Devices, SimulatedPrinter, SimulatedLine]]:
    device = SimulatedPrinter(PROFILE, kiosk.slips.add, rows_a_second=20_000)
    with SimulatedLine(kiosk.folder / "printer", device, FAST) as line, ExitStack() as closing:
        devices = kiosk.devices(kiosk.settings())
        devices.open()
        closing.callback(devices.close)
        kiosk.await_state(*READY)
        yield devices, device, line


Running = tuple[Devices, SimulatedPrinter, SimulatedLine]


def test_a_ticket_is_printed_and_its_outcome_told_with_its_number(kiosk: Kiosk, printer: Running) -> None:
    printer[0].print_ticket(ticket(reprint=2), "vi")
    assert kiosk.papers.wait_for(lambda got: len(got) == 1) == [(12345, 20261123, 2, "printed", "")]
    assert len(kiosk.slips.items) == 1


def test_no_paper_is_told_before_anybody_prints_and_to_whoever_prints(kiosk: Kiosk, printer: Running) -> None:
    devices, device, line = printer
    with line.held():
        device.set_paper(Paper.OUT)
    trouble = kiosk.await_state("unavailable", "user_error", "out", "closed")
    assert (trouble.kind, trouble.id) == ("printer", "printer")
    devices.print_ticket(ticket(), "vi")
    assert kiosk.papers.wait_for(lambda got: len(got) == 1)[0][3:] == ("not_printed", "paper_out")


def _are(number: int, got: list[str]) -> bool:
    return len(got) == number


def test_a_printer_that_is_asked_after_a_change_of_paper_says_what_it_finds(kiosk: Kiosk, printer: Running) -> None:
    devices, device, line = printer
    found: Recorder[str] = Recorder()
    for number, paper in enumerate((Paper.OUT, Paper.FULL), 1):
        with line.held():
            device.set_paper(paper)
        devices.check_printer(lambda states: found.add(states[0].paper))
        found.wait_for(partial(_are, number))
    assert found.items == ["out", "full"]


def test_a_kiosk_without_a_printer_answers_at_once_when_it_is_asked(kiosk: Kiosk) -> None:
    found: Recorder[list[DeviceState]] = Recorder()
    kiosk.devices().check_printer(found.add)
    assert found.items == [[]]


def test_tickets_that_wait_when_the_app_closes_are_told_as_not_printed(kiosk: Kiosk, printer: Running) -> None:
    for _ in range(3):
        printer[0].print_ticket(ticket(), "vi")
    printer[0].close()
    outcomes = [outcome for *_, outcome, _ in kiosk.papers.items]
    assert len(outcomes) == 3
    assert outcomes.count("printed") == len(kiosk.slips.items)


def test_a_kiosk_without_a_printer_says_so_for_every_ticket(kiosk: Kiosk) -> None:
    devices = kiosk.devices()
    devices.open()
    devices.print_ticket(ticket(), "en")
    assert kiosk.papers.items == [(12345, 20261123, 0, "not_printed", "no_device")]
    devices.close()


def test_a_printer_whose_port_does_not_exist_is_no_device(kiosk: Kiosk) -> None:
    devices = kiosk.devices(kiosk.settings())
    devices.open()
    kiosk.await_state("unavailable", "no_device", "unknown", "unknown")
    devices.print_ticket(ticket(), "vi")
    assert kiosk.papers.wait_for(lambda got: len(got) == 1)[0][3:] == ("not_printed", "no_device")
    devices.close()


def test_a_device_that_is_set_up_wrong_is_in_trouble_and_the_others_work(kiosk: Kiosk) -> None:
    devices = kiosk.devices(kiosk.settings(profile="laser"), kiosk.settings(id="scanner", kind="scanner.none"))
    (state, _) = devices.states()
    assert (state.device, state.state) == ("hardware_error", "unavailable")
    assert "laser" in state.detail
    devices.open()
    devices.print_ticket(ticket(), "vi")
    assert kiosk.papers.items[0][3] == "not_printed"
    devices.close()


def test_scans_come_as_text_and_what_cannot_be_read_as_nothing(kiosk: Kiosk) -> None:
    profile = load("scanner-generic", ScannerProfile)
    scanner = SimulatedScanner(profile)
    with SimulatedLine(kiosk.folder / "scanner", scanner, 115_200) as line:
        devices = kiosk.devices(kiosk.settings(id="scanner", kind="scanner.serial", profile="scanner-generic"))
        devices.open()
        kiosk.states.wait_for(lambda got: bool(got) and got[-1][0].device == "online")
        line.send(scanner.scan("Nguyễn Văn Mẫu|Phường Ví Dụ"))
        assert kiosk.scans.wait_for(lambda got: len(got) == 1) == [Scanned("Nguyễn Văn Mẫu|Phường Ví Dụ")]
        line.send(b"\x01\x02\x03\x04\r")
        assert kiosk.scans.wait_for(lambda got: len(got) == 2)[1] == Scanned("")
        half_a_card = "079150000011|020000011|Nguyễn Văn M".encode()
        line.send(half_a_card)
        assert kiosk.scans.wait_for(lambda got: len(got) == 3)[2] == Scanned("")
        devices.close()


def test_a_triggered_scanner_reads_while_a_card_is_looked_for_and_is_triggered_again_after_each_code(
    kiosk: Kiosk,
) -> None:
    scanner = SimulatedScanner(load("scanner-honeywell", ScannerProfile))
    with SimulatedLine(kiosk.folder / "scanner", scanner, 115_200) as line:
        devices = kiosk.devices(kiosk.settings(id="scanner", kind="scanner.serial", profile="scanner-honeywell"))
        devices.open()
        kiosk.states.wait_for(lambda got: bool(got) and got[-1][0].device == "online")
        with line.held():
            scanner.before = "A105"
        assert kiosk.scans.items == []
        devices.look_for_card(on=True)
        assert kiosk.scans.wait_for(lambda got: len(got) >= 2)[:2] == [Scanned("A105"), Scanned("A105")]
        devices.look_for_card(on=False)
        devices.close()


def test_a_code_in_an_old_character_set_before_the_camera_is_repaired(kiosk: Kiosk) -> None:
    (kiosk.folder / "camera").mkdir()
    show_picture(kiosk.folder / "camera", np.dstack([code_picture(b"Tr\xe2\xccn V\xe3n M\xe2\xdeu", module_px=6)] * 3))
    devices = kiosk.devices(kiosk.settings(id="camera", kind="camera.simulated", profile=""))
    devices.open()
    devices.look_for_card(on=True)
    assert kiosk.scans.wait_for(bool)[0] == Scanned("Trần Văn Mẫu")
    devices.close()
