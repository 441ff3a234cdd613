"""The touch app at rest: first frame, idle processor, memory; beside a bare Kivy window in the same run.

Run: ``make bench``. Medians of ``ROUNDS``; limits of the order: 2 s, 1 % of a core, 250 MB.
"""

import os
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.hub_stand_in import stand_in
from tests.touch_ui.screen import touch_app, virtual_screen

ROUNDS = 3
IDLE_S = 20.0
SETTLE_S = 12.0
SIZE = (1080, 1920)
BARE = """
import os, sys
os.environ.update(dict.fromkeys(["KIVY_NO_CONSOLELOG", "KIVY_NO_FILELOG", "KIVY_NO_CONFIG", "KIVY_NO_ARGS"], "1"))
os.environ["KIVY_HOME"] = sys.argv[1]
from kivy.config import Config
Config.set("graphics", "width", 1080), Config.set("graphics", "height", 1920)
from kivy.app import App
from kivy.core.window import Window
from kivy.uix.label import Label
Window.bind(on_flip=lambda *_: (print("frame", flush=True), sys.stdout.close()) if not sys.stdout.closed else None)
class Bare(App):
    def build(self):
        return Label(text="x")
Bare().run()
"""


@dataclass(frozen=True)
class Figures:
    first_frame_s: float
    idle_percent: float
    resident_mb: float


def of_process(pid: int) -> tuple[float, float]:
    """Processor seconds used so far and resident megabytes."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used_s, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def at_rest(pid: int, first_frame_s: float) -> Figures:
    select.select([], [], [], SETTLE_S)
    before_s, _ = of_process(pid)
    began_s = time.monotonic()
    select.select([], [], [], IDLE_S)
    after_s, resident_mb = of_process(pid)
    return Figures(first_frame_s, 100 * (after_s - before_s) / (time.monotonic() - began_s), resident_mb)


@contextmanager
def notified(folder: Path) -> Iterator[Callable[[], None]]:
    """A socket like systemd's; the function waits for READY=1, which the app says after its first frame."""
    address = str(folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.settimeout(30)
        os.environ["NOTIFY_SOCKET"] = address

        def wait() -> None:
            while b"READY=1" not in line.recv(256):
                pass

        try:
            yield wait
        finally:
            del os.environ["NOTIFY_SOCKET"]


def touch_figures(display: str, folder: Path, hub_url: str) -> Figures:
    folder.mkdir()
    with notified(folder) as ready:
        began_s = time.monotonic()
        with touch_app(display, folder, hub_url, size=SIZE) as app:
            ready()
            first_frame_s = time.monotonic() - began_s
            app.screen("home")
            return at_rest(app.process.pid, first_frame_s)


def bare_figures(display: str, folder: Path) -> Figures:
    folder.mkdir()
    script = folder / "bare.py"  # an App without a file does not start
    script.write_text(BARE)
    began_s = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        env={**os.environ, "DISPLAY": display},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"frame\n"
        return at_rest(process.pid, time.monotonic() - began_s)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.bench
def test_the_touch_app_starts_quickly_and_rests_quietly(tmp_path: Path) -> None:
    with virtual_screen(*SIZE) as display, stand_in() as hub:
        touch = [touch_figures(display, tmp_path / f"touch-{n}", hub.url) for n in range(ROUNDS)]
        bare = [bare_figures(display, tmp_path / f"bare-{n}") for n in range(ROUNDS)]
    rows = {"kiosk touch": median(touch), "bare Kivy window": median(bare)}
    print(f"\n{'':18}{'first frame':>13}{'idle core':>11}{'resident':>11}")
    for name, row in rows.items():
        print(f"{name:18}{row.first_frame_s:11.2f} s{row.idle_percent:9.2f} %{row.resident_mb:8.0f} MB")
    got = rows["kiosk touch"]
    assert got.first_frame_s <= 2.0
    assert got.idle_percent <= 1.0
    assert got.resident_mb <= 250


def median(rounds: list[Figures]) -> Figures:
    return Figures(
        *(
            statistics.median(getattr(one, name) for one in rounds)
            for name in ("first_frame_s", "idle_percent", "resident_mb")
        )
    )
