"""A hub in this process, on a real database in a temporary folder, with a kiosk and three people."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from kiosk.config import HubConfig
from kiosk.hub.app import Hub, build_app
from kiosk.web.ports import Staff
from kiosk.web.signin import token_hash
from tests.fakes.clock import FakeClock
from tests.fakes.small_centre import small_centre

ORIGIN = "http://testserver"
KIOSK_TOKEN = "token-of-kiosk-1"
#: As weak as the library allows: these tests are not about guessing passwords.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class RunningHub:
    """What a kiosk and the staff do, as requests."""

    hub: Hub
    client: TestClient
    clock: FakeClock
    ids: Iterator[int] = field(default_factory=itertools.count)
    sessions: dict[str, str] = field(default_factory=dict)

    def request_id(self) -> str:
        return f"request-{next(self.ids):06d}"

    def kiosk(self, method: str, path: str, body: Any = None, token: str = KIOSK_TOKEN) -> httpx2.Response:
        return self.client.request(method, path, json=body, headers={"authorization": f"Bearer {token}"})

    def take(self, service: str = "khai-sinh", **more: Any) -> dict[str, Any]:
        """A ticket; asserts that it was given."""
        answer = self.ask_ticket(service, **more)
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] = answer.json()
        return ticket

    def ask_ticket(self, service: str = "khai-sinh", **more: Any) -> httpx2.Response:
        return self.kiosk("POST", "/v1/tickets", {"request_id": self.request_id(), "service": service} | more)

    def cookie(self, staff: str) -> str:
        """Of a session of that person, begun at the first call."""
        if staff not in self.sessions:
            token = f"session-of-{staff}"
            self.hub.directory.start_session(token_hash(token), staff, self.clock.now_ms())
            self.sessions[staff] = f"hub_session={token}"
        return self.sessions[staff]

    def as_staff(self, staff: str, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"cookie": self.cookie(staff), "origin": ORIGIN}
        return self.client.request(method, path, json=body, headers=headers)

    def command(self, staff: str, counter: str, action: str, **more: Any) -> httpx2.Response:
        """A press on a page that shows the counter as it is, unless ``seen`` says otherwise."""
        body = {"request_id": self.request_id(), "action": action, "seen": self.current(counter)} | more
        return self.as_staff(staff, "POST", f"/v1/counters/{counter}/commands", body)

    def press(self, staff: str, counter: str, action: str, **more: Any) -> dict[str, Any] | None:
        """The ticket of a command that was carried out."""
        answer = self.command(staff, counter, action, **more)
        assert answer.status_code == 200, answer.text
        ticket: dict[str, Any] | None = answer.json()["ticket"]
        return ticket

    def supervise(self, action: str, **more: Any) -> httpx2.Response:
        body = {"request_id": self.request_id(), "action": action} | more
        return self.as_staff("chi", "POST", "/v1/supervisor/commands", body)

    def hold(self, staff: str, counter: str, *, take_over: bool = False) -> str | None:
        """None, or why the counter was not given."""
        person = self.hub.directory.staff(staff)
        assert person is not None
        refused = self.client.portal.call(lambda: self.hub.desks.hold(counter, person, take_over=take_over))  # type: ignore[union-attr]
        return refused.why.value if refused else None

    def current(self, counter: str) -> int | None:
        rows = self.rows("SELECT id FROM ticket WHERE counter = ? AND state IN ('called', 'serving')", counter)
        return rows[0][0] if rows else None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with self.hub.store.readings.moment() as connection:
            return [tuple(row) for row in connection.execute(sql, values)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def config(tmp_path: Path) -> HubConfig:
    return small_centre(tmp_path / "data")


def enrol(hub: Hub) -> None:
    """One kiosk, two officers (an, binh) and one supervisor (chi)."""
    now_ms = hub.clock.now_ms()
    password = QUICK_HASHER.hash("mật khẩu")
    for name, role in (("an", "officer"), ("binh", "officer"), ("chi", "supervisor")):
        person = Staff(name, name.title(), role, password)
        hub.store.write_access(lambda book, person=person: book.add_staff(person))
    hub.store.write_access(lambda book: book.add_token(token_hash(KIOSK_TOKEN), "kiosk", "kiosk-1", now_ms))


@pytest.fixture
def running(config: HubConfig, clock: FakeClock) -> Iterator[RunningHub]:
    app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        enrol(app.state.hub)
        yield RunningHub(app.state.hub, client, clock)
