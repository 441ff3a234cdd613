"""``kiosk demo`` on a desk: a window, addresses and sign-ins; Ctrl-C ends everything."""

import os
import re
import subprocess
from pathlib import Path

import requests

from kiosk.demo.folder import SignIn
from kiosk.demo.officer import Officer
from kiosk.demo.processes import await_true, kiosk_command
from kiosk.demo.screen import VirtualScreen


def test_with_a_screen_it_opens_the_window_and_says_how_to_sign_in(tmp_path: Path) -> None:
    data, told = tmp_path / "data", tmp_path / "told"
    with VirtualScreen(1366, 768) as screen, told.open("w") as out:
        env = {**os.environ, "DISPLAY": screen.display}
        command = kiosk_command("demo", "--folder", str(data))
        with subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env, start_new_session=True) as demo:
            try:
                await_true("the welcome", lambda: "The demonstration centre is open" in told.read_text(), 120)
                sign_in_and_look(told.read_text())
                await_true("the touch app's window", lambda: is_drawn(screen), 60)
            finally:
                demo.terminate()
            assert demo.wait(60) == 0
    assert "The hub has stopped" in (data / "logs/hub.log").read_text()


def sign_in_and_look(text: str) -> None:
    """With what the welcome says, an officer gets to a counter and the hall screen opens."""
    url = re.findall(r"(http://\S+)/console", text)[0]
    name, password = re.findall(r"^    (lan) +(\S+)", text, re.MULTILINE)[0]
    with Officer(url, SignIn(name, "", "officer", password)) as officer:
        officer.hold("1")
    hall = re.findall(r"(http://\S+/hall\?token=\S+)", text)[0]
    assert requests.get(hall, timeout=30).ok


def is_drawn(screen: VirtualScreen) -> bool:
    colours = screen.picture().getcolors(1_000_000)
    return colours is not None and len(colours) > 100
