"""The ID card in the state table: told of first, shown masked, suggesting and never deciding, and gone when left."""

import msgspec
import pytest

from kiosk.identity.prefill import Blank
from kiosk.identity.privacy import PersonalId
from kiosk.touch.card import LONGEST_NAME, CardShown
from kiosk.touch.events import (
    CardReaderChanged,
    CatalogueCame,
    ChooseField,
    ChoosePriority,
    ChooseService,
    LookForCard,
    PlayTone,
    Scanned,
    Tap,
    Tick,
    TicketCame,
    Tone,
)
from kiosk.touch.flow import NOTICE_MS, SLOW_CARD_MS, Screen, suggested
from kiosk.wire.kiosk_api import CardMark
from tests.fakes.hub_stand_in import small_catalogue, small_ticket
from tests.unit.touch.test_flow import Walk

ELDERLY = "079150000011|020000011|Nguyễn Văn Mẫu|15081950|Nam|12/3 Đường Mẫu Số 5, Phường 13|10052021"
YOUNG = "079090000011||Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13|10052021"
SHOWN = CardShown("N. V. Mẫu", "079*****0011", 1950, 76, name_is_whole=True)
KEY = bytes(range(32))
HEALTH = "DN4797900000101|566fcc83205468e1bb8b|09/07/1987|2|5175e1baad6e2033|79 - 001|01/01/2025|-|0$"


def at_priority(reads_cards: bool = True) -> Walk:
    walk = Walk()
    walk.ms = 1_795_000_000_000  # November 2026
    return walk.tell(CardReaderChanged(reads_cards)).to_services().tell(ChooseService("khai-sinh"))


def looking() -> Walk:
    return at_priority().tell(Tap.USE_CARD, Tap.AGREE)


def at_service_that_needs_a_card(asks_priority: bool = True, reads_cards: bool = True) -> Walk:
    told = small_catalogue()
    services = [
        msgspec.structs.replace(each, needs_identity=each.id == "khai-sinh", asks_priority=asks_priority)
        for each in told.services
    ]
    walk = Walk().tell(CatalogueCame(msgspec.structs.replace(told, services=services, card_key=KEY.hex())))
    walk.ms = 1_795_000_000_000
    return walk.tell(
        CardReaderChanged(reads_cards), Tap.TAKE_NUMBER, ChooseField("ho-tich"), ChooseService("khai-sinh")
    )


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


def test_a_card_that_was_read_is_heard_once_and_nothing_else_is() -> None:
    walk = looking().tell(Scanned(HEALTH), Scanned(ELDERLY), Scanned(ELDERLY))
    assert walk.of(PlayTone) == [PlayTone(Tone.CARD_READ)]


def test_help_is_there_on_every_card_screen_and_the_camera_rests_meanwhile() -> None:
    for walk in (at_priority().tell(Tap.USE_CARD), looking(), looking().tell(Scanned(ELDERLY))):
        screen, card = walk.state.screen, walk.state.session.card
        walk.tell(Tap.HELP)
        assert walk.state.screen is Screen.HELP
        assert walk.of(LookForCard)[-1:] in ([], [LookForCard(False)])
        walk.tell(Tap.BACK)
        assert (walk.state.screen, walk.state.session.card) == (screen, card)
    assert looking().tell(Tap.HELP, Tap.BACK).of(LookForCard)[-1] == LookForCard(True)


def test_two_cards_in_one_picture_are_neither_and_one_beside_something_else_is_read() -> None:
    walk = looking().tell(Scanned(ELDERLY, (YOUNG,)))
    assert (walk.state.screen, walk.state.session.notice) == (Screen.CARD_SCAN, "card_two")
    assert looking().tell(Scanned(ELDERLY, (ELDERLY,))).state.session.card == SHOWN
    assert looking().tell(Scanned("B012", (ELDERLY,))).state.session.card == SHOWN


def test_who_holds_a_card_for_long_without_its_being_read_is_told_how() -> None:
    walk = looking().tell(Tick(), after_ms=SLOW_CARD_MS)
    assert walk.state.session.notice == "card_slow"
    walk.tell(Tick(), after_ms=NOTICE_MS)
    assert walk.state.session.notice == "card_slow"
    assert walk.tell(Scanned(ELDERLY)).state.session.notice == ""


