"""The transport: bytes over a real pseudo-terminal, and one error for each way in which a line fails."""

import threading
import time
from pathlib import Path

import pytest

from hardware.errors import BadSettings, PortGone, PortStalled
from hardware.profiles import Line, Profile, load
from hardware.simulated.line import Fault, SimulatedLine, Unbuffered
from hardware.transport.memory import MemoryPort
from hardware.transport.port import write_all
from hardware.transport.serial_port import SerialPort
from tests.fakes.recorder import Recorder

FAST = 921_600


class Echo(Unbuffered):
    """Answers what it gets; remembers it."""

    def __init__(self) -> None:
        self.received = bytearray()

    def feed(self, payload: bytes) -> bytes:
        self.received += payload
        return payload


def read_exactly(port: SerialPort, size: int, timeout_s: float = 5.0) -> bytes:
    arrived, deadline_s = b"", time.monotonic() + timeout_s
    while len(arrived) < size and time.monotonic() < deadline_s:
        arrived += port.read(size - len(arrived), 0.2)
    return arrived


def port_on(line: SimulatedLine, flow: str = "none") -> SerialPort:
    port = SerialPort(str(line.path), Line(baud=115_200, flow=flow))  # type: ignore[arg-type]
    port.open()
    return port


def test_all_256_byte_values_pass_unchanged_both_ways(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        port = port_on(line)
        write_all(port, bytes(range(256)), 1.0)
        assert read_exactly(port, 256) == bytes(range(256))
        port.close()


def test_a_read_from_a_quiet_line_gives_nothing_after_its_time(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        port = port_on(line)
        assert port.read(16, 0.01) == b""
        port.close()


@pytest.mark.parametrize(("baud", "size"), [(115_200, 5_760), (38_400, 1_920), (9_600, 480)])
def test_a_simulated_line_is_as_slow_as_a_real_one(tmp_path: Path, baud: int, size: int) -> None:
    """Half a second of bytes takes half a second at every speed (8N1: ten bits a byte)."""
    with SimulatedLine(tmp_path / "echo", Echo(), baud) as line:
        port = port_on(line)
        start_s = time.monotonic()
        write_all(port, bytes(size), 1.0)
        assert len(read_exactly(port, size)) == size
        took_s = time.monotonic() - start_s
        port.close()
    assert took_s >= 0.45  # a busy machine may add to it; nothing may take from it


def test_a_port_that_does_not_exist_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PortGone, match="nothing-here"):
        SerialPort(str(tmp_path / "nothing-here"), Line(baud=9_600)).open()


def test_a_file_that_is_no_line_is_gone_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PortGone):
        SerialPort(str(tmp_path / "file"), Line(baud=9_600)).open()


@pytest.mark.parametrize("action", ["read", "send", "urgent"])
def test_unplugging_is_one_error_whatever_was_being_done(tmp_path: Path, action: str) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        port = port_on(line)
        line.unplug()
        with pytest.raises(PortGone):
            {"read": lambda: port.read(1, 1), "send": lambda: port.send(b"x", 1), "urgent": lambda: port.urgent(b"x")}[
                action
            ]()
        port.close()


