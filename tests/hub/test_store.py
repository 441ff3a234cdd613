"""The database through its life: made, backed up, migrated, refused, set aside; full disks and shared commits."""

import logging
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.config import HubConfig
from kiosk.errors import SchemaTooNew, StoreUnavailable
from kiosk.hub.store import database, queries
from kiosk.hub.store.access import AccessBook
from kiosk.hub.store.connection import connect
from kiosk.hub.store.database import FILE, prepare, schema_version, shipped_migrations
from kiosk.hub.store.reach import reach_of, read_reach
from kiosk.hub.store.store import Store
from kiosk.hub.store.writer import WriteThread
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import make_centre
from kiosk.hub.usecases.issue import Slip, issue_ticket
from kiosk.hub.usecases.outlook import Outlook
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.web.ports import Staff
from kiosk.wire.kiosk_api import IssueTicket, TicketReply
from tests.fakes.clock import FakeClock
from tests.fakes.small_centre import small_centre

STORE = Path(database.__file__).parent
ASK = IssueTicket(request_id="not-checked-here", service="khai-sinh")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def config(tmp_path: Path) -> HubConfig:
    return small_centre(tmp_path)


@pytest.fixture
def store(config: HubConfig, clock: FakeClock) -> Iterator[Store]:
    store = open_store(config, clock)
    yield store
    store.close()


def open_store(config: HubConfig, clock: FakeClock) -> Store:
    store = Store(make_centre(config, "http://hub.test"), clock)
    store.open()
    return store


def issue(config: HubConfig, clock: FakeClock, store: Store) -> TicketReply:
    centre = make_centre(config, "http://hub.test")

    def take(book: TicketBook) -> TicketReply | Refused:
        return issue_ticket(book, centre, Outlook(centre), ASK, Slip("kiosk-1", "secret"), clock.now_ms())

    ticket = store.submit(take).result(10)
    assert isinstance(ticket, TicketReply)
    return ticket


