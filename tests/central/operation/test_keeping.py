"""Warnings that ended and used codes are forgotten after their time, and nothing else is."""

import asyncio
from collections.abc import Iterator

import pytest

from kiosk.central.enrolment import make_code
from kiosk.central.keeping import Keeping, forget_codes, forget_incidents
from kiosk.config.central import Keep
from tests.central.alarms.city import City, city_at

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
