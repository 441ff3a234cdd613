"""A hub as a real process on a real folder, with a kiosk and staff who are already signed in."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.clock import SystemClock
from kiosk.config import HubConfig
from kiosk.config.load import load_hub_config
from kiosk.hub.store.access import AccessBook
from kiosk.hub.store.administration import change_access
from kiosk.web.ports import Staff
from kiosk.web.signin import token_hash
from tests.fakes.load import Line
from tests.fakes.small_centre import centre_toml
from tests.fakes.unit_environment import unit_environment

KIOSK_TOKEN = "token-of-kiosk-1"


@dataclass
class RealHub:
    """``start`` may be called again after ``kill`` or ``stop``."""

    folder: Path
    config: HubConfig
    process: "subprocess.Popen[bytes] | None" = None
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.config.listen.port}"

    def start(self, timeout_s: float = 20.0) -> None:
        with (self.folder / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", "--log-level", "WARNING", "hub", "--config", self.folder / "hub.toml"],
                env={**os.environ, **unit_environment("kiosk-hub")},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + timeout_s
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The hub did not start:\n{(self.folder / 'hub.log').read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def resident_mb(self) -> float:
        """What stands in memory now."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kiosk_line(self) -> Line:
        return Line(self.url, {"authorization": f"Bearer {KIOSK_TOKEN}"})

    def staff_line(self, name: str) -> Line:
        return Line(self.url, {"cookie": f"hub_session=session-of-{name}", "origin": self.url})

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)


def make_real_hub(folder: Path, officers: int = 3) -> RealHub:
    """A new hub, not started. Officers "officer-1" … and the supervisor "chi" have a session and hold nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hub.toml").write_text(centre_toml(_free_port()))
    config = load_hub_config(folder / "hub.toml")
    names = [*(f"officer-{n + 1}" for n in range(officers)), "chi"]
    change_access(config, SystemClock(), lambda book: _enrol(book, names))
    return RealHub(folder, config)


def _enrol(book: AccessBook, names: list[str]) -> None:
    now_ms = SystemClock().now_ms()
    for name in names:
        book.add_staff(Staff(name, name, "supervisor" if name == "chi" else "officer", "nobody signs in with this"))
        book.start_session(token_hash(f"session-of-{name}"), name, now_ms, 0)
    book.add_token(token_hash(KIOSK_TOKEN), "kiosk", "kiosk-1", now_ms)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
