"""Central with dossiers in this process, and hubs that ask it: what officers' pages talk to."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import msgspec
from starlette.testclient import TestClient

from kiosk.central.app import build_app
from kiosk.central.enrolment import CentreEntry, put_centres
from kiosk.clock import Clock
from kiosk.config.central import DossierSection
from kiosk.errors import CentralUnreachable
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.wire.common import ErrorReply
from kiosk.wire.dossier_api import PUT_PAPER
from tests.central.conftest import CENTRES, RunningCentral, SigningDevice, city_config

Reply = TypeVar("Reply", bound=msgspec.Struct)
NAME, NUMBER, PHONE = "Trần Thị Mẫu Thử", "079300000017", "0900000017"


@dataclass
class CityLine:
    """Implements ``dossiers.ports.City`` for one enrolled hub. ``away``: the line is cut."""

    central: RunningCentral
    device: SigningDevice
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def ask(self, target: str, message: msgspec.Struct, reply: type[Reply]) -> Reply:
        return msgspec.json.decode(self._post(target, msgspec.json.encode(message)).content, type=reply)

    def put(self, target: str, content: bytes, reply: type[Reply]) -> Reply:
        return msgspec.json.decode(self._post(target, content).content, type=reply)

    def file(self, target: str, message: msgspec.Struct) -> Iterator[bytes]:
        yield self._post(target, msgspec.json.encode(message)).content

    def _post(self, target: str, body: bytes) -> httpx2.Response:
        if self.away:
            raise CentralUnreachable("the line is cut")
        self.asked.append(target)
        headers = self.device.headers(target, body, self.central.clock.now_ms())
        answer = self.central.client.post(target, content=body, headers=headers)
        if answer.status_code != 200:
            said = msgspec.json.decode(answer.content, type=ErrorReply)
            raise CentralSays(answer.status_code, said.error, said.message)
        return answer

    def submit(self, serial: int = 1, **other: Any) -> str:
        """Somebody's dossier from a kiosk."""
        given = {
            "code": f"H29-261122-{serial:04d}",
            "secret": "34679C",
            "procedure": "1.004873",
            "handled_by": self.device.centre,
            "submitted_ms": self.central.clock.now_ms(),
            "applicant": {
                "full_name": NAME,
                "personal_id": NUMBER,
                "phone": PHONE,
                "address": "12 Đường Thử, Phường Mẫu",
            },
            "limit_days": 3,
            "ticket": "B012",
        } | other
        self._post("/v1/dossiers/submit", msgspec.json.encode(given))
        return str(given["code"])

    def bring(self, code: str, paper: str, content: bytes, pages: int = 1) -> None:
        self._post(f"{PUT_PAPER}?code={code}&paper={paper}&name=x&way=kiosk&pages={pages}", content)

    def announced(self, paper: str, name: str, content: bytes | None, pages: int = 1) -> dict[str, Any]:
        """What a submission says of a paper; None: the original is brought."""
        if content is None:
            return {"paper": paper, "name": name, "way": "counter"}
        digest = hashlib.sha256(content).hexdigest()
        return {"paper": paper, "name": name, "way": "kiosk", "pages": pages, "sha256": digest}


@contextmanager
def city_with_dossiers(folder: Path, database_url: str, clock: Clock) -> Iterator[RunningCentral]:
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "dossier.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    section = DossierSection(key_file=key, papers=folder / "papers")
    app = build_app(msgspec.structs.replace(city_config(database_url), dossiers=section), clock)
    with TestClient(app) as client:
        running = RunningCentral(app.state.central, client, clock)  # type: ignore[arg-type]  # a clock that runs will do
        entries = [CentreEntry(code, f"Phường {code}", f"Ward {code}") for code in CENTRES]
        running.central.database.write_now(lambda tx: put_centres(tx, entries))
        yield running


def line_of(central: RunningCentral, centre: str = CENTRES[0]) -> CityLine:
    return CityLine(central, central.enrolled(centre))
