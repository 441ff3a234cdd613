"""Submitting at a kiosk: touch app <-> hub. Routes of the same table as ``kiosk.wire.kiosk_api``, with a kiosk's token.

    GET  /v1/procedures/{code}/form                             ProcedureForm
    POST /v1/drafts                         StartDraft          DraftState
    GET  /v1/drafts/{draft}                                     DraftState
    POST /v1/drafts/{draft}/answers         PutAnswers          AnswersChecked
    POST /v1/drafts/{draft}/papers/{paper}/files?way=camera|scanner    raw bytes of one picture or PDF -> DraftState
    POST /v1/drafts/{draft}/papers/{paper}/clear                DraftState
    POST /v1/drafts/{draft}/papers/{paper}/way      SetWay      DraftState
    GET  /v1/drafts/{draft}/papers/{paper}/pages/{n}            image/jpeg, n from 1
    POST /v1/drafts/{draft}/phone                               DraftState, with a one-time ``phone_url``
    POST /v1/drafts/{draft}/phone/admit     AdmitPhone          DraftState; 409 "other_phone": none shows that number
    POST /v1/drafts/{draft}/submit          SubmitDraft         Receipt
    POST /v1/drafts/{draft}/leave                               Done
    POST /v1/drafts/{draft}/resume          ResumeDraft         ResumedDraft
    POST /v1/dossiers/look-up               KioskLookUp         dossier_api.LookUpReply
    POST /v1/dossiers/result-link           ResultLinkAsk       ResultLink

1. A draft's id cannot be guessed and is good only for the kiosk that made it; for another one it does not exist (404).
2. A file is at most ``MAX_FILE`` bytes; it is one more page (or several) of its paper. Work goes on in the background:
   the state is asked again until nothing is "working". With ``&id=`` (a ``RequestId``) a repeated upload is one file.
   A file that is refused leaves the pages before it as they are: "ready", with ``words`` about the refused one.
3. Everything personal is sealed on the hub's disk and wiped when the citizen leaves, when the city has the dossier, or
   after ``DRAFT_LIFE_H`` at the latest. Nothing of it is in an event, a log line or a URL.
4. After a crash of the touch app a draft is given back within ``RESUME_MIN`` to who knows the last four digits of the
   personal number or the phone that it holds; ``RESUME_TRIES`` wrong answers wipe it.
5. ``central_away`` (503): the city cannot be asked now. A submission is taken all the same, and says "kept".
"""

from typing import Annotated, Literal

import msgspec

from kiosk.dossier.form import FormField
from kiosk.wire.common import Message, Name, RequestId, Text, TicketNumber

MAX_FILE = 40 << 20
DRAFT_LIFE_H = 24
RESUME_MIN = 5
RESUME_TRIES = 3
PHONE_DIGITS = 3  #: of the number that a phone shows and its owner types at the kiosk

ProcedureCodeText = Annotated[str, msgspec.Meta(pattern=r"^\d\.\d{6}$")]
Way = Literal["", "camera", "scanner", "phone", "counter"]
PaperStateName = Literal["empty", "working", "ready", "refused"]
Answer = Annotated[str, msgspec.Meta(max_length=2_000)]


class PaperWanted(Message, frozen=True):
    """``show_only``: shown at the counter and taken home again, so there is nothing to hand in. ``name``: as the law
    calls it, ``words``: as the citizen reads it."""

    id: Name
    name: str
    words: Text
    show_only: bool
    required: bool
    quantity: str


class ConsentAsked(Message, frozen=True):
    """One purpose (Luật 91/2025/QH15). None is ticked beforehand; without a ``required`` one nothing is submitted."""

    id: Name
    words: Text
    required: bool


class Handler(Message, frozen=True):
    """A ward that a dossier can be for."""

    id: Name
    name: Text


class ProcedureForm(Message, frozen=True):
    """``notice``: who processes, what for, which data, how long, and the rights. ``due_ms``: if handed in now; None
    where the law names no days. ``handlers``: the first is this centre. ``why_not``: words where ``can_submit`` is
    false. ``papers``: without forms whose content is the answers."""

    code: str
    name: Text
    fields: list[FormField]
    papers: list[PaperWanted]
    notice: Text
    consents: list[ConsentAsked]
    fee: Text
    exempt: Text
    time: Text
    due_ms: int | None
    why_due: list[Text]
    handlers: list[Handler]
    can_submit: bool
    why_not: Text | None = None


