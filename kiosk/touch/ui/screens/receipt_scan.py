"""Where a receipt's QR is held to: the camera's picture, or the place before the scanner."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import id_card as _id_card  # the rules of receipt_scan.kv use its classes
from kiosk.touch.viewfinder import Viewfinder

__all__ = ["ReceiptScanScreen"]


class ReceiptScanScreen(BoxLayout):
    notice = StringProperty("")
    shows = BooleanProperty(True)

    def __init__(self, tell: Tell, viewfinder: Viewfinder) -> None:
        super().__init__()
        self.ids.view.viewfinder = viewfinder

    def enter(self) -> None:
        self.notice = ""

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        if parent is None:
            self.ids.view.end()
        else:
            self.ids.view.begin()

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["look_up_scan.title"], words["look_up_scan.lead"]

    def show(self, state: State, now_ms: int) -> None:
        self.shows = state.shows_cards
        word = state.session.notice if state.reads_cards else "card_reader_gone"
        self.notice = (
            look.words["look_up_scan.other" if word and state.reads_cards else f"notice.{word}"] if word else ""
        )


load_kv(__file__)
assert _id_card
