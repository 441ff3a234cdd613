"""The printed receipt and the slip of how a dossier stands."""

from typing import Any

import pytest
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.printer.document import Badge, Document, Text
from hardware.printer.escpos import encode
from hardware.printer.profile import PrinterProfile
from hardware.printer.raster import length
from hardware.profiles import load
from kiosk.touch.events import Language
from kiosk.touch.receipt import dossier_slip, words
from kiosk.wire.common import Text as TextOf
from kiosk.wire.submission_api import ReceiptPaper
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.dossier_desk import CODE, LINK, SECRET, small_status, with_result
from tests.hardware.printing import PROFILES, printed
from tests.unit.touch.dossier.walk import receipt

T20 = load("epson-tm-t20", PrinterProfile)
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def said(document: Document) -> str:
    return "\n".join(each.text for each in document if isinstance(each, Text | Badge))


def slip(shown: Any, language: Language = "vi", profile: PrinterProfile = T20) -> Document:
    return dossier_slip(shown, language, profile, MONDAY_9_00)


def image_of(document: Document, profile: PrinterProfile = T20) -> Image.Image:
    (paper,), device = printed(encode(document, profile), profile)
    assert device.unknown == []
    return paper.image


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receipt_says_what_it_is_not_and_what_must_be_kept(language: Language) -> None:
    text = said(slip(receipt(), language))
    assert "Mẫu 01" in text
    assert CODE in text
    assert " ".join(SECRET) in text
    assert words(language).sent in text.replace("\n", " ")


def test_the_city_that_could_not_be_reached_is_said_exactly_so() -> None:
    text = said(slip(receipt(kept="kept"))).replace("\n", " ")
    assert "Chưa liên lạc được với thành phố" in text
    assert words("vi").sent not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kept", ["sent", "kept"])
def test_the_day_stands_on_the_receipt_whatever_else_is_said_there(language: Language, kept: str) -> None:
    why = [TextOf(vi="3 ngày làm việc.", en="3 working days.")]
    shown = receipt(due_ms=MONDAY_9_00 + 3 * 86_400_000, why_due=why, kept=kept)
    text = said(slip(shown, language))
    assert f"{words(language).due}\n26/11/2026" in text
    assert words(language).no_due not in text.replace("\n", " ")
    status = said(slip(with_result(), language))
    assert "24/11/2026" in status, "and beside an apology"
    assert with_result().name.vi in status or with_result().name.en in status, "and of which dossier"


def test_the_qr_code_leads_to_the_phone_page() -> None:
    (code,) = decode(image_of(slip(receipt())), symbols=[ZBarSymbol.QRCODE])
    assert code.data.decode() == LINK


def test_originals_are_asked_for_only_where_some_are_missing() -> None:
    whole = receipt(papers=[ReceiptPaper(name="Giấy chứng sinh", way="phone")])
    assert words("vi").to_counter in said(slip(receipt()))
    assert words("vi").to_counter not in said(slip(whole))


@pytest.mark.parametrize("shown", [small_status(), with_result()])
def test_how_a_dossier_stands_carries_no_secret(shown: Any) -> None:
    text = said(slip(shown))
    assert CODE in text
    assert SECRET not in text.replace(" ", "")
    assert ("xin lỗi" in text) is shown.late


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_paper(name: str, language: Language) -> None:
    profile = load(name, PrinterProfile)
    long = receipt(papers=[ReceiptPaper(name="Văn bản ủy quyền theo quy định của pháp luật " * 4, way="counter")])
    for document in (slip(long, language, profile), slip(with_result(), language, profile)):
        lines = [each for each in document if isinstance(each, Text)]
        assert all(each.indent + length(each.text, each.font) <= profile.width_dots for each in lines)
        badges = [each for each in document if isinstance(each, Badge)]
        assert all(length(each.text, each.font) + each.height <= profile.width_dots for each in badges)
