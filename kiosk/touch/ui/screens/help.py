"""How a number is taken, a dossier handed in or looked up: help for what the person is doing."""

from kivy.properties import ListProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.dossier.errand import Submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import press as _press  # the rules of help.kv use its classes

__all__ = ["HelpScreen"]
_ICONS = {
    "help": ["list", "ticket", "monitor"],
    "help_submit": ["list", "pencil", "camera"],
    "help_look_up": ["qr-code", "pencil", "id-card"],
}


class HelpScreen(BoxLayout):
    topic = StringProperty("help")
    icons = ListProperty(_ICONS["help"])

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def leave(self) -> None:
        self._tell(Tap.BACK)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words[f"{_topic(state)}.title"], words["help.lead"]

    def show(self, state: State, now_ms: int) -> None:
        """All its words follow the language by themselves."""
        self.topic = _topic(state)
        self.icons = _ICONS[self.topic]


def _topic(state: State) -> str:
    errand = state.session.errand
    if errand is None:
        return "help"
    return "help_submit" if isinstance(errand, Submission) else "help_look_up"


load_kv(__file__)
assert _press
