"""The printer driver against a simulated printer on a real pseudo-terminal: every way in which a ticket ends."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.contracts import Cover, Device, NotPrinted, Outcome, Paper, Printed, Readiness, Reason, Status, Unknown
from hardware.errors import PortGone
from hardware.printer import escpos
from hardware.printer.driver import EscposPrinter
from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from hardware.simulated.line import Fault, SimulatedLine
from hardware.supervisor import Backoff, Fifo, Supervisor
from hardware.transport.serial_port import SerialPort
from tests.fakes.recorder import Recorder
from tests.hardware.printing import FAST, IMPATIENT, PROFILES, URL, Bench, bench, slip


@pytest.fixture
def on_line(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as made:
        made.printer.open()
        assert made.printer.status() == Status(Device.ONLINE, Paper.FULL, Cover.CLOSED)
        yield made


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_prints_a_whole_slip_whose_code_can_be_read(tmp_path: Path, profile: str) -> None:
    with bench(tmp_path, profile) as made:
        made.printer.open()
        assert made.printer.status().readiness is Readiness.READY
        assert made.printer.print(made.payload) == Printed()
        (slip,) = made.whole
        assert [code.data.decode() for code in decode(slip.image, symbols=[ZBarSymbol.QRCODE])] == [URL]
        assert made.device.unknown == [], "the printer was sent a command that it does not know"


def test_printed_means_that_the_slip_was_cut_off(on_line: Bench) -> None:
    assert on_line.printer.print(on_line.payload) == Printed()
    assert len(on_line.whole) == 1


def test_low_paper_is_told_and_still_ready(on_line: Bench) -> None:
    with on_line.line.held():
        on_line.device.set_paper(Paper.LOW)
    assert on_line.printer.status() == Status(Device.ONLINE, Paper.LOW, Cover.CLOSED)
    assert on_line.printer.print(on_line.payload) == Printed()


TROUBLES: list[tuple[Callable[[Bench], None], Callable[[Bench], None], Reason]] = [
    (lambda b: b.device.set_paper(Paper.OUT), lambda b: b.device.set_paper(Paper.FULL), Reason.PAPER_OUT),
    (lambda b: b.device.open_cover(True), lambda b: b.device.open_cover(False), Reason.COVER_OPEN),
    (lambda b: b.device.jam(True), lambda b: b.device.jam(False), Reason.JAMMED),
]
WORDS = ["paper out", "cover open", "jam"]


@pytest.mark.parametrize(("break_it", "mend_it", "reason"), TROUBLES, ids=WORDS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_printer_in_trouble_is_sent_nothing(
    tmp_path: Path, profile: str, break_it: Callable[[Bench], None], mend_it: Callable[[Bench], None], reason: Reason
) -> None:
    """The reason is told, and after the trouble the next slip is whole and the only one."""
    with bench(tmp_path, profile) as made:
        made.printer.open()
        made.printer.status()
        with made.line.held():
            break_it(made)
            before = made.device.received
        assert made.printer.status().readiness is Readiness.UNAVAILABLE
        assert made.printer.print(made.payload) == NotPrinted(reason)
        assert made.device.received - before < 32, "more than questions was sent"
        with made.line.held():
            mend_it(made)
        assert made.printer.print(made.payload) == Printed()
        assert len(made.slips.items) == 1


@pytest.mark.parametrize(("break_it", "mend_it", "reason"), TROUBLES, ids=WORDS)
@pytest.mark.parametrize(
    ("profile", "rows"),
    [("epson-tm-t20", 1), ("epson-tm-t20", 90), ("epson-tm-t20", 300), ("xprinter-80", 90), ("custom-vkp80", 90)],
)
def test_trouble_in_the_middle_is_told_with_its_reason_and_the_rest_never_comes_out(
    tmp_path: Path,
    profile: str,
    rows: int,
    break_it: Callable[[Bench], None],
    mend_it: Callable[[Bench], None],
    reason: Reason,
) -> None:
    with bench(tmp_path, profile) as made:
        made.printer.open()
        made.printer.status()
        with made.line.held():
            made.device.after_rows(rows, lambda: break_it(made))
        assert made.printer.print(made.payload) == NotPrinted(reason)
        assert made.printer.status().readiness is Readiness.UNAVAILABLE
        with made.line.held():
            mend_it(made)
        assert made.printer.status().readiness is Readiness.READY
        assert made.whole == [], "what was told as not printed came out after all"
        assert made.printer.print(made.payload) == Printed()
        assert len(made.whole) == 1


def test_a_printer_that_does_not_answer_is_offline_and_never_out_of_paper(on_line: Bench) -> None:
    on_line.line.set_fault(Fault.SILENT)
    status = on_line.printer.status()
    assert (status.device, status.paper) == (Device.OFFLINE, Paper.UNKNOWN)
    assert on_line.printer.print(on_line.payload) == NotPrinted(Reason.OFFLINE)
    on_line.line.set_fault(Fault.NONE)
    assert on_line.printer.print(on_line.payload) == Printed()
    assert len(on_line.whole) == 1


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STOPPED])
def test_silence_in_the_middle_is_unknown_and_nothing_is_sent_again(on_line: Bench, fault: Fault) -> None:
    with on_line.line.held():
        on_line.device.after_rows(100, lambda: on_line.line.set_fault(fault))
    assert isinstance(on_line.printer.print(on_line.payload), Unknown)
    on_line.line.set_fault(Fault.NONE)
    assert on_line.printer.status().readiness is Readiness.READY
    assert on_line.whole == []
    assert on_line.printer.print(on_line.payload) == Printed()
    assert len(on_line.whole) == 1


def test_noise_instead_of_answers_is_offline_and_says_why(on_line: Bench) -> None:
    on_line.line.set_fault(Fault.GARBAGE)
    assert isinstance(on_line.printer.print(on_line.payload), NotPrinted | Unknown)
    on_line.line.set_fault(Fault.NONE)
    assert on_line.printer.status().device is Device.ONLINE


class Chatter:
    """A device at a wrong speed: each question is answered with bytes of which one may look like "no paper"."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    def feed(self, payload: bytes) -> bytes:
        return self._said if b"\x10\x04" in payload else b""

    def room(self) -> int:
        return 4096

    def work(self, _now_s: float) -> tuple[bytes, float | None]:
        return b"", None


