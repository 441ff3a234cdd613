"""The hub of a demonstration as a program: start, wait until it answers, kill, start again."""

import requests

from kiosk.demo.folder import DemoFolder
from kiosk.demo.processes import Program, kiosk_command

START_S = 30.0


def hub_program(folder: DemoFolder, clock: str = "") -> Program:
    """``clock`` is the spec of a pretended time; see ``kiosk.clock.clock_from``."""
    words = ["hub", "--config", str(folder.hub_toml), *(["--clock", clock] if clock else [])]
    return Program("hub", kiosk_command(*words), folder.log("hub"))


def start_hub(program: Program, folder: DemoFolder) -> None:
    """Until the hub answers; DemoFailed with its log when it does not."""
    program.start()
    program.await_true("the hub answers", lambda: is_ready(folder.url), START_S)


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=1).ok
    except requests.RequestException:
        return False
