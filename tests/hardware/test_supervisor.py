"""The supervisor: one owner thread, every job answered once, reconnection, status on change."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from hardware.contracts import Device, Status
from hardware.errors import HardwareError, NoReply, PortGone
from hardware.supervisor import Backoff, Fifo, Latest, Mailbox, Supervisor
from tests.fakes.recorder import Recorder

QUICK = Backoff(first_s=0.01, last_s=0.05)
READY = Status(Device.ONLINE)


class FakeLine:
    """A driver of two devices whose troubles a test sets."""

    def __init__(self) -> None:
        self.ids = ("one", "two")
        self.open_error: Exception | None = None
        self.perform_error: Exception | None = None
        self.state = READY
        self.done: Recorder[str] = Recorder()
        self.attempts: Recorder[bool] = Recorder()
        self.gate = threading.Event()
        self.gate.set()
        self.in_hand: Recorder[str] = Recorder()
        self.closings = 0

    def open(self) -> None:
        self.attempts.add(self.open_error is None)
        if self.open_error:
            raise self.open_error

    def close(self) -> None:
        self.closings += 1

    def poll(self) -> Mapping[str, Status]:
        return dict.fromkeys(self.ids, self.state)

    def perform(self, device_id: str, job: str) -> str:
        self.in_hand.add(job)
        assert self.gate.wait(5)
        if self.perform_error:
            error, self.perform_error = self.perform_error, None
            raise error
        self.done.add(f"{device_id}:{job}")
        return "done " + job

    def refuse(self, device_id: str, job: str, error: HardwareError) -> str:
        return f"refused {job}: {error}"


Start = Callable[..., Supervisor[str, str]]


@pytest.fixture
def line() -> FakeLine:
    return FakeLine()


@pytest.fixture
def states() -> Recorder[tuple[str, Status]]:
    return Recorder()


@pytest.fixture
def start(line: FakeLine, states: Recorder[tuple[str, Status]]) -> Iterator[Start]:
    running: list[Supervisor[str, str]] = []

    def begin(mailbox: Mailbox[str, str], backoff: Backoff = QUICK) -> Supervisor[str, str]:
        supervisor = Supervisor(line, mailbox, lambda *change: states.add(change), poll_s=0.01, backoff=backoff)
        supervisor.start()
        running.append(supervisor)
        return supervisor

    yield begin
    line.gate.set()
    for supervisor in running:
        supervisor.stop()


def test_printer_jobs_are_done_in_order_and_answered(start: Start, line: FakeLine) -> None:
    answers: Recorder[str] = Recorder()
    supervisor = start(Fifo())
    for job in ("a", "b", "c"):
        supervisor.submit("one", job, answers.add)
    assert answers.wait_for(lambda got: len(got) == 3) == ["done a", "done b", "done c"]
    assert line.done.items == ["one:a", "one:b", "one:c"]


def test_a_display_job_that_a_newer_one_replaced_is_never_done(start: Start, line: FakeLine) -> None:
    line.gate.clear()
    supervisor = start(Latest())
    supervisor.submit("one", "B001")
    line.in_hand.wait_for(lambda got: got == ["B001"])
    for job in ("B002", "B003", "B004"):
        supervisor.submit("one", job)
    supervisor.submit("two", "C001")
    line.gate.set()
    assert line.done.wait_for(lambda got: len(got) == 3) == ["one:B001", "one:B004", "two:C001"]


def test_what_a_display_showed_is_shown_again_after_the_line_came_back(start: Start, line: FakeLine) -> None:
    supervisor = start(Latest())
    supervisor.submit("one", "B001")
    line.done.wait_for(lambda got: got == ["one:B001"])
    line.perform_error = PortGone("pulled")
    supervisor.submit("two", "C001")
    assert set(line.done.wait_for(lambda got: len(got) == 3)[1:]) == {"one:B001", "two:C001"}


def test_a_print_job_without_a_printer_is_refused_at_once(start: Start, line: FakeLine) -> None:
    """The citizen stands there: the answer does not wait for the back-off."""
    line.open_error = PortGone("no such port")
    answers: Recorder[str] = Recorder()
    supervisor = start(Fifo(), Backoff(first_s=60, last_s=60))
    line.attempts.wait_for(lambda got: len(got) >= 1)
    supervisor.submit("one", "a", answers.add)
    assert answers.wait_for(lambda got: len(got) == 1) == ["refused a: no such port"]


def test_who_asks_how_a_device_is_gets_an_answer_of_after_that(
    line: FakeLine, states: Recorder[tuple[str, Status]]
) -> None:
    """However seldom it is asked by itself."""
    seen: Recorder[int] = Recorder()
    supervisor = Supervisor(line, Fifo(), lambda *change: states.add(change), poll_s=60, backoff=QUICK)
    supervisor.start()
    states.wait_for(lambda got: len(got) == 2)
    line.state = Status(Device.USER_ERROR)
    supervisor.look_now(lambda: seen.add(len(states.items)))
    assert seen.wait_for(lambda got: len(got) == 1) == [4]
    supervisor.stop()


def test_silence_is_an_answer_too_and_a_look_is_worth_an_attempt(start: Start, line: FakeLine) -> None:
    line.open_error = PortGone("no such port")
    seen: Recorder[bool] = Recorder()
    supervisor = start(Fifo(), Backoff(first_s=60, last_s=60))
    line.attempts.wait_for(lambda got: len(got) == 1)
    supervisor.look_now(lambda: seen.add(True))
    assert seen.wait_for(lambda got: len(got) == 1) == [True]
    line.open_error = None
    supervisor.look_now(lambda: seen.add(True))
    seen.wait_for(lambda got: len(got) == 2)
    assert supervisor.states()["one"] == READY


def test_a_job_that_comes_while_the_printer_is_away_is_worth_an_attempt(start: Start, line: FakeLine) -> None:
    line.open_error = PortGone("no such port")
    answers: Recorder[str] = Recorder()
    supervisor = start(Fifo(), Backoff(first_s=60, last_s=60))
    line.attempts.wait_for(lambda got: len(got) == 1)
    line.open_error = None
    supervisor.submit("one", "a", answers.add)
    answers.wait_for(lambda got: got in (["done a"], ["refused a: no such port"]))
    supervisor.submit("one", "b", answers.add)
    assert answers.wait_for(lambda got: len(got) == 2)[-1] == "done b"


@pytest.mark.parametrize(
    ("error", "device"),
    [
        (PortGone("pulled"), Device.NO_DEVICE),
        (NoReply("silence"), Device.OFFLINE),
        (ZeroDivisionError("a bug"), Device.HARDWARE_ERROR),
    ],
)
def test_a_job_broken_off_is_answered_and_the_line_opened_again(
    start: Start,
    line: FakeLine,
    states: Recorder[tuple[str, Status]],
    error: Exception,
    device: Device,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also after a bug in a driver: its trace is logged, the thread lives on."""
    answers: Recorder[str] = Recorder()
    line.perform_error = error
    supervisor = start(Fifo())
    with caplog.at_level(logging.ERROR):
        supervisor.submit("one", "a", answers.add)
        supervisor.submit("one", "b", answers.add)
        got = answers.wait_for(lambda items: len(items) == 2)
    assert got[0] == f"refused a: {error}"
    states.wait_for(lambda items: [s.device for who, s in items if who == "one"][-2:] == [device, Device.ONLINE])
    assert ("a bug" in caplog.text) == (device is Device.HARDWARE_ERROR)
    assert line.closings >= 2


