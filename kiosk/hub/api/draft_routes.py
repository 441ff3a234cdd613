"""Submitting at a kiosk, and look-ups: what ``kiosk.wire.submission_api`` says. Files come by ``paper_routes``."""

from kiosk.hub.api.endpoint import Answer, ApiRoute, Ask, Who
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.common import Done
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.submission_api import (
    AdmitPhone,
    AnswersChecked,
    DraftState,
    KioskLookUp,
    ProcedureForm,
    PutAnswers,
    Receipt,
    ResultLink,
    ResultLinkAsk,
    ResumedDraft,
    ResumeDraft,
    SetWay,
    StartDraft,
    SubmitDraft,
)


async def show_form(ask: Ask[None]) -> Answer:
    return ask.parts.dossiers.parts.forms.procedure_form(ask.path["code"]) or Refused(Why.UNKNOWN_PROCEDURE)


async def start(ask: Ask[StartDraft]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.start, ask.caller.name, ask.body)


async def show(ask: Ask[None]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.show, ask.caller.name, ask.path["draft"])


async def put_answers(ask: Ask[PutAnswers]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.put_answers, ask.caller.name, ask.path["draft"], ask.body)


async def clear_paper(ask: Ask[None]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.clear, ask.caller.name, ask.path["draft"], ask.path["paper"])


async def set_way(ask: Ask[SetWay]) -> Answer:
    room, paper = ask.parts.dossiers, ask.path["paper"]
    return await room.on_disk(room.parts.drafts.set_way, ask.caller.name, ask.path["draft"], paper, ask.body)


async def ask_phone(ask: Ask[None]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.ask_phone, ask.caller.name, ask.path["draft"])


async def admit_phone(ask: Ask[AdmitPhone]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.admit_phone, ask.caller.name, ask.path["draft"], ask.body)


async def submit(ask: Ask[SubmitDraft]) -> Answer:
    return await ask.parts.dossiers.submit(ask.caller.name, ask.path["draft"], ask.body)


async def leave(ask: Ask[None]) -> Answer:
    """What is gone already is left, too."""
    room = ask.parts.dossiers
    await room.on_disk(room.leave, ask.caller.name, ask.path["draft"])
    return Done()


async def resume(ask: Ask[ResumeDraft]) -> Answer:
    room = ask.parts.dossiers
    return await room.on_disk(room.parts.drafts.resume, ask.caller.name, ask.path["draft"], ask.body)


async def look_up(ask: Ask[KioskLookUp]) -> Answer:
    room = ask.parts.dossiers
    reply = await room.ask_city(room.parts.look_ups.look_up, ask.caller.name, ask.body)
    return reply if isinstance(reply, Refused) else room.parts.forms.named(reply)


async def result_link(ask: Ask[ResultLinkAsk]) -> Answer:
    room = ask.parts.dossiers
    return await room.ask_city(room.parts.look_ups.link, ask.caller.name, ask.body)


_DRAFT = "/v1/drafts/{draft}"
_PAPER = _DRAFT + "/papers/{paper}"

ROUTES = (
    ApiRoute("GET", "/v1/procedures/{code}/form", "What its form asks", Who.KIOSK, ProcedureForm, show_form),
    ApiRoute("POST", "/v1/drafts", "Begin a submission", Who.KIOSK, DraftState, start, StartDraft),
    ApiRoute("GET", _DRAFT, "How far it is", Who.KIOSK, DraftState, show),
    ApiRoute("POST", f"{_DRAFT}/answers", "Fill in", Who.KIOSK, AnswersChecked, put_answers, PutAnswers),
    ApiRoute("POST", f"{_PAPER}/clear", "Take a paper back", Who.KIOSK, DraftState, clear_paper),
    ApiRoute("POST", f"{_PAPER}/way", "Bring a paper to the counter", Who.KIOSK, DraftState, set_way, SetWay),
    ApiRoute("POST", f"{_DRAFT}/phone", "A link for the citizen's phone", Who.KIOSK, DraftState, ask_phone),
    ApiRoute("POST", f"{_DRAFT}/phone/admit", "Let a phone in", Who.KIOSK, DraftState, admit_phone, AdmitPhone),
    ApiRoute("POST", f"{_DRAFT}/submit", "Submit", Who.KIOSK, Receipt, submit, SubmitDraft),
    ApiRoute("POST", f"{_DRAFT}/leave", "Wipe it", Who.KIOSK, Done, leave),
    ApiRoute("POST", f"{_DRAFT}/resume", "Go on after a crash", Who.KIOSK, ResumedDraft, resume, ResumeDraft),
    ApiRoute("POST", "/v1/dossiers/look-up", "How a dossier stands", Who.KIOSK, LookUpReply, look_up, KioskLookUp),
    ApiRoute(
        "POST", "/v1/dossiers/result-link", "A result for the phone", Who.KIOSK, ResultLink, result_link, ResultLinkAsk
    ),
)
