"""Handing in a dossier, screen by screen: a part of the table of ``kiosk.touch.flow``. Pure.

1. Nothing is asked that the procedure does not need, and nothing is ticked or sent that the person did not touch.
2. A page counts when the hub has it; it is sent while the person goes on.
3. A draft belongs to who is here now: with the end of the session, however it comes, it is wiped (``leaving``).
4. One submission is one request id: a second tap, a retry and an answer that was lost are one dossier.
"""

from dataclasses import replace
from types import MappingProxyType

from kiosk.clock import local
from kiosk.touch.dossier import asks
from kiosk.touch.dossier.errand import (
    FROM_CARD,
    HANDLER,
    Submission,
    agreed,
    field_named,
    fields_of,
    filled_from,
    first_wrong,
    missing_papers,
    procedures_in_field,
    questions,
    wrong_in,
)
from kiosk.touch.dossier.events import DraftFound, DropAsks, Key, Of, Pick, RememberDraft
from kiosk.touch.dossier.keys import SHIFT, board_of, press
from kiosk.touch.dossier.steps import answered, await_hub, submission, with_errand
from kiosk.touch.dossier.steps import asks as ask_effects
from kiosk.touch.events import Effect, Tap
from kiosk.touch.state import Now, Screen, State
from kiosk.touch.steps import Act, Step, back, end, enter, home
from kiosk.wire.common import Text
from kiosk.wire.procedure_api import ProcedureHit
from kiosk.wire.submission_api import Handler, PutAnswers, StartDraft

LONGEST_SEARCH = 80
LAST_DIGITS = 4


def begin(state: State, event: object, now: Now) -> Step:
    if state.catalogue is None or state.hub_lost:
        return state, ()
    return enter(state, Screen.FIND, now, errand=Submission(now.fresh_id)), ()


# Which procedure


