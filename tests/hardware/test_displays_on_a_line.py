"""Displays over real pseudo-terminals: shown, cleared, shared, unplugged, silent, noisy."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hardware.catalog import display_lines
from hardware.contracts import Device, DeviceSettings, Status
from hardware.display.cd5220 import Cd5220Profile
from hardware.display.dmd import DmdProfile
from hardware.display.frame import FrameProfile
from hardware.display.modbus import ModbusProfile
from hardware.profiles import load
from hardware.simulated.displays import (
    SimulatedBoards,
    SimulatedCd5220,
    SimulatedDisplays,
    SimulatedDmd,
    SimulatedModbus,
)
from hardware.simulated.line import Fault, SimulatedLine
from hardware.supervisor import Supervisor
from tests.fakes.recorder import Recorder

States = Recorder[tuple[str, Status]]


class Bench:
    """Starts lines and stops them after the test."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.states: States = Recorder()

    def plug(self, device: SimulatedDisplays, baud: int = 9600) -> SimulatedLine:
        return self._stack.enter_context(SimulatedLine(self._folder / "line", device, baud))

    def drive(self, *settings: DeviceSettings) -> Supervisor[str, Status]:
        (line,) = display_lines(settings, lambda *change: self.states.add(change))
        line.start()
        self._stack.callback(line.stop)
        return line

    def settings(self, kind: str, address: int | None = None, profile: str = "", **options: float) -> DeviceSettings:
        name = f"display-{address or 1}"
        return DeviceSettings(name, kind, str(self._folder / "line"), profile, address=address, options=options)

    def wait_state(self, device_id: str, device: Device, timeout_s: float = 5.0) -> None:
        """Until ``device`` is the last that was said of the display."""
        self.states.wait_for(lambda items: _last(items, device_id) is device, timeout_s)


def _last(items: list[tuple[str, Status]], device_id: str) -> Device | None:
    said = [status.device for each, status in items if each == device_id]
    return said[-1] if said else None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as stack:
        yield Bench(tmp_path, stack)


FAMILIES: dict[str, tuple[str, int | None, Callable[[], SimulatedDisplays], str]] = {
    "display-modbus-char4": ("display.modbus", 2, lambda: modbus("display-modbus-char4", 2), "B012"),
    "display-modbus-dm36": ("display.modbus", 2, lambda: modbus("display-modbus-dm36", 2), "B012"),
    "display-modbus-embeddedart": ("display.modbus", 2, lambda: modbus("display-modbus-embeddedart", 2), "B012"),
    "display-modbus-number": ("display.modbus", 2, lambda: modbus("display-modbus-number", 2), "12"),
    "display-dmd": ("display.dmd", None, SimulatedDmd, "B012"),
    "display-cd5220": ("display.cd5220", None, SimulatedCd5220, "B012"),
    "board-4-byte": ("display.frame", 5, lambda: boards("board-4-byte", 5), "12"),
    "board-sunpn": ("display.frame", None, lambda: boards("board-sunpn", 0), "12"),
    "board-feff": ("display.frame", 5, lambda: boards("board-feff", 5), "B012"),
    "board-ff68": ("display.frame", 5, lambda: boards("board-ff68", 5), "B012"),
    "board-edi": ("display.frame", 5, lambda: boards("board-edi", 5), "012"),
    "board-segments": ("display.frame", 5, lambda: boards("board-segments", 5), "B012"),
    "board-alpha": ("display.frame", 5, lambda: boards("board-alpha", 5), "B012"),
}


def modbus(profile: str, *addresses: int) -> SimulatedModbus:
    return SimulatedModbus(load(profile, ModbusProfile), addresses)


def boards(profile: str, *addresses: int) -> SimulatedBoards:
    return SimulatedBoards(load(profile, FrameProfile), addresses)


@pytest.mark.parametrize("profile", FAMILIES)
def test_every_family_shows_a_number_and_clears_it(profile: str, bench: Bench) -> None:
    """Boards without letters show the digits alone, and 0 for nothing."""
    kind, address, make, expected = FAMILIES[profile]
    displays = make()
    bench.plug(displays)
    settings = bench.settings(kind, address, profile)
    line = bench.drive(settings)
    line.submit(settings.id, "B012")
    assert displays.screens.wait_for(address or 0, expected, 5), displays.screens.history()
    line.submit(settings.id, "")
    assert displays.screens.wait_for(address or 0, "0" if profile in ("board-4-byte", "board-sunpn") else "", 5)
    bench.wait_state(settings.id, Device.ONLINE)


