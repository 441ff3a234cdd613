"""The two kinds of ID card, drawn: where the code is on each, and the camera's picture with the place to hold it."""

from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import card as _card  # the rules below use its classes
from kiosk.touch.viewfinder import Seen, Viewfinder

__all__ = ["CameraView", "CardDrawing", "CardKind"]
FRAMES_A_SECOND = 30


class CardDrawing(Widget):
    """Not a real card: bars stand for its words."""

    back = BooleanProperty(False)  #: the side without a portrait


class CardKind(BoxLayout):
    """A drawing with what it is called and where its code is."""

    back = BooleanProperty(False)
    title = StringProperty("")
    text = StringProperty("")


class CameraView(Widget):
    """Shows the newest picture while it is on the window, and forgets it when it leaves."""

    texture = ObjectProperty(None, allownone=True)
    frame = NumericProperty(0)  #: width of the place to hold the card
    test_name = StringProperty("")
    viewfinder: Viewfinder | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last: Seen | None = None
        self._draw = Clock.schedule_interval(self._show_newest, 1 / FRAMES_A_SECOND)
        self._draw.cancel()

    def begin(self) -> None:
        self._draw()

    def end(self) -> None:
        self._draw.cancel()
        self._last, self.texture = None, None

    def _show_newest(self, _: float) -> None:
        seen = self.viewfinder.newest if self.viewfinder else None
        if seen is self._last:
            return
        self._last = seen
        if seen is None:
            self.texture = None
            return
        if self.texture is None or self.texture.size != (seen.width, seen.height):
            texture = Texture.create(size=(seen.width, seen.height), colorfmt="rgb")
            texture.flip_vertical()
        else:
            texture = self.texture
        texture.blit_buffer(seen.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self.texture = texture
        self.canvas.ask_update()


load_kv(__file__)
assert _card
