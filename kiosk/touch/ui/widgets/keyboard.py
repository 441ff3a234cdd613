"""The keyboard on the screen. Which keys it has stands in ``kiosk.touch.dossier.keys``; what they do is the table's."""

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.touch.dossier.keys import CLEAR, ERASE, SHIFT, SPACE, Board, rows
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets.press import Press

__all__ = ["Keyboard"]
#: Keys with a picture, and how many letters wide the broad ones are.
_ICONS = {SHIFT: "arrow-up"}
_WIDE = {SPACE: 3.0, "@gmail.com": 3.0, ERASE: 1.5, SHIFT: 1.5}


class KeyButton(Press):
    icon = StringProperty("")
    is_on = BooleanProperty(False)


class Keyboard(BoxLayout):
    """``board`` chooses the keys, "" shows none; ``capital``: the next letter will be one."""

    __events__ = ("on_key",)
    board = StringProperty("")
    capital = BooleanProperty(False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._keys: dict[str, KeyButton] = {}
        self._shown = ("", "")

    def on_key(self, key: str) -> None:
        """A key was pressed."""

    def show(self, board: Board | str, capital: bool) -> None:
        if (board, look.language) != self._shown:
            self._shown = (board, look.language)
            self._build(board)
        self.board, self.capital = board, capital
        for key, button in self._keys.items():
            button.is_on = key == SHIFT and capital
            if len(key) == 1:
                button.text = key.upper() if capital else key

    def _build(self, board: Board | str) -> None:
        self.clear_widgets()
        self._keys = {}
        for row in rows(board) if board else ():  # type: ignore[arg-type]  # "" was just ruled out
            line = BoxLayout(spacing=look.xs)
            for key in row:
                line.add_widget(self._button(key))
            self.add_widget(line)

    def _button(self, key: str) -> KeyButton:
        words = {SPACE: look.words["keys.space"], CLEAR: look.words["keys.clear"], ERASE: look.words["keys.erase"]}
        text = "" if key in _ICONS else words.get(key, key)
        button = KeyButton(test_name=f"key:{key}", icon=_ICONS.get(key, ""), text=text)
        button.size_hint_x = 1.0 if self._is_pad() else _WIDE.get(key, 1.0)
        button.bind(on_release=lambda _: self.dispatch("on_key", key))
        self._keys[key] = button
        return button

    def _is_pad(self) -> bool:
        return self._shown[0] in ("digits", "date")


load_kv(__file__)
