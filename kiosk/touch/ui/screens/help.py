"""How a number is taken and what happens then."""

from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import press as _press  # the rules of help.kv use its classes

__all__ = ["HelpScreen"]


class HelpScreen(BoxLayout):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def leave(self) -> None:
        self._tell(Tap.BACK)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["help.title"], words["help.lead"]

    def show(self, state: State, now_ms: int) -> None:
        """All its words follow the language by themselves."""


load_kv(__file__)
assert _press
