"""The counter displays as the hub drives them: a call never waits, never fails, and the newest number stands."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hardware.display.modbus import ModbusProfile
from hardware.profiles import load
from hardware.simulated.displays import SimulatedDmd, SimulatedModbus
from hardware.simulated.line import Fault, SimulatedLine
from kiosk.config.parts import DeviceSection
from kiosk.hub.boards import SerialBoards
from kiosk.hub.usecases.ports import Boards
from kiosk.queueing.model import CounterId
from kiosk.wire.kiosk_api import DeviceState
from tests.fakes.clock import FakeClock
from tests.fakes.recorder import Recorder

ONE, TWO, THREE = CounterId("1"), CounterId("2"), CounterId("3")


class Hall:
    """Three counters: two displays on one RS-485 line, one on a line of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.shared = SimulatedModbus(load("display-modbus-char4", ModbusProfile), [1, 2])
        self.pole = SimulatedDmd()
        self.rs485 = stack.enter_context(SimulatedLine(folder / "rs485", self.shared, 9600))
        self.rs232 = stack.enter_context(SimulatedLine(folder / "rs232", self.pole, 9600))
        self.clock = FakeClock()
        self.changes: Recorder[dict[CounterId, DeviceState]] = Recorder()
        self._stack, self._folder = stack, folder

    def sections(self) -> list[DeviceSection]:
        rs485, rs232 = str(self._folder / "rs485"), str(self._folder / "rs232")
        return [
            DeviceSection(id="d1", kind="display.modbus", port=rs485, address=1, counter="1"),
            DeviceSection(id="d2", kind="display.modbus", port=rs485, address=2, counter="2"),
            DeviceSection(id="d3", kind="display.dmd", port=rs232, counter="3"),
        ]

    def boards(self, *sections: DeviceSection) -> SerialBoards:
        boards = SerialBoards(sections or self.sections(), self.clock, lambda: self.changes.add(dict(boards.states())))
        boards.start()
        self._stack.callback(boards.stop)
        return boards

    def wait_states(self, **wanted: str) -> None:
        """Until the display of each counter, "c1" for counter 1, is ``device``."""
        self.changes.wait_for(
            lambda items: (
                bool(items) and all(items[-1][CounterId(key[1:])].device == each for key, each in wanted.items())
            )
        )


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with ExitStack() as stack:
        yield Hall(tmp_path, stack)


def test_a_call_stands_on_the_display_of_its_counter_only(hall: Hall) -> None:
    boards: Boards = hall.boards()
    boards.call(TWO, "B012")
    boards.call(THREE, "C001")
    assert hall.shared.screens.wait_for(2, "B012", 5)
    assert hall.pole.screens.wait_for(0, "C001", 5)
    assert hall.shared.screens.text(1) == ""


def test_an_empty_text_clears_the_display(hall: Hall) -> None:
    boards = hall.boards()
    boards.call(ONE, "B012")
    assert hall.shared.screens.wait_for(1, "B012", 5)
    boards.call(ONE, "")
    assert hall.shared.screens.wait_for(1, "", 5)


def test_what_stood_there_before_the_hub_started_is_taken_down(hall: Hall) -> None:
    with hall.rs232.held():
        hall.pole.feed(b"B999")
    hall.boards()
    assert hall.pole.screens.wait_for(0, "", 5)


def test_the_newest_of_many_calls_wins_and_none_of_them_waits(hall: Hall) -> None:
    """One hundred calls to a display that is silent take no longer than to put them into a mailbox."""
    boards = hall.boards()
    hall.rs485.set_fault(Fault.SILENT)
    started_s = time.perf_counter()
    for number in range(1, 101):
        boards.call(ONE, f"B{number:03d}")
    assert time.perf_counter() - started_s < 0.5  # one silence alone takes longer than that
    hall.wait_states(c1="offline")
    hall.rs485.set_fault(Fault.NONE)
    assert hall.shared.screens.wait_for(1, "B100", 5)


def test_unplugging_one_line_is_told_and_harms_no_other_and_the_number_comes_back(hall: Hall) -> None:
    boards = hall.boards()
    boards.call(ONE, "B001")
    assert hall.shared.screens.wait_for(1, "B001", 5)
    hall.wait_states(c1="online", c2="online", c3="online")
    hall.rs485.unplug()
    hall.wait_states(c1="no_device", c2="no_device", c3="online")
    boards.call(ONE, "B002")
    boards.call(THREE, "C001")
    assert hall.pole.screens.wait_for(0, "C001", 5)
    hall.rs485.plug()
    assert hall.shared.screens.wait_for(1, "B002", 5)
    hall.wait_states(c1="online", c2="online")


def test_states_say_since_when_and_keep_that_while_nothing_changes(hall: Hall) -> None:
    boards = hall.boards()
    hall.wait_states(c3="online")
    since_ms = dict(boards.states())[THREE].since_ms
    assert since_ms == hall.clock.now_ms()
    hall.clock.advance(60_000)
    hall.rs232.unplug()
    hall.wait_states(c3="no_device")
    state = dict(boards.states())[THREE]
    assert (state.state, state.kind, state.since_ms) == ("unavailable", "display", since_ms + 60_000)


def test_a_display_with_wrong_settings_is_reported_and_the_others_work(hall: Hall) -> None:
    wrong = DeviceSection(id="bad", kind="display.frame", port="/dev/null/x", profile="no-such", counter="2")
    right = hall.sections()[2]
    boards = hall.boards(wrong, right)
    boards.call(TWO, "B001")
    boards.call(THREE, "C001")
    assert hall.pole.screens.wait_for(0, "C001", 5)
    state = dict(boards.states())[TWO]
    assert (state.device, state.state) == ("hardware_error", "unavailable")
    assert "no device profile 'no-such'" in state.detail


def test_a_call_for_a_counter_without_a_display_is_nothing(hall: Hall) -> None:
    boards = hall.boards()
    boards.call(CounterId("9"), "B001")
    assert CounterId("9") not in dict(boards.states())
