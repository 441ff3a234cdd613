"""A list to choose from with one action below it: fields, services, papers, ways, the review, dossiers that were found.

What is on it for each state stands in ``kiosk.touch.ui.contents``.
"""

from functools import partial

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import Tap
from kiosk.touch.flow import State
from kiosk.touch.ui.contents import CONTENTS, Content, Option
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import pager as _pager  # the rules of options.kv use its classes
from kiosk.touch.ui.widgets.answer import CheckTile, PaperTile

__all__ = ["OptionsScreen"]


class OptionsScreen(BoxLayout):
    text = StringProperty("")
    band = StringProperty("")
    action = StringProperty("")
    action_icon = StringProperty("arrow-right")
    can_act = BooleanProperty(True)
    quiet = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None
        self._content = Content("", "")

    def enter(self) -> None:
        self.ids.pager.page = 0
        self._shown = None

    def on_parent(self, _: Widget, parent: Widget | None) -> None:
        """What was on it goes with it."""
        if parent is None:
            self._shown, self._content = None, Content("", "")
            self.text = self.band = ""
            self.ids.pager.fill([])

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        content = CONTENTS[state.screen](state, words)
        return content.title, content.lead

    def show(self, state: State, now_ms: int) -> None:
        content = CONTENTS[state.screen](state, look.words)
        self._content = content
        self.text, self.band = content.text, content.band
        self.action, self.action_icon, self.can_act = content.action, content.action_icon, content.can_act
        self.quiet = content.quiet
        if content.options != self._shown:
            self._shown = content.options
            self.ids.pager.fill([partial(self._tile, option) for option in content.options])

    def act(self) -> None:
        self._tell(Tap(self._content.action_tap))

    def act_quietly(self) -> None:
        self._tell(Tap(self._content.quiet_tap))

    def _tile(self, option: Option) -> Widget:
        if option.ticked is not None:
            tile = CheckTile(test_name=option.test_name, text=option.text, hint=option.hint, is_on=option.ticked)
        else:
            tile = PaperTile(test_name=option.test_name, text=option.text, hint=option.hint, icon=option.icon)
            tile.good, tile.bad = option.good, option.bad
            tile.ids.photo.show(option.picture)
        tile.disabled = option.event is None
        tile.bind(on_release=lambda _: self._tell(option.event) if option.event is not None else None)
        return tile


load_kv(__file__)
assert _pager
