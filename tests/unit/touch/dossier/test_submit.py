"""Handing in a dossier, by the table alone."""

import pytest

from kiosk.identity.privacy import PersonalId
from kiosk.touch.dossier.asks import What
from kiosk.touch.dossier.errand import fields_of, procedures_in_field
from kiosk.touch.dossier.events import DraftFound, DropAsks, Key, Of, Pick, RememberDraft
from kiosk.touch.events import (
    CardReaderChanged,
    CatalogueCame,
    DossierSlipCame,
    HubAway,
    HubDenied,
    HubSaid,
    PrintDossierSlip,
    Scanned,
    Tap,
    Tick,
)
from kiosk.touch.flow import Paper, Screen, Timing
from kiosk.wire.common import Text
from kiosk.wire.procedure_api import AllProcedures, ProcedureHit, ProcedureHits
from kiosk.wire.submission_api import AnswersChecked, Handler, PutAnswers, ResumedDraft, SubmitDraft, WrongAnswer
from tests.fakes.dossier_desk import DRAFT, small_form
from tests.unit.touch.dossier.walk import DossierWalk, draft, receipt

NUMBER = "079090000011"
CARD = f"{NUMBER}|020000011|Nguyễn Văn Mẫu|15081990|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
AGAIN = Text(vi="Mời xem lại.", en="Please look again.")


def test_nothing_is_ticked_and_without_what_is_required_nobody_goes_on() -> None:
    walk = DossierWalk().to_procedure().tell(Tap.NEXT)
    assert walk.errand.consents == frozenset()
    walk.tell(Pick(Of.CONSENT, "sms"), Tap.NEXT)
    assert walk.state.screen is Screen.CONSENTS
    walk.tell(Pick(Of.CONSENT, "handling"), Tap.NEXT)
    assert walk.state.screen is Screen.ASKING
    assert walk.asks(What.START)[0].body.procedure == walk.form.code  # type: ignore[union-attr]  # a StartDraft


def test_a_procedure_of_the_counter_leads_to_a_ticket() -> None:
    walk = DossierWalk(small_form(can_submit=False)).to_procedure().tell(Tap.NEXT)
    assert walk.state.screen is Screen.PROCEDURE
    walk.tell(Tap.TAKE_NUMBER)
    assert (walk.state.screen, walk.state.session.service) == (Screen.PRIORITY, "khai-sinh")


def test_a_wrong_answer_is_said_in_one_sentence_and_stays() -> None:
    walk = DossierWalk().to_form().type("an").tell(Tap.NEXT).type("3102").tell(Tap.NEXT)
    assert walk.errand.asked == "born"
    assert walk.errand.wrong is not None
    assert "05/09/1990" in walk.errand.wrong.vi
    walk.type("1990").tell(Tap.NEXT)
    assert walk.errand.wrong is not None
    assert walk.errand.wrong.vi == "Không có ngày này."


def test_answers_are_saved_question_by_question_and_all_are_checked_at_the_end() -> None:
    walk = DossierWalk().to_form().fill()
    saved = walk.asks(What.SAVE)[-1].body
    assert isinstance(saved, PutAnswers)
    assert saved.answers["full_name"] == "Nguyễn"
    assert "Nguyễn" not in repr(walk.asks(What.SAVE)[-1])
    walk.answer(What.CHECK, AnswersChecked(wrong=[WrongAnswer(field="born", words=AGAIN)]))
    assert (walk.state.screen, walk.errand.asked, walk.errand.wrong) == (Screen.QUESTION, "born", AGAIN)


def test_what_the_card_fills_is_shown_for_confirmation_and_what_is_doubtful_is_marked() -> None:
    walk = DossierWalk().tell(CardReaderChanged(works=True)).to_form()
    assert walk.state.screen is Screen.CARD_NOTICE
    walk.tell(Tap.AGREE, Scanned(CARD), Tap.CONFIRM)
    assert walk.errand.asked == ""
    assert walk.errand.from_card == {"full_name", "born", "sex", "personal_id"}
    assert walk.errand.answers["sex"] == "male"
    walk.tell(Pick(Of.QUESTION, "full_name"))
    assert walk.errand.asked == "full_name"
    walk.tell(Key("erase"), Tap.NEXT)
    assert (walk.errand.asked, walk.errand.answers["full_name"]) == ("", "Nguyễn Văn Mẫ")
    walk.tell(Tap.NEXT)
    assert walk.errand.asked == "child_name"


def test_without_a_card_everything_is_asked() -> None:
    walk = DossierWalk().tell(CardReaderChanged(works=True)).to_form().tell(Tap.WITHOUT_CARD)
    assert (walk.errand.asked, walk.errand.from_card) == ("full_name", frozenset())
    assert walk.state.session.prefill is None


