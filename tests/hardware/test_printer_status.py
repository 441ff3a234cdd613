"""What status bytes mean, family by family, and that no bytes at all can harm the reader of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.contracts import Cover, Device, Paper, Readiness, Reason, Status
from hardware.printer.status import (
    QUERIES,
    QUICK,
    Event,
    Family,
    Kind,
    facts_from_answers,
    facts_from_change,
    facts_from_quick,
    reason_of,
    split,
    status_of,
)

READY = Status(Device.ONLINE, Paper.FULL, Cover.CLOSED)
families = st.sampled_from(Family)


def epson(answers: str) -> Status:
    return status_of(facts_from_answers(Family.EPSON, tuple(bytes([each]) for each in bytes.fromhex(answers))))


def custom(report: str) -> Status:
    return status_of(facts_from_answers(Family.CUSTOM, (bytes.fromhex("10 0F" + report),)))


def hwasung(bits: int) -> Status:
    return status_of(facts_from_answers(Family.HWASUNG, (bytes([bits]),)))


@pytest.mark.parametrize(
    ("answers", "device", "paper", "cover"),
    [
        ("12 12 12 12", Device.ONLINE, Paper.FULL, Cover.CLOSED),
        ("12 12 12 1e", Device.ONLINE, Paper.LOW, Cover.CLOSED),
        ("1a 32 12 7e", Device.USER_ERROR, Paper.OUT, Cover.CLOSED),
        ("1a 16 12 12", Device.USER_ERROR, Paper.FULL, Cover.OPEN),
        ("1a 16 12 1e", Device.USER_ERROR, Paper.LOW, Cover.OPEN),
        ("1a 52 1a 12", Device.HARDWARE_ERROR, Paper.JAMMED, Cover.CLOSED),
        ("1a 52 32 12", Device.HARDWARE_ERROR, Paper.FULL, Cover.CLOSED),
        ("1a 52 52 12", Device.DEVICE_BUSY, Paper.FULL, Cover.CLOSED),
        ("3a 12 12 12", Device.DEVICE_BUSY, Paper.FULL, Cover.CLOSED),
        ("1a 12 12 12", Device.OFFLINE, Paper.FULL, Cover.CLOSED),
    ],
)
def test_epson_answers_in_xfs_words(answers: str, device: Device, paper: Paper, cover: Cover) -> None:
    status = epson(answers)
    assert (status.device, status.paper, status.cover) == (device, paper, cover)


@pytest.mark.parametrize(
    ("report", "device", "paper", "cover"),
    [
        ("00 00 00 00", Device.ONLINE, Paper.FULL, Cover.CLOSED),
        ("04 00 00 00", Device.ONLINE, Paper.LOW, Cover.CLOSED),
        ("05 00 00 00", Device.USER_ERROR, Paper.OUT, Cover.CLOSED),
        ("20 00 00 00", Device.ONLINE, Paper.FULL, Cover.CLOSED),
        ("00 02 00 00", Device.USER_ERROR, Paper.FULL, Cover.OPEN),
        ("00 00 01 00", Device.DEVICE_BUSY, Paper.FULL, Cover.CLOSED),
        ("00 00 00 01", Device.HARDWARE_ERROR, Paper.JAMMED, Cover.CLOSED),
        ("00 00 00 08", Device.HARDWARE_ERROR, Paper.FULL, Cover.CLOSED),
    ],
)
def test_custom_reports_in_xfs_words(report: str, device: Device, paper: Paper, cover: Cover) -> None:
    """A ticket still in the mouth (paper bit 20h) is no trouble."""
    status = custom(report)
    assert (status.device, status.paper, status.cover) == (device, paper, cover)


@pytest.mark.parametrize(
    ("bits", "device", "paper"),
    [
        (0x00, Device.ONLINE, Paper.FULL),
        (0x10, Device.ONLINE, Paper.FULL),
        (0x08, Device.ONLINE, Paper.LOW),
        (0x01, Device.USER_ERROR, Paper.OUT),
        (0x04, Device.HARDWARE_ERROR, Paper.JAMMED),
        (0x20, Device.HARDWARE_ERROR, Paper.JAMMED),
    ],
)
def test_hwasung_bits_in_xfs_words(bits: int, device: Device, paper: Paper) -> None:
    """Bit 10h, printing, is the ordinary state in the middle of a slip."""
    assert (hwasung(bits).device, hwasung(bits).paper) == (device, paper)


@pytest.mark.parametrize(
    ("report", "device", "paper", "cover"),
    [
        ("10 00 00 0f", Device.ONLINE, Paper.FULL, Cover.CLOSED),
        ("10 00 03 0f", Device.ONLINE, Paper.LOW, Cover.CLOSED),
        ("18 00 0f 0f", Device.USER_ERROR, Paper.OUT, Cover.CLOSED),
        ("38 00 00 0f", Device.USER_ERROR, Paper.FULL, Cover.OPEN),
        ("18 08 00 0f", Device.HARDWARE_ERROR, Paper.JAMMED, Cover.CLOSED),
        ("18 20 00 0f", Device.HARDWARE_ERROR, Paper.FULL, Cover.CLOSED),
        ("18 40 00 0f", Device.DEVICE_BUSY, Paper.FULL, Cover.CLOSED),
    ],
)
def test_a_change_that_an_epson_tells_by_itself(report: str, device: Device, paper: Paper, cover: Cover) -> None:
    status = status_of(facts_from_change(bytes.fromhex(report)))
    assert (status.device, status.paper, status.cover) == (device, paper, cover)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status(Device.USER_ERROR, Paper.OUT), Reason.PAPER_OUT),
        (Status(Device.USER_ERROR, Paper.OUT, Cover.OPEN), Reason.PAPER_OUT),
        (Status(Device.USER_ERROR, Paper.FULL, Cover.OPEN), Reason.COVER_OPEN),
        (Status(Device.HARDWARE_ERROR, Paper.JAMMED), Reason.JAMMED),
        (Status(Device.HARDWARE_ERROR), Reason.ERROR),
        (Status(Device.OFFLINE), Reason.OFFLINE),
        (Status(Device.NO_DEVICE), Reason.NO_DEVICE),
        (Status(Device.DEVICE_BUSY), Reason.BUSY),
    ],
)
def test_why_a_printer_prints_nothing(status: Status, reason: Reason) -> None:
    assert reason_of(status) is reason


def test_the_quick_question_sees_every_trouble_that_the_long_one_sees() -> None:
    troubles = ["1a3212 7e", "1a161212", "1a521a12", "1a523212", "1a121212"]
    for answers in troubles:
        one, _, _, four = (bytes([each]) for each in bytes.fromhex(answers))
        assert status_of(facts_from_quick(Family.EPSON, (one, four))).readiness is not Readiness.READY
    assert status_of(facts_from_quick(Family.EPSON, (b"\x12", b"\x12"))) == READY


def test_answers_changes_and_confirmations_are_told_apart_by_their_bits() -> None:
    said = bytes.fromhex("12 10 00 00 0f 00 11 13 1a ff 03")
    kinds = [event.kind for event in split(said, Family.EPSON, asked=True)[0]]
    assert kinds == [
        Kind.ANSWER, Kind.CHANGE, Kind.CONFIRMED, Kind.FLOW, Kind.FLOW, Kind.ANSWER, Kind.NOISE, Kind.CONFIRMED,
    ]  # fmt: skip


def test_a_change_cut_in_two_waits_for_its_rest() -> None:
    events, rest = split(bytes.fromhex("10 00"), Family.EPSON, asked=False)
    assert (events, rest) == ([], bytes.fromhex("10 00"))
    events, rest = split(rest + bytes.fromhex("00 0f"), Family.EPSON, asked=False)
    assert (events, rest) == ([Event(Kind.CHANGE, bytes.fromhex("10 00 00 0f"))], b"")


def test_a_hwasung_answer_is_known_by_its_turn_because_its_bits_are_all_in_use() -> None:
    assert [e.kind for e in split(b"\x00\x00", Family.HWASUNG, asked=True)[0]] == [Kind.ANSWER, Kind.CONFIRMED]


@given(st.binary(max_size=200), families, st.booleans())
def test_any_bytes_are_read_without_harm_and_none_is_lost(arrived: bytes, family: Family, asked: bool) -> None:
    events, rest = split(arrived, family, asked)
    assert b"".join(event.payload for event in events) + rest == arrived
    assert len(rest) < 6
    for event in events:
        if event.kind is Kind.CHANGE:
            assert status_of(facts_from_change(event.payload)).readiness in Readiness


@given(st.binary(max_size=60), st.integers(0, 60), families)
def test_the_chunks_in_which_bytes_arrive_make_no_difference(arrived: bytes, cut: int, family: Family) -> None:
    whole, _ = split(arrived, family, asked=False)
    first, rest = split(arrived[:cut], family, asked=False)
    second, _ = split(rest + arrived[cut:], family, asked=False)
    assert first + second == whole


@given(families, st.binary(min_size=4, max_size=4))
def test_any_answer_has_a_meaning(family: Family, noise: bytes) -> None:
    for queries, decode in ((QUERIES, facts_from_answers), (QUICK, facts_from_quick)):
        answers = tuple((noise * 2)[: query.answer_size] for query in queries[family])
        assert status_of(decode(family, answers)).device in Device
