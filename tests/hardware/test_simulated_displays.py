"""Simulated displays behave like the real ones also where our codecs never go: they must catch a wrong codec."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.display.cd5220 import Cd5220Codec, Cd5220Profile
from hardware.display.codec import DisplayCodec
from hardware.display.dmd import DmdCodec, DmdProfile
from hardware.display.frame import FrameCodec, FrameProfile, checksum
from hardware.display.modbus import ModbusCodec, ModbusProfile
from hardware.profiles import load
from hardware.simulated.displays import (
    SimulatedBoards,
    SimulatedCd5220,
    SimulatedDisplays,
    SimulatedDmd,
    SimulatedModbus,
)


def slaves() -> SimulatedModbus:
    return SimulatedModbus(load("display-modbus-char4", ModbusProfile), [1, 2])


def with_crc(body: str) -> bytes:
    return bytes.fromhex(body) + checksum("crc16", bytes.fromhex(body))


WRITE_1 = "01 10 00 00 00 04 08 00 42 00 30 00 31 00 32"
READ_1 = "01 03 00 00 00 04"


def test_a_slave_stores_shows_and_reads_back_what_was_written() -> None:
    line = slaves()
    assert line.feed(with_crc(WRITE_1)) == with_crc("01 10 00 00 00 04")
    assert line.feed(with_crc(READ_1)) == with_crc("01 03 08 00 42 00 30 00 31 00 32")
    assert (line.screens.text(1), line.screens.text(2)) == ("B012", "")


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        ("01 10 00 04 00 01 02 00 41", "01 90 02"),
        ("01 03 00 02 00 04", "01 83 02"),
        ("01 06 00 09 00 01", "01 86 02"),
        ("01 05 00 00 ff 00", "01 85 01"),
    ],
    ids=["write outside", "read outside", "write one outside", "unknown function"],
)
def test_a_slave_refuses_what_it_does_not_have(request_: str, reply: str) -> None:
    assert slaves().feed(with_crc(request_)) == with_crc(reply)


def test_a_foreign_an_absent_and_a_damaged_request_are_met_with_silence() -> None:
    line = slaves()
    line.switch(2, on=False)
    assert line.feed(with_crc("07 03 00 00 00 04")) == b""
    assert line.feed(with_crc("02 03 00 00 00 04")) == b""
    assert line.feed(with_crc(READ_1)[:-1] + b"\x00") == b""
    assert line.feed(with_crc(READ_1)) == with_crc("01 03 08" + " 00 00" * 4)


def test_a_broadcast_reaches_all_and_is_not_answered() -> None:
    line = slaves()
    assert line.feed(with_crc("00" + WRITE_1[2:])) == b""
    assert (line.screens.text(1), line.screens.text(2)) == ("B012", "B012")


@given(st.lists(st.integers(0, 200), max_size=6), st.binary(max_size=4).filter(lambda noise: b"\x01" not in noise))
def test_a_slave_understands_a_request_however_the_line_cuts_it(cuts: list[int], noise: bytes) -> None:
    line, stream = slaves(), noise + with_crc(WRITE_1) + with_crc(READ_1)
    edges = sorted({0, len(stream), *(cut % len(stream) for cut in cuts)})
    replies = b"".join(line.feed(stream[start:end]) for start, end in pairwise(edges))
    assert replies.endswith(with_crc("01 03 08 00 42 00 30 00 31 00 32"))


def test_a_dmd_moves_its_cursor_and_wraps_in_overwrite_mode() -> None:
    display = SimulatedDmd()
    display.feed(b"\x1f\x24\x13\x02XYZ")
    assert display.screens.lines(0) == ("Z" + " " * 19, " " * 18 + "XY")
    display.feed(b"\x0bAB\x18C")
    assert display.screens.lines(0)[0] == "C" + " " * 19
    display.feed(b"\x1f\x24\x15\x01\x1f\x24\x01\x03!")
    assert display.screens.lines(0)[0] == "C!" + " " * 18


def test_a_dmd_that_is_not_selected_shows_nothing_new() -> None:
    display = SimulatedDmd()
    display.feed(b"\x1b\x3d\x01for the printer\x1b\x3d\x02B012")
    assert display.screens.text(0) == "B012"


def test_a_cd5220_in_string_mode_takes_only_strings_until_it_is_cleared() -> None:
    display = SimulatedCd5220()
    display.feed(b"\x1b\x51\x41" + b"B012".ljust(20) + b"\x0d" + b"hello\x1b\x40")
    assert display.screens.text(0) == "B012"
    display.feed(b"\x0chello")
    assert display.screens.text(0) == "hello"


def test_a_cd5220_string_without_its_end_is_not_shown() -> None:
    display = SimulatedCd5220()
    display.feed(b"\x1b\x51\x41" + b"B012".ljust(20) + b"\x0a")
    assert display.screens.text(0) == ""


@given(st.sampled_from(["dmd", "cd5220", "modbus", "board-sunpn", "board-alpha"]), st.integers(0, 60))
def test_a_program_killed_in_the_middle_of_a_frame_leaves_no_display_wrong_for_long(family: str, cut: int) -> None:
    """The next program greets and shows; what is lost to the broken frame is right after the text is sent again."""
    codec, display = FAMILIES[family]()
    sent = [b"".join(exchange.frame for exchange in exchanges) for exchanges in (codec.show("H999"), codec.greet())]
    display.feed(sent[0][:cut])
    display.feed(sent[1])
    for _ in range(2):
        display.feed(b"".join(exchange.frame for exchange in codec.show("B012")))
    shown = display.screens.text(display.screens.addresses[0])
    assert shown == ("12" if family == "board-sunpn" else "B012")


def dmd() -> tuple[DisplayCodec, SimulatedDisplays]:
    return DmdCodec(load("display-dmd", DmdProfile)), SimulatedDmd()


def cd5220() -> tuple[DisplayCodec, SimulatedDisplays]:
    return Cd5220Codec(load("display-cd5220", Cd5220Profile)), SimulatedCd5220()


def board(name: str) -> tuple[DisplayCodec, SimulatedDisplays]:
    profile = load(name, FrameProfile)
    return FrameCodec(profile, 1), SimulatedBoards(profile, [1])


FAMILIES: dict[str, Callable[[], tuple[DisplayCodec, SimulatedDisplays]]] = {
    "dmd": dmd,
    "cd5220": cd5220,
    "modbus": lambda: (ModbusCodec(load("display-modbus-char4", ModbusProfile), 1), slaves()),
    "board-sunpn": lambda: board("board-sunpn"),
    "board-alpha": lambda: board("board-alpha"),
}


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_make_a_simulated_display_fail(chunks: list[bytes]) -> None:
    every: list[SimulatedDisplays] = [
        slaves(),
        SimulatedDmd(),
        SimulatedCd5220(),
        SimulatedBoards(load("board-sunpn", FrameProfile), [0]),
    ]
    for display in every:
        for chunk in chunks:
            display.feed(chunk)
