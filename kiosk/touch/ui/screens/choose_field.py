"""Which area the citizen's business belongs to."""

from functools import partial

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import ChooseField
from kiosk.touch.flow import State, services_in
from kiosk.touch.ui.i18n import Words, count_words, pick
from kiosk.touch.ui.shell import Tell
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import pager as _pager  # the rules of choose_field.kv use its classes
from kiosk.touch.ui.widgets.tiles import FieldTile
from kiosk.wire.kiosk_api import FieldInfo

__all__ = ["FieldsScreen"]


class FieldsScreen(BoxLayout):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self._shown: object = None

    def enter(self) -> None:
        self.ids.pager.page = 0

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        return words["fields.title"], words["fields.lead"]

    def show(self, state: State, now_ms: int) -> None:
        fields = state.catalogue.fields if state.catalogue else []
        shown = (state.session.language, fields)
        if shown == self._shown:
            return
        self._shown = shown
        self.ids.pager.fill([partial(self._tile, field, state) for field in fields])

    def _tile(self, field: FieldInfo, state: State) -> Widget:
        tile = FieldTile(
            test_name=f"field:{field.id}",
            icon=field.icon,
            text=pick(field.name, state.session.language),
            hint=count_words(len(services_in(state, field.id)), look.words, "fields.count", "fields.count_none"),
        )
        tile.bind(on_release=lambda _: self._tell(ChooseField(field.id)))
        return tile


load_kv(__file__)
assert _pager
