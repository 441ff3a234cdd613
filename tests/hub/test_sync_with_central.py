"""A real hub and a real central, enrolled by the commands that people type, both killed while they work."""

import asyncio
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from kiosk.central.layout import from_row
from kiosk.hub.sync.position import read_position
from kiosk.wire.events import Event
from tests.fakes.bad_line import BadLine, bad_line
from tests.fakes.real_central import RealCentral, make_real_central
from tests.fakes.real_hub import RealHub, make_real_hub
from tests.fakes.torture import Torture, check_nothing_lost, hold, kill_while_working


@dataclass
class City:
    hub: RealHub
    central: RealCentral
    line: BadLine

    def stored(self) -> list[tuple[int, Event | None]]:
        """What central has, as it can be told again."""
        with closing(sqlite3.connect(f"file:{self.central.folder}/central.db?mode=ro", uri=True)) as connection:
            names = {
                (kind, number): word for kind, number, word in connection.execute("SELECT kind, id, word FROM word")
            }
            rows = connection.execute(
                "SELECT seq, kind, ticket, service, counter, detail FROM event ORDER BY epoch, seq"
            ).fetchall()
        return [(seq, from_row(row, names)) for seq, *row in rows]

    def happened(self) -> list[tuple[int, Event]]:
        with closing(sqlite3.connect(f"file:{self.hub.config.data}/hub.sqlite?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT seq, event FROM outbox ORDER BY seq").fetchall()
        return [(seq, msgspec.json.decode(event, type=Event)) for seq, event in rows]

    def is_all_sent(self) -> bool:
        position = read_position(self.hub.config.data)
        return position is not None and position.acked >= self.happened()[-1][0]


def command(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    central = make_real_central(tmp_path / "city", f"sqlite:///{tmp_path}/city/central.db")
    (tmp_path / "centres.csv").write_text("code,name\nphuong-thu,Phường Thử\n")
    command("central", "centres", "import", tmp_path / "centres.csv", "--config", central.toml)
    central.start()
    hub = make_real_hub(tmp_path / "centre")
    with bad_line(central.port) as line:
        code = command("central", "enrol", "phuong-thu", "--config", central.toml).split()[-1]
        command("hub", "enrol", "--config", hub.folder / "hub.toml", "--central", line.url, "--code", code)
        yield City(hub, central, line)
    for process in (hub.process, central.process):
        if process is not None and process.poll() is None:
            process.kill()
            process.wait(10)


async def work_until_sent(city: City) -> None:
    """Tickets are taken and called until central has heard of the last of them."""
    await hold(city.hub, "officer-2", "2")
    async with Torture(city.hub) as torture:
        await torture.issue(lambda: len(torture.outcome.tickets) >= 20)
        await torture.call("officer-2", "2", lambda: len(torture.outcome.called) >= 5)
        while not city.is_all_sent():
            await asyncio.sleep(0.05)


def test_what_happens_at_a_centre_stands_in_the_city_s_database_once_and_in_order(city: City) -> None:
    city.hub.start()
    asyncio.run(asyncio.wait_for(work_until_sent(city), 60))
    city.hub.stop()
    assert city.stored() == city.happened()[: len(city.stored())]
    assert len(city.stored()) > 25


def test_hub_and_central_are_killed_and_answers_are_lost_and_still_every_event_arrives_once(city: City) -> None:
    async def kill_central(times: int) -> None:
        for _ in range(times):
            city.line.lose_answers(1)
            await asyncio.to_thread(city.central.kill)
            await asyncio.to_thread(city.central.start)

    async def both() -> None:
        outcome, _ = await asyncio.gather(kill_while_working(city.hub, kills=4, clients=6), kill_central(3))
        while not city.is_all_sent():
            await asyncio.sleep(0.05)
        check_nothing_lost(city.hub, outcome)

    city.hub.start()
    asyncio.run(asyncio.wait_for(both(), 120))
    city.hub.stop()
    stored = city.stored()
    assert stored == city.happened()[: len(stored)]
    assert city.central.stop() == 0


def test_a_backup_of_the_hub_that_is_put_back_tells_the_city_nothing_twice(city: City) -> None:
    async def take(count: int) -> None:
        async with city.hub.kiosk_line() as kiosk:
            for _ in range(count):
                ask = {"request_id": secrets.token_urlsafe(12), "service": "khai-sinh"}
                assert (await kiosk.ask("POST", "/v1/tickets", ask))[0] == 200
        while not city.is_all_sent():
            await asyncio.sleep(0.05)

    for _ in range(2):  # the first start of a day leaves a backup
        city.hub.start()
        asyncio.run(asyncio.wait_for(take(10), 60))
        city.hub.stop()
    before = city.happened()
    (backup,) = (city.hub.config.data / "backups").glob("*.sqlite")
    shutil.copy(backup, city.hub.config.data / "hub.sqlite")
    in_backup = len(city.happened())
    city.hub.start()
    asyncio.run(asyncio.wait_for(take(10), 60))
    city.hub.stop()
    stored, after = city.stored(), city.happened()[in_backup:]
    assert in_backup < len(before)
    assert stored[: len(before)] == before[: len(stored)]
    assert stored[len(before) :] == after[: len(stored) - len(before)]
    assert len(stored) > len(before) + 10
