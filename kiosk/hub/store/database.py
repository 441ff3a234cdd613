"""The database file through its life: made, backed up, migrated, set aside when it is damaged.

1. A backup is taken before a migration and at the first start of a day; the last five are kept. Not at every start:
   with a million tickets it takes seconds, and after a crash people wait.
2. A file written by a newer version is refused and left untouched.
3. A damaged file is renamed, never deleted. The new one has a new epoch, staff and tokens of the newest file that can
   be read, and today's numbers go on at the next thousand above every number known from the damaged file or a backup,
   so that no number on paper is given twice. The same when the file is gone and a backup shows that there was one.
4. A backup or a plain copy that is put back knows nothing of what came after it: it gets a new epoch and such a leap of
   numbers too. A backup is marked as one; a copy is behind what ``reach`` has noted, or what central has.
5. Epochs grow, whatever the clock says. Which rows of the outbox belong to which stands in ``epoch``.
"""

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kiosk.clock import Clock, day_of, local
from kiosk.errors import SchemaTooNew, StoreUnavailable
from kiosk.hub.store import queries
from kiosk.hub.store.connection import connect, store_failed
from kiosk.hub.store.reach import reach_of, read_reach

log = logging.getLogger(__name__)

FILE = "hub.sqlite"
_OUTBOX = queries.load("outbox.sql")
_KEPT_BACKUPS = 5
_NUMBER_LEAP = 1000
_TICKET_LEAP = 1_000_000
_PUT_BACK = 0  #: the epoch of a backup: whoever opens it as the database of a hub sees that it was put back
_ACCESS = (
    ("staff", "name, display_name, role, password_hash, disabled"),
    ("token", "token_hash, kind, name, created_ms, revoked_ms"),
)
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
    """What a damaged file, a backup or ``reach`` still tells."""

    last_number: int = 0
    last_ticket: int = 0


def prepare(folder: Path, centre: str, clock: Clock, migrations: Migrations | None = None) -> Path:
    """The path of a database of this version, ready to be opened. Raises SchemaTooNew, StoreUnavailable.

    ``migrations``: other scripts than those that ship, by number.
    """
    path, making = folder / FILE, _Making(folder, centre, clock, migrations or shipped_migrations())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        anew = bool(not _is_sound(path) if path.exists() else _sources(folder))
        if anew:
            _start_anew(path, making)
        with closing(connect(path)) as connection:
            _bring_up_to_date(connection, making)
            if not anew and _is_behind(connection, folder):
                log.critical("%s is older than what this hub had stored: a copy was put back.", path)
                _begin_epoch(connection, making)
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
    if connection.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, ?, 0, 1, '')", (now_ms, making.centre)).rowcount:
        connection.execute(_OUTBOX["begin_epoch"], {"epoch": now_ms, "first": 1})
    if connection.execute("SELECT epoch FROM meta").fetchone()[0] == _PUT_BACK:
        _begin_epoch(connection, making)


def _is_behind(connection: sqlite3.Connection, folder: Path) -> bool:
    reached, here = read_reach(folder), reach_of(connection)
    return reached is not None and (here.epoch, here.seq) < (reached.epoch, reached.seq)


def _backup(connection: sqlite3.Connection, folder: Path, now_ms: int) -> None:
    """Copy the database; a copy that is cut short keeps the name of an unfinished one."""
    folder.mkdir(exist_ok=True)
    name = local(now_ms).strftime("hub-%Y%m%d-%H%M%S.sqlite")
    unfinished = folder / f"{name}.part"
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA secure_delete = ON")
        with copy:
            copy.execute("UPDATE meta SET epoch = ?", (_PUT_BACK,))
            if copy.execute("PRAGMA table_info(ticket_card)").fetchone():
                copy.execute("DELETE FROM ticket_card")
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
    """Made beside and moved into its place at the end: a power cut in between finds the same damage again."""
    if path.exists():
        _set_aside(path, making.clock.now_ms())
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with closing(connect(unfinished)) as connection:
        _bring_up_to_date(connection, making)
        _begin_epoch(connection, making)
        _carry_over_access(connection, _sources(making.folder))
        connection.execute("PRAGMA journal_mode = DELETE")  # one file, to be moved in one step
    unfinished.replace(path)


