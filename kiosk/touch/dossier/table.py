"""The dossier's part of the table of ``kiosk.touch.flow``: what its screens answer to, and what the hub said. Pure."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from kiosk.touch.dossier import asks, look_up, papers, submit
from kiosk.touch.dossier.asks import What
from kiosk.touch.dossier.errand import Submission
from kiosk.touch.dossier.events import DraftFound, RememberDraft, SheetCame, SheetFailed, SheetReadersChanged
from kiosk.touch.dossier.steps import (
    answered,
    ask_again,
    back_from_denied,
    hub_away,
    hub_denied,
    is_awaited,
    is_ours,
    submission,
    with_errand,
)
from kiosk.touch.events import AskHub, DossierSlipCame, Effect, HubAway, HubDenied, HubSaid, PrintDossierSlip, Tap
from kiosk.touch.state import Now, Paper, Screen, State
from kiosk.touch.steps import Act, Step, end, home
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.procedure_api import AllProcedures, ProcedureHits
from kiosk.wire.submission_api import (
    AnswersChecked,
    DraftState,
    ProcedureForm,
    Receipt,
    ResultLink,
    ResumedDraft,
)

#: Where somebody types, is busy with papers or with a phone: nobody is hurried there.
PATIENT = frozenset(
    {
        Screen.FIND,
        Screen.FIND_FIELD,
        Screen.FIND_IN_FIELD,
        Screen.PROCEDURE,
        Screen.CONSENTS,
        Screen.QUESTION,
        Screen.PAPERS,
        Screen.PAPER,
        Screen.SHEET,
        Screen.PHONE,
        Screen.PHONE_CHECK,
        Screen.REVIEW,
        Screen.LOOK_UP_CODE,
        Screen.LOOK_UP_SECRET,
        Screen.DOSSIER,
        Screen.RESULTS,
        Screen.RESULT,
        Screen.AWAY,
    }
)

#: Where nothing moves while somebody reads how it is done.
HAS_HELP = frozenset(
    {
        Screen.FIND,
        Screen.FIND_FIELD,
        Screen.FIND_IN_FIELD,
        Screen.PROCEDURE,
        Screen.CONSENTS,
        Screen.QUESTION,
        Screen.PAPERS,
        Screen.PAPER,
        Screen.REVIEW,
        Screen.LOOK_UP,
        Screen.LOOK_UP_CODE,
        Screen.LOOK_UP_SECRET,
        Screen.LOOK_UP_PHONE,
    }
)


def owed(before: State, after: State) -> tuple[Effect, ...]:
    """What a change of the screen or the end of an errand asks for by itself."""
    return (*submit.leaving(before, after), *papers.desk(before, after))


def tick(state: State, now: Now) -> tuple[Effect, ...]:
    return papers.watch(state, now)


def _hub_said(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, HubSaid)
    ask = event.ask
    if not is_ours(state, ask) or (ask.what in _AWAITED and not is_awaited(state, ask)):
        return state, ()
    if ask.what is What.THUMBNAIL and isinstance(event.reply, bytes):
        return papers.thumbnail_came(state, ask, event.reply), ()
    act = _REPLIES.get(type(event.reply))
    after, effects = act(state, event, now) if act else (state, ())
    if isinstance(event.reply, _LIFE_SIGNS) and submission(after).draft is not None:
        # The minutes after a crash count from the last thing that was done.
        effects = (*effects, RememberDraft(submission(after).draft_id))
    return after, effects


def _hits_came(state: State, event: HubSaid, now: Now) -> Step:
    reply, errand = event.reply, submission(state)
    assert isinstance(reply, ProcedureHits)
    return with_errand(state, errand, hits=tuple(reply.hits), ambiguous=reply.ambiguous), ()


def _shelf_came(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, AllProcedures)
    return answered(state, Screen.FIND_FIELD, now, shelf=tuple(event.reply.procedures)), ()


def _form_came(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, ProcedureForm)
    if submission(state).draft is not None:  # after a crash: the person goes on where something is missing
        state = answered(state, Screen.QUESTION, now, form=event.reply)
        return submit.to_form(state, now), ()
    changes = {"form": event.reply, "consents": frozenset[str](), "answers": {}, "from_card": frozenset[str]()}
    return answered(state, Screen.PROCEDURE, now, **changes), ()


def _draft_came(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, DraftState)
    what = event.ask.what
    if what is What.START:
        state = answered(state, Screen.CARD_NOTICE, now, draft=event.reply)
        return submit.to_card(state, now), ()
    if what in (What.PHONE, What.ADMIT):
        state = answered(state, Screen.PHONE, now)
    sent_more = _pages(event.reply) != _pages(submission(state).draft)
    state, effects = papers.draft_came(state, event.reply, now)
    # Whoever sends from a phone is still there, though nobody touches the screen.
    return (replace(state, touched_ms=now.ms) if sent_more else state), effects


def _pages(draft: DraftState | None) -> list[int]:
    return [each.pages for each in draft.papers] if draft else []


def _checked(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, AnswersChecked)
    if event.ask.what is not What.CHECK:
        return state, ()
    return submit.checked(state, {each.field: each.words for each in event.reply.wrong}, now), ()


def _receipt_came(state: State, event: HubSaid, now: Now) -> Step:
    receipt = event.reply
    assert isinstance(receipt, Receipt)
    state = answered(state, Screen.RECEIPT, now, receipt=receipt, answers={}, thumbnails={}, sheet=None)
    session = replace(state.session, paper=Paper.PRINTING, paper_reason="", card=None, prefill=None, unconfirmed=None)
    language = state.session.language
    printing = PrintDossierSlip(receipt.code, receipt, language)
    return replace(state, session=session, hub_lost=False), (printing, RememberDraft(""))


def _resumed(state: State, event: HubSaid, now: Now) -> Step:
    reply, errand = event.reply, submission(state)
    assert isinstance(reply, ResumedDraft)
    ask = asks.form(errand.id, reply.state.procedure)
    answers = {name: _as_typed(text) for name, text in reply.answers.items()}
    state = with_errand(state, errand, draft=reply.state, answers=answers, pending=ask)
    return state, (AskHub(ask), RememberDraft(reply.state.draft))


def _looked_up(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, LookUpReply)
    return look_up.came(state, event.reply, now), ()


def _link_came(state: State, event: HubSaid, now: Now) -> Step:
    assert isinstance(event.reply, ResultLink)
    return answered(state, Screen.RESULT, now, link=event.reply), ()


def _as_typed(stored: str) -> str:
    """A stored day (1990-09-05) as it is typed."""
    parts = stored.split("-")
    is_day = [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts)
    return "/".join(reversed(parts)) if is_day else stored


def _slip_came(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, DossierSlipCame)
    errand = state.session.errand
    shown = errand.receipt if isinstance(errand, Submission) else errand.shown if errand else None
    if shown is None or shown.code != event.key:
        return state, ()
    session = replace(state.session, paper=Paper(event.outcome), paper_reason=event.reason)
    return replace(state, session=session, touched_ms=now.ms), ()


def _leave(state: State, event: object, now: Now) -> Step:
    return end(state, now), ()


_LIFE_SIGNS = (DraftState, AnswersChecked)
_AWAITED = frozenset(
    {
        What.BROWSE,
        What.FORM,
        What.START,
        What.CHECK,
        What.PHONE,
        What.ADMIT,
        What.SUBMIT,
        What.RESUME,
        What.LOOK_UP,
        What.RESULT_LINK,
    }
)
_REPLIES: dict[type, Callable[[State, HubSaid, Now], Step]] = {
    ProcedureHits: _hits_came,
    AllProcedures: _shelf_came,
    ProcedureForm: _form_came,
    DraftState: _draft_came,
    AnswersChecked: _checked,
    Receipt: _receipt_came,
    ResumedDraft: _resumed,
    LookUpReply: _looked_up,
    ResultLink: _link_came,
}

PERSON: MappingProxyType[tuple[Screen, object], Act] = MappingProxyType(
    {
        **submit.PERSON,
        **papers.PERSON,
        **look_up.PERSON,
        (Screen.AWAY, Tap.CANCEL): home,
        (Screen.AWAY, Tap.NEXT): ask_again,
        (Screen.DENIED, Tap.BACK): back_from_denied,
        (Screen.DENIED, Tap.DONE): _leave,
    }
)

MACHINE: MappingProxyType[type, Act] = MappingProxyType(
    {
        HubSaid: _hub_said,
        HubDenied: hub_denied,
        HubAway: hub_away,
        DossierSlipCame: _slip_came,
        SheetCame: papers.sheet_came,
        SheetFailed: papers.sheet_failed,
        SheetReadersChanged: papers.readers_changed,
        DraftFound: submit.draft_found,
    }
)
