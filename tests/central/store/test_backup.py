"""A backup is whole, taken beside running writers, and restored only where nothing is destroyed; on both databases."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.central.store.backup import BackupFailed, back_up, restore, suffix_of
from kiosk.central.store.database import ThreadedDatabase, database_at
from tests.fakes.postgres import PostgresServer


@pytest.fixture
def empty_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second, empty database of the same kind."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


@contextmanager
def opened(url: str) -> Iterator[ThreadedDatabase]:
    database = database_at(url)
    database.open()
    with closing(database):
        yield database


def write_group(database: ThreadedDatabase, number: int) -> None:
    database.write_now(lambda book: book.run("fleet.put_group", id=f"group-{number:04d}"))


def groups(url: str) -> list[str]:
    with opened(url) as database:
        return [row[0] for row in database.read_now(lambda book: book.rows("fleet.groups"))]


def test_what_was_committed_comes_back_and_what_came_later_does_not(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    file = tmp_path / f"backup{suffix_of(database_url)}"
    with opened(database_url) as database:
        for number in range(5):
            write_group(database, number)
        back_up(database_url, file)
        write_group(database, 5)
    restore(empty_url, file)
    assert groups(empty_url) == [f"group-{n:04d}" for n in range(5)]
    assert len(groups(database_url)) == 6, "the backup changed nothing"


def test_a_backup_beside_a_busy_writer_is_one_moment_of_it(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """A writer that goes on during the copy: what is restored is the beginning of what it wrote, without a hole."""
    file = tmp_path / f"backup{suffix_of(database_url)}"
    enough, written = threading.Event(), threading.Event()

    def write(database: ThreadedDatabase) -> None:
        number = 0
        while not enough.is_set():
            write_group(database, number)
            number += 1
            if number == 20:
                written.set()

    with opened(database_url) as database:
        writer = threading.Thread(target=write, args=(database,))
        writer.start()
        written.wait()
        back_up(database_url, file)
        enough.set()
        writer.join()
    restore(empty_url, file)
    found = groups(empty_url)
    assert found == [f"group-{n:04d}" for n in range(len(found))]
    assert 20 <= len(found) <= len(groups(database_url))


def test_a_restored_database_takes_what_comes_next(database_url: str, empty_url: str, tmp_path: Path) -> None:
    file = tmp_path / f"backup{suffix_of(database_url)}"
    with opened(database_url):
        back_up(database_url, file)
    restore(empty_url, file)
    with opened(empty_url) as database:
        write_group(database, 1)
    assert groups(empty_url) == ["group-0001"]


def test_nothing_is_restored_over_a_database_that_holds_something(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / f"backup{suffix_of(database_url)}"
    with opened(database_url) as database:
        write_group(database, 1)
        back_up(database_url, file)
        write_group(database, 2)
    with pytest.raises(BackupFailed, match="already"):
        restore(database_url, file)
    assert groups(database_url) == ["group-0001", "group-0002"]


def test_no_backup_is_written_over_another(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / f"backup{suffix_of(database_url)}"
    file.write_text("an older backup")
    with opened(database_url), pytest.raises(BackupFailed, match="exists already"):
        back_up(database_url, file)
    assert file.read_text() == "an older backup"


def test_a_backup_is_for_its_owner_alone(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backups" / f"backup{suffix_of(database_url)}"
    with opened(database_url):
        back_up(database_url, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name], "nothing half-made lies beside it"


def test_a_damaged_backup_is_refused_and_leaves_no_database(empty_url: str, tmp_path: Path) -> None:
    file = tmp_path / f"backup{suffix_of(empty_url)}"
    file.write_bytes(b"PGDMP, SQLite format 3 or neither" * 200)
    with pytest.raises(BackupFailed):
        restore(empty_url, file)
    with opened(empty_url) as database:
        assert database.read_now(lambda book: book.rows("fleet.groups")) == []


def test_a_backup_of_the_other_kind_of_database_is_refused(empty_url: str, tmp_path: Path) -> None:
    file = tmp_path / ("backup.pgdump" if empty_url.startswith("sqlite") else "backup.sqlite")
    file.write_bytes(b"")
    with pytest.raises(BackupFailed, match="not a backup of this kind"):
        restore(empty_url, file)


def test_a_database_that_does_not_answer_leaves_no_file(tmp_path: Path) -> None:
    """Nobody listens on port 1."""
    with pytest.raises(BackupFailed):
        back_up("postgresql://nobody@127.0.0.1:1/nothing", tmp_path / "backup.pgdump")
    with pytest.raises(BackupFailed):
        back_up(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "backup.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_the_password_of_the_database_stands_on_no_command_line(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of pg_dump runs a program that writes down how it was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/words\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    back_up(postgresql_url, tmp_path / "backup.pgdump")
    password = postgresql_url.split(":")[2].partition("@")[0]
    words = (tmp_path / "words").read_text()
    assert "--format=custom" in words
    assert password not in words