def test_the_ward_is_asked_only_where_there_is_a_choice() -> None:
    two = [Handler(id=each, name=Text(vi=each, en=each)) for each in ("thu", "khac")]
    walk = DossierWalk(small_form(handlers=two)).to_form().fill()
    assert walk.errand.asked == "handled_by"
    walk.tell(Pick(Of.HANDLER, "khac"), Tap.NEXT)
    body = walk.asks(What.CHECK)[-1].body
    assert isinstance(body, PutAnswers)
    assert body.handled_by == "khac"


def test_every_answer_can_be_changed_from_the_review() -> None:
    walk = DossierWalk().to_review().tell(Pick(Of.QUESTION, "born"))
    assert (walk.state.screen, walk.errand.asked) == (Screen.QUESTION, "born")
    walk.tell(Key("clear")).type("01011991").tell(Tap.NEXT).answer(What.CHECK, AnswersChecked(wrong=[]))
    assert (walk.state.screen, walk.errand.answers["born"]) == (Screen.REVIEW, "01/01/1991")


def test_a_double_tap_on_send_is_one_dossier() -> None:
    walk = DossierWalk().to_review().tell(Tap.SEND).tell(Tap.SEND, Tap.SEND, after_ms=120)
    (ask,) = walk.asks(What.SUBMIT)
    assert isinstance(ask.body, SubmitDraft)
    assert ask.body.consents == ["handling"]


def test_going_back_and_sending_again_repeats_the_request_id() -> None:
    walk = DossierWalk().to_review().tell(Tap.SEND)
    walk.tell(HubDenied(walk.asks(What.SUBMIT)[0], "invalid", AGAIN), Tap.BACK, Tap.SEND)
    first, second = walk.asks(What.SUBMIT)
    assert isinstance(first.body, SubmitDraft)
    assert isinstance(second.body, SubmitDraft)
    assert first.body.request_id == second.body.request_id


def test_the_receipt_is_printed_and_stays_on_the_screen_when_the_paper_ends() -> None:
    walk = DossierWalk().to_receipt()
    assert walk.state.screen is Screen.RECEIPT
    (printing,) = (each for each in walk.effects if isinstance(each, PrintDossierSlip))
    walk.tell(DossierSlipCame(printing.key, "not_printed", "paper_out"))
    assert (walk.state.session.paper, walk.errand.receipt) == (Paper.NOT_PRINTED, receipt())
    walk.tell(*[Tick()] * 80)
    assert walk.state.screen is Screen.RECEIPT
    walk.tell(*[Tick()] * 20)
    assert (walk.state.screen, walk.state.session.errand) == (Screen.HOME, None)
    assert walk.asks(What.LEAVE) == []


def test_originals_lead_to_a_ticket_for_the_same_procedure() -> None:
    walk = DossierWalk().to_receipt().tell(Tap.TAKE_NUMBER)
    assert (walk.state.screen, walk.state.session.service) == (Screen.PRIORITY, "khai-sinh")
    assert walk.state.session.errand is None


@pytest.mark.parametrize("ending", ["home", "idle"])
def test_a_draft_that_is_left_is_wiped_at_once(ending: str) -> None:
    walk = DossierWalk().to_form()
    if ending == "home":
        walk.tell(Tap.BACK, Tap.BACK, Tap.BACK, Tap.BACK)
    else:
        walk.tell(*[Tick()] * 201)
    assert (walk.state.screen, walk.state.session.errand) == (Screen.HOME, None)
    assert [ask.path for ask in walk.asks(What.LEAVE)] == [f"/v1/drafts/{DRAFT}/leave"]
    assert [effect.draft for effect in walk.effects if isinstance(effect, RememberDraft)][-1] == ""
    assert any(isinstance(effect, DropAsks) for effect in walk.effects)


def test_who_types_is_not_hurried_as_one_who_looks() -> None:
    walk = DossierWalk(timing=Timing(patient_s=100)).to_form().tell(*[Tick()] * 150)
    assert walk.state.idle_left_s is None
    walk.tell(*[Tick()] * 20)
    assert walk.state.idle_left_s is not None


def test_a_hub_that_is_away_is_said_and_its_answer_still_counts() -> None:
    walk = DossierWalk().to_review().tell(Tap.SEND)
    ask = walk.asks(What.SUBMIT)[0]
    walk.tell(HubAway(ask))
    assert walk.state.screen is Screen.AWAY
    walk.tell(HubSaid(ask, receipt(kept="kept")))
    assert walk.state.screen is Screen.RECEIPT


def test_an_answer_to_somebody_who_has_gone_is_none() -> None:
    walk = DossierWalk().to_procedure().tell(Tap.NEXT, Pick(Of.CONSENT, "handling"), Tap.NEXT)
    late = walk.asks(What.START)[0]
    walk.tell(HubAway(late), Tap.CANCEL, Tap.SUBMIT_DOSSIER, HubSaid(late, draft()))
    assert (walk.state.screen, walk.errand.draft) == (Screen.FIND, None)


