"""SQLite: one file, one connection that writes. For a city with one worker."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kiosk.central.ports import Values
from kiosk.central.store.engine import Failure, Session
from kiosk.central.store.queries import EngineName, load

#: Primary result codes after which the whole transaction is in doubt: no space, no disk, no rights, damaged.
_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_AGAIN = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BUSY_TIMEOUT_S = 5.0
_WAL_PAGES = 8_000  #: pages between checkpoints: 32 MB; an event row is then moved once for many commits
#: Whoever stores has the last page of each of 3,139 centres at hand; readers share what the system has of the file.
_CACHE_KIB, _READERS_CACHE_KIB = 16_000, 4_000


class SqliteEngine:
    name: EngineName = "sqlite"
    writers = 1

    def __init__(self, path: Path) -> None:
        self._path, self.address = path, str(path)
        self._queries = load("sqlite")

    def connect(self, *, read_only: bool = False) -> "SqliteSession":
        """Makes the file and its folder when there are none."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise sqlite3.OperationalError(f"{self._path.parent}: {error.strerror or error}") from error
        return SqliteSession(self._path, self._queries, _READERS_CACHE_KIB if read_only else _CACHE_KIB)

    def failure(self, error: Exception) -> Failure | None:
        if not isinstance(error, sqlite3.Error):
            return None
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # raised by ``connect``, or a wrong use of the driver
            return Failure.UNAVAILABLE if isinstance(error, sqlite3.OperationalError) else Failure.OWN
        if (code & 0xFF) in _AGAIN:
            return Failure.AGAIN
        return Failure.UNAVAILABLE if (code & 0xFF) in _UNAVAILABLE else Failure.OWN

    def lock_for_migration(self, session: Session) -> None:
        """BEGIN IMMEDIATE holds the only write lock."""

    def version(self, session: Session) -> int:
        return int(session.rows("schema.version")[0][0])

    def set_version(self, session: Session, version: int) -> None:
        session.script(f"PRAGMA user_version = {version}")


class SqliteSession:
    """Transactions are begun and ended by hand."""

    def __init__(self, path: Path, queries: dict[str, str], cache_kib: int) -> None:
        self._queries = queries
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL lost acknowledged commits in simulated power cuts; FULL none in ten thousand.
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
            self._connection.execute(f"PRAGMA cache_size = -{cache_kib}")
            self._connection.execute("PRAGMA temp_store = MEMORY")
        except sqlite3.Error:
            self._connection.close()
            raise

    def begin(self, *, read_only: bool) -> None:
        self._connection.execute(f"PRAGMA query_only = {int(read_only)}")
        self._connection.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        self._connection.rollback()

    def savepoint(self) -> None:
        self._connection.execute("SAVEPOINT job")

    def rollback_to_savepoint(self) -> None:
        self._connection.execute("ROLLBACK TO job")

    def release_savepoint(self) -> None:
        self._connection.execute("RELEASE job")

    def rows(self, query: str, /, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._queries[query], _values(values)).fetchall()

    def run(self, query: str, /, **values: Any) -> int:
        return self._connection.execute(self._queries[query], _values(values)).rowcount

    def many(self, query: str, values: Sequence[Values], /) -> None:
        self._connection.executemany(self._queries[query], [_values(each) for each in values])

    def append(self, query: str, rows: Iterable[Sequence[Any]], /) -> None:
        self._connection.executemany(self._queries[query], rows)

    def append_columns(self, query: str, columns: Sequence[Iterable[Any]], /) -> None:
        self._connection.executemany(self._queries[query], zip(*columns, strict=True))

    def script(self, text: str) -> None:
        """Statement by statement: ``executescript`` would commit first."""
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self._connection.execute(statement)
                statement = ""
        self._connection.execute(statement)

    def close(self) -> None:
        """Rolls back what was not committed."""
        self._connection.close()


def _values(values: Values) -> Values:
    """A list becomes the JSON that ``json_each`` reads."""
    if not any(isinstance(value, list) for value in values.values()):
        return values
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in values.items()}
