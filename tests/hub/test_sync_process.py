"""Delivery from a hub that is a real process: killed in the middle of it, behind by a week, told to stop."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import SystemClock
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.line import CentralAddress
from kiosk.wire.events import Event
from tests.fakes.bad_line import BadLine, bad_line
from tests.fakes.central_peer import CentralPeer, RunningPeer, running
from tests.fakes.real_hub import RealHub, make_real_hub
from tests.fakes.torture import kill_while_working

WEEK = 15_000


@pytest.fixture
def central() -> Iterator[RunningPeer]:
    with running(CentralPeer()) as peer:
        yield peer


@pytest.fixture
def line(central: RunningPeer) -> Iterator[BadLine]:
    with bad_line(central.port) as line:
        yield line


@pytest.fixture
def hub(tmp_path: Path, line: BadLine) -> Iterator[RealHub]:
    """Enrolled, not started."""
    hub = make_real_hub(tmp_path)
    enrol(CentralAddress(line.url), "CODE-0001", hub.config.data, "phuong-thu", SystemClock())
    yield hub
    if hub.process is not None and hub.process.poll() is None:
        hub.kill()


def stored(hub: RealHub) -> list[tuple[int, Event]]:
    with closing(sqlite3.connect(f"file:{hub.config.data}/hub.sqlite?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT at_ms, event FROM outbox ORDER BY seq").fetchall()
    return [(at_ms, msgspec.json.decode(event, type=Event)) for at_ms, event in rows]


def seed(hub: RealHub, rows: int) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    event = '{"event":"ticket_finished","v":1,"ticket":1,"counter":"1","service":"khai-sinh","service_s":300.0}'
    with closing(sqlite3.connect(hub.config.data / "hub.sqlite", isolation_level=None)) as connection:
        connection.execute(
            f"{numbers} INSERT INTO outbox (at_ms, event) SELECT ? + i, replace(?, '300', i) FROM n",
            (rows, SystemClock().now_ms() - 7 * 86_400_000, event),
        )


def everything_arrived_once(hub: RealHub, peer: CentralPeer) -> None:
    rows = stored(hub)
    peer.batches.wait_for(lambda _: len(peer.taken()) >= len(rows), 60)
    assert [(row.at_ms, row.event) for row in peer.taken()] == rows


def test_a_week_that_waited_is_delivered_once_over_a_line_that_loses_answers(
    hub: RealHub, central: RunningPeer, line: BadLine
) -> None:
    seed(hub, WEEK)
    line.lose_answers(2)
    hub.start()
    everything_arrived_once(hub, central.peer)
    assert max(len(batch.rows) for batch in central.peer.batches.items) > 500, "more at once while it goes well"


def test_killed_again_and_again_while_it_delivers_it_loses_and_repeats_nothing(
    hub: RealHub, central: RunningPeer, line: BadLine
) -> None:
    seed(hub, 2000)
    line.lose_answers(1)
    hub.start()
    asyncio.run(kill_while_working(hub, kills=5, clients=6))
    everything_arrived_once(hub, central.peer)


def test_told_to_stop_while_central_is_silent_it_stops_at_once(
    hub: RealHub, central: RunningPeer, line: BadLine
) -> None:
    hub.start()
    central.peer.beats.wait_for(bool)
    line.delay(60)
    seed(hub, 10)
    assert hub.stop() == 0
    line.delay(0)
    hub.start()
    everything_arrived_once(hub, central.peer)
