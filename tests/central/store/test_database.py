"""What every database of central keeps to, on SQLite and on a real PostgreSQL."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.central.ports import Transaction
from kiosk.central.store.database import ThreadedDatabase, database_at
from kiosk.central.store.migrations import shipped_migrations
from kiosk.central.store.queries import ENGINES, EngineName, load
from kiosk.errors import ConfigError, SchemaTooNew, StoreUnavailable
from tests.fakes.postgres import PostgresServer

AN_HOUR = (1, 20261123, 9, 4)


@contextmanager
def opened(url: str) -> Iterator[ThreadedDatabase]:
    database = database_at(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(database_url: str) -> Iterator[ThreadedDatabase]:
    with opened(database_url) as database:
        yield database


def add_group(name: str) -> Callable[[Transaction], None]:
    def job(tx: Transaction) -> None:
        tx.run("fleet.add_group", id=name, name_vi=name, name_en=name)

    return job


def groups(tx: Transaction) -> list[str]:
    return sorted(row[0] for row in tx.rows("fleet.groups"))


def broken(name: str) -> Callable[[Transaction], None]:
    """Writes something and then fails."""

    def job(tx: Transaction) -> None:
        add_group(name)(tx)
        raise ValueError(name)

    return job


def test_what_was_written_is_there_after_opening_again(database_url: str) -> None:
    with opened(database_url) as database:
        database.write_now(add_group("north"))
    with opened(database_url) as database:
        assert database.read_now(groups) == ["north"]


@pytest.mark.parametrize("alone", [True, False])
def test_a_job_that_fails_leaves_nothing_and_does_not_touch_its_neighbours(
    database: ThreadedDatabase, alone: bool
) -> None:
    async def all_at_once() -> list[object]:
        jobs: list[Awaitable[None]] = [database.write(add_group(f"good-{n}")) for n in range(20)]
        jobs[10:10] = [database.write(broken(f"bad-{n}"), alone=alone) for n in range(3)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    outcomes = asyncio.run(all_at_once())
    assert [type(outcome) for outcome in outcomes].count(ValueError) == 3
    assert database.read_now(groups) == sorted(f"good-{n}" for n in range(20))


def test_a_wrong_statement_is_the_fault_of_its_job_only(database: ThreadedDatabase) -> None:
    async def twice() -> list[object]:
        jobs = [database.write(add_group(name)) for name in ("one", "one", "two")]
        return await asyncio.gather(*jobs, return_exceptions=True)

    outcomes = asyncio.run(twice())
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert not any(isinstance(outcome, StoreUnavailable) for outcome in outcomes)
    assert database.read_now(groups) == ["one", "two"]


def test_a_reader_sees_one_moment_of_the_database(database: ThreadedDatabase) -> None:
    """What another transaction commits while a job reads does not change what the job sees."""
    seen, written = threading.Event(), threading.Event()

    def look_twice(tx: Transaction) -> tuple[list[str], list[str]]:
        before = groups(tx)
        seen.set()
        assert written.wait(10)
        return before, groups(tx)

    async def read_while_writing() -> tuple[list[str], list[str]]:
        reading = asyncio.ensure_future(database.read(look_twice))
        await asyncio.to_thread(seen.wait, 10)
        await database.write(add_group("late"))
        written.set()
        return await reading

    assert asyncio.run(read_while_writing()) == ([], [])
    assert database.read_now(groups) == ["late"]


def test_a_reader_cannot_write(database: ThreadedDatabase) -> None:
    with pytest.raises(Exception, match=r"read.?only"):
        database.read_now(add_group("never"))
    assert database.read_now(groups) == []


def test_the_same_statement_for_many_values(database: ThreadedDatabase) -> None:
    values = [{"id": str(n), "name_vi": "x", "name_en": "x"} for n in range(300)]
    database.write_now(lambda tx: tx.many("fleet.add_group", values))
    assert len(database.read_now(groups)) == 300


def test_a_list_is_an_array(database: ThreadedDatabase) -> None:
    database.write_now(lambda tx: tx.many("fleet.add_link", [{"centre": n, "now_ms": 7} for n in range(5)]))
    found = database.write_now(lambda tx: tx.rows("ingest.lock_links", centres=[3, 1, 9]))
    assert [row[0] for row in found] == [1, 3]


def test_sums_and_averages_are_plain_numbers(database: ThreadedDatabase) -> None:
    """PostgreSQL would give Decimal for both."""
    database.write_now(lambda tx: tx.many("fleet.add_link", [{"centre": n, "now_ms": 7} for n in (1, 2)]))
    engine: Any = database._engine
    said = "SELECT sum(heard_ms), avg(heard_ms) FROM link"
    engine._queries["test.figures"] = said.encode() if engine.name == "postgresql" else said
    total, mean = database.read_now(lambda tx: tx.rows("test.figures"))[0]
    assert (total, mean) == (14, 7.0)
    assert (type(total), type(mean)) == (int, float)


def test_bytes_come_back_as_bytes(database: ThreadedDatabase) -> None:
    key = bytes(range(32))
    device = {"id": "d-1", "centre": 1, "public_key": key, "enrolled_ms": 1_795_000_000_000, "code_sha256": ""}
    centre = {"id": 1, "code": "1", "name_vi": "", "name_en": "", "group_id": "", "grid_x": 0, "grid_y": 0}
    database.write_now(lambda tx: (tx.run("fleet.put_centre", **centre), tx.run("fleet.add_device", **device)))
    rows = database.read_now(lambda tx: tx.rows("fleet.devices", since_ms=0))
    assert rows[0][2] == key


def test_what_was_asked_before_the_end_is_carried_out_and_what_comes_later_is_refused(database_url: str) -> None:
    with opened(database_url) as database:
        asked = [database._writers.submit(add_group(str(n))) for n in range(50)]
    assert [future.exception() for future in asked] == [None] * 50
    with pytest.raises(StoreUnavailable):
        database.write_now(add_group("late"))


def test_workers_that_start_at_once_migrate_once(database_url: str) -> None:
    databases = [database_at(database_url) for _ in range(6)]

    async def open_all() -> None:
        await asyncio.gather(*(asyncio.to_thread(database.open) for database in databases))

    try:
        asyncio.run(open_all())
        assert databases[0].read_now(groups) == []
    finally:
        for database in databases:
            database.close()


def test_a_newer_database_is_refused_and_left_alone(database_url: str) -> None:
    newer = database_at(database_url)
    newer._migrations = {9_999: "CREATE TABLE of_tomorrow (id INTEGER);", 1: start(newer)}
    newer.open()
    newer.close()
    with pytest.raises(SchemaTooNew):
        database_at(database_url).open()


def start(database: ThreadedDatabase) -> str:
    return shipped_migrations(database._engine.name)[1]


def test_a_migration_that_fails_leaves_the_database_as_it_was(database_url: str) -> None:
    database = database_at(database_url)
    database._migrations = {1: start(database) + "INSERT INTO no_such_table VALUES (1);"}
    with pytest.raises(StoreUnavailable):
        database.open()
    with opened(database_url) as again:
        assert again.read_now(groups) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_every_query_is_there_for_both_databases(engine: EngineName) -> None:
    """But for those by which a database keeps its own version."""
    other = next(name for name in ENGINES if name != engine)
    names = {name for name in load(engine) if not name.startswith("schema.")}
    assert names <= set(load(other))


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "mysql://x/y", "central.db"])
def test_another_url_is_refused_in_words(url: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        database_at(url)


def test_a_database_that_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for url in (f"sqlite:///{tmp_path / 'file' / 'central.db'}", "postgresql://nobody@127.0.0.1:1/central"):
        with pytest.raises(StoreUnavailable):
            database_at(url).open()


@asynccontextmanager
async def two_lockers(first: ThreadedDatabase, second: ThreadedDatabase) -> AsyncIterator[None]:
    """Each transaction holds one link and wants the other's."""
    both_hold = threading.Barrier(2)

    def lock(mine: int, other: int) -> Callable[[Transaction], None]:
        tries: list[int] = []

        def job(tx: Transaction) -> None:
            tx.rows("ingest.lock_links", centres=[mine])
            tries.append(1)
            if len(tries) == 1:
                both_hold.wait(10)
            tx.rows("ingest.lock_links", centres=[other])

        return job

    await asyncio.gather(first.write(lock(1, 2)), second.write(lock(2, 1)))
    yield


def test_after_a_deadlock_the_job_is_carried_out_again(postgresql_url: str) -> None:
    async def cross(first: ThreadedDatabase, second: ThreadedDatabase) -> None:
        async with two_lockers(first, second):
            pass

    with opened(postgresql_url) as first, opened(postgresql_url) as second:
        first.write_now(lambda tx: tx.many("fleet.add_link", [{"centre": n, "now_ms": 7} for n in (1, 2)]))
        asyncio.run(cross(first, second))


def test_after_a_crash_of_the_server_it_goes_on_by_itself() -> None:
    with PostgresServer() as server, server.database() as url, opened(url) as database:
        database.write_now(add_group("before"))
        server.kill()
        with pytest.raises(StoreUnavailable):
            database.write_now(add_group("during"))
        server.start_again()
        database.write_now(add_group("after"))
        assert database.read_now(groups) == ["after", "before"]


def test_a_password_in_an_address_that_is_mistyped_is_not_shown() -> None:
    with pytest.raises(ConfigError) as refused:
        database_at("postgres+ssl://kiosk:very-secret@db/central")
    assert "very-secret" not in str(refused.value)
