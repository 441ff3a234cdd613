"""Whether the citizen has priority. Saying "no" is as easy as saying "yes", and the answer stays on this machine."""

from functools import partial

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import ChoosePriority, Tap
from kiosk.touch.flow import State, suggested
from kiosk.touch.ui.i18n import Words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import pager as _pager  # the rules of choose_priority.kv use its classes
from kiosk.touch.ui.widgets.tiles import FieldTile
from kiosk.wire.kiosk_api import PriorityGroup

__all__ = ["PriorityScreen"]


class PriorityScreen(BoxLayout):
    reads_cards = BooleanProperty(False)  #: a card can be asked, and has not been
    suggestion = StringProperty("")

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None

    def enter(self) -> None:
        self.ids.pager.page = 0

    def none_of_these(self) -> None:
        self._tell(ChoosePriority(None))

    def use_card(self) -> None:
        self._tell(Tap.USE_CARD)

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["priority.title"], words["priority.lead"]

    def show(self, state: State, now_ms: int) -> None:
        groups = state.catalogue.priority_groups if state.catalogue else []
        card, likely = state.session.card, suggested(state)
        self.reads_cards = state.reads_cards and card is None
        word = "" if card is None else "priority.card_suggests" if likely else "priority.card_says_nothing"
        self.suggestion = look.words[word] if word else ""
        shown = (state.session.language, groups, likely)
        if shown == self._shown:
            return
        self._shown = shown
        self.ids.pager.fill([partial(self._tile, group, state) for group in groups])

    def _tile(self, group: PriorityGroup, state: State) -> Widget:
        tile = FieldTile(
            test_name=f"priority:{group.id}", icon=group.icon, text=pick(group.name, state.session.language)
        )
        if group in suggested(state):
            tile.hint, tile.fill, tile.edge = look.words["priority.by_card"], "brand_soft", "brand"
        tile.bind(on_release=lambda _: self._tell(ChoosePriority(group.id)))
        return tile


load_kv(__file__)
assert _pager
