"""The dossier was handed in: its code and secret, what happens next, and what became of the printed receipt."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.clock import local
from kiosk.touch.dossier.errand import to_counter
from kiosk.touch.dossier.steps import submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import Paper, State, ticket_left_s
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.screens.ticket import show_paper
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of receipt.kv use its classes
from kiosk.touch.ui.widgets import qr as _qr

__all__ = ["ReceiptScreen"]


class ReceiptScreen(BoxLayout):
    code = StringProperty("")
    secret = StringProperty("")
    procedure = StringProperty("")
    due = StringProperty("")
    kept = StringProperty("")
    is_sent = BooleanProperty(True)
    url = StringProperty("")
    paper = StringProperty("printing")
    paper_icon = StringProperty("printer")
    paper_title = StringProperty("")
    paper_text = StringProperty("")
    paper_tint = StringProperty("brand_soft")
    paper_tone = StringProperty("brand")
    needs_counter = BooleanProperty(False)
    closes = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """``show`` sets everything."""

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self.code = self.secret = self.url = ""

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["receipt.title"], ""

    def show(self, state: State, now_ms: int) -> None:
        receipt, words, language = submission(state).receipt, look.words, state.session.language
        if receipt is None:
            return
        self.code, self.secret, self.url = receipt.code, " ".join(receipt.secret), receipt.look_up_url
        self.procedure = pick(receipt.procedure, language)
        due = receipt.due_ms
        self.due = (
            words["receipt.due"].format(day=f"{local(due):%d/%m/%Y}") if due is not None else words["receipt.no_due"]
        )
        self.is_sent = receipt.kept == "sent"
        self.kept = words["receipt.sent" if self.is_sent else "receipt.kept"]
        self.needs_counter = to_counter(receipt) and bool(state.catalogue and state.catalogue.is_open)
        show_paper(self, state, "receipt")
        still = state.session.paper is Paper.PRINTING
        self.closes = "" if still else words["ticket.closes"].format(count=max(0, ticket_left_s(state, now_ms)))


load_kv(__file__)
assert _press
assert _qr
