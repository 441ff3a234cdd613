"""What somebody came for, typed in their own words; what fits stands above the keyboard while they type."""

from functools import partial

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.dossier.events import Key, Of, Pick
from kiosk.touch.dossier.keys import is_capital
from kiosk.touch.dossier.steps import submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import answer as _answer  # the rules of find_procedure.kv use its classes
from kiosk.touch.ui.widgets import keyboard as _keyboard
from kiosk.touch.ui.widgets import pager as _pager
from kiosk.touch.ui.widgets.answer import PaperTile
from kiosk.wire.procedure_api import ProcedureHit

__all__ = ["FindProcedureScreen"]


class FindProcedureScreen(BoxLayout):
    typed = StringProperty("")
    said = StringProperty("")  #: about what was found

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None
        self.ids.keyboard.bind(on_key=lambda _, key: tell(Key(key)))

    def enter(self) -> None:
        self.ids.pager.page = 0
        self._shown = None

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self.typed = ""

    def by_field(self) -> None:
        self._tell(Tap.BY_FIELD)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["find.title"], words["find.lead"]

    def show(self, state: State, now_ms: int) -> None:
        errand, words = submission(state), look.words
        self.typed = errand.typed
        self.ids.keyboard.show("search", is_capital("search", errand.typed, errand.shifted))
        hits = errand.hits
        self.said = ""
        if hits is not None and not hits:
            self.said = words["find.nothing"]
        elif errand.ambiguous > 1:
            self.said = words["find.which"]
        shown = (state.session.language, hits)
        if shown != self._shown:
            self._shown = shown
            self.ids.pager.page = 0
            self.ids.pager.fill([partial(self._tile, hit, state) for hit in hits or ()])

    def _tile(self, hit: ProcedureHit, state: State) -> Widget:
        tile = PaperTile(
            test_name=f"procedure:{hit.code}",
            icon="file-text",
            text=pick(hit.name, state.session.language),
            hint=hit.field,
        )
        tile.bind(on_release=lambda _: self._tell(Pick(Of.PROCEDURE, hit.code)))
        return tile


load_kv(__file__)
assert _answer
assert _keyboard
assert _pager
