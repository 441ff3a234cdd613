"""The printed ticket: what it says, how long it is, how many bytes, and dot for dot how it looks.

After a wanted change of the look: ``python -m tests.unit.slips.test_ticket`` writes the pictures anew; look at them.
"""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.printer.document import Badge, Columns, Text
from hardware.printer.escpos import encode
from hardware.printer.picture import picture, words_of
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length
from hardware.profiles import load
from kiosk.config import load_hub_config
from kiosk.queueing.promise import round_range
from kiosk.slips.page import Language
from kiosk.slips.ticket import ASSETS, look, slip, words
from kiosk.wire import common
from kiosk.wire.kiosk_api import TicketReply, WaitRange
from tests.hardware.printing import PROFILES, printed
from tests.unit.slips.tickets import LONG_NAME, STATUS_URL, ticket

GOLDEN = Path(__file__).parent / "golden"
T20 = load("epson-tm-t20", PrinterProfile)
SHORT_WAIT = WaitRange(low_min=0, high_min=5)
#: name → (ticket, language, profile)
CASES: dict[str, tuple[TicketReply, str, str]] = {
    "slip-vi": (ticket(), "vi", "epson-tm-t20"),
    "slip-en": (ticket(), "en", "epson-tm-t20"),
    "slip-priority-58": (ticket(ticket_class="priority"), "vi", "pos-58"),
    "slip-reprint": (
        ticket(ticket_class="priority", reprint=1, service_name=LONG_NAME, people_ahead=0, wait=SHORT_WAIT),
        "vi",
        "epson-tm-t88",
    ),
}
languages = st.sampled_from(["vi", "en"])


def payload_of(reply: TicketReply, language: Any = "vi", profile: PrinterProfile = T20) -> bytes:
    return encode(slip(reply, language, profile), profile)


def image_of(reply: TicketReply, language: Any = "vi", profile: PrinterProfile = T20) -> Image.Image:
    (paper,), device = printed(payload_of(reply, language, profile), profile)
    assert device.unknown == []
    return paper.image


@pytest.mark.parametrize("name", CASES)
def test_the_slip_looks_dot_for_dot_as_it_was_approved(name: str) -> None:
    reply, language, profile = CASES[name]
    image = image_of(reply, language, load(profile, PrinterProfile))
    approved = Image.open(GOLDEN / f"{name}.png").convert("L")
    assert image.size == approved.size
    assert image.tobytes() == approved.tobytes()


@pytest.mark.parametrize("name", CASES)
def test_its_picture_is_dot_for_dot_what_the_printer_prints(name: str) -> None:
    """But for the code of printers that draw it themselves, which may stand a few dots beside."""
    reply, language, profile_name = CASES[name]
    profile = load(profile_name, PrinterProfile)
    drawn = picture(slip(reply, language, profile), profile).convert("L")  # type: ignore[arg-type]
    paper = image_of(reply, language, profile)
    assert drawn.size == paper.size
    assert profile.native_qr or drawn.tobytes() == paper.tobytes()
    assert [code.data.decode() for code in decode(drawn, symbols=[ZBarSymbol.QRCODE])] == [STATUS_URL]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_centres_last_line_stands_at_the_end_and_what_to_bring_gives_way(language: Any, profile: str) -> None:
    known = load(profile, PrinterProfile)
    foot = common.Text(vi="Cảm ơn bà con đã chờ. Góp ý: quầy số 1.", en="Thank you for waiting. Comments: counter 1.")
    with_foot, without = slip(ticket(foot=foot), language, known), slip(ticket(), language, known)
    assert " ".join(words_of(with_foot)).endswith(getattr(foot, language))
    bullets = [sum(line.startswith("•") for line in words_of(each)) for each in (with_foot, without)]
    assert bullets[0] <= bullets[1]
    assert image_of(ticket(foot=foot), language, known).height <= round(look().longest / 25.4 * known.dpi)


def test_a_last_line_that_has_no_room_is_left_out_rather_than_making_the_slip_longer() -> None:
    foot = common.Text(vi="Xin cảm ơn " * 27, en="Thank you " * 30)
    document = slip(ticket(foot=foot, service_name=LONG_NAME), "vi", load("pos-58", PrinterProfile))
    assert "Xin cảm ơn" not in " ".join(words_of(document))


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_those_that_were_approved(name: str) -> None:
    reply, language, profile = CASES[name]
    payload = payload_of(reply, language, load(profile, PrinterProfile))
    assert hashlib.sha256(payload).hexdigest() == (GOLDEN / f"{name}.sha256").read_text().strip()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_code_on_the_paper_is_the_address_of_the_ticket(language: str, profile: str) -> None:
    image = image_of(ticket(), language, load(profile, PrinterProfile))
    assert [code.data.decode() for code in decode(image, symbols=[ZBarSymbol.QRCODE])] == [STATUS_URL]


def test_the_slip_says_what_the_citizen_was_told() -> None:
    lines = words_of(slip(ticket(), "vi", T20))
    for wanted in ("H012", "Đăng ký khai sinh", "12 người", "8–14 phút", "23/11/2026  09:41", "phường Mẫu"):
        assert wanted in lines
    assert [line for line in lines if line.startswith("•")] == [
        "•  Thẻ căn cước hoặc VNeID mức 2",
        "•  Giấy chứng sinh",
        "•  Tờ khai (có mẫu tại quầy)",
    ]


