"""Whether the citizen has priority. Saying "no" is as easy as saying "yes", and the answer stays on this machine."""

from functools import partial

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import ChoosePriority
from kiosk.touch.flow import State
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import pager as _pager  # the rules of choose_priority.kv use its classes
from kiosk.touch.ui.widgets.tiles import FieldTile
from kiosk.wire.kiosk_api import PriorityGroup

__all__ = ["PriorityScreen"]


class PriorityScreen(BoxLayout):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None

    def enter(self) -> None:
        self.ids.pager.page = 0

    def none_of_these(self) -> None:
        self._tell(ChoosePriority(None))

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["priority.title"], words["priority.lead"]

    def show(self, state: State, now_ms: int) -> None:
        groups = state.catalogue.priority_groups if state.catalogue else []
        shown = (state.session.language, groups)
        if shown == self._shown:
            return
        self._shown = shown
        self.ids.pager.fill([partial(self._tile, group, state) for group in groups])

    def _tile(self, group: PriorityGroup, state: State) -> Widget:
        tile = FieldTile(
            test_name=f"priority:{group.id}", icon=group.icon, text=pick(group.name, state.session.language)
        )
        tile.bind(on_release=lambda _: self._tell(ChoosePriority(group.id)))
        return tile


load_kv(__file__)
assert _pager
