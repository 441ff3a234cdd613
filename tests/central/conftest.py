"""A worker of central in this process, on an empty database of either kind, with a few centres."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from kiosk.central.app import Central, build_app
from kiosk.central.enrolment import CentreEntry, make_code, put_centres
from kiosk.config import CentralConfig
from kiosk.config.central import City
from kiosk.wire.central_api import DEVICE, SENT, SIGNATURE, Enrolled, signed_text
from kiosk.wire.common import Text
from tests.fakes.clock import FakeClock

CENTRES = ("25747", "25750", "26732")
DAY_MS = 24 * 3600 * 1000


@dataclass
class SigningDevice:
    """The key of a hub, and what it signs."""

    device: str = ""
    centre: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self.key.sign(text)).decode()

    def headers(self, target: str, body: bytes, sent_ms: int, method: str = "POST") -> dict[str, str]:
        text = signed_text(method, target, self.device, sent_ms, hashlib.sha256(body).hexdigest())
        return {DEVICE: self.device, SENT: str(sent_ms), SIGNATURE: self.sign(text)}


@dataclass
class RunningCentral:
    """What hubs do, as requests."""

    central: Central
    client: TestClient
    clock: FakeClock

    def code(self, centre: str = CENTRES[0], valid_ms: int = DAY_MS) -> str:
        now_ms = self.clock.now_ms()
        code = self.central.database.write_now(lambda tx: make_code(tx, centre, now_ms, valid_ms))
        assert code is not None
        return code

    def ask_to_enrol(self, device: SigningDevice, code: str, **other: Any) -> httpx2.Response:
        ask = {"code": code, "public_key": device.public, "proof": device.sign(code.encode())} | other
        return self.client.post("/v1/enrol", json=ask)

    def enrolled(self, centre: str = CENTRES[0]) -> SigningDevice:
        device = SigningDevice()
        answer = self.ask_to_enrol(device, self.code(centre))
        assert answer.status_code == 200, answer.text
        enrolled = msgspec.json.decode(answer.content, type=Enrolled)
        device.device, device.centre = enrolled.device, enrolled.centre
        return device

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.central.database.read_now(lambda tx: tx.rows(query, **values))


def city_config(database_url: str) -> CentralConfig:
    return CentralConfig(city=City(name=Text(vi="Thành phố", en="City")), database=database_url)


@pytest.fixture
def central(database_url: str) -> Iterator[RunningCentral]:
    clock = FakeClock()
    app = build_app(city_config(database_url), clock)
    with TestClient(app) as client:
        running = RunningCentral(app.state.central, client, clock)
        entries = [CentreEntry(code, f"Phường {code}", f"Ward {code}") for code in CENTRES]
        running.central.database.write_now(lambda tx: put_centres(tx, entries))
        yield running
