"""Asking how a dossier is, by the table alone."""

import pytest

from kiosk.touch.dossier.asks import What
from kiosk.touch.dossier.events import Key, Of, Pick
from kiosk.touch.dossier.look_up import ALL_RESULTS, receipt_in
from kiosk.touch.events import CardReaderChanged, DossierSlipCame, HubAway, HubDenied, PrintDossierSlip, Scanned, Tap
from kiosk.touch.flow import Screen
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import LookUpReply, PaperRef
from kiosk.wire.submission_api import KioskLookUp, ResultLink, ResultLinkAsk
from tests.fakes.dossier_desk import CODE, LINK, SECRET, small_status, with_result
from tests.unit.touch.dossier.test_submit import CARD, NUMBER
from tests.unit.touch.dossier.walk import DossierWalk

AWAY = Text(vi="Chưa liên lạc được với thành phố.", en="The city cannot be reached.")


def to_secret() -> DossierWalk:
    walk = DossierWalk().tell(Tap.LOOK_UP, Pick(Of.SEARCH_BY, "code")).type(CODE)
    return walk.tell(Tap.NEXT).type(SECRET).tell(Tap.NEXT)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (LINK, (CODE, SECRET)),
        (f"https://hub.test/d#{CODE}.{SECRET}", (CODE, SECRET)),
        (f"https://hub.test/look-up#code={CODE}&secret={SECRET}", (CODE, SECRET)),
        (f"http://hub.test/d/{CODE}", None),
        (f"http://hub.test/t/abc#{SECRET}", None),
        (f"{CODE}#{SECRET}", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_the_code_of_a_receipt_is_known_wherever_it_stands(text: str, read: tuple[str, str] | None) -> None:
    assert receipt_in(text) == read


def test_a_receipt_held_before_the_machine_is_looked_up_from_the_first_screen() -> None:
    walk = DossierWalk().tell(Scanned(LINK))
    assert walk.asks(What.LOOK_UP)[0].body == KioskLookUp(code=CODE, secret=SECRET)
    walk.answer(What.LOOK_UP, LookUpReply(found=[small_status()]))
    assert (walk.state.screen, walk.enquiry.shown) == (Screen.DOSSIER, small_status())


def test_a_typed_code_is_checked_before_anybody_is_asked() -> None:
    walk = DossierWalk().tell(Tap.LOOK_UP, Pick(Of.SEARCH_BY, "code")).type("H29").tell(Tap.NEXT)
    assert walk.state.screen is Screen.LOOK_UP_CODE
    assert walk.enquiry.wrong is not None
    walk.tell(Key("clear")).type(CODE).tell(Tap.NEXT).type("AB").tell(Tap.NEXT)
    assert walk.state.screen is Screen.LOOK_UP_SECRET
    assert walk.enquiry.wrong is not None


def test_nothing_found_is_one_sentence_whatever_was_wrong() -> None:
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[]))
    assert walk.state.screen is Screen.DENIED
    assert walk.enquiry.wrong is not None
    assert "Không tìm thấy" in walk.enquiry.wrong.vi
    walk.tell(Tap.BACK)
    assert walk.state.screen is Screen.LOOK_UP_SECRET


def test_too_many_tries_are_told_in_minutes() -> None:
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[], wait_s=90))
    assert walk.enquiry.wrong is not None
    assert "2 phút" in walk.enquiry.wrong.vi


def test_the_city_that_cannot_be_asked_is_said_so() -> None:
    walk = to_secret()
    walk.tell(HubDenied(walk.asks(What.LOOK_UP)[0], "central_away", AWAY))
    assert (walk.state.screen, walk.enquiry.wrong) == (Screen.DENIED, AWAY)


def test_a_hub_that_is_away_is_asked_again_when_the_person_wants() -> None:
    walk = to_secret()
    walk.tell(HubAway(walk.asks(What.LOOK_UP)[0]))
    assert walk.state.screen is Screen.AWAY
    walk.tell(Tap.NEXT)
    assert len(walk.asks(What.LOOK_UP)) == 2
    assert walk.state.screen is Screen.ASKING


def test_by_card_and_phone_and_the_number_is_used_once() -> None:
    walk = DossierWalk().tell(CardReaderChanged(works=True), Tap.LOOK_UP, Pick(Of.SEARCH_BY, "card"))
    walk.tell(Tap.AGREE, Scanned(CARD), Tap.CONFIRM)
    assert walk.state.screen is Screen.LOOK_UP_PHONE
    assert walk.state.session.prefill is None
    walk.type("4567")
    assert walk.asks(What.LOOK_UP)[0].body == KioskLookUp(personal_id=NUMBER, phone_end="4567")
    assert NUMBER not in repr(walk.asks(What.LOOK_UP)[0]) + repr(walk.enquiry)


def test_of_several_dossiers_one_is_chosen() -> None:
    other = small_status(code="000.00.01.H29-261122-0002")
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[small_status(), other]))
    assert walk.state.screen is Screen.FOUND
    walk.tell(Pick(Of.FOUND, other.code))
    assert (walk.state.screen, walk.enquiry.shown) == (Screen.DOSSIER, other)


def test_a_result_is_taken_along_by_who_knows_the_secret() -> None:
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[with_result()]))
    walk.tell(Pick(Of.RESULT, "birth-certificate"))
    asked = walk.asks(What.RESULT_LINK)[0].body
    assert asked == ResultLinkAsk(code=CODE, secret=SECRET, paper="birth-certificate")
    walk.answer(What.RESULT_LINK, ResultLink(url="http://hub.test/r/x", until_ms=0))
    assert walk.state.screen is Screen.RESULT


def test_more_results_than_fit_beside_the_status_have_a_screen_of_their_own() -> None:
    papers = [PaperRef(paper=f"result-{number}", name=f"Kết quả {number}") for number in range(7)]
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[small_status(results=papers)]))
    walk.tell(Pick(Of.RESULT, ALL_RESULTS))
    assert walk.state.screen is Screen.RESULTS
    walk.tell(Pick(Of.RESULT, "result-6"))
    assert walk.asks(What.RESULT_LINK)[0].body == ResultLinkAsk(code=CODE, secret=SECRET, paper="result-6")
    walk.answer(What.RESULT_LINK, ResultLink(url="http://hub.test/r/x", until_ms=0)).tell(Tap.BACK)
    assert walk.state.screen is Screen.RESULTS
    walk.tell(Tap.BACK)
    assert walk.state.screen is Screen.DOSSIER


def test_a_slip_is_printed_once_for_each_wish() -> None:
    walk = to_secret().answer(What.LOOK_UP, LookUpReply(found=[small_status()])).tell(Tap.PRINT, Tap.PRINT)
    printing = [each for each in walk.effects if isinstance(each, PrintDossierSlip)]
    assert len(printing) == 1
    walk.tell(DossierSlipCame(CODE, "not_printed", "paper_out"), Tap.PRINT)
    assert len([each for each in walk.effects if isinstance(each, PrintDossierSlip)]) == 2
