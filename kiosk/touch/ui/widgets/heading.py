"""The question above every screen."""

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets import card as _card  # the rules below use its classes

__all__ = ["Heading"]


class Heading(BoxLayout):
    """The one question of the screen. Lowered, it takes the upper half, so that all there is to touch lies below it."""

    title = StringProperty("")
    lead = StringProperty("")
    icon = StringProperty("")


load_kv(__file__)
assert _card
