"""Whatever else is held before the reader is named, so that the screen can say what to do."""

import pytest

from kiosk.identity.card import Doubt, Reason, Seen
from tests.unit.identity.made import FIRST, SECOND, card, refusal

MRZ = "IDVNM1870001015051187000101<<0\n8707099F4707094VNM<<<<<<<<<<<2\nVO<<THI<NGOC<ANH<<<<<<<<<<<<<<"
HEALTH = "DN4797900000101|566fcc83205468e1bb8b|09/07/1987|2|5175e1baad6e2033|79 - 001|01/01/2025|-|31/12/2025|-|4|0$"


@pytest.mark.parametrize(
    ("payload", "seen"),
    [
        ("", Seen.NOTHING),
        (b"\r\n", Seen.NOTHING),
        (HEALTH, Seen.HEALTH_INSURANCE),
        (HEALTH.split("|", 1)[1].join(["7900000101|", ""]), Seen.HEALTH_INSURANCE),
        (
            "079190000011|5472e1baa76e|01/02/1990|2|313233|79034|01/01/2026|31/12/2026|01/01/2026|-|$",
            Seen.HEALTH_INSURANCE,
        ),
        ("079190000011|TRẦN THỊ GIẢ|01/02/1990|B2|VIỆT NAM|1 ĐƯỜNG MẪU|12/05/2031", Seen.OTHER),
        ("2|99|0900000000|TRAN THI GIA|gia@example.vn|0|0|10000", Seen.PAYMENT),
        ("00020101021238540010A00000072701240006970436011000000001010208QRIBFTTA53037045802VN63040000", Seen.PAYMENT),
        (MRZ, Seen.MRZ),
        (MRZ.replace("\n", ""), Seen.MRZ),
        ("P<VNMVO<<THI<NGOC<ANH<<<<<<<<<<<<<<<<<<<<<<<\nB0000000<1VNM8707099F3007094051187000101<<<", Seen.MRZ),
        ("https://dichvucong.gov.vn/p/home", Seen.WEB),
        ("dichvucong.gov.vn", Seen.WEB),
        ("051187000101", Seen.NUMBER),
        ("8934567890123", Seen.NUMBER),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", Seen.CONTACT),
        (FIRST[36:], Seen.CARD),
        ("<script>alert(1)</script>", Seen.OTHER),
        ("Robert'); DROP TABLE ticket;--", Seen.OTHER),
        ("|" * 3000, Seen.OTHER),
    ],
)
def test_what_is_no_card_is_recognised(payload: bytes | str, seen: Seen) -> None:
    answer = refusal(payload)
    assert (answer.reason, answer.seen, answer.code) == (Reason.NOT_CCCD, seen, "")


@pytest.mark.parametrize(
    ("payload", "seen", "code"),
    [
        ("B012", Seen.TICKET, "B012"),
        (" b1012\r", Seen.TICKET, "B1012"),
        ("http://192.0.2.7:8080/t/abc-DEF_123", Seen.TICKET, "abc-DEF_123"),
        ("000.00.00.H29-251122-0001", Seen.DOSSIER, "000.00.00.H29-251122-0001"),
        ("h29.12-20261122-0000042\r\n", Seen.DOSSIER, "H29.12-20261122-0000042"),
    ],
)
def test_what_can_be_gone_on_with_comes_with_its_code(payload: str, seen: Seen, code: str) -> None:
    assert (refusal(payload).seen, refusal(payload).code) == (seen, code)


def test_two_cards_at_once_are_neither_of_them() -> None:
    for payload in (FIRST + SECOND, FIRST + "\r" + SECOND, SECOND[20:] + FIRST, SECOND + SECOND + FIRST):
        assert refusal(payload).reason is Reason.TWO_CARDS


def test_a_megabyte_is_turned_away_unread() -> None:
    for payload in ("A" * 1_000_000, b"\xff" * 1_000_000, FIRST + " " * 1_000_000):
        assert refusal(payload).reason is Reason.TOO_LONG


@pytest.mark.parametrize("length", range(14, len(FIRST) - 1, 7))
def test_a_card_cut_off_anywhere_asks_for_another_scan(length: int) -> None:
    assert (refusal(FIRST[:length]).reason, refusal(FIRST[:length]).seen) == (Reason.TRUNCATED, Seen.CARD)


def test_an_old_number_in_digits_of_another_script_is_doubted() -> None:
    answer = card(FIRST.replace("211000101", "٢١١٠٠٠١٠١"))
    assert Doubt.OLD_ID_UNEXPECTED in answer.doubts
