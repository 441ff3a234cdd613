"""Dossiers: a centre's hub <-> central. Every request is signed as in ``kiosk.wire.central_api``; the line is TLS.

1. A submission is stored once by its code: sent again it changes nothing. Another one with that code is refused with
   409 ``code_taken``, one with the agency of another centre with 409 ``agency_taken``.
2. Who acts says which revision was on the screen; when somebody was faster the answer is 409 with the reason.
3. A look-up answers alike, and takes as long, whether the code is unknown or the secret wrong.
4. A submission names its papers; their files follow, each as the raw body of ``POST {PUT_PAPER}?code=&paper=&kind=&way=
   &name=&pages=`` (``PaperPut``; percent-encoded). Sent again it changes nothing; another file of the same paper takes
   the place of the one before, which is kept.
5. An officer's centre reads a file by ``POST /v1/dossiers/papers/get``, a citizen only results, by
   ``POST /v1/dossiers/result``; both answer with raw PDF, or with an ``ErrorReply`` and a status of 400 or more.
"""

from typing import Annotated, Literal

import msgspec

from kiosk.dossier.code import AGENCY
from kiosk.wire.common import Message, Name, Text

DossierCodeText = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=2_000)]
Instant = Annotated[int, msgspec.Meta(ge=946_684_800_000, le=4_102_444_800_000)]
ActName = Literal[
    "accept",
    "ask_supplement",
    "refuse",
    "start",
    "ask_payment",
    "take_back_up",
    "ask_withdrawal",
    "stop",
    "finish",
    "hand_over",
]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]
Vnd = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
PageCount = Annotated[int, msgspec.Meta(ge=0, le=1_000)]
#: "counter": there is no file; the citizen brings the original, or an officer made the copy there.
Way = Literal["kiosk", "phone", "counter"]
PaperKind = Literal["component", "result", "form"]
Verdict = Literal["matches", "unreadable", "differs", "missing"]

PUT_PAPER = "/v1/dossiers/papers/put"
MAX_PAPER = 42 << 20  #: bytes of one file


class Applicant(Message, frozen=True):
    """Kept sealed; never in an event, a log line or a public page."""

    full_name: Line
    personal_id: Annotated[str, msgspec.Meta(pattern=r"^(\d{12})?$")] = ""
    birth: Line = ""
    address: Line = ""
    phone: Annotated[str, msgspec.Meta(pattern=r"^(0\d{9,10})?$")] = ""
    email: Line = ""


class Contact(Message, frozen=True):
    """How the citizen agreed to be told of changes, and in which language."""

    sms: bool = False
    email: bool = False
    language: Literal["vi", "en"] = "vi"


class PaperDeclared(Message, frozen=True):
    """``paper``: its id in the catalogue, or one that the hub made. ``sha256`` "": no file will follow."""

    paper: Name
    name: Line
    way: Way
    pages: PageCount = 0
    sha256: Sha256 = ""


class Submission(Message, frozen=True):
    """``POST /v1/dossiers/submit``. ``ticket``: label of the visit. ``limit_days`` None: the law names no days."""

    code: DossierCodeText
    secret: Annotated[str, msgspec.Meta(min_length=6, max_length=6)]
    procedure: Annotated[str, msgspec.Meta(pattern=r"^\d\.\d{6}$")]
    handled_by: Name
    submitted_ms: Instant
    applicant: Applicant
    answers: dict[Name, Annotated[str, msgspec.Meta(max_length=2_000)]] = msgspec.field(default_factory=dict)
    consents: list[Name] = msgspec.field(default_factory=list)
    limit_days: Annotated[int, msgspec.Meta(ge=0, le=1_000)] | None = None
    limit_in_working_days: bool = True
    ticket: str = ""
    contact: Contact = Contact()
    papers: Annotated[list[PaperDeclared], msgspec.Meta(max_length=60)] = msgspec.field(default_factory=list)


class PaperPut(Message, frozen=True):
    """The query of ``PUT_PAPER``. Answered with ``Stored``."""

    code: DossierCodeText
    paper: Name
    name: Line
    way: Way
    kind: PaperKind = "component"
    pages: PageCount = 0


class GetPaper(Message, frozen=True):
    """``POST /v1/dossiers/papers/get``: the newest file of a paper, for an officer."""

    code: DossierCodeText
    paper: Name


class CheckPaper(Message, frozen=True):
    """``POST /v1/dossiers/papers/check``: compared with the original. Answered with ``DossierReply``."""

    code: DossierCodeText
    seen: Annotated[int, msgspec.Meta(ge=1)]
    paper: Name
    by: Name
    verdict: Verdict
    note: Reason = ""


class Apologise(Message, frozen=True):
    """``POST /v1/dossiers/apologise``: put off once, before the due date, by working days (Mẫu 04).

    Answered with ``DossierReply``.
    """

    code: DossierCodeText
    seen: Annotated[int, msgspec.Meta(ge=1)]
    by: Name
    note: Reason
    working_days: Annotated[int, msgspec.Meta(ge=1, le=60)]