def dump(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
    return [sql for (sql,) in rows if "sqlite_" not in sql]


def test_the_schema_file_is_the_sum_of_the_migrations() -> None:
    with closing(sqlite3.connect(":memory:")) as summed, closing(sqlite3.connect(":memory:")) as written:
        for script in sorted((STORE / "migrations").glob("*.sql")):
            summed.executescript(script.read_text())
        written.executescript((STORE / "schema.sql").read_text())
        assert dump(summed) == dump(written)


def test_every_migration_says_whether_it_runs_before_or_after_the_new_version() -> None:
    for script in (STORE / "migrations").glob("*.sql"):
        assert script.read_text().startswith(("-- pre: ", "-- post: "))


def test_every_named_query_is_valid_sql_of_this_schema() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((STORE / "schema.sql").read_text())
        for file in STORE.glob("*.sql"):
            if file.name != "schema.sql":
                for sql in queries.load(file.name).values():
                    plan(connection, sql)


def test_no_query_reads_through_the_whole_history() -> None:
    """A scan is fine for what is small (counters, lanes, settings) and for a partial index of who waits now."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((STORE / "schema.sql").read_text())
        scans = {
            (file.name, name, step)
            for file in STORE.glob("*.sql")
            if file.name != "schema.sql"
            for name, sql in queries.load(file.name).items()
            for step in plan(connection, sql)
            if re.match(r"SCAN (ticket|call|outbox|request|counter_span|print_job)\b", step)
        }
    whole = {(file, name) for file, name, step in scans if not re.search(r"ticket_(line|at_counter|parked)\b", step)}
    assert whole == {("house.sql", "forget_answers")}, "two days of answers, once a day"


def test_a_queries_file_that_begins_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="expected '-- name: purpose'"):
        queries.load("schema.sql")


def test_a_store_that_is_opened_again_still_has_everything(config: HubConfig, clock: FakeClock, store: Store) -> None:
    first = issue(config, clock, store)
    store.close()
    again = open_store(config, clock)
    assert (first.label, issue(config, clock, again).label) == ("B001", "B002")
    again.close()


def test_the_first_start_of_a_day_leaves_a_backup_and_the_last_five_are_kept(
    config: HubConfig, clock: FakeClock
) -> None:
    prepare(config.data, "centre", clock)
    for _ in range(7):
        clock.advance(24 * 3600 * 1000)
        prepare(config.data, "centre", clock)
        prepare(config.data, "centre", clock)
    names = sorted(backup.name for backup in (config.data / "backups").iterdir())
    assert names == [f"hub-202611{day}-090000.sqlite" for day in (26, 27, 28, 29, 30)]


def test_a_migration_is_preceded_by_a_backup_and_keeps_everything(config: HubConfig, clock: FakeClock) -> None:
    store = open_store(config, clock)
    issue(config, clock, store)
    store.close()
    clock.advance(1000)
    more = {**shipped_migrations(), schema_version() + 1: "ALTER TABLE ticket ADD COLUMN colour TEXT;"}
    path = prepare(config.data, "centre", clock, more)
    (backup,) = (config.data / "backups").iterdir()
    for file, columns in ((backup, 0), (path, 1)):
        with closing(sqlite3.connect(file)) as connection:
            added = "SELECT count(*) FROM pragma_table_info('ticket') WHERE name = 'colour'"
            assert connection.execute(added).fetchone() == (columns,)
            assert connection.execute("SELECT prefix, number FROM ticket").fetchall() == [("B", 1)]


def test_a_migration_that_fails_changes_nothing(config: HubConfig, clock: FakeClock) -> None:
    path = prepare(config.data, "centre", clock)
    broken = {**shipped_migrations(), schema_version() + 1: "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1);"}
    with pytest.raises(StoreUnavailable, match="nowhere"):
        prepare(config.data, "centre", clock, broken)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema_version(),)
        assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone() == (0,)


def test_a_newer_schema_is_refused_and_left_untouched(config: HubConfig, clock: FakeClock, store: Store) -> None:
    store.close()
    path = config.data / FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema_version() + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew, match="Install the newer version again"):
        open_store(config, clock)
    assert path.read_bytes() == before


def test_a_damaged_file_is_set_aside_loudly_and_no_number_on_paper_comes_again(
    config: HubConfig, clock: FakeClock, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    old = [issue(config, clock, store) for _ in range(3)][-1]
    epoch = epoch_of(config)
    store.close()
    damage(config.data / FILE)
    clock.advance(60_000)
    with caplog.at_level(logging.CRITICAL):
        again = open_store(config, clock)
    new = issue(config, clock, again)
    again.close()
    assert "set aside" in caplog.text
    assert list(config.data.glob("hub.sqlite.corrupt.*"))
    assert (old.label, new.label) == ("B003", "B1001")
    assert new.id > old.id + 1000
    assert epoch_of(config) != epoch


def test_after_a_damage_kiosks_and_staff_are_still_known(config: HubConfig, clock: FakeClock, store: Store) -> None:
    store.write_access(lambda book: book.add_staff(Staff("an", "An", "officer", "hash")))
    store.write_access(lambda book: book.add_token("hash-of-token", "kiosk", "kiosk-1", clock.now_ms()))
    store.close()
    prepare(config.data, "centre", clock)  # the first start of a day leaves a backup
    (config.data / FILE).write_bytes(b"damaged" * 1000)
    again = open_store(config, clock)
    with again.readings.moment() as connection:
        book = AccessBook(connection)
        assert book.staff("an") == Staff("an", "An", "officer", "hash")
        assert book.token("hash-of-token") == ("kiosk", "kiosk-1")
    again.close()


def test_a_database_that_is_gone_counts_as_damaged_when_a_backup_shows_that_there_was_one(
    config: HubConfig, clock: FakeClock, store: Store
) -> None:
    store.close()
    prepare(config.data, "centre", clock)
    (config.data / FILE).unlink()
    again = open_store(config, clock)
    assert issue(config, clock, again).label == "B1001"
    again.close()


def test_a_backup_that_is_put_back_repeats_no_number_and_no_epoch(
    config: HubConfig, clock: FakeClock, store: Store
) -> None:
    issue(config, clock, store)
    store.close()
    epoch = epoch_of(config)
    store = open_store(config, clock)
    after_backup = [issue(config, clock, store) for _ in range(3)][-1]
    store.close()
    (backup,) = (config.data / "backups").iterdir()
    shutil.copy(backup, config.data / FILE)
    clock.advance(60_000)
    again = open_store(config, clock)
    new = issue(config, clock, again)
    again.close()
    assert (after_backup.label, new.label) == ("B004", "B1001")
    assert new.id > after_backup.id
    assert epoch_of(config) not in (epoch, 0)
    clock.advance(60_000)
    open_store(config, clock).close()
    assert epoch_of(config) == clock.now_ms() - 60_000, "begun once"


def test_a_plain_copy_that_is_put_back_repeats_no_number_and_no_epoch(
    config: HubConfig, clock: FakeClock, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    issue(config, clock, store)
    store.close()
    copy = shutil.copy(config.data / FILE, config.data / "copy.sqlite")
    epochs = {epoch_of(config)}
    for earlier, later in (("B002", "B1001"), ("B1002", "B2001")):
        store = open_store(config, clock)
        lost = issue(config, clock, store)
        store.close()
        shutil.copy(copy, config.data / FILE)
        clock.advance(60_000)
        again = open_store(config, clock)
        new = issue(config, clock, again)
        again.close()
        assert (lost.label, new.label) == (earlier, later)
        assert new.id > lost.id
        epochs.add(epoch_of(config))
    assert len(epochs) == 3
    assert "a copy was put back" in caplog.text


def test_a_hub_that_was_killed_or_has_lost_its_note_goes_on_as_before(config: HubConfig, clock: FakeClock) -> None:
    """What is noted while the hub runs is never ahead of what is on disk."""
    store = open_store(config, clock)
    issue(config, clock, store)
    store.note_reach()
    issue(config, clock, store)
    killed = small_centre(config.data / "killed")
    killed.data.mkdir()
    for file in (*config.data.glob(f"{FILE}*"), config.data / "hub.reach"):
        shutil.copy(file, killed.data)
    store.close()
    again = open_store(killed, clock)
    assert issue(killed, clock, again).label == "B003"
    again.close()
    for spoil in (Path.unlink, lambda note: note.write_bytes(b"\0" * 40)):
        spoil(killed.data / "hub.reach")
        open_store(killed, clock).close()
    again = open_store(killed, clock)
    assert issue(killed, clock, again).label == "B004"
    again.close()


def test_how_far_the_database_has_come_is_noted_while_the_hub_runs(
    config: HubConfig, clock: FakeClock, store: Store
) -> None:
    ticket = issue(config, clock, store)
    store.note_reach()
    with store.readings.moment() as connection:
        reached = reach_of(connection)
    assert read_reach(config.data) == reached
    assert (reached.number, reached.ticket) == (1, ticket.id)


def test_two_damages_on_one_day_leap_twice(config: HubConfig, clock: FakeClock) -> None:
    for label in ("B1001", "B2001"):
        (config.data / FILE).write_bytes(b"damaged" * 1000)
        store = open_store(config, clock)
        assert issue(config, clock, store).label == label
        store.close()
        clock.advance(60_000)


def test_a_file_that_is_no_database_is_set_aside(config: HubConfig, clock: FakeClock) -> None:
    (config.data / FILE).write_bytes(b"this is not a database, and longer than a header of one hundred bytes" * 20)
    store = open_store(config, clock)
    assert issue(config, clock, store).label == "B1001"
    store.close()


def test_after_a_damage_the_next_day_starts_at_one_again(config: HubConfig, clock: FakeClock) -> None:
    (config.data / FILE).write_bytes(b"damaged" * 1000)
    store = open_store(config, clock)
    clock.advance(24 * 3600 * 1000)
    assert issue(config, clock, store).label == "B001"
    store.close()


def test_a_full_disk_refuses_and_the_hub_resumes_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "full.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    writer = WriteThread(path)
    writer.open()
    try:
        pages = writer.submit(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0]).result(10)
        limit(writer, pages + 2)
        with pytest.raises(StoreUnavailable):
            write_note(writer, "x" * 100_000).result(10)
        assert writer.submit(notes).result(10) == 0
        write_note(writer, "small").result(10)
        assert writer.submit(notes).result(10) == 1
    finally:
        writer.close()


def test_when_the_disk_is_full_nobody_of_the_shared_commit_is_told_yes(tmp_path: Path) -> None:
    path = tmp_path / "full.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    writer = WriteThread(path)
    writer.open()
    try:
        gate, entered = threading.Event(), threading.Event()
        writer.submit(lambda _: (entered.set(), gate.wait(10)))
        entered.wait(10)
        limit(writer, 3, wait=False)
        together = [write_note(writer, text) for text in ("small", "x" * 100_000, "small")]
        gate.set()
        for answer in together:
            with pytest.raises(StoreUnavailable):
                answer.result(10)
        assert writer.submit(notes).result(10) == 0
    finally:
        writer.close()


def test_a_job_that_fails_leaves_nothing_behind_and_does_not_hurt_its_neighbours(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    writer = WriteThread(path)
    writer.open()

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO note VALUES ('half')")
        raise ValueError("on purpose")

    def refuses(connection: sqlite3.Connection) -> Refused:
        connection.execute("INSERT INTO note VALUES ('half')")
        return Refused(Why.STALE_PAGE)

    try:
        bad, good, no = writer.submit(fails), write_note(writer, "whole"), writer.submit(refuses)
        with pytest.raises(ValueError, match="on purpose"):
            bad.result(10)
        good.result(10)
        assert no.result(10) == Refused(Why.STALE_PAGE)
        assert writer.submit(notes).result(10) == 1
    finally:
        writer.close()


def test_jobs_that_wait_together_share_one_commit(tmp_path: Path) -> None:
    commits = []
    writer = WriteThread(tmp_path / "jobs.sqlite", lambda: commits.append(1))
    writer.open()
    gate, entered = threading.Event(), threading.Event()
    first = writer.submit(lambda _: (entered.set(), gate.wait(10)))
    entered.wait(10)
    rest = [writer.submit(lambda connection: connection.execute("SELECT 1").fetchone()[0]) for _ in range(50)]
    gate.set()
    assert [first.result(10), *(answer.result(10) for answer in rest)][1:] == [1] * 50
    writer.close()
    assert len(commits) == 2


def test_a_closed_store_refuses_and_what_was_submitted_before_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
    writer = WriteThread(path)
    writer.open()
    answers = [write_note(writer, "x") for _ in range(20)]
    writer.close()
    late = write_note(writer, "late")
    assert all(answer.done() for answer in answers)
    with pytest.raises(StoreUnavailable):
        late.result(10)
    with closing(connect(path)) as connection:
        assert notes(connection) == 20


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    names = set(re.findall(r":([a-z_0-9]+)", sql))
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", dict.fromkeys(names, 0))]


def limit(writer: WriteThread, pages: int, *, wait: bool = True) -> None:
    answer = writer.submit(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    if wait:
        answer.result(10)


def write_note(writer: WriteThread, text: str) -> "Future[object]":
    return writer.submit(lambda connection: connection.execute("INSERT INTO note VALUES (?)", (text,)) and None)


def notes(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])


def epoch_of(config: HubConfig) -> int:
    with closing(connect(config.data / FILE, read_only=True)) as connection:
        return int(connection.execute("SELECT epoch FROM meta").fetchone()[0])


def damage(path: Path) -> None:
    """Zeros over some pages in the middle, as a failing disk leaves them; the first pages stay."""
    content = bytearray(path.read_bytes())
    root = _root_page(path, "ticket_number")
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(content)


def _root_page(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0])
