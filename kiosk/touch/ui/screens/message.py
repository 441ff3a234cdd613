"""Moments in which there is nothing to choose: asking the hub, no answer, refused, starting, out of service."""

from dataclasses import dataclass

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.dossier.steps import submission
from kiosk.touch.events import Tap
from kiosk.touch.flow import WAITING_FOR_HUB, Screen, State, service_of
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import press as _press  # the rules of message.kv use its classes

__all__ = ["MessageScreen"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one of these moments looks: words by their key, "" for none."""

    words: str
    icon: str
    warns: bool = False
    action: str = ""
    action_tap: Tap | None = None
    quiet: str = ""
    quiet_tap: Tap | None = None


KINDS = {
    Screen.STARTING: Kind("starting", "hourglass"),
    Screen.ISSUING: Kind("issuing", "hourglass"),
    Screen.UNREACHABLE: Kind("unreachable", "wifi-off", True, quiet="unreachable.cancel", quiet_tap=Tap.CANCEL),
    Screen.REFUSED: Kind(
        "refused", "circle-alert", True, "refused.again", Tap.BACK, quiet="refused.done", quiet_tap=Tap.DONE
    ),
    Screen.ASKING: Kind("asking", "hourglass"),
    Screen.AWAY: Kind("away", "wifi-off", True, "away.again", Tap.NEXT, quiet="away.cancel", quiet_tap=Tap.CANCEL),
    Screen.DENIED: Kind(
        "denied", "circle-alert", True, "denied.back", Tap.BACK, quiet="denied.done", quiet_tap=Tap.DONE
    ),
    Screen.OUT_OF_SERVICE: Kind("out_of_service", "circle-pause", True),
}


class MessageScreen(BoxLayout):
    icon = StringProperty("hourglass")
    warns = BooleanProperty(False)
    title = StringProperty("")
    text = StringProperty("")
    hint = StringProperty("")
    for_staff = BooleanProperty(False)
    service = StringProperty("")
    action = StringProperty("")
    quiet = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._kind = KINDS[Screen.STARTING]

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return "", ""

    def act(self) -> None:
        if self._kind.action_tap is not None:
            self._tell(self._kind.action_tap)

    def act_quietly(self) -> None:
        if self._kind.quiet_tap is not None:
            self._tell(self._kind.quiet_tap)

    def show(self, state: State, now_ms: int) -> None:
        words, kind = look.words, KINDS[state.screen]
        self._kind = kind
        lost = state.screen is Screen.STARTING and state.hub_lost
        self.icon, self.warns = ("wifi-off", True) if lost else (kind.icon, kind.warns)
        self.title = words["home.connecting" if lost else f"{kind.words}.title"]
        self.text = words["home.connecting_hint"] if lost else self._text(state, words)
        self.hint, self.for_staff = self._hint(state, words), bool(state.trouble)
        asked = service_of(state, state.session.service) if state.screen in WAITING_FOR_HUB else None
        self.service = pick(asked.name, state.session.language) if asked else ""
        self.action, self.quiet = (words[key] if key else "" for key in (kind.action, kind.quiet))
        if state.screen is Screen.AWAY and is_patient(state):
            self.action = ""  # it is being tried all the time
        if state.screen is Screen.AWAY and not submission(state).draft_id:
            self.quiet = words["denied.done"]  # there is nothing yet that would be deleted

    def _text(self, state: State, words: Words) -> str:
        if state.screen is Screen.REFUSED and state.session.refusal is not None:
            return pick(state.session.refusal, state.session.language)
        errand = state.session.errand
        if state.screen is Screen.DENIED and errand is not None and errand.wrong is not None:
            return pick(errand.wrong, state.session.language)
        if state.screen is Screen.AWAY and errand is not None and errand.pending is not None:
            return words["away.text" if errand.pending.patient else "away.text_once"]
        return words.get(f"{self._kind.words}.text", "")

    def _hint(self, state: State, words: Words) -> str:
        if state.screen is Screen.OUT_OF_SERVICE and state.trouble:
            return words["out_of_service.staff"].format(detail=state.trouble)
        return words.get(f"{self._kind.words}.hint", "")


def is_patient(state: State) -> bool:
    errand = state.session.errand
    return errand is not None and errand.pending is not None and errand.pending.patient


load_kv(__file__)
assert _press