def test_every_profile_that_ships_is_shown_on_a_simulated_display() -> None:
    folder = Path(__file__).parents[2] / "hardware" / "profiles"
    shipped = {each.stem for each in folder.glob("*.toml") if each.stem.startswith(("display-", "board-"))}
    assert shipped == set(FAMILIES)
    for profile, (kind, _, _, _) in FAMILIES.items():
        struct = {
            "display.modbus": ModbusProfile,
            "display.dmd": DmdProfile,
            "display.cd5220": Cd5220Profile,
            "display.frame": FrameProfile,
        }[kind]
        assert load(profile, struct)


def three(bench: Bench) -> Supervisor[str, Status]:
    return bench.drive(*(bench.settings("display.modbus", address) for address in (1, 2, 3)))


def test_a_display_that_is_absent_is_reported_and_does_not_hold_up_the_others_on_its_line(bench: Bench) -> None:
    displays = modbus("display-modbus-char4", 1, 2, 3)
    displays.switch(2, on=False)
    bench.plug(displays)
    line = three(bench)
    for address in (1, 2, 3):
        line.submit(f"display-{address}", f"B10{address}")
    assert displays.screens.wait_for(1, "B101", 5)
    assert displays.screens.wait_for(3, "B103", 5)
    bench.wait_state("display-2", Device.OFFLINE)
    bench.wait_state("display-1", Device.ONLINE)
    bench.wait_state("display-3", Device.ONLINE)
    assert "does not answer" in line.states()["display-2"].detail


def test_a_display_that_comes_back_shows_the_current_number_by_itself(bench: Bench) -> None:
    displays = modbus("display-modbus-char4", 1, 2, 3)
    displays.switch(2, on=False)
    plugged = bench.plug(displays)
    line = three(bench)
    line.submit("display-2", "B007")
    bench.wait_state("display-2", Device.OFFLINE)
    with plugged.held():
        displays.switch(2, on=True)
    assert displays.screens.wait_for(2, "B007", 5)
    bench.wait_state("display-2", Device.ONLINE)


def test_a_display_that_lost_power_between_two_looks_is_told_again(bench: Bench) -> None:
    displays = modbus("display-modbus-char4", 1)
    plugged = bench.plug(displays)
    line = bench.drive(bench.settings("display.modbus", 1))
    line.submit("display-1", "B007")
    assert displays.screens.wait_for(1, "B007", 5)
    with plugged.held():
        displays.switch(1, on=False)
        displays.switch(1, on=True)
    assert displays.screens.text(1) == ""
    assert displays.screens.wait_for(1, "B007", 5)


def test_a_display_that_cannot_be_asked_is_told_again_from_time_to_time(bench: Bench) -> None:
    display = SimulatedDmd()
    plugged = bench.plug(display)
    line = bench.drive(bench.settings("display.dmd", refresh_s=0.5))
    line.submit("display-1", "B007")
    assert display.screens.wait_for(0, "B007", 5)
    with plugged.held():
        display.feed(b"\x0c")
    assert display.screens.wait_for(0, "B007", 10)
    assert display.screens.history()[-2:] == [(0, ""), (0, "B007")]


def test_the_latest_of_a_hundred_calls_wins_and_the_line_is_not_flooded(bench: Bench) -> None:
    displays = modbus("display-modbus-char4", 1)
    bench.plug(displays)
    line = bench.drive(bench.settings("display.modbus", 1))
    for number in range(1, 101):
        line.submit("display-1", f"B{number:03d}")
    assert displays.screens.wait_for(1, "B100", 5)
    shown = [text for _, text in displays.screens.history()]
    assert shown[-1] == "B100"
    assert len(shown) < 50


def test_an_unplugged_line_is_unavailable_within_2_s_and_shows_the_current_number_within_5_s_of_its_return(
    bench: Bench,
) -> None:
    displays = modbus("display-modbus-char4", 1, 2)
    plugged = bench.plug(displays)
    line = bench.drive(bench.settings("display.modbus", 1), bench.settings("display.modbus", 2))
    line.submit("display-1", "B001")
    assert displays.screens.wait_for(1, "B001", 5)
    plugged.unplug()
    bench.wait_state("display-1", Device.NO_DEVICE, 2)
    bench.wait_state("display-2", Device.NO_DEVICE, 2)
    line.submit("display-1", "B002")
    plugged.plug()
    assert displays.screens.wait_for(1, "B002", 5)
    bench.wait_state("display-1", Device.ONLINE, 5)
    bench.wait_state("display-2", Device.ONLINE, 5)


