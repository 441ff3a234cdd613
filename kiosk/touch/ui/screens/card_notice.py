"""Before a card is read: what is read, what becomes of it, and that it can be done without."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.dossier.errand import Submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import State, needs_identity
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of card_notice.kv use its classes

__all__ = ["CardNoticeScreen"]


class CardNoticeScreen(BoxLayout):
    reads_text = StringProperty("")
    keeps = StringProperty("")
    keeps_text = StringProperty("")
    free_text = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        lead = "lead_service" if needs_identity(state) else "lead"
        return words["card_notice.title"], words[f"card_notice.{_for_dossier(state) or lead}"]

    def show(self, state: State, now_ms: int) -> None:
        self.reads_text = look.words[
            "card_notice.reads_text" if state.shows_cards else "card_notice.reads_text_scanner"
        ]
        kept = _KEPT.get(_for_dossier(state)) or ("kept" if needs_identity(state) else "keeps")
        self.free_text = look.words["card_notice.free_text_dossier" if _for_dossier(state) else "card_notice.free_text"]
        self.keeps, self.keeps_text = look.words[f"card_notice.{kept}"], look.words[f"card_notice.{kept}_text"]


#: What becomes of the card where it serves a dossier.
_KEPT = {"lead_submit": "fills", "lead_look_up": "keeps"}


def _for_dossier(state: State) -> str:
    errand = state.session.errand
    if errand is None:
        return ""
    return "lead_submit" if isinstance(errand, Submission) else "lead_look_up"


load_kv(__file__)
assert _press
