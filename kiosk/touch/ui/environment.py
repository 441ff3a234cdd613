"""What must be settled before Kivy is imported: nothing of it is read from or written to anybody's home folder."""

import os
from pathlib import Path

from kiosk.config.touch import Window


def settle(window: Window, home: Path) -> None:
    """Prepare the process for Kivy. ``home`` is a scratch folder of this run."""
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
    )
    from kivy.config import Config

    for section, key, value in (
        ("kivy", "exit_on_escape", 0),
        ("kivy", "window_icon", ""),
        ("kivy", "keyboard_mode", ""),
        ("graphics", "width", window.width),
        ("graphics", "height", window.height),
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