@pytest.mark.parametrize("said", [b"\xff\x72", b"\x72\xff", b"\x81\x10\x00\x0c\x00"])
def test_an_answer_amid_noise_is_never_out_of_paper(said: bytes, tmp_path: Path) -> None:
    profile = load("epson-tm-t20", PrinterProfile)
    with SimulatedLine(tmp_path / "printer", Chatter(said), FAST) as line:
        port = SerialPort(str(line.path), profile.line.at(FAST))
        printer = EscposPrinter("printer", port, profile, FAST, IMPATIENT)
        printer.open()
        status = printer.status()
        assert (status.device, status.paper) == (Device.OFFLINE, Paper.UNKNOWN)
        assert "noise" in status.detail
        assert printer.print(escpos.encode(slip(), profile)) == NotPrinted(Reason.OFFLINE)
        printer.close()


def test_a_slow_printer_is_never_told_as_not_printed(tmp_path: Path) -> None:
    """A tenth of the speed: the slip may be confirmed late, and then nobody knows; it is not said that none came."""
    with bench(tmp_path) as made:
        made.printer.open()
        made.printer.status()
        made.line.set_fault(Fault.SLOW)
        assert isinstance(made.printer.print(made.payload), Printed | Unknown)


def test_unplugging_in_the_middle_is_unknown(on_line: Bench) -> None:
    reached = threading.Event()
    with on_line.line.held():
        on_line.device.after_rows(100, reached.set)
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(on_line.printer.print, on_line.payload)
        assert reached.wait(5)
        on_line.line.unplug()
        assert isinstance(outcome.result(5), Unknown)
    with pytest.raises(PortGone):
        on_line.printer.status()


def test_unplugged_before_a_slip_is_no_device(on_line: Bench) -> None:
    on_line.line.unplug()
    assert on_line.printer.print(on_line.payload) == NotPrinted(Reason.NO_DEVICE)


def test_two_slips_at_once_come_out_one_after_the_other(tmp_path: Path) -> None:
    outcomes: Recorder[Outcome] = Recorder()
    with bench(tmp_path) as made:
        supervisor = Supervisor(made.printer, Fifo[bytes, Outcome](), lambda *_: None)
        supervisor.start()
        threads = [
            threading.Thread(target=supervisor.submit, args=("printer", made.payload, outcomes.add)) for _ in "ab"
        ]
        for thread in threads:
            thread.start()
        assert outcomes.wait_for(lambda got: len(got) == 2, 10) == [Printed(), Printed()]
        supervisor.stop()
        first, second = made.whole
        assert first.image.tobytes() == second.image.tobytes()


def test_after_replugging_the_printer_is_back_within_five_seconds_and_prints_whole_slips(tmp_path: Path) -> None:
    states: Recorder[Status] = Recorder()
    outcomes: Recorder[Outcome] = Recorder()
    with bench(tmp_path) as made:
        supervisor = Supervisor(made.printer, Fifo[bytes, Outcome](), lambda _, status: states.add(status))
        supervisor.start()
        states.wait_for(lambda got: got[-1:] == [Status(Device.ONLINE, Paper.FULL, Cover.CLOSED)])
        reached = threading.Event()
        with made.line.held():
            made.device.after_rows(100, reached.set)
        supervisor.submit("printer", made.payload, outcomes.add)
        assert reached.wait(5)
        made.line.unplug()
        assert isinstance(outcomes.wait_for(lambda got: len(got) == 1)[0], Unknown)
        states.wait_for(lambda got: got[-1].device is Device.NO_DEVICE)
        made.line.plug()
        states.wait_for(lambda got: got[-1].device is Device.ONLINE, timeout_s=5.0)
        assert made.whole == []
        supervisor.submit("printer", made.payload, outcomes.add)
        assert outcomes.wait_for(lambda got: len(got) == 2)[1] == Printed()
        supervisor.stop()
        assert len(made.whole) == 1


def test_a_port_that_does_not_exist_is_no_device_at_once(tmp_path: Path) -> None:
    outcomes: Recorder[Outcome] = Recorder()
    states: Recorder[Status] = Recorder()
    with bench(tmp_path) as made:
        made.line.unplug()
        supervisor = Supervisor(
            made.printer, Fifo[bytes, Outcome](), lambda _, status: states.add(status), backoff=Backoff(60, 60)
        )
        supervisor.start()
        assert states.wait_for(lambda got: len(got) == 1)[0].device is Device.NO_DEVICE
        supervisor.submit("printer", made.payload, outcomes.add)
        assert outcomes.wait_for(lambda got: len(got) == 1) == [NotPrinted(Reason.NO_DEVICE)]
        supervisor.stop()
