"""How a dossier stands, in plain words: now, what is needed from whom, when, what has been done, the result."""

from functools import partial

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.clock import local
from kiosk.touch.dossier.events import Of, Pick
from kiosk.touch.dossier.look_up import ALL_RESULTS, has_many_results
from kiosk.touch.dossier.steps import enquiry
from kiosk.touch.events import Tap
from kiosk.touch.flow import Paper, State
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import pager as _pager  # the rules of dossier_status.kv use its classes
from kiosk.touch.ui.widgets.answer import PaperTile
from kiosk.wire.dossier_api import DossierStatus

__all__ = ["DossierStatusScreen"]


class DossierStatusScreen(BoxLayout):
    now = StringProperty("")
    next_step = StringProperty("")
    due = StringProperty("")
    why = StringProperty("")
    late = StringProperty("")
    is_late = BooleanProperty(False)
    history = StringProperty("")
    slip = StringProperty("")
    prints = BooleanProperty(True)

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._results: object = None

    def enter(self) -> None:
        """``show`` sets everything."""

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self.now = self.next_step = self.history = ""
            self._results = None
            self.ids.results.clear_widgets()

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        shown = enquiry(state).shown
        if shown is None:
            return words["dossier.title"], ""
        return pick(shown.name, state.session.language) or words["dossier.title"], shown.code

    def show(self, state: State, now_ms: int) -> None:
        errand, words, language = enquiry(state), look.words, state.session.language
        shown = errand.shown
        if shown is None:
            return
        self.now, self.next_step = pick(shown.words, language), pick(shown.next_step, language)
        self.is_late = shown.late
        apology = pick(shown.apology, language) if shown.apology else ""
        self.late = (apology or words["dossier.late"]) if shown.late or apology else ""
        due = shown.due_ms
        self.due = f"{local(due):%d/%m/%Y}" if due is not None else words["dossier.no_due"]
        self.why = "\n".join(pick(each, language) for each in shown.why_due)
        self.history = "\n".join(_lines(shown, state))
        self.slip, self.prints = _slip_words(state, words)
        results = tuple((each.paper, each.name) for each in shown.results) if errand.secret else ()
        if results != self._results:
            self._results = results
            self.ids.results.clear_widgets()
            if has_many_results(state):
                every = words["dossier.results"].format(count=len(results))
                results = ((ALL_RESULTS, every),)
            for paper, name in results:
                self.ids.results.add_widget(self._result(paper, name))

    def _result(self, paper: str, name: str) -> Widget:
        hint = look.words["dossier.result_hint"]
        tile = PaperTile(test_name=f"result:{paper or 'all'}", text=name, hint=hint, icon="download", good=True)
        tile.size_hint_y, tile.height = None, look.button
        tile.bind(on_release=partial(self._take, paper))
        return tile

    def _take(self, paper: str, _: Widget) -> None:
        self._tell(Pick(Of.RESULT, paper))


def _lines(shown: DossierStatus, state: State) -> list[str]:
    language = state.session.language
    return [
        f"{local(each.at_ms):%d/%m/%Y %H:%M}   {pick(each.words, language)}" + (f"\n{each.note}" if each.note else "")
        for each in reversed(shown.history)
    ]


def _slip_words(state: State, words: Words) -> tuple[str, bool]:
    """(what the print button says, whether it can be pressed)."""
    if not state.session.slip_asked:
        return words["dossier.print"], True
    paper = state.session.paper
    if paper is Paper.NOT_PRINTED:
        reason = words.get(f"reason.{state.session.paper_reason}", words["reason.error"])
        return words["dossier.print_failed"].format(reason=reason), True
    return words[f"dossier.print_{paper.value}"], paper is not Paper.PRINTING


load_kv(__file__)
assert _pager
