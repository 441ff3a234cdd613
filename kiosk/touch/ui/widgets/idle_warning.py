"""Twenty seconds to say "I am still here" (WCAG 2.2.1)."""

from kivy.properties import NumericProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import press as _press  # the rules below use its classes

__all__ = ["IdleWarning"]


class IdleWarning(FloatLayout):
    """Covers the screen before a session ends by itself. Any touch keeps the session."""

    __events__ = ("on_stay",)
    left_s = NumericProperty(0)

    def on_stay(self) -> None:
        """Somebody is still here."""

    def on_touch_down(self, touch: object) -> bool:
        super().on_touch_down(touch)
        return True


load_kv(__file__)
assert _press
