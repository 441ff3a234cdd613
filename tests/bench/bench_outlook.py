"""The wait model inside a hub: what it costs to start with a year of history, to promise, to look ahead, and to keep.

Run: ``make bench``. A made-up centre of 12 counters and 30 services, 300 tickets a day. Limits: start 2 s, with the
file of what was learnt and without; a look at 300 waiting 1 s.
"""

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import SystemClock, day_of, local
from kiosk.config import HubConfig
from kiosk.config.hub import Counter, Service
from kiosk.hub.lookout import Lookout
from kiosk.hub.store import waits_file
from kiosk.hub.store.store import Store
from kiosk.hub.usecases.centre import make_centre
from kiosk.hub.usecases.forecast import situation_of
from kiosk.queueing.model import CounterView, Lane, ServiceId, TicketClass, TicketId
from kiosk.wire import events
from tests.fakes.small_centre import both, small_centre

pytestmark = pytest.mark.bench

DAYS, TICKETS, COUNTERS, SERVICES, WAITING = 250, 300, 12, 30, 300
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
NAMES = [f"thu-tuc-{n}" for n in range(SERVICES)]


def large_centre(folder: Path) -> HubConfig:
    services = tuple(Service(id=name, field="ho-tich", name=both(name)) for name in NAMES)
    counters = tuple(
        Counter(id=str(n), name=both(f"Quầy {n}"), services=tuple(NAMES[(n % 3) * 5 : (n % 3) * 5 + 20]))
        for n in range(1, COUNTERS + 1)
    )
    return msgspec.structs.replace(small_centre(folder), services=services, counters=counters)


def past_day(start_ms: int, first: int, chance: random.Random) -> Iterator[tuple[int, events.Event]]:
    """All counters from half past seven on; services of two to twelve minutes."""
    free = {str(n): start_ms for n in range(1, COUNTERS + 1)}
    yield start_ms - HOUR_MS, events.DayOpened(day=day_of(start_ms))
    for counter in free:
        yield start_ms, events.CounterHeld(counter=counter)
    at_ms = start_ms
    for number in range(first, first + TICKETS):
        at_ms += int(chance.expovariate(1 / 90_000))
        service, counter = chance.choice(NAMES[10:20]), min(free, key=lambda c: free[c])
        called_ms = max(free[counter] + 15_000, at_ms + 1000)
        free[counter] = called_ms + 60_000 + int(chance.expovariate(1 / 1_000_000))
        yield at_ms, issued(number, service, start_ms)
        yield called_ms, events.TicketCalled(ticket=number, counter=counter, service=service)
        ended = events.TicketFinished(ticket=number, counter=counter, service=service, service_s=60)
        yield free[counter], ended


def issued(number: int, service: str, day_ms: int) -> events.TicketIssued:
    told = {"people_ahead": 0, "p10_s": 0, "p50_s": 300, "p90_s": 900, "low_min": 0, "high_min": 15, "basis": "plain"}
    what = {"day": day_of(day_ms), "label": "B001", "service": service, "ticket_class": "normal", "kiosk": "kiosk-1"}
    return msgspec.convert({"event": "ticket_issued", "ticket": number, **what, **told}, events.TicketIssued)


def write_a_year(config: HubConfig, now_ms: int) -> None:
    moment, chance = local(now_ms), random.Random(1)
    morning_ms = now_ms - (moment.hour * 60 + moment.minute) * 60_000 + 7 * HOUR_MS + HOUR_MS // 2
    encode = msgspec.json.Encoder().encode
    with closing(sqlite3.connect(config.data / "hub.sqlite")) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for back in range(DAYS, 0, -1):
            day = sorted(past_day(morning_ms - back * DAY_MS, (DAYS - back) * TICKETS + 1, chance), key=lambda e: e[0])
            rows = ((at_ms, encode(event).decode()) for at_ms, event in day)
            connection.executemany("INSERT INTO outbox (at_ms, event) VALUES (?, ?)", rows)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_a_year_of_history_and_three_hundred_waiting(tmp_path: Path) -> None:
    config, clock = large_centre(tmp_path), SystemClock()
    centre = make_centre(config, "http://hub.test")
    empty = Store(centre, clock)
    empty.open()
    empty.close()
    (tmp_path / "hub.waits").unlink()
    write_a_year(config, clock.now_ms())
    store = Store(centre, clock)
    anew_s = seconds(store.open)
    counted_s = seconds(lambda: all(iter(store.make_up_for_waits, False)))
    outlook, now_ms = store.outlook, clock.now_ms()
    assert not outlook.is_partial
    lookout = Lookout(outlook, store, clock, lambda: None)
    outlook.observe([(events.CounterHeld(counter=str(n)), now_ms) for n in range(1, COUNTERS + 1)])
    outlook.observe([(issued(10**6 + n, NAMES[10 + n % 10], now_ms), now_ms) for n in range(WAITING)])
    lanes = tuple(Lane(ServiceId(name), TicketClass.NORMAL, WAITING // 10) for name in NAMES[10:20])
    views = tuple(CounterView(c.id, config.services_of(c), True) for c in config.counters)  # type: ignore[arg-type]
    promises = [
        seconds(
            lambda n=n: outlook.promise(  # type: ignore[misc]
                TicketId(2 * 10**6 + n),
                ServiceId(NAMES[10 + n % 10]),
                TicketClass.NORMAL,
                situation_of(lanes, views, centre, now_ms + n * 2001),
            )
        )
        for n in range(100)
    ]
    fork_s, look_s = seconds(outlook.fork), seconds(lookout.look)
    with store.readings.moment() as connection:
        epoch, last = connection.execute("SELECT epoch, (SELECT max(seq) FROM outbox) FROM meta").fetchone()
    kept = waits_file.Kept(epoch, last, outlook.memory)
    keep_s = seconds(lambda: waits_file.write(tmp_path, waits_file.mark_of(centre), waits_file.encode(kept)))
    store.close()
    kept_s = seconds(Store(centre, clock).open)
    p99_ms = sorted(promises)[98] * 1000
    print(f"\na year of history ({DAYS * TICKETS} tickets), {WAITING} waiting, {COUNTERS} counters")
    print(f"  start {anew_s:.2f} s without what was learnt, {kept_s:.2f} s with it; kept in {keep_s * 1000:.0f} ms")
    print(f"  paces of past weeks {counted_s:.1f} s after a start without it; until then the plain estimate answers")
    print(f"  promise p50 {statistics.median(promises) * 1000:.1f} ms, p99 {p99_ms:.1f} ms")
    print(f"  fork {fork_s * 1000:.1f} ms of the write thread; a look {look_s * 1000:.0f} ms beside it")
    assert max(anew_s, kept_s) <= 2
    assert look_s <= 1
