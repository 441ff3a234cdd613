"""What is chosen from: fields, services and priority groups."""

from kivy.properties import BooleanProperty, StringProperty

from kiosk.touch.ui.theme import load_kv
from kiosk.touch.ui.widgets.press import Press


class FieldTile(Press):
    """A field: its icon, its name, how many services it has."""

    icon = StringProperty("file-text")
    hint = StringProperty("")


class ServiceTile(Press):
    """A service: its name, who waits and how long, a better time of today if there is one; when closed, why."""

    people = StringProperty("")
    wait = StringProperty("")
    quieter = StringProperty("")
    closed = StringProperty("")  #: why no number is given; "" when one is
    is_open = BooleanProperty(True)


load_kv(__file__)