def test_what_was_read_fills_forms_once_the_person_has_said_that_the_card_is_theirs() -> None:
    walk = looking().tell(Scanned(ELDERLY))
    assert walk.state.session.prefill is None
    prefill = walk.tell(Tap.CONFIRM).state.session.prefill
    assert prefill is not None
    assert (prefill.full_name, prefill.born, prefill.sex) == ("Nguyễn Văn Mẫu", "15/08/1950", "Nam")
    assert prefill.to_check == {Blank.ADDRESS, Blank.SEX}  # its number is that of a woman


def test_nothing_of_the_card_is_left_when_the_number_is_there_or_the_person_has_gone() -> None:
    confirmed = looking().tell(Scanned(ELDERLY), Tap.CONFIRM)
    confirmed.tell(ChoosePriority(None))
    confirmed.tell(TicketCame(confirmed.request.request_id, small_ticket(confirmed.request, 1)))
    left = [confirmed.state, looking().tell(Scanned(ELDERLY), Tap.CONFIRM).tell(Tick(), after_ms=200_000).state]
    for state in left:
        assert (state.session.card, state.session.unconfirmed, state.session.prefill) == (None, None, None)


def test_a_service_that_needs_a_card_asks_for_it_and_sends_its_mark() -> None:
    walk = at_service_that_needs_a_card()
    assert walk.state.screen is Screen.CARD_NOTICE
    walk.tell(Tap.AGREE, Scanned(ELDERLY), Tap.CONFIRM)
    assert walk.state.screen is Screen.PRIORITY
    mark = PersonalId("079150000011").mark(KEY)
    sent = walk.tell(ChoosePriority(None)).request
    assert sent.card == CardMark(keyed_hash=mark.keyed_hash, last4="0011")
    assert "079150000011" not in str(msgspec.json.encode(sent))


def test_a_service_that_needs_a_card_and_asks_no_priority_goes_on_to_the_number() -> None:
    walk = at_service_that_needs_a_card(asks_priority=False).tell(Tap.AGREE, Scanned(ELDERLY), Tap.CONFIRM)
    assert walk.state.screen is Screen.ISSUING
    assert walk.request.card is not None


@pytest.mark.parametrize("reads_cards", [True, False])
def test_without_a_card_a_service_that_needs_one_gives_a_number_all_the_same(reads_cards: bool) -> None:
    walk = at_service_that_needs_a_card(reads_cards=reads_cards)
    if reads_cards:
        walk.tell(Tap.AGREE, Scanned(ELDERLY), Tap.WITHOUT_CARD)
    assert walk.tell(ChoosePriority(None)).request.card is None


def test_back_from_the_card_that_a_service_asks_for_is_back_to_the_services() -> None:
    assert at_service_that_needs_a_card().tell(Tap.BACK).state.screen is Screen.SERVICES
    assert at_service_that_needs_a_card().tell(Tap.AGREE, Tap.BACK).state.screen is Screen.SERVICES


def test_a_card_for_another_service_leaves_no_mark() -> None:
    walk = looking().tell(Scanned(ELDERLY), Tap.CONFIRM, ChoosePriority("cao-tuoi"))
    assert walk.request.card is None


def test_a_card_read_under_one_notice_is_not_used_where_another_notice_is_due() -> None:
    """For the first service nothing is kept; the second keeps a mark, and says so before it reads."""
    told = small_catalogue()
    services = [
        msgspec.structs.replace(each, is_open=True, needs_identity=each.id == "ket-hon") for each in told.services
    ]
    walk = looking().tell(CatalogueCame(msgspec.structs.replace(told, services=services, card_key=KEY.hex())))
    walk.tell(Scanned(ELDERLY), Tap.CONFIRM, Tap.BACK, ChooseService("ket-hon"))
    assert (walk.state.screen, walk.state.session.prefill) == (Screen.CARD_NOTICE, None)
    walk.tell(Tap.BACK, ChooseService("khai-sinh"))
    assert walk.state.session.card is None


