"""What each family of displays is sent, byte for byte, and what its replies mean."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.display.cd5220 import Cd5220Codec, Cd5220Profile
from hardware.display.codec import Verdict
from hardware.display.dmd import DmdCodec, DmdProfile
from hardware.display.frame import Check, FrameCodec, FrameProfile, Shown, build, checksum, parse, with_even_parity
from hardware.display.modbus import ModbusCodec, ModbusProfile, registers_of
from hardware.display.seven_segment import SHAPES, letters_of, segments_of
from hardware.display.text import digits, fit, plain
from hardware.errors import BadSettings
from hardware.profiles import load

LETTERS = "BCDGHKLMNPTV"
labels = st.builds(lambda letter, number: f"{letter}{number:03d}", st.sampled_from(LETTERS), st.integers(1, 999))
BOARDS = ["board-4-byte", "board-sunpn", "board-feff", "board-ff68", "board-edi", "board-segments", "board-alpha"]


def modbus(name: str = "display-modbus-char4", address: int = 2) -> ModbusCodec:
    return ModbusCodec(load(name, ModbusProfile), address)


def test_vietnamese_letters_lose_their_marks_and_unknown_ones_become_question_marks() -> None:
    assert plain("Quầy Đăng ký số 3 – mời ①") == "Quay Dang ky so 3 - moi ?"


def test_a_text_that_is_too_long_keeps_its_digits() -> None:
    assert fit("B1000", 4) == "1000"
    assert (fit("B1", 4), fit("B1", 4, "right"), fit("B1", 4, "centre")) == ("B1  ", "  B1", " B1 ")
    assert digits("B012") == "012"


def test_modbus_writes_one_character_a_register_in_one_frame() -> None:
    """The frame that a real server stored and read back."""
    (exchange,) = modbus().show("A045")
    assert exchange.frame == bytes.fromhex("02 10 00 00 00 04 08 00 41 00 30 00 34 00 35 65 a2")


def test_modbus_writes_a_number_into_one_register_with_function_6() -> None:
    """Modbus application protocol 1.1b3, 6.6; register 7 as the DM36 has it."""
    (exchange,) = modbus("display-modbus-number", 1).show("B012")
    assert exchange.frame[:6] == bytes.fromhex("01 06 00 07 00 0c")


def test_modbus_packs_two_characters_a_register() -> None:
    assert registers_of(load("display-modbus-embeddedart", ModbusProfile), "B012") == [0x2020, 0x4230, 0x3132]


def test_modbus_clears_with_spaces() -> None:
    assert registers_of(load("display-modbus-char4", ModbusProfile), "") == [0x20] * 4


def test_modbus_setup_registers_are_written_on_greeting() -> None:
    profile = msgspec.convert(
        {
            "title": "",
            "source": "",
            "kind": "display.modbus",
            "encoding": "char",
            "register": 0,
            "setup": [{"register": 42, "value": 7}],
        },
        ModbusProfile,
    )
    (exchange,) = ModbusCodec(profile, 1).greet()
    assert exchange.frame[:6] == bytes.fromhex("01 06 00 2a 00 07")


def reply_to_show(data: bytes) -> Verdict:
    (exchange,) = modbus().show("A045")
    assert exchange.judge is not None
    return exchange.judge(data)


def with_crc(body: str) -> bytes:
    return bytes.fromhex(body) + checksum("crc16", bytes.fromhex(body))


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"", Verdict.WAIT),
        (with_crc("02 10 00 00 00 04")[:-1], Verdict.WAIT),
        (with_crc("02 10 00 00 00 04"), Verdict.GOOD),
        (b"\x00\xff\x02" + with_crc("02 10 00 00 00 04"), Verdict.GOOD),
        (with_crc("02 90 02"), Verdict.REFUSED),
        (with_crc("03 10 00 00 00 04"), Verdict.WAIT),
        (with_crc("02 10 00 00 00 04")[:-2] + b"\0\0", Verdict.WAIT),
    ],
    ids=["nothing", "half", "whole", "noise before it", "exception 2", "another display", "wrong CRC"],
)
def test_a_modbus_reply_counts_only_when_it_is_whole_sound_and_from_the_display_asked(
    data: bytes, verdict: Verdict
) -> None:
    assert reply_to_show(data) is verdict


def test_a_display_that_reads_back_something_else_has_lost_power() -> None:
    (question,) = modbus().check("A045")
    assert question.frame[:6] == bytes.fromhex("02 03 00 00 00 04")
    assert question.judge is not None
    assert question.judge(with_crc("02 03 08 00 41 00 30 00 34 00 35")) is Verdict.GOOD
    assert question.judge(with_crc("02 03 08 00 00 00 00 00 00 00 00")) is Verdict.FORGOTTEN


def test_a_reply_is_found_behind_the_echo_of_a_two_wire_adapter() -> None:
    (exchange,) = modbus().show("A045")
    assert reply_to_show(exchange.frame) is Verdict.WAIT
    assert reply_to_show(exchange.frame + with_crc("02 10 00 00 00 04")) is Verdict.GOOD
    (question,) = modbus().check("A045")
    assert question.judge is not None
    assert question.judge(question.frame) is Verdict.WAIT
    assert question.judge(question.frame + with_crc("02 03 08 00 41 00 30 00 34 00 35")) is Verdict.GOOD


@given(st.binary(max_size=300))
def test_no_bytes_from_a_line_make_the_modbus_codec_fail(data: bytes) -> None:
    for exchange in (*modbus().show("A045"), *modbus().check("A045")):
        assert exchange.judge is not None
        assert exchange.judge(data) in Verdict


def test_crc16_is_that_of_modbus() -> None:
    """The check value of CRC-16/MODBUS over "123456789" is 0x4B37, low byte first on the wire."""
    assert checksum("crc16", b"123456789") == b"\x37\x4b"


def test_dmd_is_initialised_selected_and_set_to_overwrite() -> None:
    (exchange,) = DmdCodec(load("display-dmd", DmdProfile)).greet()
    assert exchange.frame == bytes.fromhex("1b 40 1b 3d 02 1f 01 1f 43 00 1f 58 04")


def test_dmd_moves_to_each_line_and_fills_it() -> None:
    (exchange,) = DmdCodec(load("display-dmd", DmdProfile)).show("B012")
    assert exchange.frame == b"\x1f\x24\x01\x01        B012        \x1f\x24\x01\x02" + b" " * 20


def test_cd5220_sends_both_lines_as_strings_of_twenty() -> None:
    profile = msgspec.structs.replace(load("display-cd5220", Cd5220Profile), caption="Mời vào quầy 3")
    (exchange,) = Cd5220Codec(profile).show("B012")
    assert exchange.frame == b"\x1b\x51\x41        B012        \x0d\x1b\x51\x42   Moi vao quay 3   \x0d"
    (cleared,) = Cd5220Codec(profile).show("")
    assert cleared.frame == b"\x1b\x51\x41" + b" " * 20 + b"\x0d\x1b\x51\x42" + b" " * 20 + b"\x0d"


def test_cd5220_leaves_string_mode_before_anything_else() -> None:
    (exchange,) = Cd5220Codec(load("display-cd5220", Cd5220Profile)).greet()
    assert exchange.frame == bytes.fromhex("0c 1b 40 1b 2a 04")


@pytest.mark.parametrize(
    ("name", "text", "address", "frame"),
    [
        ("board-4-byte", "999", 5, "05 03 e7 ef"),
        ("board-sunpn", "888", 0, "3a 00 78 03 01 b6 0a"),
        ("board-edi", "B012", 7, "02 30 37 20 30 31 32 03"),
        ("board-feff", "B012", 3, "fe ff 06 03 01 42 30 31 32 d9 ae"),
        ("board-ff68", "B012", 3, "ff 68 06 06 68 03 01 42 30 31 32 d9 16"),
        ("board-4-byte", "", 5, "05 00 00 05"),
    ],
)
def test_number_boards_get_the_frames_of_their_makers(name: str, text: str, address: int, frame: str) -> None:
    assert build(load(name, FrameProfile), text, address).hex(" ") == frame


def test_alpha_signs_get_seven_bits_and_even_parity() -> None:
    """The bytes that an independent encoder of the protocol gives for "A045" in mode "a" instead of our "b"."""
    frame = build(load("board-alpha", FrameProfile), "A045", 1)
    bare = bytes(byte & 0x7F for byte in frame)
    assert bare.hex() == "0000000000015a3031024141" + "1b2662" + "41303435" + "03" + "30323034" + "04"
    assert all(byte.bit_count() % 2 == 0 for byte in frame)
    assert with_even_parity(0x41) == 0x41
    assert with_even_parity(0x43) == 0xC3


@given(st.sampled_from(BOARDS), labels, st.integers(1, 99), st.binary(max_size=5))
def test_what_a_board_is_sent_can_be_read_back_from_a_noisy_line(
    name: str, text: str, address: int, noise: bytes
) -> None:
    profile = load(name, FrameProfile)
    frame = build(profile, text, address)
    # A frame of four bytes without a start byte can be forged by noise; a real board goes by the pause before it.
    data, found = (b"" if name == "board-4-byte" else noise) + frame, []
    while True:
        used, shown = parse(profile, data)
        if shown is None:
            break
        found.append(shown)
        data = data[used:]
    assert any(each.text in (text, digits(text), str(int(digits(text)))) for each in found)


@given(st.sampled_from([each for each in BOARDS if each != "board-edi"]), labels, st.data())
def test_one_wrong_byte_in_a_frame_with_a_checksum_is_not_shown(name: str, text: str, data: st.DataObject) -> None:
    profile = load(name, FrameProfile)
    frame = bytearray(build(profile, text, 5))
    frame[data.draw(st.integers(0, len(frame) - 1))] ^= data.draw(st.integers(1, 255))
    assert parse(profile, bytes(frame))[1] is None


def test_every_ticket_letter_has_a_seven_segment_shape_of_its_own() -> None:
    assert letters_of(segments_of(LETTERS + "0123456789")) == LETTERS + "0123456789"
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_a_number_too_big_for_the_board_keeps_its_last_digits() -> None:
    profile = msgspec.convert(
        {
            "kind": "display.frame",
            "title": "",
            "source": "",
            "parts": [{"part": "fixed", "hex": "AA"}, {"part": "number", "encoding": "bcd", "size": 1}],
        },
        FrameProfile,
    )
    assert build(profile, "B123", 0).hex() == "aa23"
    assert parse(profile, b"\xaa\x23") == (2, Shown(None, "23"))


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"part": "fixed", "hex": "4X"}, "hex"),
        ({"part": "check", "method": "sum8", "first": 5}, "first <= last"),
        ({"part": "check", "method": "md5"}, "md5"),
        ({"part": "number", "encoding": "binary", "size": 0}, "size"),
        ({"part": "sum"}, "sum"),
    ],
)
def test_a_frame_profile_that_cannot_be_built_says_what_is_wrong(part: dict[str, object], problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.convert(
            {"kind": "display.frame", "title": "", "source": "", "parts": [{"part": "address"}, part]}, FrameProfile
        )


def test_an_address_that_the_frame_cannot_carry_is_refused() -> None:
    with pytest.raises(BadSettings, match="address: expected a number below 100"):
        FrameCodec(load("board-edi", FrameProfile), 100)


def test_xor_and_sum_checksums() -> None:
    assert checksum("xor8", b"\x01\x02\x04") == b"\x07"
    assert checksum("sum16_hex", b"\x02AA\x1b&aA045\x03") == b"0203"
    assert Check(method="sum8").first == 0
