"""A person who hands in or asks about a dossier, against a hub of values: no window, no device, no time."""

from typing import Any

import msgspec

from kiosk.touch.dossier.asks import Ask, What
from kiosk.touch.dossier.errand import Enquiry, Submission
from kiosk.touch.dossier.events import Key, Of, Pick, SheetCame, SheetReadersChanged
from kiosk.touch.events import AskHub, CatalogueCame, Effect, Event, HubSaid, Tap
from kiosk.touch.flow import Now, Timing, advance, first_state
from kiosk.wire.procedure_api import ProcedureHit, ProcedureHits
from kiosk.wire.submission_api import AnswersChecked, DraftState, PaperState, ProcedureForm, Receipt, ReceiptPaper
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.dossier_desk import CODE, DRAFT, LINK, PROCEDURE, SECRET, small_form
from tests.fakes.hub_stand_in import small_catalogue


class DossierWalk:
    """Events one after the other, each a second after the one before."""

    def __init__(self, form: ProcedureForm | None = None, timing: Timing | None = None) -> None:
        self.ms, self.ids = MONDAY_9_00, 0
        self.form = form or small_form()
        self.effects: list[Effect] = []
        self.state = first_state("vi", timing or Timing(), self._now())
        self.tell(CatalogueCame(small_catalogue()), SheetReadersChanged(camera=True, scanner=True))

    def _now(self) -> Now:
        self.ids += 1
        return Now(self.ms, f"request-{self.ids:06d}")

    def tell(self, *events: Event, after_ms: int = 1000) -> "DossierWalk":
        for event in events:
            self.ms += after_ms
            self.state, effects = advance(self.state, event, self._now())
            self.effects += effects
        return self

    @property
    def errand(self) -> Submission:
        assert isinstance(self.state.session.errand, Submission)
        return self.state.session.errand

    @property
    def enquiry(self) -> Enquiry:
        assert isinstance(self.state.session.errand, Enquiry)
        return self.state.session.errand

    def asks(self, what: What) -> list[Ask]:
        return [effect.ask for effect in self.effects if isinstance(effect, AskHub) and effect.ask.what is what]

    def answer(self, what: What, reply: object) -> "DossierWalk":
        """The hub answers the newest ask of that kind."""
        return self.tell(HubSaid(self.asks(what)[-1], reply))

    def type(self, keys: str) -> "DossierWalk":
        """A person looks before they type: what comes sooner was meant for the screen before."""
        self.ms += 1000
        return self.tell(*(Key(key) for key in keys), after_ms=100)

    def to_procedure(self) -> "DossierWalk":
        self.tell(Tap.SUBMIT_DOSSIER).type("kh")
        hit = ProcedureHit(code=PROCEDURE, name=self.form.name, field="Hộ tịch", service="khai-sinh")
        self.answer(What.FIND, ProcedureHits(hits=[hit], ambiguous=0))
        return self.tell(Pick(Of.PROCEDURE, PROCEDURE)).answer(What.FORM, self.form)

    def to_form(self) -> "DossierWalk":
        self.to_procedure().tell(Tap.NEXT, Pick(Of.CONSENT, "handling"), Tap.NEXT)
        return self.answer(What.START, draft())

    def fill(self, **answers: str) -> "DossierWalk":
        """Answers in the order of the form; those that are not named get something that fits."""
        fits = {
            "full_name": "nguyeenx",
            "born": "05091990",
            "sex": "male",
            "personal_id": "079090000011",
            "child_name": "maaux",
            "phone": "",
        } | answers
        for field in self.form.fields:
            if field.choices:
                self.tell(Pick(Of.ANSWER, fits[field.id]))
            else:
                self.type(fits[field.id])
            self.tell(Tap.NEXT)
        return self

    def to_papers(self) -> "DossierWalk":
        return self.to_form().fill().answer(What.CHECK, AnswersChecked(wrong=[]))

    def to_sheet(self, source: str = "camera") -> "DossierWalk":
        return self.to_papers().tell(Pick(Of.PAPER, "birth-note"), Pick(Of.WAY, source))

    def photograph(self, *pictures: bytes) -> "DossierWalk":
        for picture in pictures:
            self.tell(Tap.SHOOT, SheetCame("camera", picture, is_cut=True), Tap.KEEP)
        return self

    def to_review(self) -> "DossierWalk":
        self.to_sheet().photograph(b"page").tell(Tap.NEXT)
        return self.answer(What.ADD, draft("birth-note", pages=1)).tell(Tap.NEXT)

    def to_receipt(self) -> "DossierWalk":
        return self.to_review().tell(Tap.SEND).answer(What.SUBMIT, receipt())


def draft(paper: str = "", pages: int = 0, **changes: Any) -> DraftState:
    papers = [
        PaperState(
            paper=each.id,
            way="camera" if each.id == paper else "",
            state="ready" if each.id == paper else "empty",
            pages=pages if each.id == paper else 0,
            low_resolution=[],
            words=None,
        )
        for each in small_form().papers
    ]
    state = DraftState(
        draft=DRAFT, procedure=PROCEDURE, papers=papers, phone_url="", phone_until_ms=0, phone_seen=False
    )
    return msgspec.structs.replace(state, **changes)


def receipt(**changes: Any) -> Receipt:
    given = Receipt(
        code=CODE,
        secret=SECRET,
        procedure=small_form().name,
        submitted_ms=MONDAY_9_00,
        due_ms=None,
        why_due=[],
        papers=[ReceiptPaper(name="Giấy chứng sinh", way="camera"), ReceiptPaper(name="Kết hôn", way="counter")],
        kept="sent",
        look_up_url=LINK,
        centre=small_catalogue().centre,
    )
    return msgspec.structs.replace(given, **changes)