def test_a_state_is_reported_on_change_only(start: Start, line: FakeLine, states: Recorder[tuple[str, Status]]) -> None:
    supervisor = start(Fifo())
    states.wait_for(lambda items: len(items) == 2)
    line.state = Status(Device.USER_ERROR)
    states.wait_for(lambda items: len(items) == 4)
    line.state = READY
    states.wait_for(lambda items: len(items) == 6)
    assert [status.device for who, status in states.items if who == "two"] == [
        Device.ONLINE,
        Device.USER_ERROR,
        Device.ONLINE,
    ]
    assert supervisor.states() == {"one": READY, "two": READY}


def test_before_the_first_answer_a_device_is_starting(line: FakeLine) -> None:
    supervisor = Supervisor(line, Fifo[str, str](), lambda *_: None)
    assert supervisor.states()["one"].device is Device.STARTING


def test_jobs_that_wait_when_the_program_closes_are_answered(start: Start, line: FakeLine) -> None:
    answers: Recorder[str] = Recorder()
    line.gate.clear()
    supervisor = start(Fifo())
    supervisor.submit("one", "a", answers.add)
    line.in_hand.wait_for(lambda got: got == ["a"])
    supervisor.submit("one", "b", answers.add)
    threading.Timer(0.05, line.gate.set).start()
    supervisor.stop()
    assert answers.items == ["done a", "refused b: the program is closing"]


def test_pauses_double_from_a_fifth_of_a_second_to_five_seconds() -> None:
    assert [Backoff().pause_s(n) for n in range(1, 9)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]
    assert Backoff().pause_s(10_000) == 5.0
