"""The viewfinder, and both kinds of card with the place of their code."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import id_card as _id_card  # the rules of card_scan.kv use its classes
from kiosk.touch.ui.widgets import press as _press
from kiosk.touch.viewfinder import Viewfinder

__all__ = ["CardScanScreen"]


class CardScanScreen(BoxLayout):
    notice = StringProperty("")
    shows = BooleanProperty(True)  #: False: a scanner reads, and there is no picture of the card

    def __init__(self, tell: Tell, viewfinder: Viewfinder) -> None:
        super().__init__()
        self._tell = tell
        self.ids.view.viewfinder = viewfinder

    def enter(self) -> None:
        self.notice = ""

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        if parent is None:
            self.ids.view.end()
        else:
            self.ids.view.begin()

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        kind = "" if _shows(state) else "_scanner"
        return words[f"card_scan.title{kind}"], words[f"card_scan.lead{kind}"]

    def show(self, state: State, now_ms: int) -> None:
        self.shows = _shows(state)
        word = state.session.notice
        if not state.reads_cards:
            word = "card_reader_gone"
        self.notice = look.words[f"notice.{word}"] if word else ""


def _shows(state: State) -> bool:
    """Where no reader is left, the place of the picture stays, so that nothing jumps under a finger."""
    return state.shows_cards or not state.reads_cards


load_kv(__file__)
assert _id_card
assert _press
