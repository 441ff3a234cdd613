"""What somebody brings to a counter on paper: an officer enters it, the hub gives the code and sends it as all others.

1. It needs no central: it is kept here and sent later, and the officer is told which of both it is.
2. What a form asks for may stand on the papers, so only the name must be filled in; what is filled in is checked.
3. The same request id is the same dossier, however often the button was pressed.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from kiosk.clock import Clock, local
from kiosk.dossier.form import FormField, Wrong, check_all, prefill
from kiosk.hub.dossiers.draft import Draft
from kiosk.hub.dossiers.forms import HANDLING, ProcedureForms
from kiosk.hub.dossiers.submitting import PaperToSend, Submitting
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.identity.card import CardReading
from kiosk.identity.prefill import prefill_of
from kiosk.identity.reading import read_code
from kiosk.papers.vault import VaultFull
from kiosk.wire.dossier_api import PaperDeclared
from kiosk.wire.submission_api import Handler, PaperWanted, Receipt

_ALWAYS = "full_name"
_WAITED_S = 1.5  #: for central's answer, by an officer who wants to go on


@dataclass(frozen=True, slots=True)
class CounterForm:
    fields: tuple[FormField, ...]
    papers: tuple[PaperWanted, ...]
    handlers: tuple[Handler, ...]  #: the first is this centre


@dataclass(frozen=True, slots=True)
class Brought:
    """``papers``: ids of those on the desk; ``ticket``: of the visit; ``agreed``: to be told by "sms", "email".

    ``counter`` "": the officer holds none.
    """

    request_id: str
    procedure: str
    handled_by: str
    answers: Mapping[str, str]
    papers: frozenset[str]
    counter: str
    ticket: int | None = None
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CardFill:
    """Answers from a card by field, and which of them are to be compared with the card itself."""

    answers: dict[str, str]
    to_check: frozenset[str]


class Receiving:
    """Every method blocks. Raises StoreUnavailable. ``send_now``: a submission, waiting so many seconds."""

    def __init__(
        self, forms: ProcedureForms, submitting: Submitting, send_now: Callable[[str, float], None], clock: Clock
    ) -> None:
        self._forms, self._submitting, self._send_now, self._clock = forms, submitting, send_now, clock

    def form(self, procedure: str) -> CounterForm | None:
        """None for an unknown procedure."""
        asked = self._forms.procedure_form(procedure)
        if asked is None:
            return None
        return CounterForm(tuple(map(_relaxed, asked.fields)), tuple(asked.papers), tuple(asked.handlers))

    def from_card(self, procedure: str, payload: str) -> CardFill | None:
        """What the QR of an ID card says for that form; None when it is no card. Nothing of it is kept here."""
        asked, card = self._forms.procedure_form(procedure), read_code(payload, local(self._clock.now_ms()).date())
        if asked is None or not isinstance(card, CardReading):
            return None
        said = prefill_of(card)
        answers = prefill(asked.fields, said.said())
        doubtful = {each.id for each in asked.fields if each.id in answers and each.prefill in said.to_check}
        return CardFill(answers, frozenset(doubtful))

    def receive(self, brought: Brought) -> Receipt | Refused | tuple[Wrong, ...]:
        """With its code and secret; whether central has it already stands in the receipt."""
        form = self.form(brought.procedure)
        if form is None:
            return Refused(Why.UNKNOWN_PROCEDURE)
        answers, wrong = check_all(form.fields, brought.answers, local(self._clock.now_ms()).date())
        if wrong:
            return wrong
        if not self._forms.is_handler(brought.handled_by):
            return Refused(Why.ANSWERS_WRONG, detail="handled_by")
        draft, papers = self._draft(brought), [_declared(each) for each in form.papers if each.id in brought.papers]
        consents = [HANDLING, *brought.agreed]
        try:
            given = self._submitting.receive(draft, answers, consents, tuple(papers), brought.counter)
        except VaultFull:
            return Refused(Why.NO_SPACE)
        if isinstance(given, Refused) or given.kept == "sent":
            return given
        self._send_now(draft.id, _WAITED_S)
        return self._submitting.receipt(draft.kiosk, draft.id)

    def _draft(self, brought: Brought) -> Draft:
        now_ms = self._clock.now_ms()
        return Draft(
            id=hashlib.sha256(f"counter {brought.request_id}".encode()).hexdigest()[:32],
            kiosk=f"counter-{brought.counter or '-'}",
            request_id=brought.request_id,
            procedure=brought.procedure,
            language="vi",
            ticket=brought.ticket,
            made_ms=now_ms,
            touched_ms=now_ms,
            papers={},
            handled_by=brought.handled_by,
        )


def _relaxed(asked: FormField) -> FormField:
    return msgspec.structs.replace(asked, required=asked.id == _ALWAYS, prefill="")


def _declared(paper: PaperWanted) -> PaperToSend:
    return PaperToSend(PaperDeclared(paper=paper.id, name=paper.name[:300], way="counter"), "", 0, "counter")
