"""The window's content: the frame around the screens, and which screen is in it. Shows states; decides nothing."""

import importlib
from collections.abc import Callable
from typing import Protocol

from kivy.animation import Animation
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import Event, Tap
from kiosk.touch.flow import Screen, State
from kiosk.touch.ui.contents import CONTENTS
from kiosk.touch.ui.i18n import Words
from kiosk.touch.ui.theme import load_kv, look
from kiosk.touch.ui.widgets import frame as _frame  # the rules of shell.kv use its classes
from kiosk.touch.ui.widgets import heading as _heading
from kiosk.touch.ui.widgets.idle_warning import IdleWarning
from kiosk.touch.viewfinder import Viewfinder

__all__ = ["Shell", "TouchScreen"]
Tell = Callable[[Event], None]

#: Module and class of each screen, loaded when it is first shown.
SCREENS: dict[Screen, tuple[str, str]] = {
    Screen.STARTING: ("message", "MessageScreen"),
    Screen.HOME: ("home", "HomeScreen"),
    Screen.FIELDS: ("choose_field", "FieldsScreen"),
    Screen.SERVICES: ("choose_service", "ServicesScreen"),
    Screen.PRIORITY: ("choose_priority", "PriorityScreen"),
    Screen.CARD_NOTICE: ("card_notice", "CardNoticeScreen"),
    Screen.CARD_SCAN: ("card_scan", "CardScanScreen"),
    Screen.CARD_CONFIRM: ("card_confirm", "CardConfirmScreen"),
    Screen.ISSUING: ("message", "MessageScreen"),
    Screen.UNREACHABLE: ("message", "MessageScreen"),
    Screen.REFUSED: ("message", "MessageScreen"),
    Screen.TICKET: ("ticket", "TicketScreen"),
    Screen.FIND: ("find_procedure", "FindProcedureScreen"),
    Screen.PROCEDURE: ("procedure", "ProcedureScreen"),
    Screen.QUESTION: ("question", "QuestionScreen"),
    Screen.RESUME: ("question", "QuestionScreen"),
    Screen.PHONE_CHECK: ("question", "QuestionScreen"),
    Screen.LOOK_UP_CODE: ("question", "QuestionScreen"),
    Screen.LOOK_UP_SECRET: ("question", "QuestionScreen"),
    Screen.LOOK_UP_PHONE: ("question", "QuestionScreen"),
    Screen.LOOK_UP_SCAN: ("receipt_scan", "ReceiptScanScreen"),
    Screen.SHEET: ("sheet", "SheetScreen"),
    Screen.PHONE: ("hand_over", "HandOverScreen"),
    Screen.RESULT: ("hand_over", "HandOverScreen"),
    Screen.RECEIPT: ("receipt", "ReceiptScreen"),
    Screen.DOSSIER: ("dossier_status", "DossierStatusScreen"),
    Screen.ASKING: ("message", "MessageScreen"),
    Screen.AWAY: ("message", "MessageScreen"),
    Screen.DENIED: ("message", "MessageScreen"),
    **{screen: ("options", "OptionsScreen") for screen in CONTENTS},
    Screen.HELP: ("help", "HelpScreen"),
    Screen.OUT_OF_SERVICE: ("message", "MessageScreen"),
}
#: These show what a camera sees.
WITH_A_PICTURE = frozenset({Screen.CARD_SCAN, Screen.LOOK_UP_SCAN, Screen.SHEET})
#: Not from nothing: where drawing is slow, that would be an empty screen for a moment.
FADE_FROM = 0.4
#: Screens that ask something high up; "lower the controls" gives their upper half to the question and an icon.
ICONS = {
    Screen.HOME: "landmark",
    Screen.FIELDS: "layout-grid",
    Screen.SERVICES: "list",
    Screen.PRIORITY: "heart-handshake",
    Screen.FIND_FIELD: "layout-grid",
    Screen.FIND_IN_FIELD: "list",
    Screen.PAPERS: "files",
    Screen.PAPER: "file-text",
    Screen.LOOK_UP: "search",
    Screen.FOUND: "folder",
    Screen.RESULTS: "download",
}


class TouchScreen(Protocol):
    """A screen shows states and tells events. It is a Kivy widget and is used again for the next citizen."""

    def heading(self, state: State, words: Words) -> tuple[str, str]:
        """The question and a sentence below it; ("", "") for none."""

    def show(self, state: State, now_ms: int) -> None: ...

    def enter(self) -> None:
        """It is about to be shown anew: forget what the last person did to it, such as a page turned."""


class Shell(FloatLayout):
    def __init__(self, tell: Tell, viewfinder: Viewfinder | None = None) -> None:
        super().__init__()
        self._tell = tell
        self._viewfinder = viewfinder or Viewfinder()
        self._made: dict[str, Widget] = {}
        self._shown: tuple[Screen, int] | None = None
        self.ids.header.bind(on_event=lambda _, event: tell(event))
        self.ids.bar.bind(on_event=lambda _, event: tell(event))
        self._warning = IdleWarning()
        self._warning.bind(on_stay=lambda _: tell(Tap.STILL_HERE))

    def show(self, state: State, now_ms: int) -> None:
        """Make the window show ``state``. Cheap when little has changed."""
        screen = self.prepare(state.screen)
        if self._shown != (state.screen, state.entered_ms):
            self._enter(screen, state)
        self._show_frame(state, screen, now_ms)
        screen.show(state, now_ms)
        self._show_warning(state)

    def is_still(self, state: State) -> bool:
        """The screen of this state is there, and has faded in."""
        shown = self._shown == (state.screen, state.entered_ms)
        return shown and all(screen.opacity == 1 for screen in self.ids.stage.children)

    def prepare(self, name: Screen) -> Widget:
        """The widget of a screen, made on first use."""
        module, kind = SCREENS[name]
        if module not in self._made:
            code = importlib.import_module(f"kiosk.touch.ui.screens.{module}")
            needs = (self._tell, self._viewfinder) if name in WITH_A_PICTURE else (self._tell,)
            self._made[module] = getattr(code, kind)(*needs)
        return self._made[module]

    def _enter(self, screen: Widget, state: State) -> None:
        first = self._shown is None
        self._shown = (state.screen, state.entered_ms)
        stage = self.ids.stage
        stage.clear_widgets()
        screen.enter()
        stage.add_widget(screen)
        Animation.stop_all(screen, "opacity")
        screen.opacity = 1 if first else FADE_FROM
        if not first:
            Animation(opacity=1, duration=look.fade_s, t="out_quad").start(screen)

    def _show_frame(self, state: State, screen: Widget, now_ms: int) -> None:
        header, heading = self.ids.header, self.ids.heading
        header.show(state)
        header.show_time(now_ms)
        self.ids.bar.show(state)
        heading.title, heading.lead = screen.heading(state, look.words)
        tall = look.lowered and state.screen in ICONS
        self.ids.upper.tall = tall
        heading.icon = ICONS[state.screen] if tall and not look.landscape else ""

    def _show_warning(self, state: State) -> None:
        if state.idle_left_s is not None:
            self._warning.left_s = state.idle_left_s
            if self._warning.parent is None:
                self.add_widget(self._warning)
        elif self._warning.parent is not None:
            self.remove_widget(self._warning)


load_kv(__file__)
assert _frame
assert _heading