def test_going_back_to_the_same_service_needs_no_second_reading() -> None:
    walk = at_service_that_needs_a_card().tell(Tap.AGREE, Scanned(ELDERLY), Tap.CONFIRM, Tap.BACK)
    assert walk.tell(ChooseService("khai-sinh")).state.screen is Screen.PRIORITY


def test_a_service_that_closes_meanwhile_takes_the_card_with_it() -> None:
    told = small_catalogue()
    closed = [msgspec.structs.replace(each, is_open=False) for each in told.services]
    for taps in ((), (Tap.CONFIRM,)):
        walk = looking().tell(Scanned(ELDERLY), *taps)
        session = walk.tell(CatalogueCame(msgspec.structs.replace(told, services=closed))).state.session
        assert walk.state.screen is Screen.FIELDS
        assert (session.card, session.unconfirmed, session.prefill) == (None, None, None)


def test_a_code_on_the_wall_does_not_keep_the_camera_on() -> None:
    walk = looking()
    for _ in range(20):
        walk.tell(Scanned(HEALTH), Tick(), after_ms=5_000)
    assert walk.state.screen is Screen.HOME
    assert walk.of(LookForCard)[-1] == LookForCard(False)


@pytest.mark.parametrize("name", ["A" * 2000, "Ă " * 1000])
def test_a_name_of_thousands_of_letters_is_cut_for_the_screen(name: str) -> None:
    card = looking().tell(Scanned(ELDERLY.replace("Nguyễn Văn Mẫu", name))).state.session.card
    assert card is not None
    assert len(card.name) == LONGEST_NAME


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
        ("Robert'); DROP TABLE ticket;--", "card_unreadable"),
        ("\x00\x07\x1b[2J", "card_unreadable"),
        ("\u202e\u2067\u200f", "card_unreadable"),
        ("A" * 1_000_000, "card_unreadable"),
        (ELDERLY + "\x00" * 1_000_000, "card_unreadable"),
    ],
)
def test_something_else_is_named_and_the_look_goes_on(payload: str, word: str) -> None:
    walk = looking().tell(Scanned(payload))
    assert (walk.state.screen, walk.state.session.notice) == (Screen.CARD_SCAN, word)
    assert walk.tell(Tick(), after_ms=NOTICE_MS).state.session.notice == ""


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\x07", "\x1b", "\ufeff"])
def test_marks_that_turn_or_hide_letters_never_reach_the_screen(mark: str) -> None:
    shown = looking().tell(Scanned(ELDERLY.replace("Văn Mẫu", f"Văn{mark} M{mark}ẫu"))).state.session.card
    assert shown == SHOWN


def test_a_name_of_script_is_shown_as_letters_and_doubted() -> None:
    walk = looking().tell(Scanned(ELDERLY.replace("Nguyễn Văn Mẫu", "<b>[size=200] Mẫu')--"))).tell(Tap.CONFIRM)
    assert walk.state.session.prefill is not None
    assert Blank.FULL_NAME in walk.state.session.prefill.to_check


def test_a_kiosk_that_cannot_read_cards_does_not_offer_it() -> None:
    assert at_priority(reads_cards=False).tell(Tap.USE_CARD).state.screen is Screen.PRIORITY


def test_a_card_scanned_unasked_is_not_read() -> None:
    for walk in (at_priority(), at_priority().tell(Tap.USE_CARD)):
        screen = walk.state.screen
        walk.tell(Scanned(ELDERLY))
        assert (walk.state.screen, walk.state.session.card) == (screen, None)


def test_neither_a_scan_nor_what_is_shown_of_it_is_in_a_log_line() -> None:
    walk = looking().tell(Scanned(ELDERLY))
    later = at_service_that_needs_a_card().tell(Tap.AGREE, Scanned(ELDERLY), Tap.CONFIRM, ChoosePriority(None))
    shown = f"{Scanned(ELDERLY)!r} {walk.state!r} {later.request.card!r} {later.state.session.prefill!r}"
    assert not [word for word in ("079150000011", "0011", "Mẫu", "1950") if word in shown]
