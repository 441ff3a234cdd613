"""A copy of the whole database while central runs, and back into an empty one.

A backup appears under its name only when it is complete, readable and on the disk. What came in after a backup is not
lost with the database as long as the hubs still hold it: they are asked for what follows on what the backup has.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.errors import ConfigError, KioskError

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgres://")
_TABLES = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"


class BackupFailed(KioskError):
    """Nothing was written, or what was written is not to be trusted and was taken away."""


def suffix_of(url: str) -> str:
    """How the name of a backup ends, so that nobody restores one into the other kind of database."""
    return ".sqlite" if url.startswith(_SQLITE) else ".pgdump"


def back_up(url: str, target: Path) -> None:
    """Writes the new file ``target``, readable by its owner alone; raises BackupFailed, ConfigError."""
    if target.exists():
        raise BackupFailed(f"{target} exists already")
    with _appearing_whole(target) as file:
        if url.startswith(_SQLITE):
            _copy_sqlite(Path(url.removeprefix(_SQLITE)), file)
        elif url.startswith(_POSTGRESQL):
            _run_postgresql(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
            _run_postgresql(url, "pg_restore", "--list", str(file))
        else:
            raise ConfigError(f'`database`: "{url.partition(":")[0]}:…" cannot be backed up')


def restore(url: str, source: Path) -> None:
    """Into a database that has nothing yet, so that a slip of the hand destroys nothing; BackupFailed, ConfigError."""
    if source.suffix != suffix_of(url):
        raise BackupFailed(f"{source} is not a backup of this kind of database; expected a name with {suffix_of(url)}")
    if not source.is_file():
        raise BackupFailed(f"{source} is not a file")
    if url.startswith(_SQLITE):
        target = Path(url.removeprefix(_SQLITE))
        if target.exists():
            raise BackupFailed(f"{target} exists already: stop central and move it away, with its -wal and -shm")
        with _appearing_whole(target) as file:
            _copy_sqlite(source, file)
        return
    if _tables(url):
        raise BackupFailed("the database has tables already: stop central and restore into a new one")
    _run_postgresql(
        url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--dbname=", str(source)
    )


@contextmanager
def _appearing_whole(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name at the end, synced; nothing remains of it after a failure."""
    file = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(0o600)
        yield file
        _sync(file)
        file.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise BackupFailed(f"{target}: {error.strerror or error}") from error
    finally:
        file.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_sqlite(source: Path, target: Path) -> None:
    """In one read transaction, beside which others go on writing (WAL)."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")  # one file; central sets its own mode again
            problems = [row[0] for row in new.execute("PRAGMA quick_check")]
    except sqlite3.Error as error:
        raise BackupFailed(f"{source}: {error}") from error
    if problems != ["ok"]:
        raise BackupFailed(f"{source} is damaged: {problems[0]}")


def _run_postgresql(url: str, program: str, *words: str) -> None:
    """The address goes through the environment: what stands on a command line everybody on the machine can read."""
    if shutil.which(program) is None:
        raise BackupFailed(f"{program} is not installed; run: sudo apt-get install postgresql-client")
    done = subprocess.run([program, *words], env=_environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip()}")


def _environment(url: str) -> dict[str, str]:
    import psycopg  # a worker on SQLite does not carry 8 MB of driver

    options = psycopg.pq.Conninfo.parse(url.encode())
    given = {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}
    return {**os.environ, **given}


def _tables(url: str) -> int:
    import psycopg

    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(_TABLES).fetchone()
    except psycopg.Error as error:
        raise BackupFailed(f"the database does not answer: {error}") from error
    return int(row[0]) if row else 0
