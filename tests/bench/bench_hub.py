"""The hub under load, beside what this disk can do: a raw fdatasync and a bare synced SQLite insert, in the same run.

Run: ``make bench``. Medians of ``ROUNDS``. Limits: 1,000 durable tickets a second from 32 clients, one client's p50
3 ms, call-next p99 15 ms, the same with 1,000,000 old tickets as with 1,000; resident 100 MB; nothing called twice by
a thousand simultaneous presses; nothing lost by 200 kills.
"""

import asyncio
import contextlib
import os
import secrets
import sqlite3
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.load import Line, Measured, measure
from tests.fakes.real_hub import RealHub, make_real_hub
from tests.fakes.torture import Torture, check_nothing_lost, hold, kill_while_working, press_simultaneously

pytestmark = pytest.mark.bench

ROUNDS = 3
CLIENTS, TICKETS, SINGLE, CALLS = 32, 3000, 300, 300
OLD_DAY = 20150101


@dataclass(frozen=True)
class Figures:
    tickets_per_s: float
    issue_p50_ms: float
    issue_p99_ms: float
    call_p50_ms: float
    call_p99_ms: float
    cpu_us: float  #: of the hub, for each ticket from 32 clients


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RealHub]:
    hub = make_real_hub(tmp_path)
    yield hub
    if hub.process is not None and hub.process.poll() is None:
        hub.kill()


@pytest.mark.parametrize("old_tickets", [1_000, 1_000_000])
def test_tickets_and_calls_are_quick_however_long_the_history(hub: RealHub, tmp_path: Path, old_tickets: int) -> None:
    seed(hub, old_tickets)
    disk_s, insert_s = rate(synced_write(tmp_path)), rate(synced_insert(tmp_path))
    hub.start()
    asyncio.run(warm_up(hub))
    rounds = [asyncio.run(one_round(hub)) for _ in range(ROUNDS)]
    best = {name: statistics.median(getattr(each, name) for each in rounds) for name in Figures.__dataclass_fields__}
    print(f"\nhub with {old_tickets:,} old tickets (medians of {ROUNDS} rounds)")
    print(f"  tickets, {CLIENTS} clients   {best['tickets_per_s']:7.0f} /s     hub CPU {best['cpu_us']:.0f} us each")
    print(f"  ticket, one client    p50 {best['issue_p50_ms']:.2f} ms   p99 {best['issue_p99_ms']:.2f} ms")
    print(f"  call next             p50 {best['call_p50_ms']:.2f} ms   p99 {best['call_p99_ms']:.2f} ms")
    print(f"  resident              {hub.resident_mb():.0f} MB")
    print(f"  this disk: fdatasync {disk_s:.0f} /s, bare synced insert {insert_s:.0f} /s", end="")
    print(f"; tickets are {best['tickets_per_s'] / insert_s:.2f} x the bare insert")
    assert best["tickets_per_s"] >= 1000
    assert best["issue_p50_ms"] <= 3
    assert best["call_p99_ms"] <= 15
    assert hub.resident_mb() <= 100


def test_a_thousand_simultaneous_presses_call_every_ticket_once(hub: RealHub) -> None:
    hub.start()
    asyncio.run(press_simultaneously(hub, tickets=1000))
    print("\n1,000 tickets, two counters pressing at once: each called once, none skipped")


def test_two_hundred_kills_lose_nothing(hub: RealHub) -> None:
    hub.start()
    outcome = asyncio.run(kill_while_working(hub, kills=200, clients=8))
    check_nothing_lost(hub, outcome)
    print(f"\n200 x kill -9, 8 clients: {len(outcome.tickets)} tickets, {len(outcome.called)} calls,", end=" ")
    print(f"{outcome.retries} retries; none lost, none twice, no ghost")


def seed(hub: RealHub, tickets: int) -> None:
    """Served tickets of earlier days with their events, written straight into the database."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :tickets)"
    with closing(sqlite3.connect(hub.config.data / "hub.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute(
            f"""{numbers} INSERT INTO ticket SELECT i + 1, :day + i / 900, 'B', i % 900 + 1, 'khai-sinh', 'normal',
            'served', i * 1000, i * 1000, i * 1000, 3, 60, 300, 900, 1, 15, 'plain', '1', i * 1000, i * 1000, i * 1000,
            0, NULL, 'secret' || i, 'kiosk-1', 'printed', '', 0 FROM n""",
            {"tickets": tickets, "day": OLD_DAY},
        )
        event = '{"event":"ticket_finished","v":1,"ticket":1,"counter":"1","service":"khai-sinh","service_s":300.0}'
        connection.execute(
            f"{numbers} INSERT INTO outbox (at_ms, event) SELECT i * 1000, :event FROM n",
            {"tickets": tickets, "event": event},
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def warm_up(hub: RealHub) -> None:
    async with hub.kiosk_line() as line:
        for _ in range(20):
            await issue(line)
    await hold(hub, "officer-2", "2")


async def one_round(hub: RealHub) -> Figures:
    async with kiosk_lines(hub, CLIENTS) as lines, Torture(hub) as torture:
        alone = await measure(1, SINGLE, lambda client, _: issue(lines[client]))
        calls = await press_next(torture, CALLS)
        before_s = cpu_s(hub)
        together = await measure(CLIENTS, TICKETS, lambda client, _: issue(lines[client]))
        return Figures(
            together.rate,
            alone.quantile_ms(0.5),
            alone.quantile_ms(0.99),
            calls.quantile_ms(0.5),
            calls.quantile_ms(0.99),
            (cpu_s(hub) - before_s) / TICKETS * 1e6,
        )


async def press_next(torture: Torture, presses: int) -> Measured:
    """Call, arrived, call … at counter 2; only the calls are measured."""
    line, path, seen = await torture.staff("officer-2"), "/v1/counters/2/commands", None
    calls = Measured()
    for _ in range(presses):
        started = time.perf_counter()
        reply = await torture.ask(line, path, {"action": "call_next", "seen": seen})
        calls.took_s.append(time.perf_counter() - started)
        seen = reply["ticket"]["id"]
        await torture.ask(line, path, {"action": "arrive", "seen": seen})
    await torture.ask(line, path, {"action": "finish", "seen": seen})
    return calls


async def issue(line: Line) -> None:
    status, answer = await line.ask(
        "POST", "/v1/tickets", {"request_id": secrets.token_urlsafe(12), "service": "khai-sinh"}
    )
    assert status == 200, answer


@contextlib.asynccontextmanager
async def kiosk_lines(hub: RealHub, count: int) -> AsyncIterator[list[Line]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(hub.kiosk_line()) for _ in range(count)]


def cpu_s(hub: RealHub) -> float:
    assert hub.process is not None
    fields = Path(f"/proc/{hub.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(once: Callable[[], None]) -> float:
    """How often a second; a short measurement."""
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < 1:
        once()
        count += 1
    return count / (time.perf_counter() - started)


def synced_write(folder: Path) -> Callable[[], None]:
    file = os.open(folder / "raw", os.O_RDWR | os.O_CREAT)
    os.write(file, bytes(4096))

    def once() -> None:
        os.pwrite(file, bytes(4096), 0)
        os.fdatasync(file)

    return once


def synced_insert(folder: Path) -> Callable[[], None]:
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
    return lambda: connection.execute("INSERT INTO bare (text) VALUES ('x')") and None
