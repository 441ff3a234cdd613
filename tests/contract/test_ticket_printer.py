"""What everything that calls itself a ``TicketPrinter`` keeps to: the driver alone, and the catalogue's printer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.catalog import Printer, printer_line
from hardware.contracts import (
    Cover,
    Device,
    DeviceSettings,
    NotPrinted,
    Paper,
    Printed,
    Readiness,
    Reason,
    Status,
    TicketPrinter,
)
from hardware.simulated.line import Fault
from tests.fakes.recorder import Recorder
from tests.hardware.printing import FAST, Bench, bench


@dataclass(frozen=True, slots=True)
class Subject:
    printer: TicketPrinter
    bench: Bench
    await_state: Callable[[Readiness], Status]


def driver(made: Bench, closing: ExitStack) -> Subject:
    made.printer.open()

    def await_state(wanted: Readiness) -> Status:
        status = made.printer.status()
        assert status.readiness is wanted
        return status

    return Subject(made.printer, made, await_state)


def catalogued(made: Bench, closing: ExitStack) -> Subject:
    states: Recorder[Status] = Recorder()
    settings = DeviceSettings("printer", "printer.escpos", str(made.line.path), "epson-tm-t20", baud=FAST)
    line = printer_line(settings, lambda _, status: states.add(status))
    line.start()
    closing.callback(line.stop)

    def await_state(wanted: Readiness) -> Status:
        return states.wait_for(lambda got: got[-1:] != [] and got[-1].readiness is wanted)[-1]

    return Subject(Printer("printer", line), made, await_state)


@pytest.fixture(params=[driver, catalogued])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    with bench(tmp_path) as made, ExitStack() as closing:
        begun: Subject = request.param(made, closing)
        assert begun.await_state(Readiness.READY) == Status(Device.ONLINE, Paper.FULL, Cover.CLOSED)
        yield begun


def test_printed_means_one_whole_slip(subject: Subject) -> None:
    assert subject.printer.print(subject.bench.payload) == Printed()
    assert len(subject.bench.whole) == 1


def test_low_paper_prints(subject: Subject) -> None:
    with subject.bench.line.held():
        subject.bench.device.set_paper(Paper.LOW)
    assert subject.printer.print(subject.bench.payload) == Printed()


def test_no_paper_is_a_reason_and_a_state(subject: Subject) -> None:
    with subject.bench.line.held():
        subject.bench.device.set_paper(Paper.OUT)
    assert subject.printer.print(subject.bench.payload) == NotPrinted(Reason.PAPER_OUT)
    status = subject.await_state(Readiness.UNAVAILABLE)
    assert (status.device, status.paper) == (Device.USER_ERROR, Paper.OUT)


def test_silence_is_offline_and_says_nothing_of_paper(subject: Subject) -> None:
    subject.bench.line.set_fault(Fault.SILENT)
    assert subject.printer.print(subject.bench.payload) == NotPrinted(Reason.OFFLINE)
    status = subject.await_state(Readiness.UNAVAILABLE)
    assert (status.device, status.paper) == (Device.OFFLINE, Paper.UNKNOWN)


def test_a_printer_that_is_gone_is_no_device(subject: Subject) -> None:
    subject.bench.line.unplug()
    assert subject.printer.print(subject.bench.payload) == NotPrinted(Reason.NO_DEVICE)


def test_after_any_of_it_the_next_slip_is_whole_and_the_only_one(subject: Subject) -> None:
    with subject.bench.line.held():
        subject.bench.device.set_paper(Paper.OUT)
    subject.printer.print(subject.bench.payload)
    with subject.bench.line.held():
        subject.bench.device.set_paper(Paper.FULL)
    subject.await_state(Readiness.READY)
    assert subject.printer.print(subject.bench.payload) == Printed()
    assert len(subject.bench.whole) == 1
