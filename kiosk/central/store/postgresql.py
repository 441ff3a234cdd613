"""PostgreSQL: any number of workers on one database."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from struct import Struct, pack
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psycopg
from psycopg.pq import Format
from psycopg.types.numeric import Int8Dumper

from kiosk.central.ports import Values
from kiosk.central.store.engine import Failure, Session
from kiosk.central.store.queries import EngineName, load

#: Classes and codes of errors (PostgreSQL manual, appendix A).
_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialization_failure, deadlock_detected, lock_not_available
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58", "XX")  # connection, resources, operator, system, internal
_READ_ONLY = "25006"  # a standby after a switch-over
_CONNECT_S = 5
_STATEMENT_S = 60  #: longer than any statement of ours takes; a hanging server must not hold a writer for ever
#: A table and all columns that the rows bring.
_COPY = re.compile(rb"COPY (?P<table>\w+) \((?P<columns>[^)]+)\) FROM STDIN \(FORMAT BINARY\)")
#: Sizes of numbers by the type's oid, and how ``struct`` writes them.
_NUMBERS = {20: (8, "q"), 21: (2, "h"), 23: (4, "i")}
_BYTES, _BIGINT, _BIGINTS = 17, 20, 1016  #: oids
_MIGRATION_LOCK = 0x6B696F736B  #: "kiosk"


class PostgresEngine:
    name: EngineName = "postgresql"
    writers = 2  #: while one waits for the disk the other fills its transaction

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._url, self.address = url, f"{parts.hostname or ''}:{parts.port or 5432}{parts.path}"
        self._queries = {name: text.encode() for name, text in load("postgresql").items()}

    def connect(self, *, read_only: bool = False) -> "PostgresSession":
        return PostgresSession(self._url, self._queries)

    def failure(self, error: Exception) -> Failure | None:
        if not isinstance(error, psycopg.Error):
            return None
        code = error.sqlstate or ""
        if code in _AGAIN:
            return Failure.AGAIN
        if not code and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return Failure.UNAVAILABLE  # the line broke: nobody was left to send a code
        return Failure.UNAVAILABLE if code.startswith(_UNAVAILABLE_CLASSES) or code == _READ_ONLY else Failure.OWN

    def lock_for_migration(self, session: Session) -> None:
        session.rows("schema.lock", key=_MIGRATION_LOCK)

    def version(self, session: Session) -> int:
        if not session.rows("schema.has_version")[0][0]:
            return 0
        return int(session.rows("schema.version")[0][0])

    def set_version(self, session: Session, version: int) -> None:
        session.run("schema.set_version", version=version)


class _NumberLoader(psycopg.adapt.Loader):
    """SUM of BIGINT and AVG are numeric: an int or a float, as SQLite gives."""

    def load(self, data: psycopg.abc.Buffer) -> int | float:
        text = bytes(data)
        return float(text) if b"." in text or b"N" in text else int(text)


class _Column(tuple[int, ...]):
    """One column of many rows, as an array of BIGINT."""

    __slots__ = ()


class _ColumnDumper(psycopg.adapt.Dumper):
    """One dimension, no NULL (PostgreSQL sources, array_send); psycopg would ask each number how to send it."""

    format = Format.BINARY
    oid = _BIGINTS

    def dump(self, column: _Column) -> bytes:
        flat = [8] * (2 * len(column))
        flat[1::2] = column
        return pack(">iiiii" + "iq" * len(column), 1, 0, _BIGINT, len(column), 1, *flat)


class _BinaryRows:
    """Writes rows for a binary COPY (PostgreSQL manual, COPY, Binary Format): numbers, perhaps bytes at the end.

    Rows come by the ten thousand, and one call for each costs less than one for each field. What stands before a number
    is the same in all rows: how long it is, and before the first one how many fields there are.
    """

    _HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"

    def __init__(self, types: Sequence[int]) -> None:
        self._has_bytes = types[-1] == _BYTES
        numbers = types[:-1] if self._has_bytes else types
        if not _NUMBERS.keys() >= set(numbers):
            raise TypeError(f"a binary COPY is written of numbers and then bytes, not of the types {types}")
        sizes, codes = zip(*(_NUMBERS[each] for each in numbers), strict=True)
        self._before = [pack(">i", size) for size in sizes]
        self._before[0] = pack(">h", len(types)) + self._before[0]
        fields = zip(self._before, codes, strict=True)
        length = "i" if self._has_bytes else ""
        self._pack = Struct(">" + "".join(f"{len(before)}s{code}" for before, code in fields) + length).pack

    def packed(self, columns: Iterable[Iterable[Any]]) -> bytes:
        *numbers, last = columns
        if not self._has_bytes:
            rows: Iterable[bytes] = map(self._pack, *self._fields([*numbers, last]))
        else:
            details = list(last)
            heads = map(self._pack, *self._fields(numbers), map(len, details))
            rows = chain.from_iterable(zip(heads, details, strict=True))
        return b"".join(chain((self._HEAD,), rows, (self._END,)))

    def _fields(self, numbers: Sequence[Iterable[int]]) -> Iterable[Iterable[Any]]:
        return chain.from_iterable((repeat(before), each) for before, each in zip(self._before, numbers, strict=True))


class PostgresSession:
    """Transactions are begun and ended by hand: savepoints and read-only ones are plain SQL here."""

    def __init__(self, url: str, queries: dict[str, bytes]) -> None:
        self._queries = queries
        self._known_tables: dict[bytes, _BinaryRows] = {}
        self._connection = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_S, application_name="kiosk")
        self._connection.adapters.register_loader("numeric", _NumberLoader)
        # By the size of each number psycopg would choose another type, and PostgreSQL prepare the query again for each.
        self._connection.adapters.register_dumper(int, Int8Dumper)
        self._connection.adapters.register_dumper(_Column, _ColumnDumper)
        self._connection.execute(f"SET statement_timeout = '{_STATEMENT_S}s'")
        self._connection.execute("SET synchronous_commit = on")
        self._connection.execute("SET timezone = 'UTC'")

    def begin(self, *, read_only: bool) -> None:
        self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if read_only else "BEGIN")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        self._connection.rollback()

    def savepoint(self) -> None:
        self._connection.execute("SAVEPOINT job")

    def rollback_to_savepoint(self) -> None:
        self._connection.execute("ROLLBACK TO SAVEPOINT job")

    def release_savepoint(self) -> None:
        self._connection.execute("RELEASE SAVEPOINT job")

    def rows(self, query: str, /, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(self._queries[query], values).fetchall()

    def run(self, query: str, /, **values: Any) -> int:
        return self._connection.execute(self._queries[query], values).rowcount

    def many(self, query: str, values: Sequence[Values], /) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(self._queries[query], values)

    def append(self, query: str, rows: Iterable[Sequence[Any]], /) -> None:
        statement = self._queries[query]
        if _COPY.match(statement):
            self.append_columns(query, list(zip(*rows, strict=True)))
        elif b"%(c1)s" in statement:
            columns = zip(*rows, strict=True)
            self._connection.execute(statement, {f"c{n}": _Column(each) for n, each in enumerate(columns, start=1)})
        else:
            self._connection.execute(statement, {"rows": msgspec.json.encode(list(rows)).decode()})

    def append_columns(self, query: str, columns: Sequence[Iterable[Any]], /) -> None:
        statement = self._queries[query]
        copied = _COPY.match(statement)
        if copied is None:
            raise ValueError(f"{query} is no binary COPY")
        packed = self._binary_rows(copied["table"], copied["columns"]).packed(columns)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(packed)

    def _binary_rows(self, table: bytes, columns: bytes) -> _BinaryRows:
        """A binary COPY carries no types, so they have to be those of the table."""
        if table not in self._known_tables:
            described = self._connection.execute(b"SELECT %s FROM %s LIMIT 0" % (columns, table)).description or ()
            self._known_tables[table] = _BinaryRows([column.type_code for column in described])
        return self._known_tables[table]

    def script(self, text: str) -> None:
        self._connection.execute(text.encode())

    def close(self) -> None:
        self._connection.close()
