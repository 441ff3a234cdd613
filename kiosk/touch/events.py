"""What can happen to the touch app and what it can do about it: the two ends of ``kiosk.touch.flow``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kiosk.touch.dossier.asks import Ask
from kiosk.touch.dossier.events import (
    DraftFound,
    DropAsks,
    Key,
    Pick,
    RememberDraft,
    SheetCame,
    SheetFailed,
    SheetReadersChanged,
    ShowDesk,
    TakeSheet,
    TurnSheet,
)
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierStatus
from kiosk.wire.kiosk_api import Catalogue, IssueTicket, PrintReport, TicketReply
from kiosk.wire.submission_api import Receipt

Language = Literal["vi", "en"]
PaperOutcome = Literal["printed", "not_printed", "unknown"]
PaperReason = Literal["", "paper_out", "cover_open", "offline", "no_device", "jammed", "error", "busy"]

# Events of the person


class Tap(StrEnum):
    """Buttons that carry nothing but themselves."""

    TAKE_NUMBER = "take_number"
    BACK = "back"
    DONE = "done"
    CANCEL = "cancel"
    HELP = "help"
    CONTRAST = "contrast"
    LOWER = "lower"
    USE_CARD = "use_card"
    AGREE = "agree"
    CONFIRM = "confirm"
    WITHOUT_CARD = "without_card"
    SUBMIT_DOSSIER = "submit_dossier"
    LOOK_UP = "look_up"
    BY_FIELD = "by_field"
    NEXT = "next"
    SHOOT = "shoot"
    KEEP = "keep"
    RETAKE = "retake"
    TURN = "turn"
    CLEAR = "clear"
    SEND = "send"
    PRINT = "print"
    STILL_HERE = "still_here"
    TOUCH = "touch"  #: a finger anywhere: a sign of life and no more


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    language: Language


@dataclass(frozen=True, slots=True)
class ChooseField:
    field: str


@dataclass(frozen=True, slots=True)
class ChooseService:
    service: str


@dataclass(frozen=True, slots=True)
class ChoosePriority:
    group: str | None  #: None: "none of these"; which group is never sent on


# Events of the machine


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; about once a second while a session lasts."""


@dataclass(frozen=True, slots=True)
class CatalogueCame:
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class HubLost:
    """No answer from the hub for some seconds; it is being tried all the time."""


@dataclass(frozen=True, slots=True)
class HubSilent:
    """A request has had no answer and is being repeated."""

    request_id: str


@dataclass(frozen=True, slots=True)
class TicketCame:
    request_id: str
    ticket: TicketReply


@dataclass(frozen=True, slots=True)
class TicketRefused:
    request_id: str
    message: Text


@dataclass(frozen=True, slots=True)
class PaperCame:
    """The printer's last word on one print."""

    ticket: int
    day: int
    reprint: int
    outcome: PaperOutcome
    reason: PaperReason = ""


@dataclass(frozen=True, slots=True)
class ReprintWanted:
    """Staff asked for the paper again."""

    ticket: TicketReply


@dataclass(frozen=True, slots=True)
class PrinterChanged:
    """``reason`` is "" when the printer can print."""

    reason: PaperReason


@dataclass(frozen=True, slots=True, repr=False)
class Scanned:
    """A code of the scanner or the camera; "" when it could not be read. It may be personal data."""

    text: str
    also: tuple[str, ...] = ()  #: further codes in the same picture


@dataclass(frozen=True, slots=True)
class CardReaderChanged:
    """Whether something is there that can read a card."""

    works: bool
    shows: bool = False  #: it is a camera, whose picture can be shown


@dataclass(frozen=True, slots=True)
class SetUpWrong:
    """The kiosk cannot serve anybody before an operator has put its configuration right."""

    detail: str


# The hub about dossiers; what else there is about them stands in ``kiosk.touch.dossier.events``


@dataclass(frozen=True, slots=True, repr=False)
class HubSaid:
    """``reply``: a message of the type that was asked for, or the bytes of a picture."""

    ask: Ask
    reply: object


@dataclass(frozen=True, slots=True)
class HubDenied:
    ask: Ask
    error: str
    message: Text


@dataclass(frozen=True, slots=True)
class HubAway:
    """No answer; a patient ask is being repeated."""

    ask: Ask


@dataclass(frozen=True, slots=True)
class DossierSlipCame:
    """The printer's last word on a slip about a dossier. ``key``: as in ``PrintDossierSlip``."""

    key: str
    outcome: PaperOutcome
    reason: PaperReason = ""


PersonEvent = Tap | ChooseLanguage | ChooseField | ChooseService | ChoosePriority | Pick | Key
Event = (
    PersonEvent
    | Tick
    | CatalogueCame
    | HubLost
    | HubSilent
    | TicketCame
    | TicketRefused
    | PaperCame
    | ReprintWanted
    | PrinterChanged
    | Scanned
    | CardReaderChanged
    | SetUpWrong
    | HubSaid
    | HubDenied
    | HubAway
    | DossierSlipCame
    | SheetCame
    | SheetFailed
    | SheetReadersChanged
    | DraftFound
)

# Effects: what the program around the table must do


@dataclass(frozen=True, slots=True)
class SendRequest:
    request: IssueTicket


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Stop repeating the request; if the hub has stored a ticket for it, that ticket is cancelled."""

    request_id: str


@dataclass(frozen=True, slots=True)
class PrintTicket:
    ticket: TicketReply
    language: Language


@dataclass(frozen=True, slots=True)
class ReportPaper:
    ticket: int
    report: PrintReport


@dataclass(frozen=True, slots=True)
class RefreshCatalogue:
    """Fetch how many wait now: somebody is about to read it."""


@dataclass(frozen=True, slots=True)
class LookForCard:
    """Begin or end to show and read what is before the camera; the scanner reads all the time."""

    on: bool


class Tone(StrEnum):
    """A file of assets/sounds."""

    CARD_READ = "card"


@dataclass(frozen=True, slots=True)
class PlayTone:
    tone: Tone


@dataclass(frozen=True, slots=True)
class AskHub:
    ask: Ask


@dataclass(frozen=True, slots=True, repr=False)
class PrintDossierSlip:
    """``key`` comes back with the outcome."""

    key: str
    slip: Receipt | DossierStatus
    language: Language


DossierEffect = AskHub | DropAsks | RememberDraft | PrintDossierSlip | ShowDesk | TakeSheet | TurnSheet
Effect = (
    SendRequest
    | WithdrawRequest
    | PrintTicket
    | ReportPaper
    | RefreshCatalogue
    | LookForCard
    | PlayTone
    | DossierEffect
)
