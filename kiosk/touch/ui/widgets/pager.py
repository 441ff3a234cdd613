"""A list in pages with two big arrows: easier than scrolling for hands that tremble; nothing hides below an edge."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets.press import Ground

__all__ = ["Pager", "PagerBar"]
MakeTile = Callable[[], Widget]


class PagerBar(Ground):
    page_text = StringProperty("")
    has_next = BooleanProperty(False)
    has_back = BooleanProperty(False)


class Pager(BoxLayout):
    """Shows tiles in ``columns``; rows are between ``row_min`` and ``row_max`` high and fill the height."""

    columns = NumericProperty(1)
    row_min = NumericProperty(150)
    row_max = NumericProperty(260)
    page = NumericProperty(0)
    bar_height = NumericProperty(132)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._makers: Sequence[MakeTile] = ()
        self._bar: PagerBar | None = None
        self._lay_out = Clock.create_trigger(self._build, -1)
        self.bind(size=self._lay_out, columns=self._lay_out, row_min=self._lay_out, page=self._lay_out)

    def fill(self, makers: Sequence[MakeTile]) -> None:
        """Show these tiles; the page stays where it is, if it still exists."""
        self._makers = makers
        self._lay_out()

    def turn(self, pages: int) -> None:
        self.page += pages

    def _rows(self, height: float) -> int:
        return max(1, int((height + look.s) // (self.row_min + look.s)))

    def _build(self, *_: object) -> None:
        grid, bar = self.ids.grid, self.ids.bar
        room = self.height
        rows = self._rows(room)
        paged = len(self._makers) > rows * self.columns
        if paged:
            room = self.height - self.bar_height - look.m
            rows = self._rows(room)
        per_page = rows * self.columns
        pages = max(1, -(-len(self._makers) // per_page))
        self.page = min(max(self.page, 0), pages - 1)
        shown = self._makers[self.page * per_page : (self.page + 1) * per_page]
        used = rows if paged else max(1, -(-len(shown) // self.columns))
        grid.row_default_height = min(self.row_max, max(self.row_min, (room + look.s) / used - look.s))
        grid.clear_widgets()
        for make in shown:
            grid.add_widget(make())
        bar.height = self.bar_height if paged else 0
        bar.opacity, bar.disabled = (1, False) if paged else (0, True)
        bar.page_text = look.words["page.of"].format(page=self.page + 1, pages=pages)
        bar.has_back, bar.has_next = self.page > 0, self.page < pages - 1


load_kv(__file__)
