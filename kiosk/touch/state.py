"""What the touch app knows: screen, person, machine. Only ``kiosk.touch.flow`` changes it."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.identity.prefill import Prefill
from kiosk.touch.card import CardShown
from kiosk.touch.dossier.errand import Errand
from kiosk.touch.events import Language, PaperReason
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import Catalogue, IssueTicket, TicketReply


class Screen(StrEnum):
    STARTING = "starting"
    HOME = "home"
    FIELDS = "fields"
    SERVICES = "services"
    PRIORITY = "priority"
    ISSUING = "issuing"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TICKET = "ticket"
    CARD_NOTICE = "card_notice"
    CARD_SCAN = "card_scan"
    CARD_CONFIRM = "card_confirm"
    FIND = "find"
    FIND_FIELD = "find_field"
    FIND_IN_FIELD = "find_in_field"
    PROCEDURE = "procedure"
    CONSENTS = "consents"
    QUESTION = "question"
    PAPERS = "papers"
    PAPER = "paper"
    SHEET = "sheet"
    PHONE = "phone"
    PHONE_CHECK = "phone_check"
    REVIEW = "review"
    RECEIPT = "receipt"
    RESUME = "resume"
    LOOK_UP = "look_up"
    LOOK_UP_SCAN = "look_up_scan"
    LOOK_UP_CODE = "look_up_code"
    LOOK_UP_SECRET = "look_up_secret"
    LOOK_UP_PHONE = "look_up_phone"
    FOUND = "found"
    DOSSIER = "dossier"
    RESULTS = "results"
    RESULT = "result"
    ASKING = "asking"
    AWAY = "away"
    DENIED = "denied"
    HELP = "help"
    OUT_OF_SERVICE = "out_of_service"


class Paper(StrEnum):
    """What is known of the paper of the ticket on the screen."""

    PRINTING = "printing"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of an event. ``fresh_id`` becomes the request id if this event is a new intention."""

    ms: int
    fresh_id: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Patience in seconds (WCAG 2.2.1: at least 20 s between the warning and the end)."""

    warn_after_s: int = 60
    reset_after_s: int = 80
    ticket_s: int = 25  #: a printed ticket stays this long
    number_s: int = 90  #: a number without paper stays this long, to be written down
    patient_s: int = 120  #: so much longer where somebody types, or is busy with papers or a phone


@dataclass(frozen=True, slots=True)
class Session:
    """All that is about the person in front of the kiosk."""

    language: Language
    high_contrast: bool = False
    lowered: bool = False
    field: str | None = None
    service: str | None = None
    request: IssueTicket | None = None
    ticket: TicketReply | None = None
    paper: Paper = Paper.PRINTING
    paper_reason: PaperReason = ""
    slip_asked: bool = False  #: of a dossier that was looked up
    refusal: Text | None = None
    card: CardShown | None = None
    unconfirmed: Prefill | None = None  #: read, and not yet said to be one's own
    prefill: Prefill | None = None  #: what the forms of this session may be filled with
    errand: Errand | None = None  #: the dossier that is handed in or asked about
    back_to: Screen = Screen.HOME  #: where help returns to
    notice: str = ""  #: a word of the locale file: what the scanner made of the code
    notice_ms: int = 0


@dataclass(frozen=True, slots=True)
class State:
    screen: Screen
    session: Session
    timing: Timing
    default_language: Language
    catalogue: Catalogue | None = None
    hub_lost: bool = False
    reads_cards: bool = False  #: there is a scanner or a camera, and it works
    shows_cards: bool = False  #: there is a camera among them
    takes_sheets: bool = False  #: there is a document camera, and it works
    scans_sheets: bool = False  #: the same of a document scanner
    left_draft: str = ""  #: found at the start: somebody was handing it in a moment ago
    printer: PaperReason = ""  #: why the printer cannot print now; "" when it can
    trouble: str = ""  #: for staff: what is wrong with the set-up of this kiosk
    entered_ms: int = 0  #: when the screen appeared
    touched_ms: int = 0  #: the last sign of a person
    idle_left_s: int | None = None  #: seconds to the end of the session, while the warning is shown


def first_state(language: Language, timing: Timing, now: Now) -> State:
    return State(Screen.STARTING, Session(language), timing, language, entered_ms=now.ms, touched_ms=now.ms)
