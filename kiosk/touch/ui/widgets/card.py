"""Surfaces: cards, bands and the disc behind an icon."""

from kivy.graphics import Color, SmoothEllipse
from kivy.properties import ColorProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import words as _words  # the rules below use its classes

__all__ = ["Band", "Card", "Disc", "Gap", "Perforation"]


class Card(BoxLayout):
    """A white, rounded surface with a hair line and a soft shadow."""

    fill = StringProperty("paper")
    edge = StringProperty("line")
    corner = NumericProperty(20)


class Band(BoxLayout):
    """A tinted strip: an icon, a title and a sentence. No height when it has nothing to say."""

    icon = StringProperty("info")
    title = StringProperty("")
    text = StringProperty("")
    tint = StringProperty("brand_soft")
    tone = StringProperty("brand")
    test_name = StringProperty("")


class Disc(AnchorLayout):
    """An icon on a round ground."""

    icon = StringProperty("info")
    tint = StringProperty("brand_soft")
    tone = StringProperty("brand")
    diameter = NumericProperty(112)
    share = NumericProperty(0.54)  #: of the diameter that the glyph takes


class Gap(Widget):
    """Takes the room that is left."""


class Perforation(Widget):
    """The line where a paper ticket is torn: round bites at both edges of the card and dots between."""

    bite = ColorProperty()
    dot = ColorProperty()
    inset = NumericProperty(0)  #: how far the card's edges lie outside this widget
    dots = ListProperty([])

    def on_size(self, *_: object) -> None:
        self._draw()

    def on_pos(self, *_: object) -> None:
        self._draw()

    def on_bite(self, *_: object) -> None:
        self._draw()

    def on_dot(self, *_: object) -> None:
        self._draw()

    def on_inset(self, *_: object) -> None:
        self._draw()

    def _draw(self) -> None:
        self.canvas.clear()
        radius, wide, step = 18 * look.u, 6 * look.u, 18 * look.u
        if self.width < 4 * radius:
            return
        left, right = self.x - self.inset, self.right + self.inset
        with self.canvas:
            Color(*self.bite)
            for x in (left, right):
                SmoothEllipse(pos=(x - radius, self.center_y - radius), size=(2 * radius, 2 * radius))
            Color(*self.dot)
            count = int((right - left - 3 * radius) // step)
            start = (left + right - (count - 1) * step - wide) / 2
            for place in range(count):
                SmoothEllipse(pos=(start + place * step, self.center_y - wide / 2), size=(wide, wide))


load_kv(__file__)
assert _words
