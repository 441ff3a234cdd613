"""Everything that can be pressed: it gives way under the finger, and its name is how tests and the tour find it."""

from kivy.animation import Animation
from kivy.input.motionevent import MotionEvent
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import card as _card  # the rules below use its classes

__all__ = ["BarButton", "Ground", "Press", "WideButton"]


class Ground(BoxLayout):
    """Takes fingers where it is seen, and nowhere else.

    Kivy hands a touch to all widgets, and a disabled one swallows it. The words and icons of a button that is folded
    away (no width, no opacity) lie outside of it, on top of what is seen there.
    """

    def on_touch_down(self, touch: MotionEvent) -> bool:
        seen = self.opacity > 0 and self.collide_point(*touch.pos)
        return bool(seen and super().on_touch_down(touch))


class Press(Ground, ButtonBehavior, BoxLayout):
    """A surface that is pressed. ``depth`` goes from 0 to 1 while a finger is down."""

    test_name = StringProperty("")
    text = StringProperty("")
    depth = NumericProperty(0.0)
    fill = StringProperty("paper")
    fill_down = StringProperty("brand_soft")
    edge = StringProperty("line")
    corner = NumericProperty(20)
    shadow = NumericProperty(0.07)

    def on_state(self, _: object, state: str) -> None:
        Animation.stop_all(self, "depth")
        Animation(depth=1.0 if state == "down" else 0.0, duration=look.press_s).start(self)


class WideButton(Press):
    """An action in words. The primary one is filled; there is one on a screen."""

    icon = StringProperty("")
    hint = StringProperty("")
    icon_last = BooleanProperty(False)  #: the icon stands after the words: forward
    primary = BooleanProperty(True)
    ink = StringProperty("brand")


class BarButton(Press):
    """A small button of the header or the bar: icon above a short text."""

    icon = StringProperty("info")
    ink = StringProperty("brand")
    selected = BooleanProperty(False)


load_kv(__file__)
assert _card
