"""The ESC/POS encoder and its rasters, checked by a simulated printer that was written from the manuals."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from PIL import Image, ImageDraw
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.printer.document import Badge, Columns, Cut, Document, Feed, Qr, Rule, Text
from hardware.printer.escpos import CONFIRM, encode, length_dots
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import defuse, face, length, qr_side, text_raster, wrap
from hardware.profiles import load
from tests.hardware.printing import PROFILES, font, printed, slip

T20 = load("epson-tm-t20", PrinterProfile)
VIETNAMESE = "AĂÂEÊIOÔƠUƯYĐẮẰẲẴẶẤẦẨẪẬẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰỲỴỶỸÝ"
REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")
texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(VIETNAMESE), min_size=1, max_size=40)


def image_of(document: Document, profile: PrinterProfile = T20) -> Image.Image:
    (paper,), device = printed(encode(document, profile), profile)
    assert device.unknown == []
    return paper.image


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return image.point(lambda grey: 255 - grey).getbbox()


def test_the_commands_of_a_slip_byte_for_byte() -> None:
    """ESC @, GS a 255, FS ., GS P 203 203; 300 white dots and the 112 to the knife in ESC J of 255; GS V 1; GS r 1."""
    opening = b"\x1b@" + b"\x1da\xff" + b"\x1c." + b"\x1dP\xcb\xcb"
    assert encode((Feed(300), Cut()), T20) == opening + b"\x1bJ\xff\x1bJ\x9d" + b"\x1dV\x01" + b"\x1dr\x01"


def test_the_request_to_confirm_stands_behind_the_cut() -> None:
    payload = encode(slip(), T20)
    assert payload.endswith(CONFIRM)
    assert payload.index(b"\x1dV\x01") < len(payload) - len(CONFIRM)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_printed_is_as_long_as_was_said(profile: str) -> None:
    known = load(profile, PrinterProfile)
    assert image_of(slip(), known).height == length_dots(slip(), known) + known.cut_feed_dots


@pytest.mark.parametrize("letter", VIETNAMESE)
def test_every_vietnamese_letter_is_printed_as_the_font_draws_it(letter: str) -> None:
    face_size = 40
    drawn = image_of((Text(letter, font(face_size), "left"), Cut()))
    expected = Image.new("L", (120, 160), 255)
    ImageDraw.Draw(expected).text((40, 80), letter, 0, face(font(face_size)), anchor="ls")
    expected = expected.point(lambda grey: 0 if grey <= 255 - 118 else 255)
    box = ink(expected)
    assert box is not None
    left, top, right, bottom = ink(drawn) or (0, 0, 0, 0)
    assert (right - left, bottom - top) == (box[2] - box[0], box[3] - box[1])
    assert drawn.crop((left, top, right, bottom)).tobytes() == expected.crop(box).tobytes()


@pytest.mark.parametrize(("align", "side"), [("left", 0), ("center", 1), ("right", 2)])
def test_a_line_stands_where_it_is_wanted(align: str, side: int) -> None:
    box = ink(image_of((Text("MỜI QUÝ VỊ", font(40), align), Cut())))  # type: ignore[arg-type]
    assert box is not None
    left, right = box[0], T20.width_dots - box[2]
    assert [left <= 8, abs(left - right) <= 8, right <= 8][side]


def test_lines_of_one_height_stand_evenly_whatever_their_accents() -> None:
    """Capitals with two marks must not push the next line down."""

    def bottom_of_last_line(middle: str) -> int:
        box = ink(image_of((*(Text(each, font(30), height=44) for each in ("x", middle, "x")), Cut())))
        assert box is not None
        return box[3]

    assert bottom_of_last_line("Ộ") == bottom_of_last_line("x") == bottom_of_last_line("")


def test_words_in_two_columns_stand_in_the_middle_of_their_halves() -> None:
    image = image_of((Columns(Text("Trước", font(30)), Text("12 người", font(30)), 480), Cut()))
    for half, middle in ((image.crop((0, 0, 288, image.height)), 288 - 120), (image.crop((288, 0, 576, 60)), 120)):
        box = ink(half)
        assert box is not None
        assert abs((box[0] + box[2]) / 2 - middle) <= 6


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("payload", ["x", "http://10.0.0.5:8080/t/1-abcdefghijklmnop"])
def test_a_code_is_read_back_whether_the_printer_draws_it_or_we_do(profile: str, payload: str) -> None:
    image = image_of((Feed(40), Qr(payload, 6), Feed(40), Cut()), load(profile, PrinterProfile))
    (code,) = decode(image, symbols=[ZBarSymbol.QRCODE])
    assert code.data.decode() == payload


def test_the_side_of_a_code_is_known_without_drawing_it() -> None:
    for size in (1, 14, 15, 26, 42, 43, 62, 84, 106, 122, 152, 180, 213):
        image = image_of((Qr("a" * size, 2), Cut()))
        box = ink(image)
        assert box is not None
        assert box[2] - box[0] == 2 * qr_side("a" * size)
    with pytest.raises(ValueError, match="214 bytes"):
        qr_side("a" * 214)


def test_no_strip_is_longer_than_the_printer_takes_or_a_multiple_of_48() -> None:
    """Strips of a multiple of 48 rows come out as noise on one clone; long ones overrun small buffers."""
    heights = []
    for size in range(20, 400, 7):
        payload = encode((Text("B", font(size)), Cut()), T20)
        heights += [int.from_bytes(m[1], "little") for m in re.finditer(rb"\x1dv0\x00..(..)", payload, re.DOTALL)]
    assert heights
    assert max(heights) <= T20.max_rows
    assert not [height for height in heights if height % 48 == 0]


@given(st.binary(max_size=600) | st.lists(st.sampled_from([b"\x10", b"\x04", b"\x05", b"\x14"])).map(b"".join))
def test_no_real_time_command_hides_in_picture_data_and_only_single_dots_are_added(data: bytes) -> None:
    safe = defuse(data)
    assert not REAL_TIME.search(safe)
    assert len(safe) == len(data)
    assert all(new in (old, 0x18) for new, old in zip(safe, data, strict=True))


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from([18, 24, 33, 61]), st.sampled_from(PROFILES))
def test_any_text_at_all_is_printed_and_holds_no_command(text: str, size: int, profile: str) -> None:
    known = load(profile, PrinterProfile)
    document = (Text(text, font(size)), Columns(Text(text[:3], font(size)), Text("x", font(size)), 300), Cut())
    payload = encode(document, known)
    assert not REAL_TIME.search(payload)
    _, device = printed(payload, known)
    assert device.unknown == []


def test_a_line_wider_than_the_paper_loses_its_end_and_no_more() -> None:
    image = image_of((Text("Ư" * 60, font(40), "left"), Text("sau", font(30)), Cut()))
    assert image.width == T20.width_dots


@given(st.text(st.sampled_from("abc ưộĐ  "), max_size=80), st.integers(20, 300))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, font(20), width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(length(line, font(20)) <= width or len(line) == 1 for line in lines)


def test_the_same_document_is_always_the_same_bytes() -> None:
    assert encode(slip(), T20) == encode(slip(), T20)


def test_a_rule_and_a_badge_are_black() -> None:
    assert ink(image_of((Rule(3), Cut()))) == (0, 0, T20.width_dots, 3)
    box = ink(image_of((Badge("ƯU TIÊN", font(28), 48), Cut())))
    assert box is not None
    assert box[3] - box[1] == 48


def test_text_that_is_all_white_only_takes_its_place() -> None:
    raster = text_raster(Text(" ", font(30), height=44))
    assert (raster.rows, raster.above, raster.below) == (0, 44, 0)


def test_a_printer_without_its_own_codes_or_knife_is_sent_neither() -> None:
    bare = changed(T20, native_qr=False, cutter="none", reports_changes=False)
    payload = encode(slip(), bare)
    assert b"\x1d(k" not in payload
    assert b"\x1dV" not in payload
    assert b"\x1da" not in payload[:20]
