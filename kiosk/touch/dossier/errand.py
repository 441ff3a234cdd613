"""What the session knows of the dossier that somebody hands in or asks about; changed by this package alone.

All of it goes with the session. Nothing of it shows itself in a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kiosk.dossier.form import FormField, Wrong, check, prefill
from kiosk.identity.prefill import Prefill
from kiosk.touch.dossier.asks import Ask
from kiosk.touch.dossier.events import SheetSource
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierStatus
from kiosk.wire.procedure_api import ProcedureHit
from kiosk.wire.submission_api import DraftState, PaperState, PaperWanted, ProcedureForm, Receipt, ResultLink

#: The page that shows what the card filled in, for confirmation.
FROM_CARD = ""
HANDLER = "handled_by"


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A page that was just taken and not yet kept. ``turned``: see ``SheetCame``."""

    source: SheetSource
    picture: bytes
    is_cut: bool
    turned: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Submission:
    """``id``: of this errand. ``pending``: what the whole screen waits for. ``request_id``: of the draft, and of the
    submission, so that a second tap is the same one."""

    id: str
    request_id: str = ""
    pending: Ask | None = None
    before: str = ""  #: the screen from which it was asked
    typed: str = ""
    shifted: bool = False
    hits: tuple[ProcedureHit, ...] | None = None
    shelf: tuple[ProcedureHit, ...] = ()  #: all procedures, those of one field together
    in_field: str = ""  #: in which a procedure is looked for; "": by what is typed
    ambiguous: int = 0
    form: ProcedureForm | None = None
    consents: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)  #: as typed
    from_card: frozenset[str] = frozenset()
    to_check: frozenset[str] = frozenset()  #: filled by the card, and still to be looked at
    asked: str = FROM_CARD  #: the question on the screen
    reviewing: bool = False  #: a question or paper was opened from the review, and leads back there
    wrong: Text | None = None
    handled_by: str = ""
    draft: DraftState | None = None
    paper: str = ""
    source: SheetSource = "camera"
    sheet: Sheet | None = None
    more_sheets: tuple[Sheet, ...] = ()  #: of one go of the scanner, still to be looked at
    taking: bool = False
    thumbnails: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    receipt: Receipt | None = None
    found: str = ""  #: the draft that a crash left behind
    service: str = ""  #: of the centre, for a ticket to its counter
    kept: int = 0  #: pages of the paper in hand that were kept just now
    turns: int = 0  #: quarters to the right from how the last page of this paper lay
    by_hand: bool = False  #: the person turned one, so all that follow are turned alike

    @property
    def draft_id(self) -> str:
        return self.draft.draft if self.draft else self.found


@dataclass(frozen=True, slots=True, repr=False)
class Enquiry:
    """Somebody asks how their dossier is. ``by_card``: with the card's number and the end of the phone's."""

    id: str
    pending: Ask | None = None
    before: str = ""
    by_card: bool = False
    personal_id: str = ""
    code: str = ""
    secret: str = ""
    found: tuple[DossierStatus, ...] = ()
    shown: DossierStatus | None = None
    link: ResultLink | None = None
    wrong: Text | None = None


Errand = Submission | Enquiry


def fields_of(submission: Submission) -> tuple[str, ...]:
    """Of the procedures, in the hub's order."""
    return tuple(dict.fromkeys(each.field for each in submission.shelf))


def procedures_in_field(submission: Submission) -> tuple[ProcedureHit, ...]:
    return tuple(each for each in submission.shelf if each.field == submission.in_field)


def questions(submission: Submission) -> tuple[str, ...]:
    """The pages of the form in order: what the card said, then one question each, the ward that handles it last."""
    form = submission.form
    if form is None:
        return ()
    asked = tuple(each.id for each in form.fields if each.id not in submission.from_card)
    first = (FROM_CARD,) if submission.from_card else ()
    last = (HANDLER,) if len(form.handlers) > 1 else ()
    return (*first, *asked, *last)


def field_named(submission: Submission, name: str) -> FormField | None:
    fields = submission.form.fields if submission.form else []
    return next((each for each in fields if each.id == name), None)


def wrong_in(submission: Submission, name: str, today: date) -> Text | None:
    """What is wrong with the answer to that question; None when it can be stored."""
    asked = field_named(submission, name)
    if asked is None:
        return None
    result = check(asked, submission.answers.get(name, ""), today)
    return Text(vi=result.words.vi, en=result.words.en) if isinstance(result, Wrong) else None


def first_wrong(submission: Submission, today: date) -> tuple[str, Text] | None:
    for each in submission.form.fields if submission.form else []:
        wrong = wrong_in(submission, each.id, today)
        if wrong is not None:
            return each.id, wrong
    return None


def filled_from(card: Prefill, fields: Sequence[FormField]) -> tuple[dict[str, str], frozenset[str]]:
    """(answers that the card gives, which of them are to be looked at). Of a choice, the one that the card names."""
    answers = prefill(fields, card.said())
    return answers, frozenset(each.id for each in fields if each.id in answers and each.prefill in card.to_check)


def wanted(submission: Submission, paper: str) -> PaperWanted | None:
    papers = submission.form.papers if submission.form else []
    return next((each for each in papers if each.id == paper), None)


def paper_state(submission: Submission, paper: str) -> PaperState | None:
    papers = submission.draft.papers if submission.draft else []
    return next((each for each in papers if each.paper == paper), None)


def is_settled(submission: Submission, paper: PaperWanted) -> bool:
    """It is known how this paper comes: handed in here, or brought to the counter."""
    state = paper_state(submission, paper.id)
    return paper.show_only or (
        state is not None and (state.way == "counter" or (state.pages > 0 and state.state == "ready"))
    )


def missing_papers(submission: Submission) -> tuple[PaperWanted, ...]:
    papers = submission.form.papers if submission.form else []
    return tuple(each for each in papers if each.required and not is_settled(submission, each))


def is_working(submission: Submission) -> bool:
    return any(each.state == "working" for each in submission.draft.papers) if submission.draft else False


def agreed(submission: Submission) -> bool:
    """To all that cannot be done without."""
    consents = submission.form.consents if submission.form else []
    return all(each.id in submission.consents for each in consents if each.required)


def to_counter(receipt: Receipt) -> bool:
    """Something still has to be shown there."""
    return any(each.way in ("counter", "") for each in receipt.papers)
