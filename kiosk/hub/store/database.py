"""The database file through its life: made, backed up, migrated, set aside when it is damaged.

1. A backup is taken before a migration and at the first start of a day; the last five are kept. Not at every start:
   with a million tickets it takes seconds, and after a crash people wait.
2. A file written by a newer version is refused and left untouched.
3. A damaged file is renamed, never deleted. The new one has a new epoch, and today's numbers go on at the next thousand
   above every number known from the damaged file or a backup, so that no number on paper is given twice.
"""

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kiosk.clock import Clock, day_of, local
from kiosk.errors import SchemaTooNew, StoreUnavailable
from kiosk.hub.store.connection import connect, store_failed

log = logging.getLogger(__name__)

FILE = "hub.sqlite"
_KEPT_BACKUPS = 5
_NUMBER_LEAP = 1000
_TICKET_LEAP = 1_000_000
Migrations = dict[int, str]


@dataclass(frozen=True, slots=True)
class _Making:
    """What a database is made from."""

    folder: Path
    centre: str
    clock: Clock
    migrations: Migrations


@dataclass(frozen=True, slots=True)
class _Known:
    """What a damaged file or a backup still tells."""

    last_number: int = 0
    last_ticket: int = 0


def prepare(folder: Path, centre: str, clock: Clock, migrations: Migrations | None = None) -> Path:
    """The path of a database of this version, ready to be opened. Raises SchemaTooNew, StoreUnavailable.

    ``migrations``: other scripts than those that ship, by number.
    """
    path, making = folder / FILE, _Making(folder, centre, clock, migrations or shipped_migrations())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_sound(path):
            _start_anew(path, making)
        with closing(connect(path)) as connection:
            _bring_up_to_date(connection, making)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(f"{path}: {error}") from error
    return path


def schema_version() -> int:
    """The newest migration of this version of the product."""
    return max(shipped_migrations())


def shipped_migrations() -> Migrations:
    folder = files(__package__).joinpath("migrations")
    return {
        int(file.name[:4]): file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".sql")
    }


def _bring_up_to_date(connection: sqlite3.Connection, making: _Making) -> None:
    version, newest = connection.execute("PRAGMA user_version").fetchone()[0], max(making.migrations)
    backups, now_ms = making.folder / "backups", making.clock.now_ms()
    if version > newest:
        raise SchemaTooNew(
            f"{making.folder / FILE} has schema {version}, this version of kiosk knows {newest}. "
            "Install the newer version again, or restore a backup from the folder 'backups'."
        )
    if version and (version < newest or not _has_backup_of(backups, now_ms)):
        _backup(connection, backups, now_ms)
    for number, script in sorted(making.migrations.items()):
        if number > version:
            connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
    connection.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, ?, 0, 1, '')", (now_ms, making.centre))


def _backup(connection: sqlite3.Connection, folder: Path, now_ms: int) -> None:
    """Copy the database; a copy that is cut short keeps the name of an unfinished one."""
    folder.mkdir(exist_ok=True)
    name = local(now_ms).strftime("hub-%Y%m%d-%H%M%S.sqlite")
    unfinished = folder / f"{name}.part"
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    unfinished.replace(folder / name)
    for old in _backups(folder)[_KEPT_BACKUPS:]:
        old.unlink()


def _has_backup_of(folder: Path, now_ms: int) -> bool:
    return any(folder.glob(local(now_ms).strftime("hub-%Y%m%d-*.sqlite")))


def _backups(folder: Path) -> list[Path]:
    """Newest first."""
    return sorted(folder.glob("hub-*.sqlite"), reverse=True)


def _is_sound(path: Path) -> bool:
    try:
        with closing(connect(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or not store_failed(error):
            return False
        raise


def _start_anew(path: Path, making: _Making) -> None:
    now_ms = making.clock.now_ms()
    day = day_of(now_ms)
    aside = path.with_name(f"{path.name}.corrupt.{now_ms}")
    for suffix in ("-wal", "-shm", ""):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(aside.with_name(aside.name + suffix))
    known = [_salvage(source, day) for source in (aside, *_backups(path.parent / "backups"))]
    floor = (max(k.last_number for k in known) // _NUMBER_LEAP + 1) * _NUMBER_LEAP
    ticket_floor = max(k.last_ticket for k in known) + _TICKET_LEAP
    log.critical(
        "The database was damaged and has been set aside as %s. The hub starts with a new one; numbers of today go on "
        "after %d. Call people who hold an older number by hand.",
        aside,
        floor,
    )
    with closing(connect(path)) as connection:
        _bring_up_to_date(connection, making)
        connection.execute("INSERT INTO number_floor VALUES (?, ?)", (day, floor))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', ?)", (ticket_floor,))


def _salvage(path: Path, day: int) -> _Known:
    """Read as much as can be read; a table that cannot be read counts as empty."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            number = connection.execute("SELECT max(last) FROM number_series WHERE day = ?", (day,)).fetchone()[0]
            ticket = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'").fetchone()
            return _Known(number or 0, ticket[0] if ticket else 0)
    except sqlite3.Error as error:
        log.warning("Nothing can be read from %s: %s", path, error)
        return _Known()
