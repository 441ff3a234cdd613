"""Events of PostgreSQL lie in a table for each month, made ahead; a month begins at midnight in Vietnam."""

import threading
from datetime import datetime

import psycopg
import pytest

from kiosk.central.store.database import database_at
from kiosk.clock import to_ms

NEW_YEAR_MS = to_ms(datetime(2027, 1, 1))
MONTHS = [f"event_{month}" for month in (202609, 202610, 202611, 202612, 202701, 202702)]


def event_at(at_ms: int, seq: int) -> tuple[int | bytes, ...]:
    return (at_ms, seq, 1, 1, 1, 1, 0, 0, b"")


def tables(url: str) -> dict[str, int]:
    """Tables of events, and how many are in each."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1"
        ).fetchall()
        found = connection.execute("SELECT tableoid::regclass::text, COUNT(*) FROM event GROUP BY 1").fetchall()
        return {name: 0 for (name,) in names} | dict(found)


@pytest.mark.parametrize("now_ms", [NEW_YEAR_MS - 1000, NEW_YEAR_MS - 7 * 3_600_000 - 1])
def test_the_last_second_of_a_year_and_the_first_have_their_months(postgresql_url: str, now_ms: int) -> None:
    """Also in the hours in which it is a new year in Vietnam and not yet in Greenwich."""
    database = database_at(postgresql_url)
    database.open()
    try:
        assert database.write_now(lambda tx: tx.rows("ingest.make_partitions", now_ms=now_ms)) == [(6,)]
        assert database.write_now(lambda tx: tx.rows("ingest.make_partitions", now_ms=now_ms)) == [(0,)]
        rows = [event_at(NEW_YEAR_MS - 1, 1), event_at(NEW_YEAR_MS, 2), event_at(NEW_YEAR_MS - 10**12, 3)]
        database.write_now(lambda tx: tx.append("ingest.add_events", rows))
        assert tables(postgresql_url) == dict.fromkeys(MONTHS, 0) | {
            "event_202612": 1,
            "event_202701": 1,
            "event_other": 1,
        }
        assert database.write_now(lambda tx: tx.rows("ingest.make_partitions", now_ms=NEW_YEAR_MS)) == [(1,)]
    finally:
        database.close()


def test_workers_that_meet_a_new_month_at_once_make_it_once(postgresql_url: str) -> None:
    workers = [database_at(postgresql_url) for _ in range(4)]
    made: list[int] = []

    def make(number: int) -> None:
        found = workers[number].write_now(lambda tx: tx.rows("ingest.make_partitions", now_ms=NEW_YEAR_MS))
        made.append(found[0][0])

    for worker in workers:
        worker.open()
    try:
        threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(made) == len(MONTHS)
    finally:
        for worker in workers:
            worker.close()
