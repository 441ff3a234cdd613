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
PICTURES_A_SECOND = 30
FRAMES_A_SECOND = 60  #: of the window while somebody is there
#: A picture that made its frame late by so much is followed by the next after this many times as long: where drawing is
#: slow (no graphics processor) the pictures get fewer, and fingers are answered as ever.
PAUSE, LONGEST_PAUSE_S = 5, 0.4


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
    framed = BooleanProperty(True)
    aspect = NumericProperty(16 / 9)  #: width to height of the picture
    test_name = StringProperty("")
    viewfinder: Viewfinder | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last: Seen | None = None
        self._drew, self._pause_s = False, 0.0
        self._draw = Clock.schedule_interval(self._frame, 0)
        self._draw.cancel()

    def begin(self) -> None:
        self._draw()

    def end(self) -> None:
        self._draw.cancel()
        self._last, self.texture = None, None

    def _frame(self, since_last_s: float) -> None:
        if self._drew:
            late_s = since_last_s - 1 / FRAMES_A_SECOND
            self._pause_s = min(max(1 / PICTURES_A_SECOND, PAUSE * late_s), LONGEST_PAUSE_S)
        self._pause_s -= since_last_s
        self._drew = False
        if self.viewfinder is None or self._pause_s > 0:
            return
        self.viewfinder.ask()
        if self.viewfinder.newest is not self._last:
            self._last, self._drew = self.viewfinder.newest, True
            self._show(self._last)

    def _show(self, seen: Seen | None) -> None:
        if seen is None:
            self.texture = None
            return
        if self.texture is None or self.texture.size != (seen.width, seen.height):
            texture = Texture.create(size=(seen.width, seen.height), colorfmt="rgb")
            texture.flip_vertical()
        else:
            texture = self.texture
        self.aspect = seen.width / seen.height
        texture.blit_buffer(seen.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self.texture = texture
        self.canvas.ask_update()


load_kv(__file__)
assert _card
