"""The ID card in the state table: told of first, shown masked, suggesting and never deciding, and gone when left."""

import pytest

from kiosk.touch.card import CardShown
from kiosk.touch.events import CardReaderChanged, ChoosePriority, ChooseService, LookForCard, Scanned, Tap, Tick
from kiosk.touch.flow import NOTICE_MS, Screen, suggested
from tests.unit.touch.test_flow import Walk

ELDERLY = "079150000011|020000011|Nguyễn Văn Mẫu|15081950|Nam|12/3 Đường Mẫu Số 5, Phường 13|10052021"
YOUNG = "079090000011||Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13|10052021"
SHOWN = CardShown("N. V. Mẫu", "079*****0011", 1950, 76, name_is_whole=True)
HEALTH = "DN4797900000101|566fcc83205468e1bb8b|09/07/1987|2|5175e1baad6e2033|79 - 001|01/01/2025|-|0$"


def at_priority(reads_cards: bool = True) -> Walk:
    walk = Walk()
    walk.ms = 1_795_000_000_000  # November 2026
    return walk.tell(CardReaderChanged(reads_cards)).to_services().tell(ChooseService("khai-sinh"))


def looking() -> Walk:
    return at_priority().tell(Tap.USE_CARD, Tap.AGREE)


def test_the_notice_comes_before_the_camera_looks() -> None:
    walk = at_priority().tell(Tap.USE_CARD)
    assert walk.state.screen is Screen.CARD_NOTICE
    assert walk.of(LookForCard) == []
    walk.tell(Tap.AGREE)
    assert (walk.state.screen, walk.of(LookForCard)) == (Screen.CARD_SCAN, [LookForCard(True)])


def test_a_card_is_shown_masked_and_the_camera_rests() -> None:
    walk = looking().tell(Scanned(ELDERLY))
    assert (walk.state.screen, walk.state.session.card) == (Screen.CARD_CONFIRM, SHOWN)
    assert walk.of(LookForCard) == [LookForCard(True), LookForCard(False)]


def test_the_age_suggests_a_group_and_the_person_decides() -> None:
    walk = looking().tell(Scanned(ELDERLY), Tap.CONFIRM)
    assert walk.state.screen is Screen.PRIORITY
    assert [group.id for group in suggested(walk.state)] == ["cao-tuoi"]
    assert walk.tell(ChoosePriority(None)).request.ticket_class == "normal"


def test_a_younger_age_suggests_nothing() -> None:
    walk = looking().tell(Scanned(YOUNG), Tap.CONFIRM)
    assert walk.state.session.card is not None
    assert suggested(walk.state) == ()


@pytest.mark.parametrize("tap", [Tap.WITHOUT_CARD, Tap.BACK])
def test_every_card_screen_leads_back_and_nothing_of_the_card_stays(tap: Tap) -> None:
    for walk in (at_priority().tell(Tap.USE_CARD), looking(), looking().tell(Scanned(ELDERLY))):
        seen = walk.state.screen
        walk.tell(tap)
        again = seen is Screen.CARD_CONFIRM and tap is Tap.BACK
        assert walk.state.screen is (Screen.CARD_SCAN if again else Screen.PRIORITY)
        assert walk.state.session.card is None


def test_a_session_that_ends_takes_the_card_with_it_and_the_camera_rests() -> None:
    walk = looking().tell(Tick(), after_ms=200_000)
    assert walk.state.screen is Screen.HOME
    assert walk.of(LookForCard)[-1] == LookForCard(False)
    assert looking().tell(Scanned(ELDERLY)).tell(Tick(), after_ms=200_000).state.session.card is None


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (ELDERLY[:60], "card_again"),
        (ELDERLY[1:], "card_again"),
        (ELDERLY + YOUNG, "card_two"),
        (HEALTH, "card_health"),
        ("00020101021238540010A00000072701240006970436", "card_payment"),
        ("B012", "card_ticket"),
        ("000.00.00.H29-251122-0001", "card_dossier"),
        ("https://dichvucong.gov.vn", "card_web"),
        ("IDVNM1870001015051187000101<<0\n8707099F4707094VNM<<<<<<<<<<<2\nVO<<THI<NGOC<ANH<<<<<<<<<<<<<<", "card_mrz"),
        ("<script>alert(1)</script>", "card_unreadable"),
        ("", "card_unreadable"),
    ],
)
def test_something_else_is_named_and_the_look_goes_on(payload: str, word: str) -> None:
    walk = looking().tell(Scanned(payload))
    assert (walk.state.screen, walk.state.session.notice) == (Screen.CARD_SCAN, word)
    assert walk.tell(Tick(), after_ms=NOTICE_MS).state.session.notice == ""


def test_a_kiosk_that_cannot_read_cards_does_not_offer_it() -> None:
    assert at_priority(reads_cards=False).tell(Tap.USE_CARD).state.screen is Screen.PRIORITY


def test_a_card_scanned_unasked_is_not_read() -> None:
    for walk in (at_priority(), at_priority().tell(Tap.USE_CARD)):
        screen = walk.state.screen
        walk.tell(Scanned(ELDERLY))
        assert (walk.state.screen, walk.state.session.card) == (screen, None)


def test_neither_a_scan_nor_what_is_shown_of_it_is_in_a_log_line() -> None:
    walk = looking().tell(Scanned(ELDERLY))
    shown = f"{Scanned(ELDERLY)!r} {walk.state!r}"
    assert not [word for word in ("079150000011", "0011", "Mẫu", "1950") if word in shown]
