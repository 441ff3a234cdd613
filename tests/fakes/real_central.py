"""A worker of central as a real process on a real database, with centres whose hubs are enrolled already."""

import base64
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central.enrolment import CentreEntry, EnrolRefused, enrol, make_code, put_centres
from kiosk.central.ports import Transaction
from kiosk.central.store.database import database_at
from kiosk.fleet.keys import DeviceKey
from kiosk.wire.central_api import EnrolRequest
from tests.fakes.unit_environment import unit_environment

START_S = 30.0
_HOUR_MS = 3_600_000


@dataclass
class RealCentral:
    """``start`` may be called again after ``kill`` or ``stop``; ``clock``: spec of a pretended time.

    ``authority``: who signed the certificate that its configuration names; None: plain HTTP.
    """

    folder: Path
    database: str
    port: int
    clock: str = ""
    authority: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.authority) if self.authority else None

    @property
    def toml(self) -> Path:
        return self.folder / "central.toml"

    def start(self) -> None:
        words = ["--log-level", "ERROR", "central", "run", "--config", str(self.toml)]
        with (self.folder / "central.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", *words, *(["--clock", self.clock] if self.clock else [])],
                env={**os.environ, **unit_environment("kiosk-central")},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"Central did not start:\n{self.log()}")
            time.sleep(0.02)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def log(self) -> str:
        return (self.folder / "central.log").read_text()

    def resident_mb(self) -> float:
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor_s(self) -> float:
        """Of all its threads since it was started."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def enrol(self, centres: list[str], now_ms: int) -> dict[str, DeviceKey]:
        """New centres with an enrolled hub each, straight into the database, while central does not run."""
        database = database_at(self.database)
        database.open()
        with closing(database):
            return database.write_now(lambda tx: _enrol(tx, centres, now_ms))

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1, context=self.tls) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)


def make_real_central(folder: Path, database: str, clock: str = "", more: str = "") -> RealCentral:
    """Not started. ``more``: sections of its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    (folder / "central.toml").write_text(
        f'database = "{database}"\n[city]\nname = {{ vi = "Thành phố", en = "City" }}\n[listen]\nport = {port}\n{more}'
    )
    return RealCentral(folder, database, port, clock)


def _enrol(tx: Transaction, centres: list[str], now_ms: int) -> dict[str, DeviceKey]:
    put_centres(tx, [CentreEntry(code, f"Phường {code}", f"Ward {code}") for code in centres])
    keys = {}
    for centre in centres:
        code = make_code(tx, centre, now_ms, _HOUR_MS)
        assert code is not None
        private = Ed25519PrivateKey.generate()
        public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
        proof = base64.b64encode(private.sign(code.encode())).decode()
        newcomer = enrol(tx, EnrolRequest(code=code, public_key=public, proof=proof), now_ms)
        assert not isinstance(newcomer, EnrolRefused)
        secret = base64.b64encode(private.private_bytes_raw()).decode()
        keys[centre] = DeviceKey(centre, newcomer.device, secret)
    return keys


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