def _set_aside(path: Path, now_ms: int) -> None:
    aside = path.with_name(f"{path.name}.corrupt.{now_ms}")
    log.critical("The database was damaged and has been set aside as %s. The hub starts with a new one.", aside)
    for suffix in ("-wal", "-shm", ""):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(aside.with_name(aside.name + suffix))


def _begin_epoch(connection: sqlite3.Connection, making: _Making) -> None:
    connection.execute("BEGIN IMMEDIATE")
    begin_epoch(connection, making.folder, making.clock.now_ms())
    connection.execute("COMMIT")


def begin_epoch(connection: sqlite3.Connection, folder: Path, now_ms: int) -> None:
    """What was given after the last thing that is known is not given again. In a transaction of the caller."""
    day = max(day_of(now_ms), connection.execute("SELECT day FROM meta").fetchone()[0])
    known = [_salvage(source, day) for source in (folder / FILE, *_sources(folder)) if source.exists()]
    reached = read_reach(folder)
    if reached is not None:
        known.append(_Known(reached.number if reached.day == day else 0, reached.ticket))
    # A file that cannot be read at all may have begun at a leap of its own.
    leaps = 1 + sum(day_of(_aside_since_ms(aside)) == day for aside in _asides(folder)[1:])
    floor = max(max((k.last_number for k in known), default=0) // _NUMBER_LEAP + 1, leaps) * _NUMBER_LEAP
    ticket_floor = max((k.last_ticket for k in known), default=0) + _TICKET_LEAP
    _name_epoch(connection, max(now_ms, (reached.epoch if reached else 0) + 1))
    connection.execute("INSERT OR REPLACE INTO number_floor VALUES (?, ?)", (day, floor))
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'ticket'")
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', ?)", (ticket_floor,))
    connection.execute("DELETE FROM session")
    log.critical(
        "Numbers of today go on after %d. Call people who hold an older number by hand where they are not listed.",
        floor,
    )


def _name_epoch(connection: sqlite3.Connection, at_least: int) -> None:
    """From the next row of the outbox on. The rows before keep the epoch in which they happened."""
    before = connection.execute(_OUTBOX["newest_epoch"]).fetchone()[0] or 0
    head = connection.execute(_OUTBOX["head"]).fetchone()
    epoch = max(at_least, before + 1)
    connection.execute("UPDATE meta SET epoch = ?", (epoch,))
    connection.execute(_OUTBOX["begin_epoch"], {"epoch": epoch, "first": (head[0] if head else 0) + 1})


def _carry_over_access(connection: sqlite3.Connection, sources: list[Path]) -> None:
    """Without its kiosks and its staff a new database serves nobody."""
    for source in sources:
        try:
            with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
                found = {table: old.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in _ACCESS}
        except sqlite3.Error:
            continue
        if any(found.values()):
            for table, columns in _ACCESS:
                places = ", ".join("?" * len(columns.split(", ")))
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", found[table])
            log.critical("Staff and tokens are those of %s. Check who may sign in.", source)
            return
    log.critical("Staff and tokens are lost: add them again with `kiosk staff add` and `kiosk token new`.")


def _sources(folder: Path) -> list[Path]:
    """What earlier databases left behind, the newest first."""
    return [*_asides(folder), *_backups(folder / "backups")]


def _asides(folder: Path) -> list[Path]:
    """Databases that were set aside, newest first."""
    found = [file for file in folder.glob(f"{FILE}.corrupt.*") if file.suffix[1:].isdecimal()]
    return sorted(found, key=_aside_since_ms, reverse=True)


def _aside_since_ms(aside: Path) -> int:
    return int(aside.suffix[1:])


def _salvage(path: Path, day: int) -> _Known:
    """Read as much as can be read; a table that cannot be read counts as empty."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            given = "SELECT last FROM number_series WHERE day = ? UNION ALL SELECT last FROM number_floor WHERE day = ?"
            number = connection.execute(f"SELECT max(last) FROM ({given})", (day, day)).fetchone()[0]
            ticket = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'").fetchone()
            return _Known(number or 0, ticket[0] if ticket else 0)
    except sqlite3.Error as error:
        log.warning("Nothing can be read from %s: %s", path, error)
        return _Known()
