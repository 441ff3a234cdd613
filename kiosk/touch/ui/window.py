"""The window: draws the session's state, brings touches to it, and has no way out for whoever stands before it."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from kivy.animation import Animation
from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.touch.events import Tap, Tick
from kiosk.touch.flow import Screen
from kiosk.touch.session import TouchSession
from kiosk.touch.ui.memory import give_back
from kiosk.touch.ui.shell import SCREENS, WITH_A_PICTURE, Shell
from kiosk.touch.ui.speaker import Speaker
from kiosk.touch.ui.theme import Dress, Picture, look
from kiosk.touch.viewfinder import Viewfinder

log = logging.getLogger(__name__)
#: Frames a second while somebody is there, and while nobody is: the loop costs 0.05 % of a core for each.
LIVELY_FPS, QUIET_FPS = 60, 12
QUIET_AFTER_S = 8.0
#: More faults than this, each sooner than the pause after the one before, cannot be survived.
MOST_FAULTS, FAULT_PAUSE_S = 5, 2.0
#: A hub on the same network answers sooner: the screen that says "one moment" would only flash, and drawing it would
#: hold up the answer and the slip (the drawing library keeps Python's other threads waiting).
BRIEF_WAIT_S = 0.3
#: Between making two screens ahead of their first use.
PREPARE_EVERY_S = 0.4


class Survive(ExceptionHandler):
    """A fault in one screen must not take the kiosk away; one that comes back ends the program, to start anew."""

    def __init__(self) -> None:
        self._last_s, self._in_a_row = 0.0, 0
        self.count = 0

    def handle_exception(self, exception: BaseException) -> Any:
        log.error("A fault of the window", exc_info=exception)
        self.count += 1
        if not isinstance(exception, Exception):
            return ExceptionManager.RAISE
        now_s = Clock.get_time()
        self._in_a_row = self._in_a_row + 1 if now_s - self._last_s < FAULT_PAUSE_S else 1
        self._last_s = now_s
        return ExceptionManager.RAISE if self._in_a_row > MOST_FAULTS else ExceptionManager.PASS


class TouchWindow(App):
    """``beat`` is called once a second from the window's loop, ``first_frame`` once when something is to be seen."""

    title = "kiosk"
    use_kivy_settings = False

    def __init__(self, session: TouchSession, beat: Callable[[], None], first_frame: Callable[[], None]) -> None:
        super().__init__()
        self._session, self._beat, self._first_frame = session, beat, first_frame
        self._refresh = Clock.create_trigger(self._show, -1)
        self._look_again = Clock.create_trigger(self._show, BRIEF_WAIT_S)
        self._calm_down = Clock.create_trigger(self._be_quiet, QUIET_AFTER_S)
        self._redress = Clock.create_trigger(self._put_on, 0)
        self._look_at_it = Clock.create_trigger(self._show_picture, 0)
        self._ending = Clock.create_trigger(lambda *_: self.stop(), 0)
        self._dressing: tuple[Dress, Callable[[float], None]] | None = None
        self._viewers: list[Callable[[Picture], None]] = []
        self._survive = Survive()
        self._each_second: Callable[[], None] = lambda: None
        self._unprepared = list(SCREENS)
        self._has_left_home = True  #: since memory was given back; the first time after all screens were made
        self.viewfinder = Viewfinder()
        self._root = FloatLayout()
        self.shell: Shell | None = None

    def build(self) -> Widget:
        self._fit(Window, *Window.size)
        return self._root

    def _rebuild(self) -> None:
        """Make all widgets anew. A rule that overrides another's size only holds while neither changes."""
        self.shell = Shell(self._session.tell, self.viewfinder)
        self._root.clear_widgets()
        self._root.add_widget(self.shell)
        self.shell.show(self._session.state, self._session.now_ms())

    def on_start(self) -> None:
        Window.bind(
            on_request_close=lambda *_, **__: True,
            on_keyboard=lambda *_, **__: True,
            on_key_down=lambda *_, **__: True,
            on_touch_down=self._touched,
            on_resize=self._fit,
            on_flip=self._flipped,
        )
        ExceptionManager.add_handler(self._survive)
        Clock.schedule_interval(self._second, 1.0)
        Clock.schedule_interval(self._prepare, PREPARE_EVERY_S)
        self._be_lively()

    @staticmethod
    def speaker(volume: float) -> Speaker:
        return Speaker(volume)

    def changed(self) -> None:
        """The session has a new state. Safe from any thread: a trigger only marks an event of the clock."""
        self._refresh()

    def dress(self, dress: Dress, done: Callable[[float], None]) -> None:
        """Look as the city says from the next frame on; ``done`` gets the seconds that frame took, drawn and shown.

        Safe from any thread.
        """
        self._dressing = dress, done
        self._redress()

    def _put_on(self, *_: object) -> None:
        if self._dressing is None or self.shell is None:
            return
        (dress, done), self._dressing = self._dressing, None
        began_s = perf_counter()
        look.dress(dress)
        self.shell.show(self._session.state, self._session.now_ms())

        def seen(*_: object) -> None:
            Window.unbind(on_flip=seen)
            done(perf_counter() - began_s)

        Window.bind(on_flip=seen)
        Window.canvas.ask_update()  # a frame, even when nothing looks other than before

    def photograph(self, seen: Callable[[Picture], None]) -> None:
        """``seen`` gets what the window shows now, in its thread. Safe from any thread."""
        self._viewers.append(seen)
        self._look_at_it()

    def _show_picture(self, *_: object) -> None:
        while self._viewers and self.shell is not None:
            texture = self.shell.export_as_image().texture
            self._viewers.pop(0)(Picture(int(texture.width), int(texture.height), bytes(texture.pixels)))

    def on_beat(self, each_second: Callable[[], None]) -> None:
        """Called once a second from the window's loop."""
        self._each_second = each_second

    def end(self) -> None:
        """Stop the program in order. Safe from any thread."""
        self._ending()

    @property
    def faults(self) -> int:
        return self._survive.count

    def open_settings(self, *_: object) -> bool:
        """Kivy's settings panel (F1) does not exist here."""
        return False

    def _show(self, *_: object) -> None:
        if self.shell is None:
            return
        state = self._session.state
        self._has_left_home |= state.screen is not Screen.HOME
        self._be_lively()
        if (
            state.screen in (Screen.ISSUING, Screen.ASKING)
            and self._session.now_ms() - state.entered_ms < BRIEF_WAIT_S * 1000
        ):
            self._look_again()
            return
        if state.session.language != look.language:
            look.speak(state.session.language)
        look.lowered = state.session.lowered
        if state.session.high_contrast != look.high_contrast:
            look.colour(state.session.high_contrast)
        self.shell.show(state, self._session.now_ms())

    def _second(self, _: float) -> None:
        self._session.tell(Tick())
        if self._session.state.screen in WITH_A_PICTURE:
            self._be_lively()
        self._beat()
        self._each_second()
        if self.shell is not None:
            self.shell.show(self._session.state, self._session.now_ms())

    def _touched(self, *_: object) -> bool:
        self._be_lively()
        self._session.tell(Tap.TOUCH)
        return False

    def _be_lively(self) -> None:
        Clock._max_fps = LIVELY_FPS  # Kivy reads its setting only once, at start
        self._calm_down.cancel()
        self._calm_down()

    def _be_quiet(self, *_: object) -> None:
        Clock._max_fps = QUIET_FPS
        if self._has_left_home and not self._unprepared and self._session.state.screen is Screen.HOME:
            self._has_left_home = False
            give_back()

    def _prepare(self, _: float) -> bool:
        """Make the next screen before anybody needs it. False ends the interval."""
        if self._unprepared and self.shell is not None:
            self.shell.prepare(Screen(self._unprepared.pop(0)))
        return bool(self._unprepared)

    def _fit(self, _: Any, width: float, height: float) -> None:
        look.fit(width, height)
        self._rebuild()

    def _flipped(self, *_: object) -> None:
        Window.unbind(on_flip=self._flipped)
        self._first_frame()

    def on_stop(self) -> None:
        Animation.cancel_all(self.shell)
