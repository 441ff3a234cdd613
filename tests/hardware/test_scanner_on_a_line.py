"""The scanner over a real pseudo-terminal: chunks, pauses, noise, unplugging, commands."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hardware.catalog import scanner_line
from hardware.contracts import Device, DeviceSettings, Readiness, Status
from hardware.profiles import load
from hardware.scanner.decoder import Flaw, Scan, ScannerProfile, ScanResult, Unreadable
from hardware.scanner.driver import Trigger
from hardware.simulated.line import Fault, SimulatedLine
from hardware.simulated.scanner import SimulatedScanner
from hardware.supervisor import Supervisor
from tests.fakes.recorder import Recorder

GENERIC = load("scanner-generic", ScannerProfile)
URL = "https://centre.example/t/9f2c"


class Bench:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._path, self._stack = folder / "scanner", stack
        self.scans: Recorder[ScanResult] = Recorder()
        self.states: Recorder[Status] = Recorder()

    def plug(self, device: SimulatedScanner, baud: int = 9600) -> SimulatedLine:
        return self._stack.enter_context(SimulatedLine(self._path, device, baud))

    def drive(self, profile: str = "", **options: str | int | float | bool) -> Supervisor[Trigger, Status]:
        settings = DeviceSettings("scanner", "scanner.serial", str(self._path), profile, options=options)
        line = scanner_line(settings, self.scans.add, lambda _, status: self.states.add(status))
        line.start()
        self._stack.callback(line.stop)
        return line

    def ready(self) -> None:
        self.wait_state(Device.ONLINE)

    def wait_state(self, device: Device, timeout_s: float = 5.0) -> Status:
        return self.states.wait_for(lambda items: bool(items) and items[-1].device is device, timeout_s)[-1]

    def wait_scans(self, *wanted: ScanResult) -> None:
        self.scans.wait_for(lambda items: items == list(wanted))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(tmp_path, stack)


@pytest.mark.parametrize("profile", ["scanner-generic", "scanner-honeywell", "scanner-newland"])
def test_a_ticket_code_is_read_with_every_profile_that_ships(profile: str, bench: Bench) -> None:
    shipped = {each.stem for each in (Path(__file__).parents[2] / "hardware/profiles").glob("scanner-*.toml")}
    assert shipped == {"scanner-generic", "scanner-honeywell", "scanner-newland"}
    device = SimulatedScanner(load(profile, ScannerProfile))
    line = bench.plug(device)
    bench.drive(profile)
    bench.ready()
    line.send(device.scan(URL))
    bench.wait_scans(Scan(URL, aim="Q1"))


def test_a_card_of_150_vietnamese_letters_comes_through_at_9600_baud(bench: Bench) -> None:
    text = "079203001234||Nguyễn Thị Ánh Đào|01012003|Nữ|" + "Tổ 3, Phường Bến Nghé, Thành phố Hồ Chí Minh, " * 2
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device)
    bench.drive()
    bench.ready()
    line.send(device.scan(text))
    bench.wait_scans(Scan(text, aim="Q1"))


def test_two_codes_in_one_burst_are_two_scans(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device)
    bench.drive()
    bench.ready()
    line.send(device.scan("one") + device.scan("two\r\nlines"))
    bench.wait_scans(Scan("one", aim="Q1"), Scan("two\r\nlines", aim="Q1"))


def test_half_a_code_then_silence_is_unreadable_and_the_next_one_is_whole(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device)
    bench.drive()
    bench.ready()
    line.send(device.scan(URL)[:12])
    bench.wait_scans(Unreadable(Flaw.CUT_SHORT))
    line.send(device.scan(URL))
    bench.wait_scans(Unreadable(Flaw.CUT_SHORT), Scan(URL, aim="Q1"))


def test_an_over_long_code_is_refused_and_the_next_one_is_read(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device, 115_200)
    bench.drive(max_bytes=64)
    bench.ready()
    line.send(device.scan("9" * 5000))
    bench.wait_scans(Unreadable(Flaw.TOO_LONG))
    line.send(device.scan("short"))
    bench.wait_scans(Unreadable(Flaw.TOO_LONG), Scan("short", aim="Q1"))


def test_a_line_of_noise_is_reported_as_a_fault_and_told_to_citizens_only_twice(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device)
    bench.drive()
    bench.ready()
    for count in (1, 2):
        line.send(b"\x00\x13\xff\r")
        bench.scans.wait_for(lambda items, count=count: len(items) == count)
    line.send(b"\x00\x13\xff\r")
    assert "noise" in bench.wait_state(Device.OFFLINE).detail
    line.send(device.scan(URL))
    bench.wait_state(Device.ONLINE)
    assert bench.scans.items == [Unreadable(Flaw.CONTROL)] * 2 + [Scan(URL, aim="Q1")]


def test_noise_that_never_pauses_is_reported_as_a_fault(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device, 115_200)
    bench.drive(max_bytes=64)
    bench.ready()
    over = threading.Event()

    def chatter() -> None:
        while not over.wait(0.005):
            line.send(b"\xaa\r" * 32)

    noise = threading.Thread(target=chatter)
    noise.start()
    try:
        assert "noise" in bench.wait_state(Device.OFFLINE).detail
        assert bench.scans.items == []
    finally:
        over.set()
        noise.join()
    bench.wait_state(Device.ONLINE)


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.SLOW])
def test_a_troubled_line_never_breaks_the_driver(fault: Fault, bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device, 38_400)
    bench.drive()
    bench.ready()
    line.set_fault(fault)
    line.send(device.scan(URL))
    bench.scans.wait_for(lambda items: len(items) >= 1)
    line.set_fault(Fault.NONE)
    line.send(device.scan("after"))
    bench.scans.wait_for(lambda items: items[-1] == Scan("after", aim="Q1"))


def test_an_unplugged_scanner_is_missed_within_2_s_and_reads_again_within_5_s_of_its_return(bench: Bench) -> None:
    device = SimulatedScanner(GENERIC)
    line = bench.plug(device)
    bench.drive()
    bench.ready()
    line.send(b"half a c")
    line.unplug()
    assert bench.wait_state(Device.NO_DEVICE, 2).readiness is Readiness.UNAVAILABLE
    line.plug()
    bench.wait_state(Device.ONLINE, 5)
    line.send(device.scan(URL))
    bench.scans.wait_for(lambda items: items[-1:] == [Scan(URL, aim="Q1")])


def test_a_port_that_does_not_exist_is_no_device_until_it_appears(bench: Bench) -> None:
    bench.drive()
    bench.wait_state(Device.NO_DEVICE)
    bench.plug(SimulatedScanner(GENERIC))
    bench.wait_state(Device.ONLINE)


def test_set_up_commands_are_sent_after_opening_and_must_be_acknowledged(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    words = 'kind = "scanner.serial"\ntitle = "Own"\nsource = "Own"\ndialect = "honeywell"\nsetup = ["SUFBK2990D"]\n'
    path.write_text(words)
    line = bench.plug(SimulatedScanner(GENERIC))
    bench.drive(str(path))
    assert bench.wait_state(Device.ONLINE).detail == ""
    line.unplug()
    bench.wait_state(Device.NO_DEVICE)
    with line.held():
        line.device = SimulatedScanner(GENERIC, knows_commands=False)
    line.plug()
    assert "did not accept" in bench.wait_state(Device.ONLINE).detail


def test_an_imager_reads_when_it_is_triggered(bench: Bench) -> None:
    device = SimulatedScanner(load("scanner-honeywell", ScannerProfile))
    device.before = URL
    bench.plug(device, 115_200)
    line = bench.drive("scanner-honeywell")
    bench.ready()
    line.submit("scanner", Trigger.START)
    bench.wait_scans(Scan(URL, aim="Q1"))
    ended: Recorder[Status] = Recorder()
    line.submit("scanner", Trigger.END, ended.add)
    assert ended.wait_for(bool)[0].device is Device.ONLINE