def test_a_catalogue_that_comes_in_between_takes_nobody_away() -> None:
    walk = DossierWalk().to_form()
    assert walk.state.catalogue is not None
    walk.tell(CatalogueCame(walk.state.catalogue))
    assert walk.state.screen is Screen.QUESTION


def test_after_a_crash_the_four_digits_bring_the_draft_back() -> None:
    walk = DossierWalk().tell(DraftFound(DRAFT))
    assert walk.state.screen is Screen.RESUME
    walk.type("0011")
    answers = {"full_name": "Nguyễn Văn Mẫu", "born": "1990-09-05"}
    walk.answer(What.RESUME, ResumedDraft(state=draft(), answers=answers))
    walk.answer(What.FORM, small_form())
    assert (walk.state.screen, walk.errand.answers["born"]) == (Screen.QUESTION, "05/09/1990")


def test_a_draft_that_nobody_claims_is_wiped() -> None:
    walk = DossierWalk().tell(DraftFound(DRAFT), Tap.CANCEL)
    assert walk.state.screen is Screen.HOME
    assert len(walk.asks(What.LEAVE)) == 1


def test_wrong_digits_are_said_and_asked_again() -> None:
    walk = DossierWalk().tell(DraftFound(DRAFT)).type("9999")
    walk.tell(HubDenied(walk.asks(What.RESUME)[0], "wrong_digits", AGAIN))
    assert (walk.state.screen, walk.errand.wrong) == (Screen.DENIED, AGAIN)
    walk.tell(Tap.BACK)
    assert (walk.state.screen, walk.errand.typed) == (Screen.RESUME, "")


def test_who_cannot_type_comes_to_every_procedure_by_its_field_and_back_the_same_way() -> None:
    walk = DossierWalk().tell(Tap.SUBMIT_DOSSIER, Tap.BY_FIELD)
    name = walk.form.name
    birth = ProcedureHit(code=walk.form.code, name=name, field="Hộ tịch", service="khai-sinh")
    other = ProcedureHit(code="2.001023", name=name, field="Bảo trợ xã hội", service="")
    walk.answer(What.BROWSE, AllProcedures(procedures=[birth, other]))
    assert (walk.state.screen, fields_of(walk.errand)) == (Screen.FIND_FIELD, ("Hộ tịch", "Bảo trợ xã hội"))
    walk.tell(Pick(Of.FIELD, "Hộ tịch"))
    assert procedures_in_field(walk.errand) == (birth,)
    walk.tell(Pick(Of.PROCEDURE, other.code))  # not on this screen
    assert walk.state.screen is Screen.FIND_IN_FIELD
    walk.tell(Pick(Of.PROCEDURE, birth.code)).answer(What.FORM, walk.form)
    assert (walk.state.screen, walk.errand.service) == (Screen.PROCEDURE, "khai-sinh")
    for screen in (Screen.FIND_IN_FIELD, Screen.FIND_FIELD, Screen.FIND):
        walk.tell(Tap.BACK)
        assert walk.state.screen is screen
    walk.tell(Tap.BY_FIELD)
    assert (walk.state.screen, len(walk.asks(What.BROWSE))) == (Screen.FIND_FIELD, 1)


def test_help_is_there_while_a_form_is_filled_in_and_leads_back_to_the_same_question() -> None:
    walk = DossierWalk().to_form().type("an")
    asked, answers = walk.errand.asked, walk.errand.answers
    assert walk.tell(Tap.HELP).state.screen is Screen.HELP
    walk.tell(Tap.BACK)
    assert (walk.state.screen, walk.errand.asked, walk.errand.answers) == (Screen.QUESTION, asked, answers)


def test_a_search_after_a_look_at_one_procedure_shows_all_that_fit() -> None:
    walk = DossierWalk().to_procedure().tell(Tap.BACK).type("a")
    hits = [ProcedureHit(code=str(n), name=walk.form.name, field="", service="khai-sinh" * n) for n in range(2)]
    walk.answer(What.FIND, ProcedureHits(hits=hits, ambiguous=2))
    assert (walk.errand.hits, walk.errand.ambiguous) == (tuple(hits), 2)


def test_nothing_of_the_person_shows_itself_in_a_log() -> None:
    walk = DossierWalk().tell(CardReaderChanged(works=True)).to_form()
    walk.tell(Tap.AGREE, Scanned(CARD), Tap.CONFIRM)
    shown = repr(walk.effects) + repr(walk.errand) + repr(Key("7"))
    assert not any(word in shown for word in (NUMBER, "Mẫu", "1990", str(PersonalId(NUMBER).digits)))


def test_every_answer_of_the_hub_renews_the_minutes_after_a_crash() -> None:
    walk = DossierWalk().to_form()
    kept = len([effect for effect in walk.effects if isinstance(effect, RememberDraft)])
    walk.type("nguyeenx").tell(Tap.NEXT).answer(What.SAVE, AnswersChecked(wrong=[]))
    assert [effect.draft for effect in walk.effects if isinstance(effect, RememberDraft)] == [DRAFT] * (kept + 1)
