"""Counters while a hub delivers what waited for a week, beside the same counters while it has nothing to deliver.

Run: ``make bench``. Limits: call-next p99 15 ms also during the delivery; a week of a busy centre is gone in a minute.
"""

import asyncio
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.clock import SystemClock
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.line import CentralAddress
from kiosk.hub.sync.position import read_position
from tests.fakes.load import Line, Measured
from tests.fakes.real_hub import RealHub, make_real_hub
from tests.fakes.torture import Torture, hold

pytestmark = pytest.mark.bench

WEEK = 40_000  #: events of a busy centre: 1,000 tickets a day, five and a half events each, and devices
PRESSES = 300
SAMPLES = 4  #: presses are measured a few times, each while a backlog drains


@dataclass(frozen=True)
class CentralProcess:
    url: str
    process: "subprocess.Popen[str]"

    def rows(self) -> int:
        assert self.process.stdin
        assert self.process.stdout
        print(file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@contextmanager
def central() -> Iterator[CentralProcess]:
    command = [sys.executable, "-m", "tests.fakes.central_peer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        try:
            yield CentralProcess(process.stdout.readline().strip(), process)
        finally:
            process.stdin.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RealHub]:
    hub = make_real_hub(tmp_path)
    yield hub
    if hub.process is not None and hub.process.poll() is None:
        hub.kill()


def test_counters_do_not_notice_that_a_week_is_being_delivered(hub: RealHub) -> None:
    with central() as city:
        hub.start()
        quiet = asyncio.run(press(hub, PRESSES))
        hub.stop()
        enrol(CentralAddress(city.url), "CODE-0001", hub.config.data, "phuong-thu", SystemClock())
        seed(hub, WEEK * SAMPLES)
        hub.start()
        began_s, resident_mb = time.perf_counter(), hub.resident_mb()
        busy = asyncio.run(press(hub, PRESSES))
        left = head(hub) - acked(hub)
        took_s, rows = drained(hub, began_s), city.rows()
        assert rows >= WEEK * SAMPLES
        print(f"\nhub with {WEEK * SAMPLES:,} events to deliver, central on the same two cores")
        print(
            f"  call next, nothing to deliver  p50 {quiet.quantile_ms(0.5):.2f} ms   p99 {quiet.quantile_ms(0.99):.2f}"
        )
        print(f"  call next, delivering          p50 {busy.quantile_ms(0.5):.2f} ms   p99 {busy.quantile_ms(0.99):.2f}")
        print(f"  when the presses ended {left:,} events were left; all delivered in {took_s:.1f} s", end="")
        print(f" = {rows / took_s:,.0f} /s, a week in {took_s / SAMPLES:.1f} s; resident {resident_mb:.0f} MB")
        assert left > 0, "the presses took longer than the delivery: nothing was measured"
        assert busy.quantile_ms(0.99) <= 15
        assert took_s / SAMPLES <= 60


def seed(hub: RealHub, rows: int) -> None:
    event = (
        '{"event":"ticket_issued","v":1,"ticket":1234,"day":20261122,"label":"B123","service":"khai-sinh",'
        '"ticket_class":"normal","kiosk":"kiosk-1","people_ahead":12,"p10_s":300,"p50_s":700,"p90_s":1500,'
        '"low_min":5,"high_min":25,"basis":"plain"}'
    )
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    with closing(sqlite3.connect(hub.config.data / "hub.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            f"{numbers} INSERT INTO outbox (at_ms, event) SELECT ? + i, replace(?, '1234', i) FROM n",
            (rows, SystemClock().now_ms() - 7 * 86_400_000, event),
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def press(hub: RealHub, presses: int) -> Measured:
    """Somebody takes a ticket, counter 2 calls the next, somebody arrives; only the calls are measured."""
    await hold(hub, "officer-2", "2")
    measured, seen = Measured(), None
    async with Torture(hub) as torture:
        kiosk, staff, path = await torture.kiosk(), await torture.staff("officer-2"), "/v1/counters/2/commands"
        for _ in range(presses):
            await issue(kiosk)
            started = time.perf_counter()
            reply = await torture.ask(staff, path, {"action": "call_next", "seen": seen})
            measured.took_s.append(time.perf_counter() - started)
            seen = reply["ticket"]["id"]
            await torture.ask(staff, path, {"action": "arrive", "seen": seen})
        await torture.ask(staff, path, {"action": "finish", "seen": seen})
    return measured


async def issue(line: Line) -> None:
    ask = {"request_id": secrets.token_urlsafe(12), "service": "khai-sinh"}
    status, answer = await line.ask("POST", "/v1/tickets", ask)
    assert status == 200, answer


def acked(hub: RealHub) -> int:
    position = read_position(hub.config.data)
    return position.acked if position else 0


def head(hub: RealHub) -> int:
    with closing(sqlite3.connect(f"file:{hub.config.data}/hub.sqlite?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT max(seq) FROM outbox").fetchone()[0])


def drained(hub: RealHub, began_s: float) -> float:
    """Seconds until central has everything."""
    while acked(hub) < head(hub):
        time.sleep(0.05)
        assert time.perf_counter() - began_s < 300
    return time.perf_counter() - began_s
