"""What a procedure needs, before anybody begins: papers, time, fee and who need not pay, when it would be ready."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.clock import local
from kiosk.touch.dossier.steps import submission
from kiosk.touch.events import Language, Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of procedure.kv use its classes
from kiosk.wire.submission_api import PaperWanted

__all__ = ["ProcedureScreen"]
_ON_CONDITION: dict[Language, str] = {"vi": "nếu", "en": "if "}


class ProcedureScreen(BoxLayout):
    papers = StringProperty("")
    time = StringProperty("")
    fee = StringProperty("")
    exempt = StringProperty("")
    due = StringProperty("")
    can_submit = BooleanProperty(True)
    why_not = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def act(self) -> None:
        self._tell(Tap.NEXT if self.can_submit else Tap.TAKE_NUMBER)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        form = submission(state).form
        return (pick(form.name, state.session.language) if form else ""), ""

    def show(self, state: State, now_ms: int) -> None:
        form, words = submission(state).form, look.words
        if form is None:
            return
        language = state.session.language
        lines = [f"•  {_paper_words(each, language, words)}" for each in form.papers]
        self.papers = "\n".join(lines) or words["procedure.no_papers"]
        self.time, self.exempt = pick(form.time, language), pick(form.exempt, language)
        self.fee = pick(form.fee, language) or words["procedure.no_fee"]
        self.can_submit = form.can_submit
        reason = pick(form.why_not, language) if form.why_not else words["procedure.counter_only"]
        self.why_not = "" if form.can_submit else reason
        if form.due_ms is not None:
            why = [pick(each, language) for each in form.why_due]
            self.due = "\n".join([words["procedure.due"].format(day=f"{local(form.due_ms):%d/%m/%Y}"), *why])
        else:
            self.due = ""


def _paper_words(paper: PaperWanted, language: Language, words: Words) -> str:
    """Many catalogues say in its name that a paper is brought if there is one, or if somebody else comes."""
    said, name = words["procedure.if_any"], pick(paper.words, language)
    return name if paper.required or _ON_CONDITION[language] in name else f"{name} ({said})"


load_kv(__file__)
assert _press
