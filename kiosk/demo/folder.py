"""The new folder in which a demonstration lives: configurations, data, tokens, sign-ins, logs, devices."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import HubConfig, TouchConfig, load_hub_config, load_touch_config
from kiosk.demo.processes import DemoFailed, free_port, run_kiosk

ASSETS = Path(__file__).parent.parent.parent / "assets" / "demo"
_HOLIDAYS = re.compile(r"^holidays = \[.*?^\]\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody of the demonstration's staff. The password is made anew for each demonstration."""

    name: str
    display_name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoFolder:
    path: Path
    hub: HubConfig
    touch: TouchConfig
    url: str

    @property
    def hub_toml(self) -> Path:
        return self.path / "hub.toml"

    @property
    def touch_toml(self) -> Path:
        return self.path / "touch.toml"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    def add_staff(self, name: str, display_name: str, role: str) -> SignIn:
        password = secrets.token_urlsafe(9)
        words = ["staff", "add", name, "--role", role, "--display-name", display_name, "--config", str(self.hub_toml)]
        run_kiosk(*words, typed=f"{password}\n")
        return SignIn(name, display_name, role, password)

    def new_token(self, kind: str, name: str) -> str:
        return run_kiosk("token", "new", kind, name, "--config", str(self.hub_toml)).strip().splitlines()[-1]

    def new_hall_url(self, name: str) -> str:
        """The address of a hall screen, with a token of its own."""
        return f"{self.url}/hall?token={self.new_token('hall', name)}"


def make_folder(path: Path, hours: str = "", window: tuple[int, int] | None = None) -> DemoFolder:
    """Copies the demonstration's configuration to the empty folder ``path``, on a free port.

    The demonstration centre is open day and night, because whoever wants to see it may come at any time; ``hours``
    are TOML tables to put in the place of its week. ``window`` is the touch window's size, if not a kiosk's.
    """
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise DemoFailed(f"{path} is not empty")
    port = free_port()
    (path / "logs").mkdir()
    hub = f"{always_open((ASSETS / 'hub.toml').read_text())}\n{hours}"
    touch = (ASSETS / "touch.toml").read_text()
    if window is not None:
        touch = touch.replace("width = 1080", f"width = {window[0]}").replace("height = 1920", f"height = {window[1]}")
    for name, text in {"hub.toml": hub, "touch.toml": touch}.items():
        (path / name).write_text(text.replace(":8080", f":{port}").replace("port = 8080", f"port = {port}"))
    return DemoFolder(
        path, load_hub_config(path / "hub.toml"), load_touch_config(path / "touch.toml"), f"http://127.0.0.1:{port}"
    )


def always_open(toml: str) -> str:
    """The configuration without its ``[[hours.week]]`` tables and its holidays."""
    blocks = toml.split("\n\n")
    kept = [block for block in blocks if "[[hours.week]]" not in block]
    if len(kept) == len(blocks):
        raise DemoFailed("the demonstration's configuration has no [[hours.week]] of its own paragraph")
    return _HOLIDAYS.sub("", "\n\n".join(kept))