class StartDraft(Message, frozen=True):
    """The same request id gives the same draft. ``ticket``: of this visit, where one was taken."""

    request_id: RequestId
    procedure: ProcedureCodeText
    language: Literal["vi", "en"] = "vi"
    ticket: TicketNumber | None = None


class PaperState(Message, frozen=True):
    """``words``: why it was not taken. ``low_resolution``: pages (from 1) that are too coarse for the archive."""

    paper: Name
    way: Way
    state: PaperStateName
    pages: int
    low_resolution: list[int]
    words: Text | None


class DraftState(Message, frozen=True):
    """``phone_url``: "" while none was asked. ``phone_waits``: a phone has opened it and shows a number, to be typed at
    the kiosk; ``phone_seen``: one was let in so."""

    draft: Name
    procedure: str
    papers: list[PaperState]
    phone_url: str
    phone_until_ms: int
    phone_seen: bool
    phone_waits: bool = False


class AdmitPhone(Message, frozen=True):
    """``number``: as the citizen reads it from the phone."""

    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3}$")]

    def __repr__(self) -> str:
        return "AdmitPhone()"


class PutAnswers(Message, frozen=True):
    """All answers at once; each call replaces what was there."""

    answers: Annotated[dict[Name, Answer], msgspec.Meta(max_length=100)]
    handled_by: Name

    def __repr__(self) -> str:
        return "PutAnswers()"


class WrongAnswer(Message, frozen=True):
    field: str
    words: Text


class AnswersChecked(Message, frozen=True):
    """Empty: all are right, and kept."""

    wrong: list[WrongAnswer]


class SetWay(Message, frozen=True):
    """ "counter": the original is brought there; what was captured is cleared. "": nothing is decided yet."""

    way: Literal["counter", ""]


class SubmitDraft(Message, frozen=True):
    """The same request id gives the same receipt. ``consents``: ids of what was agreed to."""

    request_id: RequestId
    consents: Annotated[list[Name], msgspec.Meta(max_length=10)]


class ReceiptPaper(Message, frozen=True):
    name: str
    way: Way


class Receipt(Message, frozen=True):
    """``kept``: "sent", the city has it; "kept", the city could not be reached: the hub holds it and sends it later,
    and the citizen is told exactly that. ``look_up_url``: for the QR; the secret stands in its fragment only."""

    code: str
    secret: str
    procedure: Text
    submitted_ms: int
    due_ms: int | None
    why_due: list[Text]
    papers: list[ReceiptPaper]
    kept: Literal["sent", "kept"]
    look_up_url: str
    centre: Text

    def __repr__(self) -> str:
        return "Receipt()"


class ResumeDraft(Message, frozen=True):
    last4: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}$")]

    def __repr__(self) -> str:
        return "ResumeDraft()"


class ResumedDraft(Message, frozen=True):
    state: DraftState
    answers: dict[str, str]

    def __repr__(self) -> str:
        return "ResumedDraft()"


class KioskLookUp(Message, frozen=True):
    """By code and secret, or by the card's number and the last four digits of the phone."""

    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    secret: Annotated[str, msgspec.Meta(max_length=16)] = ""
    personal_id: Annotated[str, msgspec.Meta(pattern=r"^(\d{12})?$")] = ""
    phone_end: Annotated[str, msgspec.Meta(pattern=r"^(\d{4})?$")] = ""

    def __repr__(self) -> str:
        return "KioskLookUp()"


class ResultLinkAsk(Message, frozen=True):
    code: Annotated[str, msgspec.Meta(max_length=64)]
    secret: Annotated[str, msgspec.Meta(max_length=16)]
    paper: Name

    def __repr__(self) -> str:
        return "ResultLinkAsk()"


class ResultLink(Message, frozen=True):
    """Good once, until ``until_ms``."""

    url: str
    until_ms: int
