"""Marks of ID cards: only where a service needs them, for the officer at the counter only, until the day ends."""

import stat
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from kiosk.config import HubConfig
from kiosk.hub.app import build_app
from kiosk.identity.privacy import PersonalId
from kiosk.wire.kiosk_api import Catalogue
from tests.fakes.clock import FakeClock
from tests.fakes.small_centre import small_centre
from tests.hub.conftest import ORIGIN, QUICK_HASHER, RunningHub, enrol

DAY_MS = 24 * 3600 * 1000
CARD = PersonalId("079090000011")


@pytest.fixture
def config(tmp_path: Path) -> HubConfig:
    """Marriage needs identity; birth and copies do not."""
    centre = small_centre(tmp_path / "data")
    services = tuple(
        msgspec.structs.replace(service, needs_identity=service.id == "ket-hon") for service in centre.services
    )
    return msgspec.structs.replace(centre, services=services)


@dataclass
class Marked:
    """A ticket that was taken with a card, and what the queue was given of it."""

    label: str
    keyed_hash: str
    status_url: str


def catalogue(running: RunningHub) -> Catalogue:
    return msgspec.json.decode(running.kiosk("GET", "/v1/catalogue").content, type=Catalogue)


def take_with_card(running: RunningHub, service: str = "ket-hon") -> Marked:
    mark = CARD.mark(bytes.fromhex(catalogue(running).card_key))
    ticket = running.take(service, card={"keyed_hash": mark.keyed_hash, "last4": mark.last4})
    return Marked(ticket["label"], mark.keyed_hash, ticket["status_url"])


def test_the_kiosk_is_told_which_service_needs_a_card_and_the_key_of_the_day(running: RunningHub) -> None:
    told = catalogue(running)
    assert [service.id for service in told.services if service.needs_identity] == ["ket-hon"]
    assert len(bytes.fromhex(told.card_key)) == 32
    assert catalogue(running).card_key == told.card_key


def test_the_key_is_for_its_owner_only_and_another_one_the_next_day(running: RunningHub, tmp_path: Path) -> None:
    key, file = catalogue(running).card_key, tmp_path / "data/card.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key in file.read_text()
    running.clock.advance(DAY_MS)
    running.take()
    assert not file.exists()
    assert catalogue(running).card_key not in ("", key)


def test_where_no_service_needs_a_card_there_is_no_key(tmp_path: Path, clock: FakeClock) -> None:
    app = build_app(small_centre(tmp_path / "plain"), clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN) as client:
        enrol(app.state.hub)
        assert catalogue(RunningHub(app.state.hub, client, clock)).card_key == ""
    assert not (tmp_path / "plain/card.key").exists()


def test_the_officer_sees_the_last_digits_and_what_else_the_card_took(running: RunningHub) -> None:
    first, second = take_with_card(running), take_with_card(running)
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    page = running.as_staff("an", "GET", "/console/1").text
    assert "…0011" in page
    assert second.label in page.split("card-seen")[1].split("</p>")[0]
    assert first.keyed_hash not in page


def test_a_card_that_took_very_many_numbers_does_not_burst_the_console(running: RunningHub) -> None:
    labels = [take_with_card(running).label for _ in range(7)]
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    told = running.as_staff("an", "GET", "/console/1").text.split("card-seen")[1].split("</p>")[0]
    assert ", ".join([*labels[1:5], "…"]) in told
    assert labels[5] not in told


def test_nobody_else_sees_anything_of_the_card(running: RunningHub) -> None:
    ticket = take_with_card(running)
    running.hold("an", "1")
    running.press("an", "1", "call_next")
    running.hold("binh", "2")
    seen = [
        running.as_staff("binh", "GET", "/console/2").text,
        running.as_staff("chi", "GET", "/supervisor").text,
        running.client.get(ticket.status_url.removeprefix("http://hub.test")).text,
        *(str(row) for row in running.rows("SELECT event FROM outbox")),
    ]
    assert ticket.label in seen[2]
    assert not [page for page in seen if "…0011" in page or ticket.keyed_hash in page]


def test_the_mark_of_a_service_that_needs_none_is_dropped(running: RunningHub) -> None:
    take_with_card(running, "khai-sinh")
    assert running.rows("SELECT * FROM ticket_card") == []


def test_without_a_card_the_ticket_comes_all_the_same(running: RunningHub) -> None:
    assert running.take("ket-hon")["label"] == "B001"


@pytest.mark.parametrize(
    "card",
    [
        {"keyed_hash": "a" * 64, "last4": "079090000011"},
        {"keyed_hash": "079090000011", "last4": "0011"},
        {"keyed_hash": "a" * 64, "last4": "0011", "full_name": "Nguyễn Văn Mẫu"},
    ],
)
def test_more_of_a_person_than_the_mark_is_refused(running: RunningHub, card: dict[str, str]) -> None:
    assert running.ask_ticket("ket-hon", card=card).status_code == 400


@pytest.fixture
def folder_after_a_night(config: HubConfig, clock: FakeClock) -> tuple[Path, Marked]:
    """The hub's folder after a day with a card, the first ticket of the next day, and a restart with its backup."""
    for restart in (False, True):
        app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
        with TestClient(app, base_url=ORIGIN) as client:
            running = RunningHub(app.state.hub, client, clock)
            if not restart:
                enrol(app.state.hub)
                ticket = take_with_card(running)
            clock.advance(DAY_MS * (not restart))
            running.take("sao-y", request_id=f"the-next-day-{restart}")
    return config.data, ticket


def test_when_the_day_ends_nothing_of_the_card_is_left_on_disk(folder_after_a_night: tuple[Path, Marked]) -> None:
    folder, ticket = folder_after_a_night
    assert list((folder / "backups").glob("*.sqlite"))
    left = [file for file in folder.rglob("*") if file.is_file() and ticket.keyed_hash.encode() in file.read_bytes()]
    assert left == []


def test_when_the_day_ends_nothing_of_the_card_is_left_while_the_hub_runs_on(
    running: RunningHub, config: HubConfig
) -> None:
    """Nor in the write-ahead log, which a hub that is never stopped would keep until it is written over."""
    ticket = take_with_card(running)
    written = b"".join(file.read_bytes() for file in config.data.iterdir() if file.is_file())
    assert ticket.keyed_hash.encode() in written
    running.clock.advance(DAY_MS)
    running.take("sao-y")
    running.hub.store.maintain(lambda _: None)
    left = [
        file for file in config.data.iterdir() if file.is_file() and ticket.keyed_hash.encode() in file.read_bytes()
    ]
    assert left == []


def test_a_backup_never_holds_a_card(running: RunningHub, config: HubConfig, clock: FakeClock, tmp_path: Path) -> None:
    """Taken at a start in the middle of the day, when marks are there."""
    ticket = take_with_card(running)
    running.client.__exit__(None, None, None)
    for old in (config.data / "backups").glob("*.sqlite"):
        old.unlink()
    app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN):
        (backup,) = (config.data / "backups").glob("*.sqlite")
        assert ticket.keyed_hash.encode() not in backup.read_bytes()
