"""Text and icons: the only labels in the app. Long text wraps; it is never cut."""

from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as Ruler
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.label import Label

from kiosk.touch.ui.theme import load_kv

load_kv(__file__)


class Tinted(Label):
    """Its letters are drawn once, in white; their colour is laid over them. Another colour draws no letters anew."""

    tone = StringProperty("ink")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(disabled_color=(1, 1, 1, 1), **kwargs)


class Words(Tinted):
    """Wraps to its width and is as tall as its text. ``test_name`` is how tests and the tour find it."""

    test_name = StringProperty("")


class OneLine(Tinted):
    """One line, as wide as its text."""

    test_name = StringProperty("")


class FitWords(Tinted):
    """Fits its box: the type goes down from ``largest`` until the text fits, never below ``smallest``.

    With ``room`` it is as tall as its text, and the text is at most ``room`` high.
    """

    test_name = StringProperty("")
    largest = NumericProperty(36)
    smallest = NumericProperty(24)
    room = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._refit = Clock.create_trigger(self._fit, -1)
        self.bind(size=self._refit, text=self._refit, largest=self._refit, room=self._refit)
        self._refit()

    def _fit(self, *_: object) -> None:
        width, height = self.size
        room = self.room or height
        if width < 2 or room < 2:
            return
        self.padding = (0.0, 0.0, 0.0, 0.0)
        self.text_size = (width, None)
        size = self.largest
        while True:
            self.font_size = size
            self.texture_update()
            if size <= self.smallest or (self.texture_size[1] <= room and self._widest_word() <= width):
                break
            size = max(self.smallest, size - self.largest / 18)
        self._balance(width)
        if self.room:
            self.height = float(self.texture_size[1])
        else:
            self.text_size = (width, height)

    def _widest_word(self) -> float:
        """Kivy breaks a word that is wider than its line, in the middle."""
        ruler = Ruler(font_name=self.font_name, font_size=self.font_size)
        return max((float(ruler.get_extents(word)[0]) for word in self.text.split()), default=0.0)

    def _balance(self, width: float) -> None:
        """Lines of about the same length: no last word alone, if that takes no more lines."""
        lines_high, spare = self.texture_size[1], 0.0
        if lines_high < 2 * self.font_size:
            return
        most = width - self._widest_word() - 1
        for step in range(1, 7):
            self.padding = (0.0, 0.0, min(width * step / 16, most), 0.0)
            self.texture_update()
            if self.texture_size[1] > lines_high or self.padding[2] < spare:
                break
            spare = self.padding[2]
        self.padding = (0.0, 0.0, max(0.0, spare), 0.0)
        self.texture_update()


class Icon(Tinted):
    """One glyph of the icon font. ``icon`` is a name of assets/icons/icons.toml."""

    icon = StringProperty("file-text")
