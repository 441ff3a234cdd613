"""What stays the same around every screen: the header and the bar below."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.dossier import table as dossier
from kiosk.touch.events import ChooseLanguage, Tap
from kiosk.touch.flow import CHOOSING, HAS_HELP, Screen, State
from kiosk.touch.ui.i18n import clock_words, date_words, pick
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules below use its classes

__all__ = ["BottomBar", "Header"]

HAS_BACK = (
    frozenset({screen for screen, event in dossier.PERSON if event is Tap.BACK})
    | CHOOSING
    | {Screen.REFUSED, Screen.HELP}
)


class _Buttons(BoxLayout):
    __events__ = ("on_event",)

    language = StringProperty("vi")
    has_help = BooleanProperty(True)

    def on_event(self, event: object) -> None:
        """A button was pressed."""

    def other_language(self) -> ChooseLanguage:
        return ChooseLanguage("vi" if self.language == "en" else "en")

    def show(self, state: State) -> None:
        self.language = state.session.language
        self.has_help = state.screen in HAS_HELP


class Header(_Buttons):
    centre = StringProperty("")
    clock = StringProperty("")
    date = StringProperty("")

    def show(self, state: State) -> None:
        super().show(state)
        self.centre = pick(state.catalogue.centre, state.session.language) if state.catalogue else ""

    def show_time(self, now_ms: int) -> None:
        self.clock, self.date = clock_words(now_ms), date_words(now_ms, look.words)


class BottomBar(_Buttons):
    has_back = BooleanProperty(False)

    def show(self, state: State) -> None:
        super().show(state)
        self.has_back = state.screen in HAS_BACK

    def tap(self, name: str) -> None:
        self.dispatch("on_event", Tap(name))


load_kv(__file__)
assert _press
