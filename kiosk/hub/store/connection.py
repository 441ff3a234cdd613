"""Connections to the database file, and what an error of SQLite means for the one who asked."""

import sqlite3
from pathlib import Path

#: Primary result codes after which the whole transaction is in doubt: no space, no disk, no rights, damaged.
_STORE_FAILED = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_BUSY_TIMEOUT_S = 5.0
_WAL_PAGES = 1000
_WAL_BYTES = 16 * 1024 * 1024


def store_failed(error: sqlite3.Error) -> bool:
    """Whether the database itself cannot go on, as opposed to one wrong statement."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and (code & 0xFF) in _STORE_FAILED


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended by hand. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.row_factory = sqlite3.Row
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL lost acknowledged commits in simulated power cuts; FULL none in ten thousand.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
            connection.execute("PRAGMA secure_delete = ON")  # marks of cards are to be gone when they are deleted
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def emptied_log(connection: sqlite3.Connection) -> bool:
    """Empty the write-ahead log: deleted rows stay in it until it is written over. False while somebody reads from it;
    nobody is waited for."""
    try:
        connection.execute("PRAGMA busy_timeout = 0")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
    except sqlite3.Error:
        return False
    return not busy
