"""The nation on one node: 3,139 centres with two kiosks each, as real processes over real sockets.

Run: ``make bench``; longer with ``NATION_MINUTES=20``. Limits: 200,000 tickets a day at ten times real speed: nothing
lost, p99 of a POST 100 ms, a warning raised within 2 s (p99) of its moment, each once. All hubs back at once after a
day offline: 1.2 million events stored within 2 minutes, no refusal after retries, each once. A worker 150 MB.

The load generator runs on the same two cores, and its own delays are in the times that it measures.
"""

import asyncio
import gc
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

from kiosk.clock import ScaledClock, to_ms
from kiosk.fleet.check import problems, read_stored
from kiosk.fleet.day import Shape, shapes
from kiosk.fleet.figures import quantile
from kiosk.fleet.fleet import Days, Fleet, Told
from kiosk.fleet.line import Address
from tests.bench.late_tickets import Verdict, judge, late_tickets, read_incidents
from tests.fakes.real_central import RealCentral, make_real_central

pytestmark = pytest.mark.bench

CENTRES = int(os.environ.get("NATION_CENTRES", "3139"))
MINUTES = float(os.environ.get("NATION_MINUTES", "3"))  #: of the wall, after the first rush
TICKETS = round(200_000 * CENTRES / 3139)
SPEED = 10.0
MONDAY_MS = to_ms(datetime(2026, 11, 23))
BEGINS_MS = MONDAY_MS + round(8.5 * 3_600_000)
POST_P99_S, RAISED_P99_S, WORKER_MB = 0.100, 2.0, 150
DRAIN_S, BACKLOG = 120, 1_200_000
CATCH_UP_S = 180.0
SEED = "nation"
DAYS = Days([MONDAY_MS], SEED)
#: Longer than the figure: a night's hours, in which nobody is told of silence.
QUIET = '[warning]\nsilent_hours = ["00:00-00:01"]\n'


@dataclass
class Nation:
    central: RealCentral
    fleet: Fleet
    centres: Sequence[Shape]
    clock: ScaledClock

    async def run(self, minutes: float) -> tuple[int, int]:
        """``minutes`` of it, measured after it has caught up; instants from and to."""
        task = asyncio.create_task(self.fleet.run(self.centres, DAYS, 2**60, None, _quiet))
        async with asyncio.timeout(CATCH_UP_S):
            await asyncio.sleep(10)
            while self.fleet.figures.acked < self.fleet.figures.happened:
                await asyncio.sleep(0.5)
        del self.fleet.figures.events_s[:], self.fleet.figures.heartbeats_s[:]
        begins_ms = self.clock.now_ms()
        await asyncio.sleep(60 * minutes)
        ends_ms = self.clock.now_ms()
        self.fleet.end()
        await task
        return begins_ms, ends_ms


def _quiet(_text: str) -> None:
    pass


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'central.db'}"
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield url


def make_nation(folder: Path, database: str, begins_ms: int, speed: float, tickets: int) -> Nation:
    """Central runs and all centres are enrolled."""
    codes = [f"c-{number:04d}" for number in range(CENTRES)]
    central = make_real_central(folder, database, more=QUIET)
    keys = central.enrol(codes, begins_ms)
    clock = ScaledClock(begins_ms, speed)
    central.clock = clock.spec()
    central.start()
    return Nation(central, Fleet(Address.of(central.url), keys, clock), shapes(codes, tickets, SEED), clock)


def check_exactly_once(nation: Nation) -> list[Told]:
    told = nation.fleet.told()
    assert problems(told, read_stored(nation.central.database), nation.centres, DAYS) == []
    return told


def test_a_day_of_the_nation_at_ten_times_its_speed(database: str, tmp_path: Path) -> None:
    nation = make_nation(tmp_path, database, BEGINS_MS, SPEED, TICKETS)
    try:
        processor_s = nation.central.processor_s()
        span_ms = asyncio.run(nation.run(MINUTES))
        resident_mb, processor_s = nation.central.resident_mb(), nation.central.processor_s() - processor_s
    finally:
        nation.central.stop()
    told, figures = check_exactly_once(nation), nation.fleet.figures
    verdict = verdict_of(nation, told, span_ms)
    events_s, p99_s = figures.events_s, quantile([*figures.events_s, *figures.heartbeats_s], 0.99)
    raised_s = quantile(verdict.lateness_ms, 0.99) / 1000 / SPEED
    print(f"\nthe nation at {SPEED:.0f} times its speed for {MINUTES:.0f} min, {database.partition(':')[0]}")
    print(f"  events {figures.acked:,}, {len(events_s) / 60 / MINUTES:.0f} POSTs of events a second, exactly once")
    print(f"  POST p50 {1000 * quantile(events_s, 0.5):.1f} ms, p99 {1000 * p99_s:.0f} ms")
    print(f"  warnings {verdict.raised}, raised p99 {raised_s:.2f} s after their moment, each once")
    print(f"  central: {processor_s:.0f} s of processor in all, {resident_mb:.0f} MB; refused: {dict(figures.refused)}")
    assert verdict.problems == []
    assert verdict.raised > 0
    assert p99_s <= POST_P99_S
    assert raised_s <= RAISED_P99_S
    assert resident_mb <= WORKER_MB


def verdict_of(nation: Nation, told: Sequence[Told], span_ms: tuple[int, int]) -> Verdict:
    acked = {each.centre: each.acked for each in told}
    late = {
        (shape.code, service): tickets
        for shape in nation.centres
        for service, tickets in late_tickets(islice(DAYS.rows(shape), acked[shape.code])).items()
    }
    slack_ms = round(2 * RAISED_P99_S * 1000 * SPEED)
    return judge(late, read_incidents(nation.central.database), span_ms, slack_ms)


def test_all_hubs_come_back_in_the_same_second_after_a_day_offline(database: str, tmp_path: Path) -> None:
    nation = make_nation(tmp_path, database, MONDAY_MS + 19 * 3_600_000, 1.0, round(TICKETS * 1.2))
    try:
        ends_ms = nation.clock.now_ms()
        nation.fleet.prepare(nation.centres, DAYS, ends_ms)
        gc.freeze()  # a million rows that stay until they are sent
        began_s = nation.clock.monotonic_s()
        asyncio.run(nation.fleet.run(nation.centres, DAYS, ends_ms, None, _quiet))
        took_s = nation.clock.monotonic_s() - began_s
        resident_mb = nation.central.resident_mb()
    finally:
        gc.unfreeze()
        nation.central.stop()
    check_exactly_once(nation)
    figures = nation.fleet.figures
    print(f"\n{CENTRES:,} hubs back at once after a day offline, {database.partition(':')[0]}")
    print(
        f"  {figures.acked:,} events in {took_s:.0f} s, exactly once; refused and sent again: {dict(figures.refused)}"
    )
    print(
        f"  POST p50 {quantile(figures.events_s, 0.5):.1f} s, p99 {quantile(figures.events_s, 0.99):.1f} s; "
        f"central {resident_mb:.0f} MB"
    )
    assert figures.acked == figures.happened
    assert figures.acked >= BACKLOG * CENTRES / 3139
    assert took_s <= DRAIN_S
    assert resident_mb <= WORKER_MB