def test_a_read_that_waits_ends_at_once_when_the_cable_is_pulled(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        port = port_on(line)
        pull = threading.Timer(0.05, line.unplug)
        pull.start()
        start_s = time.monotonic()
        with pytest.raises(PortGone):
            port.read(1, 5.0)
        assert time.monotonic() - start_s < 2.0
        pull.join()
        port.close()


def test_the_same_path_works_again_after_replugging(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        line.unplug()
        line.plug()
        port = port_on(line)
        write_all(port, b"again", 1.0)
        assert read_exactly(port, 5) == b"again"
        port.close()


@pytest.mark.parametrize("flow", ["none", "rtscts", "xonxoff"])
def test_a_stopped_line_is_a_stall_with_the_count_of_what_went_out(tmp_path: Path, flow: str) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        line.set_fault(Fault.STOPPED)
        port = port_on(line, flow)
        with pytest.raises(PortStalled) as stalled:
            write_all(port, bytes(60_000), 0.1)
        assert 0 < stalled.value.sent < 60_000
        start_s = time.monotonic()
        port.close()
        assert time.monotonic() - start_s < 1.0, "closing must not wait for a stopped device"


def test_xoff_from_the_device_stops_the_bytes_and_xon_lets_them_go_on(tmp_path: Path) -> None:
    echo = Echo()
    with SimulatedLine(tmp_path / "echo", echo, FAST) as line:
        port = port_on(line, "xonxoff")
        line.send(b"\x13")
        deadline_s = time.monotonic() + 5
        while port.send(b"x", 0.05) and time.monotonic() < deadline_s:
            pass
        assert port.send(b"x", 0.05) == 0
        line.send(b"\x11")
        assert port.send(b"y", 2.0) == 1
        assert b"y" in read_exactly(port, len(echo.received) + 1, 1.0) or b"y" in echo.received
        port.close()


def test_a_stall_shorter_than_the_idle_deadline_loses_nothing(tmp_path: Path) -> None:
    received: Recorder[bytes] = Recorder()

    class Sink(Unbuffered):
        def feed(self, payload: bytes) -> bytes:
            received.add(payload)
            return b""

    with SimulatedLine(tmp_path / "sink", Sink(), FAST) as line:
        line.set_fault(Fault.STOPPED)
        port = port_on(line)
        resume = threading.Timer(0.2, line.set_fault, [Fault.NONE])
        resume.start()
        payload = bytes(range(256)) * 120
        write_all(port, payload, 3.0)
        assert b"".join(received.wait_for(lambda got: sum(map(len, got)) == len(payload))) == payload
        resume.join()
        port.close()


def test_urgent_bytes_overtake_what_is_queued_on_a_stopped_line(tmp_path: Path) -> None:
    class Stopped(Echo):
        def room(self) -> int:
            return 0

    with SimulatedLine(tmp_path / "echo", Stopped(), FAST) as line:
        port = port_on(line, "rtscts")
        with pytest.raises(PortStalled):
            write_all(port, b"x" * 60_000, 0.1)
        port.urgent(b"\x10\x04\x01")
        assert read_exactly(port, 3) == b"\x10\x04\x01"
        port.close()


def test_a_silent_line_takes_bytes_and_never_answers(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        line.set_fault(Fault.SILENT)
        port = port_on(line)
        write_all(port, b"hello", 1.0)
        assert port.read(5, 0.1) == b""
        port.close()


def test_a_garbled_line_answers_with_as_many_wrong_bytes(tmp_path: Path) -> None:
    with SimulatedLine(tmp_path / "echo", Echo(), FAST) as line:
        line.set_fault(Fault.GARBAGE)
        port = port_on(line)
        write_all(port, b"hello", 1.0)
        assert read_exactly(port, 5) != b"hello"
        port.close()


def test_a_closed_port_says_so_and_closing_twice_is_allowed() -> None:
    port = SerialPort("/nowhere", Line(baud=9_600))
    port.close()
    with pytest.raises(PortGone, match="not open"):
        port.read(1, 0)


def test_the_memory_port_behaves_like_a_line() -> None:
    port = MemoryPort(answer=bytes.upper)
    port.open()
    write_all(port, b"abc", 1.0)
    assert (port.read(2, 0), port.read(9, 0), port.read(9, 0)) == (b"AB", b"C", b"")
    port.takes_bytes = False
    with pytest.raises(PortStalled):
        write_all(port, b"abc", 0)
    port.is_plugged = False
    with pytest.raises(PortGone):
        port.read(1, 0)


class Example(Profile, frozen=True, kw_only=True):
    line: Line


def test_a_profile_is_loaded_by_path(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[line]\nbaud = 9600\n")
    assert load(str(tmp_path / "own.toml"), Example).line.at(19_200).baud == 19_200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[line]\nbaud = 'fast'\n", r"Expected `int`, got `str` - at `\$.line.baud`"),
        ("[line]\nbaud = 9600\nspeed = 3\n", r"unknown field `speed` - at `\$.line`"),
        ("[line]\nbaud = 9600\nflow = 'maybe'\n", r"\$.line.flow"),
        ("[line\n", r"own\.toml"),
        ("", r"missing required field `line`"),
    ],
)
def test_a_wrong_profile_names_file_key_and_expectation(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(BadSettings, match=said) as error:
        load(str(tmp_path / "own.toml"), Example)
    assert "own.toml" in str(error.value)


def test_a_profile_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(BadSettings, match="no device profile 'laser'"):
        load("laser", Example)


def test_time_on_the_wire_counts_every_bit_of_a_byte() -> None:
    assert Line(baud=9_600).seconds_for(960) == pytest.approx(1.0)
    assert Line(baud=9_600, data_bits=7, parity="even").seconds_for(960) == pytest.approx(1.0)