def _search(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = submission(state)
    if event.key == SHIFT:
        return with_errand(state, errand, shifted=not errand.shifted), ()
    typed = press("search", errand.typed, event.key, errand.shifted, LONGEST_SEARCH)
    if typed == errand.typed:
        return state, ()
    state = with_errand(state, errand, typed=typed, shifted=False, hits=errand.hits if typed else None)
    return state, ask_effects(asks.find(errand.id, typed)) if typed.strip() else ()


def _by_field(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.shelf:
        return enter(state, Screen.FIND_FIELD, now), ()
    return await_hub(state, asks.browse(errand.id), now)


def _pick_field(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = submission(state)
    if event.of is not Of.FIELD or event.id not in fields_of(errand):
        return state, ()
    return enter(with_errand(state, errand, in_field=event.id), Screen.FIND_IN_FIELD, now), ()


def _pick_found(state: State, event: object, now: Now) -> Step:
    return _pick_procedure(with_errand(state, submission(state), in_field=""), submission(state).hits or (), event, now)


def _pick_in_field(state: State, event: object, now: Now) -> Step:
    return _pick_procedure(state, procedures_in_field(submission(state)), event, now)


def _pick_procedure(state: State, shown: tuple[ProcedureHit, ...], event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    hit = next((each for each in shown if each.code == event.id), None)
    if event.of is not Of.PROCEDURE or hit is None:
        return state, ()
    return await_hub(state, asks.form(submission(state).id, hit.code), now, service=hit.service)


def _procedure_back(state: State, event: object, now: Now) -> Step:
    """To the list that it was picked from."""
    return enter(state, Screen.FIND_IN_FIELD if submission(state).in_field else Screen.FIND, now), ()


# Notice, consents, card


def _procedure_next(state: State, event: object, now: Now) -> Step:
    form = submission(state).form
    if form is None or not form.can_submit:
        return state, ()
    return enter(state, Screen.CONSENTS, now), ()


def _pick_consent(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = submission(state)
    known = {each.id for each in errand.form.consents} if errand.form else set()
    if event.of is not Of.CONSENT or event.id not in known:
        return state, ()
    return with_errand(state, errand, consents=errand.consents ^ {event.id}), ()


def _consents_next(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.form is None or not agreed(errand):
        return state, ()
    if errand.draft is not None:
        return to_card(state, now), ()
    language = state.session.language
    message = StartDraft(request_id=errand.id, procedure=errand.form.code, language=language)
    return await_hub(state, asks.start(errand.id, message), now)


def to_card(state: State, now: Now) -> State:
    """Where the kiosk can read one; the form can be filled in without."""
    return enter(state, Screen.CARD_NOTICE, now) if state.reads_cards else to_form(state, now)


def to_form(state: State, now: Now) -> State:
    """With what the card said, if one was read and confirmed; what it says wrongly is asked like everything else."""
    errand, card = submission(state), state.session.prefill
    if errand.form is None:
        return state
    if card is not None:
        answers, doubtful = filled_from(card, errand.form.fields)
        filled = replace(errand, answers={**errand.answers, **answers})
        good = frozenset(name for name in answers if wrong_in(filled, name, local(now.ms).date()) is None)
        errand = replace(filled, from_card=good, to_check=doubtful & good)
    errand = replace(errand, handled_by=errand.handled_by or _here(errand))
    errand = replace(errand, asked=(*questions(errand), FROM_CARD)[0], wrong=None, reviewing=False)
    state = replace(state, session=replace(state.session, errand=errand))
    return enter(state, Screen.QUESTION, now) if questions(errand) else enter(state, Screen.PAPERS, now)


def _here(errand: Submission) -> str:
    handlers = errand.form.handlers if errand.form else []
    return handlers[0].id if handlers else ""


# The form


def _type(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = submission(state)
    asked = field_named(errand, errand.asked)
    if errand.asked == HANDLER and event.key != SHIFT:  # one of the city's wards, found by its name
        return with_errand(state, errand, typed=press("search", errand.typed, event.key, False, LONGEST_SEARCH)), ()
    if asked is None or asked.choices:
        return state, ()
    if event.key == SHIFT:
        return with_errand(state, errand, shifted=not errand.shifted), ()
    was = errand.answers.get(asked.id, "")
    typed = press(board_of(asked), was, event.key, errand.shifted, asked.max_length)
    return with_errand(state, errand, answers={**errand.answers, asked.id: typed}, shifted=False, wrong=None), ()


def _pick_answer(state: State, event: object, now: Now) -> Step:
    """A choice, the ward that handles the dossier, or what the card said and is to be put right."""
    assert isinstance(event, Pick)
    errand, handlers = submission(state), {each.id for each in _handlers(state)}
    if event.of is Of.ANSWER and field_named(errand, errand.asked) is not None:
        return with_errand(state, errand, answers={**errand.answers, errand.asked: event.id}, wrong=None), ()
    if event.of is Of.HANDLER and errand.asked == HANDLER and event.id in handlers:
        return with_errand(state, errand, handled_by=event.id), ()
    if event.of is Of.QUESTION and errand.asked == FROM_CARD and event.id in errand.from_card:
        return _ask(state, event.id, now), ()
    return state, ()


def _handlers(state: State) -> list[Handler]:
    form = submission(state).form
    return form.handlers if form else []


def _ask(state: State, question: str, now: Now, **changes: object) -> State:
    changes = {"asked": question, "wrong": None, "shifted": False, "typed": "", **changes}
    return enter(with_errand(state, submission(state), **changes), Screen.QUESTION, now)


def _question_next(state: State, event: object, now: Now) -> Step:
    errand, today = submission(state), local(now.ms).date()
    wrong = wrong_in(errand, errand.asked, today)
    if wrong is not None:
        return with_errand(state, errand, wrong=wrong), ()
    if errand.asked in errand.from_card and not errand.reviewing:
        return _ask(state, FROM_CARD, now, to_check=errand.to_check - {errand.asked}), ()
    pages = questions(errand)
    place = pages.index(errand.asked) + 1 if errand.asked in pages else len(pages)
    if errand.reviewing or place == len(pages):
        return _check_all(state, now)
    return _ask(state, pages[place], now), ask_effects(asks.save(errand.id, errand.draft_id, _answers(errand)))


def _check_all(state: State, now: Now) -> Step:
    """Here and by the hub, which has the last word."""
    errand = submission(state)
    wrong = first_wrong(errand, local(now.ms).date())
    if wrong is not None:
        return _ask(state, wrong[0], now, wrong=wrong[1]), ()
    return await_hub(state, asks.check(errand.id, errand.draft_id, _answers(errand)), now)


def _answers(errand: Submission) -> PutAnswers:
    return PutAnswers(answers=dict(errand.answers), handled_by=errand.handled_by or _here(errand))


def _question_back(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    if errand.reviewing:
        return enter(state, Screen.REVIEW, now), ()
    if errand.asked in errand.from_card:
        return _ask(state, FROM_CARD, now), ()
    pages = questions(errand)
    place = pages.index(errand.asked) if errand.asked in pages else 0
    return (_ask(state, pages[place - 1], now) if place else enter(state, Screen.CONSENTS, now)), ()


def checked(state: State, wrong: dict[str, Text], now: Now) -> State:
    """The hub's word on the answers."""
    errand = submission(state)
    first = next((name for name in (*questions(errand), *errand.from_card) if name in wrong), "")
    if first:
        return _ask(answered(state, Screen.QUESTION, now), first, now, wrong=wrong[first])
    has_papers = errand.form is not None and bool(errand.form.papers)
    return answered(state, Screen.REVIEW if errand.reviewing or not has_papers else Screen.PAPERS, now, reviewing=False)


def _papers_back(state: State, event: object, now: Now) -> Step:
    pages = questions(submission(state))
    return (_ask(state, pages[-1], now) if pages else enter(state, Screen.CONSENTS, now)), ()


# Review, receipt


def _papers_next(state: State, event: object, now: Now) -> Step:
    return (state if missing_papers(submission(state)) else enter(state, Screen.REVIEW, now)), ()


def _review_back(state: State, event: object, now: Now) -> Step:
    form = submission(state).form
    return (enter(state, Screen.PAPERS, now), ()) if form and form.papers else _papers_back(state, event, now)


def _change(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = submission(state)
    if event.of is Of.QUESTION and (event.id == HANDLER or field_named(errand, event.id) is not None):
        return _ask(state, event.id, now, reviewing=True), ()
    if event.of is Of.PAPER and errand.form and any(each.id == event.id for each in errand.form.papers):
        state = with_errand(state, errand, paper=event.id, reviewing=True, wrong=None)
        return enter(state, Screen.PAPER, now), ()
    return state, ()


def _send(state: State, event: object, now: Now) -> Step:
    errand = submission(state)
    wrong = first_wrong(errand, local(now.ms).date())
    if wrong is not None:
        return _ask(state, wrong[0], now, wrong=wrong[1], reviewing=True), ()
    if missing_papers(errand):
        return enter(state, Screen.PAPERS, now), ()
    request_id = errand.request_id or now.fresh_id
    ask = asks.submit(errand.id, errand.draft_id, request_id, tuple(errand.consents))
    return await_hub(state, ask, now, request_id=request_id)


# A draft that a crash left behind


def draft_found(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, DraftFound)
    return offer_draft(replace(state, left_draft=event.draft), now), ()


def offer_draft(state: State, now: Now) -> State:
    """Only while nobody else has begun anything."""
    if not state.left_draft or state.screen is not Screen.HOME or state.session.errand is not None:
        return state
    errand = Submission(now.fresh_id, found=state.left_draft)
    return enter(replace(state, left_draft="", touched_ms=now.ms), Screen.RESUME, now, errand=errand)


def _last_digits(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = submission(state)
    typed = press("digits", errand.typed, event.key, False, LAST_DIGITS)
    state = with_errand(state, errand, typed=typed, wrong=None)
    if len(typed) < LAST_DIGITS:
        return state, ()
    return await_hub(state, asks.resume(errand.id, errand.found, typed), now, typed="")


# The end


def leaving(before: State, after: State) -> tuple[Effect, ...]:
    """What is owed when an errand ends: nobody waits for its answers any more, and its draft is wiped."""
    errand, now = before.session.errand, after.session.errand
    if errand is None or (now is not None and now.id == errand.id):
        return ()
    gone: tuple[Effect, ...] = (DropAsks(errand.id),)
    if isinstance(errand, Submission) and errand.receipt is None and errand.draft_id:
        gone = (*gone, *ask_effects(asks.leave(errand.draft_id)), RememberDraft(""))
    return gone


def _done(state: State, event: object, now: Now) -> Step:
    return end(state, now), ()


PERSON: MappingProxyType[tuple[Screen, object], Act] = MappingProxyType(
    {
        (Screen.HOME, Tap.SUBMIT_DOSSIER): begin,
        (Screen.FIND, Key): _search,
        (Screen.FIND, Tap.BY_FIELD): _by_field,
        (Screen.FIND, Pick): _pick_found,
        (Screen.FIND, Tap.BACK): home,
        (Screen.FIND_FIELD, Pick): _pick_field,
        (Screen.FIND_FIELD, Tap.BACK): back(Screen.FIND),
        (Screen.FIND_IN_FIELD, Pick): _pick_in_field,
        (Screen.FIND_IN_FIELD, Tap.BACK): back(Screen.FIND_FIELD),
        (Screen.PROCEDURE, Tap.NEXT): _procedure_next,
        (Screen.PROCEDURE, Tap.BACK): _procedure_back,
        (Screen.CONSENTS, Pick): _pick_consent,
        (Screen.CONSENTS, Tap.NEXT): _consents_next,
        (Screen.CONSENTS, Tap.BACK): back(Screen.PROCEDURE),
        (Screen.QUESTION, Key): _type,
        (Screen.QUESTION, Pick): _pick_answer,
        (Screen.QUESTION, Tap.NEXT): _question_next,
        (Screen.QUESTION, Tap.BACK): _question_back,
        (Screen.PAPERS, Tap.NEXT): _papers_next,
        (Screen.PAPERS, Tap.BACK): _papers_back,
        (Screen.REVIEW, Pick): _change,
        (Screen.REVIEW, Tap.SEND): _send,
        (Screen.REVIEW, Tap.BACK): _review_back,
        (Screen.RECEIPT, Tap.DONE): _done,
        (Screen.RESUME, Key): _last_digits,
        (Screen.RESUME, Tap.CANCEL): home,
    }
)
