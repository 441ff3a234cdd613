"""The first screen: what this machine is for, in which language, and whether it gives numbers now."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import ChooseLanguage, Language, Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words, count_words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets.card import Band, Card, Gap
from kiosk.touch.ui.widgets.press import Press
from kiosk.wire.kiosk_api import Catalogue


class HomeHero(Press):
    """The one thing that is done here."""


class HomeDossiers(BoxLayout):
    """The other two things that are done here."""

    __events__ = ("on_tap",)

    def on_tap(self, name: str) -> None:
        """One of them was chosen."""


class HomeClosed(Card):
    """In its place: why no number can be taken now."""

    icon = StringProperty("door-closed")
    title = StringProperty("")
    text = StringProperty("")


class HomeBand(Band):
    """An announcement, or something that is not as usual."""

    warns = BooleanProperty(False)


class HomeWaiting(Band):
    """Open, and how many wait."""


class HomeSteps(Card):
    """What will happen, in three pictures."""


class HomeLanguages(BoxLayout):
    __events__ = ("on_choose",)
    language = StringProperty("vi")

    def on_choose(self, language: Language) -> None:
        """A language was chosen."""


class HomeScreen(BoxLayout):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._hero, self._notice = HomeHero(), HomeClosed()
        self._band, self._waiting = HomeBand(), HomeWaiting()
        self._steps, self._languages, self._gap = HomeSteps(), HomeLanguages(), Gap()
        self._dossiers = HomeDossiers()
        self._dossiers.bind(on_tap=lambda _, name: tell(Tap(name)))
        self._hero.bind(on_release=lambda _: tell(Tap.TAKE_NUMBER))
        self._languages.bind(on_choose=lambda _, language: tell(ChooseLanguage(language)))

    def enter(self) -> None:
        """Nothing of the last person is kept here."""

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["home.title"], "" if self._closed(state) else self._lead(state, words)

    def show(self, state: State, now_ms: int) -> None:
        closed = self._closed(state)
        if closed:
            self._notice.icon, self._notice.title, self._notice.text = closed
        away = state.hub_lost or state.catalogue is None
        _arrange(self.ids.centre, [self._notice if closed else self._hero, *([] if away else [self._dossiers])])
        self._waiting.title = "" if closed or state.catalogue is None else self._open(state.catalogue)
        self._band.warns, self._band.icon, self._band.title = self._news(state)
        self._languages.language = state.session.language
        languages = [self._languages] if look.english else []
        news = [band for band in (self._band, self._waiting) if band.title]
        # Sideways there is room for the steps or for the news; lowered, for neither above the knees.
        # Where no number is given they would only mislead.
        steps = not closed and not self._band.title and (look.landscape or not state.session.lowered)
        _arrange(self.ids.side, [*news, *([self._steps] if steps else [self._gap] * look.landscape), *languages])

    def _lead(self, state: State, words: Words) -> str:
        return pick(look.welcome, state.session.language) if look.welcome else words["home.lead"]

    def _open(self, catalogue: Catalogue) -> str:
        words = look.words
        waiting = sum(service.waiting for service in catalogue.services)
        return f"{words['home.open']}  ·  {count_words(waiting, words, 'home.waiting', 'home.waiting_none')}"

    def _closed(self, state: State) -> tuple[str, str, str] | None:
        """Icon, title and text of the reason why no number can be taken now."""
        words = look.words
        if state.hub_lost or state.catalogue is None:
            return "wifi-off", words["home.connecting"], words["home.connecting_hint"]
        if state.catalogue.is_open:
            return None
        notice = state.catalogue.notice
        reason = pick(notice, state.session.language) if notice else ""
        return "door-closed", words["home.closed"], "\n".join(filter(None, (reason, words["home.closed_hint"])))

    def _news(self, state: State) -> tuple[bool, str, str]:
        words = look.words
        if state.session.notice:
            return False, "qr-code", words[f"notice.{state.session.notice}"]
        if self._closed(state):
            return False, "info", ""
        if state.printer:
            return True, "printer", words["paper.out_of_order"].format(reason=words[f"reason.{state.printer}"])
        notice = state.catalogue.notice if state.catalogue else None
        return False, "megaphone", pick(notice, state.session.language) if notice else ""


def _arrange(box: BoxLayout, widgets: list[Widget]) -> None:
    """Put exactly these widgets into the box, top to bottom; nothing happens when they are there already."""
    if list(reversed(box.children)) != widgets:
        box.clear_widgets()
        for widget in widgets:
            box.add_widget(widget)


load_kv(__file__)
