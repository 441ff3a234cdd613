"""A virtual screen, touches on it, and pictures of it: Xvfb and xdotool, as a finger and an eye would."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from PIL import Image, ImageChops, ImageGrab

from kiosk.demo.processes import DemoFailed, await_true

ANSWER_S = 5.0
SETTLE_S, FRAME_S = 3.0, 0.4


class VirtualScreen:
    """An Xvfb of one size; ``display`` is for the environment of what is shown on it."""

    def __init__(self, width: int, height: int) -> None:
        self._size = f"{width}x{height}x24"
        self._process: subprocess.Popen[bytes] | None = None
        self.display = ""

    def __enter__(self) -> Self:
        for program in ("Xvfb", "xdotool"):
            if shutil.which(program) is None:
                raise DemoFailed(f"{program} is not installed; run: sudo apt-get install xvfb xdotool")
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", self._size, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise DemoFailed("Xvfb did not start")
        self.display = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def touch(self, x: float, y: float) -> None:
        subprocess.run(
            ["xdotool", "mousemove", str(round(x)), str(round(y)), "click", "1"],
            env={**os.environ, "DISPLAY": self.display},
            check=True,
            timeout=10,
        )

    def picture(self) -> Image.Image:
        """As soon as nothing moves any more, or after ``SETTLE_S``."""
        deadline, last = time.monotonic() + SETTLE_S, ImageGrab.grab(xdisplay=self.display)
        while time.monotonic() < deadline:
            time.sleep(FRAME_S)
            seen = ImageGrab.grab(xdisplay=self.display)
            if ImageChops.difference(seen, last).getbbox() is None:
                break
            last = seen
        return last


@dataclass(frozen=True, slots=True)
class Place:
    """A widget in the window, px from the top left."""

    x: float
    y: float
    w: float
    h: float
    text: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What the touch app shows now."""

    screen: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    widgets: dict[str, Place] = field(default_factory=dict)


class TouchScreen:
    """The real touch app on a virtual screen: looks through its ``--probe`` socket, touches by xdotool."""

    def __init__(self, screen: VirtualScreen, probe: Path) -> None:
        self._screen, self._probe = screen, probe

    def look(self) -> Sight:
        """DemoFailed when the app does not answer."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(ANSWER_S)
                line.connect(str(self._probe))
                line.sendall(b"widgets\n")
                with line.makefile("r", encoding="utf-8") as answer:
                    told = json.loads(answer.readline() or "{}")
        except (OSError, ValueError) as error:
            raise DemoFailed(f"the touch app does not answer: {error}") from error
        return msgspec.convert(told, Sight)

    def touch(self, name: str, timeout_s: float = 10.0) -> None:
        """Touches the widget with that test name as soon as it can be pressed."""
        self.await_sight(f"the button {name}", lambda sight: _can_press(sight, name), timeout_s)
        place = self.look().widgets[name]
        self._screen.touch(place.x + place.w / 2, place.y + place.h / 2)

    def await_sight(self, what: str, condition: Callable[[Sight], bool], timeout_s: float = 15.0) -> Sight:
        seen: list[Sight] = []

        def is_so() -> bool:
            seen[:] = [self.look()]
            return condition(seen[0])

        try:
            await_true(what, is_so, timeout_s)
        except DemoFailed as error:
            raise DemoFailed(f"{error}; the touch app shows {seen[0] if seen else 'nothing'}") from error
        return seen[0]

    def await_screen(self, name: str, timeout_s: float = 15.0) -> Sight:
        return self.await_sight(f"the screen {name}", lambda sight: sight.screen == name, timeout_s)


def _can_press(sight: Sight, name: str) -> bool:
    """The app ignores taps in the first moments of a screen: they were meant for the one before."""
    return bool(sight.state.get("settled")) and name in sight.widgets and sight.widgets[name].enabled
