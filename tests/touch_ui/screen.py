"""A virtual screen, the real touch app on it, and a finger. Widgets are found by their test names through the probe."""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab

from tests.fakes.clock import MONDAY_9_00
from tests.fakes.hub_stand_in import TOKEN

PATIENCE_S = 60.0  #: only as long as it takes; a busy machine is slow, not wrong
FINGER_S = 10.0  #: a button that takes no finger never will
ASK_AGAIN_S = 0.05
CLIENT_MESSAGE = 33  #: X.h


@contextlib.contextmanager
def virtual_screen(width: int, height: int) -> Iterator[str]:
    """The name of a new X display."""
    number_read, number_write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(number_write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=[number_write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(number_write)
    try:
        with os.fdopen(number_read) as answer:
            assert select.select([answer], [], [], PATIENCE_S)[0], "Xvfb did not start"
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@dataclass
class TouchApp:
    """What a person does in front of the kiosk, and what they see."""

    display: str
    process: subprocess.Popen[bytes]
    probe: Path

    def look(self) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(str(self.probe))
            with line.makefile("rw", encoding="utf-8") as file:
                file.write("widgets\n")
                file.flush()
                picture: dict[str, Any] = json.loads(file.readline())
        return picture

    def wait(
        self, wanted: Callable[[dict[str, Any]], bool], what: str, patience_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The picture, once ``wanted`` of it is true."""
        deadline = time.monotonic() + patience_s
        picture: dict[str, Any] = {}
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the touch app has ended"
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                picture = self.look()
                if picture and wanted(picture):
                    return picture
            select.select([], [], [], ASK_AGAIN_S)
        raise AssertionError(f"{what} never came; the screen is {picture}")

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """The same of something that is not on the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline, f"{what} never came"
            select.select([], [], [], ASK_AGAIN_S)

    def screen(self, name: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        return self.wait(lambda picture: picture["screen"] == name, f"screen {name}", patience_s)

    def sees(self, test_name: str) -> dict[str, Any]:
        """The widget of that name, once it is there."""
        picture = self.wait(lambda picture: test_name in picture["widgets"], f"widget {test_name}")
        widget: dict[str, Any] = picture["widgets"][test_name]
        return widget

    def tap(self, test_name: str, times: int = 1) -> None:
        widget = self.sees(test_name)
        assert widget["enabled"], f"{test_name} cannot be pressed"
        x, y = widget["x"] + widget["w"] // 2, widget["y"] + widget["h"] // 2
        self.xdotool("mousemove", str(x), str(y), *(["click", "--repeat", str(times), "--delay", "120", "1"]))

    def touch(self, test_name: str) -> None:
        """A finger on the middle of the widget presses it. It is drawn away before it is lifted: nothing happens."""
        widget = self.sees(test_name)
        x, y = widget["x"] + widget["w"] // 2, widget["y"] + widget["h"] // 2
        self.xdotool("mousemove", str(x), str(y), "mousedown", "1")
        self.wait(lambda seen: seen["widgets"][test_name]["down"], f"a finger on {test_name}", FINGER_S)
        self.xdotool("mousemove", "1", "1", "mouseup", "1")
        self.wait(lambda seen: not any(box["down"] for box in seen["widgets"].values()), "the finger off", FINGER_S)

    def settled(self, name: str) -> None:
        """Wait until the screen has been there long enough to take a tap as meant for it."""
        self.screen(name)
        self.wait(lambda picture: picture["state"]["settled"], f"{name} to settle")

    def memory_mb(self) -> float:
        """What only the app holds in memory (proc(5), RssAnon)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon:"))

    def key(self, *keys: str) -> None:
        self.xdotool("key", *keys)

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env={**os.environ, "DISPLAY": self.display}, check=True, capture_output=True, text=True
        )
        return done.stdout

    def ask_to_close(self) -> None:
        """What a window manager sends for Alt+F4 (ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""
        window = int(self.xdotool("search", "--pid", str(self.process.pid)).split()[0])
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        display = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        protocols = x11.XInternAtom(display, b"WM_PROTOCOLS", 0)
        delete = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
        event = (ctypes.c_long * 24)(CLIENT_MESSAGE, 0, 1, 0, window, protocols, 32, delete, 0)
        x11.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        x11.XCloseDisplay(display)

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.display)


@contextlib.contextmanager
def touch_app(
    display: str,
    folder: Path,
    hub_url: str,
    *,
    size: tuple[int, int],
    more: str = "",
    speed: float = 1.0,
    full: bool = False,
    token: str = TOKEN,
) -> Iterator[TouchApp]:
    """``kiosk touch`` as a process of its own, whose clock runs ``speed`` times as fast as ours."""
    write_touch_toml(folder, hub_url, size=size, more=more, full=full, token=token)
    with running_touch(display, folder, folder / "touch.toml", speed) as app:
        yield app


@contextlib.contextmanager
def ending_touch(display: str, folder: Path, hub_url: str, *, size: tuple[int, int]) -> Iterator[TouchApp]:
    """One that a test makes end by itself."""
    write_touch_toml(folder, hub_url, size=size)
    with dying_touch(display, folder) as app:
        yield app


def write_touch_toml(
    folder: Path, hub_url: str, *, size: tuple[int, int], more: str = "", full: bool = False, token: str = TOKEN
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kiosk.token").write_text(token + "\n")
    (folder / "touch.toml").write_text(
        f'kiosk = "kiosk-1"\nhub_url = "{hub_url}"\ntoken_file = "kiosk.token"\n{more}\n'
        f"[window]\nwidth = {size[0]}\nheight = {size[1]}\nfullscreen = {str(full).lower()}\n"
    )


@contextlib.contextmanager
def dying_touch(display: str, folder: Path) -> Iterator[TouchApp]:
    """The app of a folder where it has run before, which a test kills."""
    with started_touch(display, folder, folder / "touch.toml", 1.0) as process:
        yield TouchApp(display, process, folder / "probe")


@contextlib.contextmanager
def started_touch(display: str, folder: Path, config: Path, speed: float) -> Iterator["subprocess.Popen[bytes]"]:
    """Told to stop at the end, unless it has ended before."""
    probe = folder / "probe"
    clock = f"{MONDAY_9_00}*{speed}@{time.monotonic()}"
    with (folder / "touch.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "touch", "--config", str(config), "--probe", str(probe), "--clock", clock],
            env={**os.environ, "DISPLAY": display, "HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise


@contextlib.contextmanager
def running_touch(display: str, folder: Path, config: Path, speed: float = 1.0) -> Iterator[TouchApp]:
    with started_touch(display, folder, config, speed) as process:
        yield TouchApp(display, process, folder / "probe")
        assert process.poll() is None, "the touch app has ended by itself"
    assert process.returncode == 0, (folder / "touch.log").read_text()[-2000:]
