"""A dossier is deleted a set time after its end, with everything that was kept of it, and never before."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from kiosk.central.city.deliveries import read_changes, start_reading
from kiosk.central.city.following import Following
from kiosk.central.city.ports import Said
from kiosk.central.city.statuses import StatusWords
from kiosk.central.dossiers.forgetting import MOST, Forgetting, forget_dossiers
from kiosk.central.dossiers.look_up import TRIES_PER_KIOSK
from kiosk.dossier.deadline import WorkCalendar
from tests.central.conftest import RunningCentral
from tests.central.dossiers.conftest import Ward

DAY_MS = 86_400_000
PDF = b"%PDF-1.7\n% a paper\n"


def ended(ward: Ward, serial: int, acts: tuple[str, ...] = ("accept", "start", "finish", "hand_over")) -> str:
    """With a paper."""
    code = ward.submitted(serial)
    assert ward.put(PDF, code=code, paper="to-khai", name="Tờ khai", way="kiosk", pages=1).status_code == 200
    for act in acts:
        seen = ward.post("open", code=code).json()["revision"]
        assert ward.post("act", code=code, act=act, seen=seen, by="lan").status_code == 200
    return code


def forget(central: RunningCentral, days: int = 730) -> int:
    papers = central.central.papers
    assert papers is not None
    return asyncio.run(Forgetting(central.central.database, central.clock, papers, days).forget())


def files(folder: Path) -> int:
    return sum(each.is_file() for each in (folder / "papers").rglob("*"))


def test_what_ended_long_ago_goes_with_its_papers_and_what_was_said_of_it(
    ward: Ward, central: RunningCentral, tmp_path: Path
) -> None:
    code, waits = ended(ward, 1), ended(ward, 2, ("accept", "start", "finish"))
    following = Following(StatusWords({}), WorkCalendar())
    database, now_ms = central.central.database, central.clock.now_ms()
    database.write_now(lambda tx: following.take(tx, [Said("s.csv", code, "10"), Said("s.csv", "X", "?")], now_ms))
    database.write_now(lambda tx: start_reading(tx, "folder", from_now=False))
    database.write_now(lambda tx: read_changes(tx, "folder", now_ms))
    assert files(tmp_path) == 2
    central.clock.advance(729 * DAY_MS)
    assert forget(central) == 0
    central.clock.advance(2 * DAY_MS)
    assert forget(central) == 1
    assert files(tmp_path) == 1
    assert ward.post("open", code=code).status_code == 404
    assert ward.post("open", code=waits).status_code == 200, "its result was never fetched"
    assert central.rows("dossiers.papers", code=code) == []
    assert central.rows("city.said", code=code) == []
    assert central.rows("city.aside", limit=9) == []
    assert {row[1] for row in central.rows("dossiers.changes", after=0, limit=99)} == {waits}


def test_the_number_of_the_newest_change_is_never_given_again(ward: Ward, central: RunningCentral) -> None:
    """Whoever reads the changes has read up to it."""
    ended(ward, 1)
    newest = central.rows("deliveries.newest")[0][0]
    central.clock.advance(731 * DAY_MS)
    assert forget(central) == 1
    ward.submitted(2)
    assert central.rows("deliveries.newest")[0][0] == newest + 1


def test_many_are_deleted_a_few_at_a_time(ward: Ward, central: RunningCentral) -> None:
    for serial in range(1, 6):
        ended(ward, serial)
    central.clock.advance(31 * DAY_MS)
    assert forget(central, days=30) == 5
    assert MOST >= 5
    assert central.central.database.write_now(lambda tx: forget_dossiers(tx, ["H29-261122-0001"], 0)) == 0


def test_a_paper_that_is_gone_already_does_not_hold_up_the_rest(ward: Ward, central: RunningCentral) -> None:
    code = ended(ward, 1)
    papers = central.central.papers
    assert papers is not None
    papers.remove(code, "to-khai", hashlib.sha256(PDF).hexdigest())
    central.clock.advance(731 * DAY_MS)
    assert forget(central) == 1


def test_tries_are_forgotten_after_an_hour(ward: Ward, central: RunningCentral) -> None:
    for _ in range(TRIES_PER_KIOSK):
        ward.look_up(code="H29-261122-0001", secret="XXXXXX")
    central.clock.advance(61 * 60_000)
    ward.look_up(code="H29-261122-0002", secret="XXXXXX")
    minute = central.clock.now_ms() // 60_000
    who = "dossier H29-261122-0001"
    assert central.rows("dossiers.tries", who=who, since=0) == [(0,)]
    assert central.rows("dossiers.tries", who="dossier H29-261122-0002", since=minute - 1) == [(1,)]


@pytest.mark.parametrize("days", [1, 36_500])
def test_how_long_is_configured(ward: Ward, central: RunningCentral, days: int) -> None:
    ended(ward, 1)
    central.clock.advance(2 * DAY_MS)
    assert forget(central, days) == (days == 1)
