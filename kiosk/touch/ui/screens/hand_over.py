"""Something for the phone: the page to send papers with, or a result to take along. A large QR and how far it is."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.clock import local
from kiosk.touch.dossier.steps import enquiry, submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import Screen, State
from kiosk.touch.ui.i18n import Words, count_words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of hand_over.kv use its classes
from kiosk.touch.ui.widgets import qr as _qr

__all__ = ["HandOverScreen"]


class HandOverScreen(BoxLayout):
    payload = StringProperty("")
    until = StringProperty("")
    said = StringProperty("")
    action = StringProperty("")
    is_joined = BooleanProperty(False)  #: the phone was let in: nobody else needs the code any more

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._done = Tap.NEXT

    def enter(self) -> None:
        """``show`` sets everything."""

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self.payload = ""

    def act(self) -> None:
        self._tell(self._done)

    def renew(self) -> None:
        self._tell(Tap.CANCEL)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        if state.screen is Screen.RESULT:
            return words["result.title"], words["result.lead"]
        joined = "_joined" if _is_joined(state) else ""
        return words[f"phone.title{joined}"], words[f"phone.lead{joined}"]

    def show(self, state: State, now_ms: int) -> None:
        words = look.words
        self.is_joined = _is_joined(state)
        if state.screen is Screen.RESULT:
            link = enquiry(state).link
            self.payload, until_ms = (link.url, link.until_ms) if link else ("", 0)
            self.said, self.action, self._done = words["result.said"], words["result.done"], Tap.BACK
        else:
            draft = submission(state).draft
            self.payload, until_ms = (draft.phone_url, draft.phone_until_ms) if draft else ("", 0)
            papers = draft.papers if draft else []
            sent = sum(each.pages for each in papers if each.way == "phone")
            busy = any(each.state == "working" for each in papers)
            seen = words["phone.seen"] if draft and draft.phone_seen else words["phone.waiting"]
            self.said = words["phone.working"] if busy else count_words(sent, words, "phone.came", "phone.none")
            self.said = seen if not sent and not busy else self.said
            self.action, self._done = words["phone.done"], Tap.NEXT
        self.until = words["phone.until"].format(time=f"{local(until_ms):%H:%M}") if until_ms else ""


def _is_joined(state: State) -> bool:
    draft = submission(state).draft
    return state.screen is Screen.PHONE and draft is not None and draft.phone_seen


load_kv(__file__)
assert _press
assert _qr
