"""A hub where dossiers are submitted, and a kiosk that does what the touch app does."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from starlette.testclient import TestClient

from kiosk.clock import Clock
from kiosk.config import HubConfig
from kiosk.config.hub import Submitting
from kiosk.hub.app import build_app
from tests.fakes.clock import FakeClock
from tests.fakes.small_centre import small_centre
from tests.hub.conftest import KIOSK_TOKEN, ORIGIN, QUICK_HASHER, RunningHub, enrol

PROCEDURE = "1.004873"  #: confirmation of marital status
NAME, NUMBER, PHONE = "Trần Thị Mẫu Thử", "079300000017", "0900000017"
ANSWERS = {
    "full_name": NAME,
    "born": "05/09/1990",
    "sex": "nu",
    "personal_id": NUMBER,
    "address": "12 đường Không Có Thật",
    "phone": PHONE,
    "email": "mau.thu@example.vn",
    "relation": "self",
    "status_of": NAME,
    "marital_status": "single",
    "purpose": "mua nhà",
    "since": "05/09/2008",
}
WAITED_S = 30.0


@dataclass
class DossierKiosk:
    running: RunningHub
    token: str = KIOSK_TOKEN

    def ask(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        return self.running.kiosk(method, path, body, self.token)

    def said(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, procedure: str = PROCEDURE, **more: Any) -> str:
        request = {"request_id": self.running.request_id(), "procedure": procedure}
        draft: str = self.said("POST", "/v1/drafts", request | more)["draft"]
        return draft

    def state(self, draft: str) -> dict[str, Any]:
        state: dict[str, Any] = self.said("GET", f"/v1/drafts/{draft}")
        return state

    def paper(self, draft: str, name: str) -> dict[str, Any]:
        return next(paper for paper in self.state(draft)["papers"] if paper["paper"] == name)

    def fill(self, draft: str, **other: str) -> list[dict[str, Any]]:
        handled_by = other.pop("handled_by", "phuong-thu")
        body = {"answers": ANSWERS | other, "handled_by": handled_by}
        wrong: list[dict[str, Any]] = self.said("POST", f"/v1/drafts/{draft}/answers", body)["wrong"]
        return wrong

    def send(self, draft: str, paper: str, content: bytes, query: str = "way=camera") -> httpx2.Response:
        return self.running.client.post(
            f"/v1/drafts/{draft}/papers/{paper}/files?{query}",
            content=content,
            headers={"authorization": f"Bearer {self.token}", "content-type": "application/octet-stream"},
        )

    def settled(self, draft: str, paper: str) -> dict[str, Any]:
        """The paper when nothing is being worked on any more."""
        deadline = time.monotonic() + WAITED_S
        while (state := self.paper(draft, paper))["state"] == "working":
            assert time.monotonic() < deadline, state
        return state

    def to_counter(self, draft: str) -> None:
        for paper in self.state(draft)["papers"]:
            self.said("POST", f"/v1/drafts/{draft}/papers/{paper['paper']}/way", {"way": "counter"})

    def submit(self, draft: str, **more: Any) -> httpx2.Response:
        body = {"request_id": self.running.request_id(), "consents": ["handling", "sms"]} | more
        return self.ask("POST", f"/v1/drafts/{draft}/submit", body)


def dossier_config(folder: Path) -> HubConfig:
    return msgspec.structs.replace(small_centre(folder), dossiers=Submitting(agency="000.00.01.H29"))


def served(config: HubConfig, clock: Clock) -> TestClient:
    app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
    return TestClient(app, base_url=ORIGIN, raise_server_exceptions=False)


@pytest.fixture
def config(tmp_path: Path) -> HubConfig:
    return dossier_config(tmp_path / "data")


@pytest.fixture
def kiosk(config: HubConfig, clock: FakeClock) -> Iterator[DossierKiosk]:
    with served(config, clock) as client:
        hub = client.app.state.hub  # type: ignore[attr-defined]  # a Starlette
        enrol(hub)
        yield DossierKiosk(RunningHub(hub, client, clock))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def paper_ids(kiosk: DossierKiosk, procedure: str = PROCEDURE) -> list[str]:
    """Those that are handed in."""
    form = kiosk.said("GET", f"/v1/procedures/{procedure}/form")
    return [paper["id"] for paper in form["papers"] if not paper["show_only"]]
