"""What must be settled before Kivy is imported: nothing of it is read from or written to anybody's home folder."""

import ctypes
import os
from pathlib import Path

from kiosk.config.touch import Window
from kiosk.touch.ui.memory import keep_no_pictures


def settle(window: Window, home: Path) -> None:
    """Prepare the process for Kivy. ``home`` is a scratch folder of this run."""
    keep_no_pictures()
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_AUDIO="sdl2",  # the one that is there with the window; looking for others takes time
    )
    from kivy.config import Config

    width, height = (screen_size() if window.fullscreen else None) or (window.width, window.height)
    for section, key, value in (
        ("kivy", "exit_on_escape", 0),
        ("kivy", "window_icon", ""),
        ("kivy", "keyboard_mode", ""),
        ("graphics", "width", width),
        ("graphics", "height", height),
        ("graphics", "resizable", int(not window.fullscreen)),
        ("graphics", "borderless", int(window.fullscreen)),
        ("graphics", "fullscreen", "auto" if window.fullscreen else 0),
        ("graphics", "show_cursor", int(not window.fullscreen)),
        ("graphics", "allow_screensaver", 0),
        # Rounded shapes are smoothed in their own shader; multisampling would cost 70 MB and a second at start.
        ("graphics", "multisamples", 0),
        ("graphics", "maxfps", 60),
    ):
        Config.set(section, key, value)
    # The window's own pointer and finger events are enough; reading /dev/input as well would double every tap.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


def screen_size() -> tuple[int, int] | None:
    """Of the X screen, px, or None. On a kiosk no window manager is there to stretch a window over the screen."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    display = ctypes.c_void_p(display)
    screen = x11.XDefaultScreen(display)
    size = int(x11.XDisplayWidth(display, screen)), int(x11.XDisplayHeight(display, screen))
    x11.XCloseDisplay(display)
    return size
