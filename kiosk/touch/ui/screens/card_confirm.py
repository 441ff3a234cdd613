"""What was read of a card, masked: enough for its owner to recognise, too little for the person behind."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of card_confirm.kv use its classes

__all__ = ["CardConfirmScreen"]


class CardConfirmScreen(BoxLayout):
    name = StringProperty("")
    number = StringProperty("")
    birth_year = StringProperty("")
    remark = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        self.name = self.number = self.birth_year = self.remark = ""

    def tap(self, name: str) -> None:
        self._tell(Tap(name))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["card_confirm.title"], words["card_confirm.lead"]

    def show(self, state: State, now_ms: int) -> None:
        card = state.session.card
        if card is None:
            return
        self.name, self.number = card.name, card.number
        self.birth_year = str(card.birth_year) if card.birth_year else "—"
        doubtful = "name_doubtful_dossier" if state.session.errand else "name_doubtful"
        self.remark = "" if card.name_is_whole else look.words[f"card_confirm.{doubtful}"]


load_kv(__file__)
assert _press