class FetchResult(Message, frozen=True):
    """``POST /v1/dossiers/result``: for the citizen. Counted like a look-up; 404 alike for all that does not fit."""

    kiosk: Name
    code: Annotated[str, msgspec.Meta(max_length=64)]
    secret: Annotated[str, msgspec.Meta(max_length=16)]
    paper: Name


class ActOn(Message, frozen=True, omit_defaults=True):
    """``POST /v1/dossiers/act``. ``fee_vnd``: what the citizen pays, with "accept" and "ask_payment"."""

    code: DossierCodeText
    act: ActName
    seen: Annotated[int, msgspec.Meta(ge=1)]
    by: Name
    note: Reason = ""
    fee_vnd: Vnd = 0


class OpenDossier(Message, frozen=True):
    """``POST /v1/dossiers/open``: all of it, for an officer of the centre that received or handles it."""

    code: DossierCodeText


class LookUp(Message, frozen=True):
    """``POST /v1/dossiers/look-up``: by code and secret, or by the card's number and the last digits of the phone."""

    kiosk: Name
    code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    secret: Annotated[str, msgspec.Meta(max_length=16)] = ""
    personal_id: Annotated[str, msgspec.Meta(pattern=r"^(\d{12})?$")] = ""
    phone_end: Annotated[str, msgspec.Meta(pattern=r"^(\d{4})?$")] = ""


class ClaimAgency(Message, frozen=True):
    """``POST /v1/dossiers/agency``: what the codes of the centre's dossiers begin with belongs to it from now on."""

    agency: Annotated[str, msgspec.Meta(pattern=rf"^{AGENCY}\Z")]


class AgencyReply(Message, frozen=True):
    """``taken_by``: name of the centre that it belongs to, if that is another one; codes would be given twice."""

    taken_by: Text | None = None


class WorkList(Message, frozen=True):
    """``POST /v1/dossiers/work-list``: what waits for the centre that asks."""


class FindDossiers(Message, frozen=True):
    """``POST /v1/dossiers/find``: of somebody who stands at a counter, by the number of the ID card; newest first.

    Answered with ``WorkListReply``, ended ones too.
    """

    personal_id: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]


class HistoryLine(Message, frozen=True):
    at_ms: int
    status: int
    words: Text
    note: str
    by: str = ""  #: only for staff


class PaperRef(Message, frozen=True):
    paper: Name
    name: str


class PaperInfo(Message, frozen=True):
    """``pages`` 0 and ``received_ms`` None: announced, but not (yet) here. ``verdict`` "": nobody looked at it yet."""

    paper: Name
    name: str
    kind: PaperKind
    way: Way
    pages: int
    sha256: Sha256
    received_ms: int | None = None
    verdict: Literal["", "matches", "unreadable", "differs", "missing"] = ""
    note: str = ""
    checked_by: str = ""
    checked_ms: int | None = None


class DossierStatus(Message, frozen=True):
    """What the citizen may see. ``next_step``: what is needed from whom; ``results``: what can be downloaded.

    ``received_at``, ``handled_by``: names of centres, the code of one that central does not know. ``name``: of the
    procedure; a hub says it to its kiosks, central leaves it empty.
    """

    code: str
    procedure: str
    status: int
    words: Text
    next_step: Text
    due_ms: int | None
    why_due: list[Text]
    late: bool
    history: list[HistoryLine]
    results: list[PaperRef] = msgspec.field(default_factory=list)
    apology: Text | None = None
    promised_ms: int | None = None  #: the due date before it was put off
    received_at: Text = Text(vi="", en="")
    handled_by: Text = Text(vi="", en="")
    name: Text = Text(vi="", en="")


class LookUpReply(Message, frozen=True):
    """Empty when nothing fits. ``wait_s``: too many tries, ask again after that."""

    found: list[DossierStatus]
    wait_s: int = 0


class DossierReply(Message, frozen=True):
    """For staff. ``acts``: what can be done now with this revision; ``centre``: code of the one that received it."""

    status: DossierStatus
    revision: int
    acts: list[ActName]
    applicant: Applicant
    answers: dict[str, str]
    ticket: str
    papers: list[PaperInfo] = msgspec.field(default_factory=list)
    contact: Contact = Contact()
    centre: str = ""
    fees_vnd: list[int] = msgspec.field(default_factory=list)  #: asked so far


class WorkLine(Message, frozen=True):
    """``received_at``, ``handled_by``: codes of centres; ``ticket``: label of the visit that brought it."""

    code: str
    procedure: str
    status: int
    due_ms: int | None
    submitted_ms: int
    late: bool
    applicant: str = ""
    received_at: str = ""
    handled_by: str = ""
    ticket: str = ""


class WorkListReply(Message, frozen=True):
    """By due date; without one, by submission."""

    lines: list[WorkLine]


class Stored(Message, frozen=True):
    code: str
    revision: int
