"""Central in the demonstration: the city with its 168 units, of which all but one are simulated, and a mailbox."""

import csv
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from kiosk.config import load_hub_config
from kiosk.demo.folder import ASSETS, DemoFolder, SignIn
from kiosk.demo.mailbox import Mailbox
from kiosk.demo.processes import DemoFailed, Program, free_port, kiosk_command, run_kiosk

UNITS = ASSETS.parent / "units" / "hcmc.csv"
OUR_PLACE = ("8", "5")  #: on the map of the city, where no real unit is
HEAD_MAIL = "lanh-dao@phuong-mau.example"
#: Name, shown name, role, and the words that say whose.
PEOPLE = (
    ("thanh-pho", "Phạm Quốc Thành", "city-admin", ()),
    ("lanh-dao", "Đặng Thị Hoa", "centre-head", ("--centre", "phuong-mau")),
)
TICKETS = "40"  #: of a centre and day
OPENED_MIN_AGO = "150"  #: the simulated centres are always in the middle of their morning
DAYS_BEFORE = "3"
START_S = 30.0
#: In the demonstration nobody has time for a quarter of an hour. Silence: longer than the pause of a restart.
WARNING = """
[warning]
calm_s = 20
silent_s = 7200

[[warning.patience]]
centres = ["phuong-mau"]
threshold_min = 1
early_min = 0
"""
#: Central keeps dossiers sealed with a key of its own.
KEY_FILE, KEY_BYTES = "dossiers.key", 32
DOSSIERS = """
[dossiers]
key_file = {key_file}
days_off = [{days_off}]
"""
#: Settings are published with keys that are made for this demonstration alone.
CITY, ROOT_KEY, ONLINE_KEY = "hcmc", "root.key", "online.key"
FLEET = f"""
[fleet]
key_file = "{ONLINE_KEY}"
"""
CHANNEL = """
[[notify.channels]]
name = "Thư điện tử của lãnh đạo trung tâm"
url = {url}
centres = ["phuong-mau"]
kinds = ["raised", "escalated", "recovered"]
"""


class City:
    """A context manager; ``folder`` is the demonstration's own, whose hub runs already, in the same time ``clock``."""

    def __init__(self, folder: DemoFolder, clock: str = "") -> None:
        self._folder = folder
        self._open = ExitStack()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.mailbox = Mailbox(folder.path / "mail")
        toml = (ASSETS / "central.toml").read_text().replace("8090", str(port))
        key = secrets.token_bytes(KEY_BYTES)
        descriptor = os.open(folder.path / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        days_off = ", ".join(map(str, load_hub_config(ASSETS / "hub.toml").dossiers.days_off))
        toml += WARNING + FLEET + DOSSIERS.format(key_file=json.dumps(KEY_FILE), days_off=days_off)
        toml += CHANNEL.format(url=json.dumps(self.mailbox.url(HEAD_MAIL)))
        self.toml = folder.path / "central.toml"
        self.toml.write_text(toml)
        self.people: dict[str, SignIn] = {}
        self.central = self._program(clock)
        self.neighbours = self._neighbours(clock)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def restart(self, clock: str) -> None:
        """Central alone, in the pretended time ``clock``; the simulated centres stop where they are."""
        self.neighbours.stop()
        self.central.stop()
        self.central = self._program(clock)
        self._start_central()

    def _start(self) -> None:
        self._open.enter_context(self.mailbox)
        root, online = (str(self._folder.path / name) for name in (ROOT_KEY, ONLINE_KEY))
        run_kiosk("central", "root-key", root)
        run_kiosk("central", "online-key", online, "--root", root, "--city", CITY)
        run_kiosk("central", "centres", "import", str(self._list()), "--config", str(self.toml))
        with ThreadPoolExecutor() as pool:
            listed = pool.submit(run_kiosk, "central", "enrol", "--all", *self._config())
            self.people = {who.name: who for who in pool.map(lambda person: self._add(*person), PEOPLE)}
        codes = dict(line.split() for line in listed.result().splitlines())
        ours = codes.pop(self._folder.hub.centre.id)
        self._codes.write_text("".join(f"{centre} {code}\n" for centre, code in codes.items()))
        self._open.callback(lambda: self.central.stop())
        self._start_central()
        hub = str(self._folder.hub_toml)
        run_kiosk("hub", "enrol", "--config", hub, "--central", self.url, "--code", ours)
        self._open.callback(lambda: self.neighbours.stop())
        self.neighbours.start()

    def _start_central(self) -> None:
        self.central.start()
        self.central.await_true("central answers", self._is_ready, START_S)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=1).ok
        except requests.RequestException:
            return False

    def _list(self) -> Path:
        """The units of the city and the demonstration's centre, which does not exist."""
        path = self._folder.path / "centres.csv"
        with UNITS.open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8", newline="") as target:
            rows = csv.DictReader(source)
            if rows.fieldnames is None:
                raise DemoFailed(f"{UNITS} is empty")
            list_ = csv.DictWriter(target, rows.fieldnames)
            list_.writeheader()
            list_.writerows(rows)
            x, y = OUR_PLACE
            list_.writerow({"code": self._folder.hub.centre.id, "name": "Phường Mẫu", "grid_x": x, "grid_y": y})
        return path

    def _add(self, name: str, shown: str, role: str, whose: tuple[str, ...]) -> SignIn:
        password = secrets.token_urlsafe(12)
        words = ["central", "user", "add", name, "--role", role, "--display-name", shown, *whose, *self._config()]
        run_kiosk(*words, typed=f"{password}\n")
        return SignIn(name, shown, role, password)

    def _config(self) -> tuple[str, str]:
        return "--config", str(self.toml)

    @property
    def _codes(self) -> Path:
        return self._folder.path / "codes"

    def _program(self, clock: str) -> Program:
        words = ["central", "run", *self._config(), *(["--clock", clock] if clock else [])]
        return Program("central", kiosk_command(*words), self._folder.log("central"))

    def _neighbours(self, clock: str) -> Program:
        words = ["fleet", "simulate", "--url", self.url, "--codes", str(self._codes)]
        words += ["--tickets", TICKETS, "--opened-min-ago", OPENED_MIN_AGO, "--days-before", DAYS_BEFORE]
        words += ["--clock", clock] if clock else []
        return Program("fleet", kiosk_command(*words), self._folder.log("fleet"))