def test_an_english_slip_names_the_service_in_vietnamese_too_for_the_officer() -> None:
    lines = words_of(slip(ticket(), "en", T20))
    assert "Register a birth" in lines
    assert "Đăng ký khai sinh" in lines
    assert "8–14 min" in lines


@pytest.mark.parametrize(
    ("low", "high", "text"), [(8, 14, "8–14 phút"), (7, 7, "khoảng 7 phút"), (0, 5, "dưới 5 phút")]
)
def test_a_likely_wait_is_said_as_a_range(low: int, high: int, text: str) -> None:
    assert text in words_of(slip(ticket(wait=WaitRange(low_min=low, high_min=high)), "vi", T20))


@pytest.mark.parametrize(("language", "one"), [("vi", "1 người"), ("en", "1 person")])
def test_one_person_is_not_people(language: Language, one: str) -> None:
    assert one in words_of(slip(ticket(people_ahead=1), language, T20))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 9999), languages, st.sampled_from(PROFILES))
def test_people_ahead_and_likely_wait_each_stay_in_their_half(
    one: int, other: int, ahead: int, language: str, profile: str
) -> None:
    wait = WaitRange(low_min=round_range(min(one, other) * 60, 0)[0], high_min=round_range(0, max(one, other) * 60)[1])
    document = slip(ticket(wait=wait, people_ahead=ahead), language, load(profile, PrinterProfile))  # type: ignore[arg-type]
    for element in document:
        if isinstance(element, Columns):
            for cell in (element.left, element.right):
                assert length(cell.text, cell.font) <= element.width // 2, cell.text


def test_nobody_ahead_is_said_in_words() -> None:
    assert "Không có ai" in words_of(slip(ticket(people_ahead=0), "vi", T20))


def test_priority_and_reprint_are_marked() -> None:
    plain, marked = slip(ticket(), "vi", T20), slip(ticket(ticket_class="priority", reprint=2), "vi", T20)
    assert [each.text for each in plain if isinstance(each, Badge)] == []
    assert [each.text for each in marked if isinstance(each, Badge)] == ["ƯU TIÊN · PRIORITY", "BẢN IN LẠI 2"]


def test_the_number_is_the_largest_thing_and_readable_at_arms_length() -> None:
    """Capitals of 0.7° seen from 70 cm are 8.6 mm high; ours are well above."""
    sizes = {element.text: element.font.size for element in slip(ticket(), "vi", T20) if isinstance(element, Text)}
    capitals_mm = sizes["H012"] * 0.7 / T20.dpi * 25.4
    assert capitals_mm > 12
    assert sizes["H012"] >= 4 * max(size for text, size in sizes.items() if text != "H012")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_number_of_four_digits_fits_too(profile: str) -> None:
    known = load(profile, PrinterProfile)
    box = image_of(ticket(label="H1024"), "vi", known).point(lambda grey: 255 - grey).getbbox()
    assert box is not None
    assert box[2] <= known.width_dots


names = st.text(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyẾỘỮ "), min_size=1, max_size=55)
bilingual = st.builds(lambda vi, en: common.Text(vi=vi, en=en), names, names)


@settings(max_examples=40, deadline=None)
@given(bilingual, st.lists(bilingual, max_size=6), languages, st.sampled_from(PROFILES))
def test_no_slip_is_longer_than_twelve_centimetres_nor_heavier_than_six_seconds_at_38400(
    service: common.Text, bring: list[common.Text], language: str, profile: str
) -> None:
    """What to bring gives way: of it there is as much as fits, and never more than three things."""
    known = load(profile, PrinterProfile)
    reply = ticket(service_name=service, bring=bring, ticket_class="priority", reprint=1)
    document = slip(reply, language, known)  # type: ignore[arg-type]
    assert sum(line.startswith("•") for line in words_of(document)) <= 3
    image = image_of(reply, language, known)
    assert image.height <= round(look().longest / 25.4 * known.dpi)
    assert len(payload_of(reply, language, known)) * 10 / 38_400 <= 6.0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_service_of_the_demonstration_centre_has_room_for_two_things_to_bring(language: str) -> None:
    centre = load_hub_config(ASSETS / "demo/hub.toml")
    for service in centre.services:
        reply = ticket(service_name=service.name, bring=list(service.bring))
        lines = words_of(slip(reply, language, T20))  # type: ignore[arg-type]
        assert sum(line.startswith("•") for line in lines) >= min(2, len(service.bring)), service.id


def test_an_ordinary_slip_takes_two_seconds_at_115200_baud() -> None:
    assert T20.line.at(115_200).seconds_for(len(payload_of(ticket()))) <= 2.0


def test_both_languages_have_the_same_words() -> None:
    vietnamese, english = words("vi"), words("en")
    for key in vietnamese.__struct_fields__:
        left, right = getattr(vietnamese, key), getattr(english, key)
        assert {part for part in ("{count}", "{low}", "{high}") if part in left} == {
            part for part in ("{count}", "{low}", "{high}") if part in right
        }


if __name__ == "__main__":
    for case, (reply, language, profile_name) in CASES.items():
        profile = load(profile_name, PrinterProfile)
        image_of(reply, language, profile).save(GOLDEN / f"{case}.png", optimize=True, dpi=(profile.dpi,) * 2)
        digest = hashlib.sha256(payload_of(reply, language, profile)).hexdigest()
        (GOLDEN / f"{case}.sha256").write_text(digest + "\n")
