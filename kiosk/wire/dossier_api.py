"""Dossiers: a centre's hub <-> central. Every request is signed as in ``kiosk.wire.central_api``; the line is TLS.

1. A submission is stored once by its code: sent again it changes nothing, another one with that code is refused 409.
2. Who acts says which revision was on the screen; when somebody was faster the answer is 409 with the reason.
3. A look-up answers alike, and takes as long, whether the code is unknown or the secret wrong.
"""

from typing import Annotated, Literal

import msgspec

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


class Applicant(Message, frozen=True):
    """Kept sealed; never in an event, a log line or a public page."""

    full_name: Line
    personal_id: Annotated[str, msgspec.Meta(pattern=r"^(\d{12})?$")] = ""
    birth: Line = ""
    address: Line = ""
    phone: Annotated[str, msgspec.Meta(pattern=r"^(0\d{9,10})?$")] = ""
    email: Line = ""


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


class ActOn(Message, frozen=True):
    """``POST /v1/dossiers/act``."""

    code: DossierCodeText
    act: ActName
    seen: Annotated[int, msgspec.Meta(ge=1)]
    by: Name
    note: Reason = ""


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


class WorkList(Message, frozen=True):
    """``POST /v1/dossiers/work-list``: what waits for the centre that asks."""


class HistoryLine(Message, frozen=True):
    at_ms: int
    status: int
    words: Text
    note: str
    by: str = ""  #: only for staff


class DossierStatus(Message, frozen=True):
    """What the citizen may see. ``next_step``: what is needed from whom."""

    code: str
    procedure: str
    status: int
    words: Text
    next_step: Text
    due_ms: int | None
    why_due: list[Text]
    late: bool
    history: list[HistoryLine]


class LookUpReply(Message, frozen=True):
    """Empty when nothing fits. ``wait_s``: too many tries, ask again after that."""

    found: list[DossierStatus]
    wait_s: int = 0


class DossierReply(Message, frozen=True):
    """For staff. ``acts``: what can be done now with this revision."""

    status: DossierStatus
    revision: int
    acts: list[ActName]
    applicant: Applicant
    answers: dict[str, str]
    ticket: str


class WorkLine(Message, frozen=True):
    code: str
    procedure: str
    status: int
    due_ms: int | None
    submitted_ms: int
    late: bool


class WorkListReply(Message, frozen=True):
    """By due date; without one, by submission."""

    lines: list[WorkLine]


class Stored(Message, frozen=True):
    code: str
    revision: int
