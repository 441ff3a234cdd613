"""What the touch app asks the hub about a dossier: a value for each request, in words of ``submission_api``. Pure.

1. Every ask belongs to an ``errand``, the one thing that a person came for: an answer to another one is no answer.
2. A ``patient`` ask is repeated until it is answered or its errand is over; the others are tried once.
3. Nothing personal stands in a path; what is sent does not show itself in a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

import msgspec

from kiosk.touch.dossier.events import SheetSource
from kiosk.wire.common import Done
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.procedure_api import AllProcedures, FindProcedures, ProcedureHits
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


class What(StrEnum):
    FIND = "find"
    BROWSE = "browse"  #: all procedures, by field
    FORM = "form"
    START = "start"
    SAVE = "save"  #: the answers so far, so that a crash loses nothing; wrong ones are not told
    CHECK = "check"  #: all answers
    STATE = "state"
    ADD = "add"
    CLEAR = "clear"
    WAY = "way"
    PHONE = "phone"
    ADMIT = "admit"  #: the phone whose number was typed
    THUMBNAIL = "thumbnail"
    SUBMIT = "submit"
    LEAVE = "leave"
    RESUME = "resume"
    LOOK_UP = "look_up"
    RESULT_LINK = "result_link"


@dataclass(frozen=True, slots=True, repr=False)
class Ask:
    """``reply`` None: the answer is the bytes of a picture. ``paper``, ``page``: what a file or a picture is of."""

    what: What
    errand: str
    path: str
    body: msgspec.Struct | bytes | None = None
    reply: type[msgspec.Struct] | None = Done
    patient: bool = True
    paper: str = ""
    page: int = 0

    def __repr__(self) -> str:
        return f"Ask({self.what})"


def find(errand: str, query: str) -> Ask:
    body = FindProcedures(query=query[:200])
    return Ask(What.FIND, errand, "/v1/procedures/find", body, ProcedureHits, patient=False)


def browse(errand: str) -> Ask:
    return Ask(What.BROWSE, errand, "/v1/procedures", None, AllProcedures)


def form(errand: str, code: str) -> Ask:
    return Ask(What.FORM, errand, f"/v1/procedures/{quote(code, safe='')}/form", None, ProcedureForm)


def start(errand: str, message: StartDraft) -> Ask:
    return Ask(What.START, errand, "/v1/drafts", message, DraftState)


def save(errand: str, draft: str, answers: PutAnswers) -> Ask:
    return Ask(What.SAVE, errand, _of(draft, "answers"), answers, AnswersChecked, patient=False)


def check(errand: str, draft: str, answers: PutAnswers) -> Ask:
    return Ask(What.CHECK, errand, _of(draft, "answers"), answers, AnswersChecked)


def state(errand: str, draft: str) -> Ask:
    return Ask(What.STATE, errand, f"/v1/drafts/{quote(draft, safe='')}", None, DraftState, patient=False)


def add_page(submission: tuple[str, str], paper: str, upload: str, way: SheetSource, picture: bytes) -> Ask:
    """``submission``: errand and draft; ``upload``: of this page, so that a retry is not a second one."""
    errand, draft = submission
    path = _of(draft, f"papers/{quote(paper, safe='')}/files?way={way}&id={quote(upload, safe='')}")
    return Ask(What.ADD, errand, path, picture, DraftState, paper=paper)


def clear(errand: str, draft: str, paper: str) -> Ask:
    path = _of(draft, f"papers/{quote(paper, safe='')}/clear")
    return Ask(What.CLEAR, errand, path, Done(), DraftState, paper=paper)


def set_way(errand: str, draft: str, paper: str, message: SetWay) -> Ask:
    path = _of(draft, f"papers/{quote(paper, safe='')}/way")
    return Ask(What.WAY, errand, path, message, DraftState, paper=paper)


def phone(errand: str, draft: str) -> Ask:
    return Ask(What.PHONE, errand, _of(draft, "phone"), Done(), DraftState)


def admit(errand: str, draft: str, number: str) -> Ask:
    return Ask(What.ADMIT, errand, _of(draft, "phone/admit"), AdmitPhone(number=number), DraftState)


def thumbnail(errand: str, draft: str, paper: str, page: int) -> Ask:
    path = _of(draft, f"papers/{quote(paper, safe='')}/pages/{page}")
    return Ask(What.THUMBNAIL, errand, path, None, None, patient=False, paper=paper, page=page)


def submit(errand: str, draft: str, request_id: str, consents: Sequence[str]) -> Ask:
    message = SubmitDraft(request_id=request_id, consents=sorted(consents))
    return Ask(What.SUBMIT, errand, _of(draft, "submit"), message, Receipt)


def leave(draft: str) -> Ask:
    """Belongs to nobody any more: it is repeated although the person has gone."""
    return Ask(What.LEAVE, "", _of(draft, "leave"), Done())


def resume(errand: str, draft: str, last4: str) -> Ask:
    return Ask(What.RESUME, errand, _of(draft, "resume"), ResumeDraft(last4=last4), ResumedDraft, patient=False)


def look_up(errand: str, message: KioskLookUp) -> Ask:
    return Ask(What.LOOK_UP, errand, "/v1/dossiers/look-up", message, LookUpReply, patient=False)


def result_link(errand: str, message: ResultLinkAsk) -> Ask:
    return Ask(What.RESULT_LINK, errand, "/v1/dossiers/result-link", message, ResultLink, patient=False)


def _of(draft: str, rest: str) -> str:
    return f"/v1/drafts/{quote(draft, safe='')}/{rest}"
