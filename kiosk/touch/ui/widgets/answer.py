"""What is being typed, large, with a place for what is wrong with it; and ticks that nobody set beforehand."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets.card import Card
from kiosk.touch.ui.widgets.press import Press

__all__ = ["AnswerBox", "CheckTile", "PaperTile"]


class AnswerBox(Card):
    """``text`` as typed, ``example`` in grey while there is none."""

    text = StringProperty("")
    example = StringProperty("")
    test_name = StringProperty("")


class CheckTile(Press):
    is_on = BooleanProperty(False)
    hint = StringProperty("")


class PaperTile(Press):
    """A paper: its newest page, its name and how it comes."""

    icon = StringProperty("file-text")
    hint = StringProperty("")
    good = BooleanProperty(False)
    bad = BooleanProperty(False)


load_kv(__file__)