@pytest.mark.parametrize("make", [SimulatedDmd, SimulatedCd5220], ids=["display.dmd", "display.cd5220"])
def test_a_display_that_never_answers_is_still_missed_when_it_is_unplugged(
    make: Callable[[], SimulatedDmd | SimulatedCd5220], bench: Bench, request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.id
    display = make()
    plugged = bench.plug(display)
    line = bench.drive(bench.settings(kind))
    line.submit("display-1", "B001")
    assert display.screens.wait_for(0, "B001", 5)
    plugged.unplug()
    bench.wait_state("display-1", Device.NO_DEVICE, 2)
    plugged.plug()
    bench.wait_state("display-1", Device.ONLINE, 5)


def test_a_silent_line_is_offline_and_an_unknown_reason_is_not_invented(bench: Bench) -> None:
    plugged = bench.plug(modbus("display-modbus-char4", 1))
    bench.drive(bench.settings("display.modbus", 1))
    bench.wait_state("display-1", Device.ONLINE)
    plugged.set_fault(Fault.SILENT)
    bench.wait_state("display-1", Device.OFFLINE)
    assert "does not answer" in bench.states.items[-1][1].detail


def test_a_line_that_brings_noise_is_offline_and_says_so(bench: Bench) -> None:
    displays = modbus("display-modbus-char4", 1)
    plugged = bench.plug(displays)
    line = bench.drive(bench.settings("display.modbus", 1))
    bench.wait_state("display-1", Device.ONLINE)
    plugged.set_fault(Fault.GARBAGE)
    bench.wait_state("display-1", Device.OFFLINE)
    assert "noise" in bench.states.items[-1][1].detail
    line.submit("display-1", "B031")
    plugged.set_fault(Fault.NONE)
    assert displays.screens.wait_for(1, "B031", 5)
    bench.wait_state("display-1", Device.ONLINE)


def test_a_slow_line_still_shows_the_number(bench: Bench) -> None:
    display = SimulatedCd5220()
    bench.plug(display).set_fault(Fault.SLOW)
    line = bench.drive(bench.settings("display.cd5220"))
    line.submit("display-1", "B044")
    assert display.screens.wait_for(0, "B044", 5)


def test_a_display_that_stops_the_line_is_offline_until_it_takes_bytes_again(bench: Bench) -> None:
    """A pseudo-terminal takes some 14 kB before it blocks, so the display is told much before it is missed."""
    display = SimulatedCd5220()
    plugged = bench.plug(display, baud=115200)
    plugged.set_fault(Fault.STOPPED)
    line = bench.drive(bench.settings("display.cd5220"))
    answers: Recorder[Status] = Recorder()
    for number in range(1, 600):
        line.submit("display-1", f"B{number:03d}", answers.add)
        count = len(answers.items)
        answers.wait_for(lambda items, known=count: len(items) > known, 5)
        if answers.items[-1].device is Device.OFFLINE:
            break
    assert "took no byte" in answers.items[-1].detail
    plugged.set_fault(Fault.NONE)
    assert display.screens.wait_for(0, f"B{number:03d}", 10)


def test_a_port_that_does_not_exist_is_no_device_and_the_number_waits_for_it(bench: Bench) -> None:
    line = bench.drive(bench.settings("display.modbus", 1))
    line.submit("display-1", "B055")
    bench.wait_state("display-1", Device.NO_DEVICE)
    displays = modbus("display-modbus-char4", 1)
    bench.plug(displays)
    assert displays.screens.wait_for(1, "B055", 6)


def test_a_display_that_refuses_the_registers_of_its_profile_is_a_fault_of_the_settings(bench: Bench) -> None:
    bench.plug(modbus("display-modbus-number", 1))
    bench.drive(bench.settings("display.modbus", 1, "display-modbus-char4"))
    bench.wait_state("display-1", Device.HARDWARE_ERROR)
    assert "profile does not fit" in bench.states.items[-1][1].detail


def test_a_display_that_refuses_a_setting_still_shows_the_number(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "bright.toml"
    shipped = (Path(__file__).parents[2] / "hardware/profiles/display-modbus-char4.toml").read_text()
    path.write_text("setup = [{ register = 42, value = 7 }]\n" + shipped)
    displays = modbus("display-modbus-char4", 1)
    bench.plug(displays)
    line = bench.drive(bench.settings("display.modbus", 1, str(path)))
    line.submit("display-1", "B012")
    assert displays.screens.wait_for(1, "B012", 5)
    bench.wait_state("display-1", Device.ONLINE)


def test_a_simulated_display_ignores_a_frame_that_is_for_another_one() -> None:
    displays = boards("board-4-byte", 5)
    displays.feed(bytes.fromhex("06 03 e7 f0"))
    assert displays.screens.text(5) == ""
    displays.feed(bytes.fromhex("05 03 e7 ef"))
    assert displays.screens.text(5) == "999"


def test_a_simulated_display_draws_what_it_shows() -> None:
    lit = modbus("display-modbus-char4", 1)
    dark = lit.picture(1)
    lit.screens.put(1, "B012")
    assert lit.picture(1).size == dark.size
    assert lit.picture(1).getcolors() != dark.getcolors()
    display = SimulatedDmd()
    display.feed(b"B012")
    assert display.picture().size[0] > 3 * display.picture().size[1]
