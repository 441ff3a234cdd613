"""Events, warnings that ended and used codes are forgotten after their time, and nothing else is."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest

from kiosk.central.enrolment import make_code
from kiosk.central.keeping import Keeping, forget_codes, forget_events, forget_incidents
from kiosk.central.store.database import ThreadedDatabase
from kiosk.central.store.queries import load
from kiosk.clock import to_ms
from kiosk.config.central import Keep
from tests.central.alarms.city import City, city_at
from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub, look
from tests.fakes.outbox import SimulatedDay

DAY_MS = 86_400_000


@pytest.fixture
def city(database_url: str) -> Iterator[City]:
    with city_at(database_url) as opened:
        yield opened


def add_incident(city: City, id_: int, closed_ms: int | None) -> None:
    city.rows.run(
        "INSERT INTO incident (centre, id, kind, service, stage, opened_ms, raised_ms, since_ms, closed_ms) "
        "VALUES (1, ?, 1, ?, 2, 1, 1, 1, ?)",
        *(id_, id_, closed_ms),
    )
    for level in (1, 2):
        city.rows.run(
            "INSERT INTO notice (centre, incident, channel, kind, level, id, made_ms, due_ms) "
            "VALUES (1, ?, 'sms', 'raised', ?, ?, 1, 1)",
            *(id_, level, 10 * id_ + level),
        )


def left(city: City) -> tuple[list[int], list[int]]:
    """Incidents, and the incidents of notices."""
    incidents = [row[0] for row in city.rows.run("SELECT id FROM incident ORDER BY id")]
    return incidents, [row[0] for row in city.rows.run("SELECT DISTINCT incident FROM notice ORDER BY incident")]


def test_what_ended_long_ago_goes_with_its_notices_and_what_is_open_stays(city: City) -> None:
    now_ms = city.clock.now_ms()
    for id_, closed_ms in enumerate([now_ms - 401 * DAY_MS, now_ms - 399 * DAY_MS, None], start=1):
        add_incident(city, id_, closed_ms)
    asyncio.run(Keeping(city.database, city.clock, Keep()).forget())
    assert left(city) == ([2, 3], [2, 3])
    asyncio.run(Keeping(city.database, city.clock, Keep(incidents_days=30)).forget())
    assert left(city) == ([3], [3])


def test_a_long_past_is_forgotten_a_piece_at_a_time_the_oldest_first(city: City) -> None:
    for id_ in range(1, 8):
        add_incident(city, id_, id_)
    assert [city.database.write_now(lambda tx: forget_incidents(tx, 7, 4)) for _ in range(3)] == [4, 2, 0]
    assert left(city) == ([7], [7])


def test_a_code_is_forgotten_and_the_device_that_came_with_it_is_not(city: City) -> None:
    def codes() -> int:
        return int(city.rows.run("SELECT count(*) FROM enrol_code")[0][0])

    now_ms = city.clock.now_ms()
    assert city.database.write_now(lambda tx: make_code(tx, "ben-thanh", now_ms, DAY_MS))
    city.database.write_now(lambda tx: forget_codes(tx, now_ms + DAY_MS))
    assert codes() == 1
    city.clock.advance(32 * DAY_MS)
    asyncio.run(Keeping(city.database, city.clock, Keep()).forget())
    assert codes() == 0


# --- events


def add_events(database: ThreadedDatabase, times: list[int], kind: int = 1) -> None:
    """One event at each of these instants, told by the first centre."""
    rows = [(at_ms, seq, 1, 1, 1, kind, 0, 0, b"") for seq, at_ms in enumerate(times, start=1)]
    database.write_now(lambda tx: tx.append("ingest.add_events", rows))


def events(city: City) -> list[int]:
    return [row[0] for row in city.rows.run("SELECT at_ms FROM event ORDER BY at_ms")]


def make_months(database: ThreadedDatabase, *instants: int) -> None:
    for now_ms in instants:
        database.write_now(lambda tx, now_ms=now_ms: tx.rows("ingest.make_partitions", now_ms=now_ms))


def test_events_go_when_they_are_old_and_figures_stay(city: City) -> None:
    """On PostgreSQL when their whole month is."""
    now_ms = city.clock.now_ms()
    times = [now_ms - days * DAY_MS for days in (900, 800, 740, 0)]
    make_months(city.database, *times)
    add_events(city.database, times)
    city.rows.run("INSERT INTO hour_figures (centre, day, hour, service, issued) VALUES (1, 20240601, 9, 1, 7)")
    asyncio.run(Keeping(city.database, city.clock, Keep()).forget())
    assert events(city) == times[2:]
    assert city.rows.run("SELECT issued FROM hour_figures") == [(7,)]


def test_an_event_whose_time_cannot_be_believed_has_no_age(city: City) -> None:
    add_events(city.database, [0], kind=-1)
    asyncio.run(Keeping(city.database, city.clock, Keep()).forget())
    assert events(city) == [0]


def test_a_batch_whose_events_were_forgotten_is_not_taken_in_again(central: RunningCentral) -> None:
    now_ms = central.clock.now_ms()
    hub = SendingHub(central, central.enrolled(), SimulatedDay(1, now_ms - 3 * 3_600_000).rows(300))
    assert hub.acked(1, 300) == 300
    before = look(central, "test.hours")
    central.clock.advance(900 * DAY_MS)
    asyncio.run(Keeping(central.central.database, central.clock, Keep()).forget())
    assert look(central, "test.events") == []
    assert hub.acked(1, 300) == 300
    assert look(central, "test.events") == []
    assert look(central, "test.hours") == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_forgets_events_a_piece_at_a_time_by_its_key(city: City) -> None:
    """So nobody who stores events waits long, and it costs as little as what goes."""
    add_events(city.database, list(range(1, 8)))
    found = [city.database.write_now(lambda tx: forget_events(tx, 7, 4)) for _ in range(3)]
    assert (found, events(city)) == ([4, 2, 0], [7])
    plan = city.rows.explain(load("sqlite")["keep.forget_events"], {"before_ms": 7, "most": 4})
    assert "SCAN e" not in plan
    assert "SCAN event" not in plan


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_months_that_somebody_reads_are_left_for_the_next_time(city: City, database_url: str) -> None:
    """A backup reads for minutes, and whoever stores events would wait behind a month that waits for it."""
    old_ms, now_ms = to_ms(datetime(2024, 1, 31, 23, 59)), city.clock.now_ms()
    make_months(city.database, old_ms, now_ms)
    add_events(city.database, [old_ms, now_ms])
    with psycopg.connect(database_url) as backup:
        backup.execute("SELECT count(*) FROM event")
        assert city.database.write_now(lambda tx: forget_events(tx, now_ms)) == 0
        add_events(city.database, [now_ms])
    gone = city.database.write_now(lambda tx: forget_events(tx, to_ms(datetime(2024, 2, 1))))
    assert (gone, events(city)) == (4, [now_ms, now_ms])  # October to January
