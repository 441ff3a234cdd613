"""Central with dossiers, on SQLite and on PostgreSQL, and an enrolled hub of a ward."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import msgspec
import pytest
from starlette.testclient import TestClient

from kiosk.central.app import build_app
from kiosk.central.enrolment import CentreEntry, put_centres
from kiosk.config.central import DossierSection
from kiosk.wire.dossier_api import PUT_PAPER
from tests.central.conftest import CENTRES, RunningCentral, SigningDevice, city_config
from tests.fakes.clock import FakeClock

NAME, NUMBER, PHONE = "Trần Thị Mẫu Thử", "079300000017", "0900000017"


@pytest.fixture
def central(database_url: str, tmp_path: Path) -> Iterator[RunningCentral]:
    key = tmp_path / "dossier.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    clock = FakeClock()
    section = DossierSection(key_file=key, papers=tmp_path / "papers")
    config = msgspec.structs.replace(city_config(database_url), dossiers=section)
    app = build_app(config, clock)
    with TestClient(app) as client:
        running = RunningCentral(app.state.central, client, clock)
        entries = [CentreEntry(code, f"Phường {code}", f"Ward {code}") for code in CENTRES]
        running.central.database.write_now(lambda tx: put_centres(tx, entries))
        yield running


class Ward:
    """An enrolled hub."""

    def __init__(self, central: RunningCentral, centre: str = CENTRES[0]) -> None:
        self.central, self.centre = central, centre
        self.device: SigningDevice = central.enrolled(centre)

    def post(self, what: str, **message: Any) -> httpx2.Response:
        target, body = f"/v1/dossiers/{what}", msgspec.json.encode(message)
        headers = self.device.headers(target, body, self.central.clock.now_ms())
        return self.central.client.post(target, content=body, headers=headers)

    def put(self, content: bytes, **about: Any) -> httpx2.Response:
        target = f"{PUT_PAPER}?{urlencode(about)}"
        headers = self.device.headers(target, content, self.central.clock.now_ms())
        return self.central.client.post(target, content=content, headers=headers)

    def submission(self, serial: int = 1, **other: Any) -> dict[str, Any]:
        return {
            "code": f"H29-261122-{serial:04d}",
            "secret": "34679C",
            "procedure": "1.004873",
            "handled_by": self.centre,
            "submitted_ms": self.central.clock.now_ms(),
            "applicant": {"full_name": NAME, "personal_id": NUMBER, "phone": PHONE},
            "answers": {"muc_dich": "mua nhà"},
            "limit_days": 3,
        } | other

    def submitted(self, serial: int = 1, **other: Any) -> str:
        answer = self.post("submit", **self.submission(serial, **other))
        assert answer.status_code == 200, answer.text
        code: str = answer.json()["code"]
        return code

    def look_up(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.post("look-up", kiosk="kiosk-1", **asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["found"]
        return found


@pytest.fixture
def ward(central: RunningCentral) -> Ward:
    return Ward(central)
