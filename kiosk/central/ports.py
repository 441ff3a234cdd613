"""The database as the rest of central sees it. Implemented in ``kiosk.central.store`` for SQLite and for PostgreSQL."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Values = dict[str, Any]


class Transaction(Protocol):
    """Queries by name: ``alarms.claim`` is ``-- claim: …`` in ``store/alarms.sql``, parameters written ``:name``.

    Where the two databases need different words, ``store/alarms.postgresql.sql`` holds the other version of that query.
    A list is an array: ``= ANY(:ids)`` on PostgreSQL, ``IN (SELECT value FROM json_each(:ids))`` on SQLite.
    """

    def rows(self, query: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """All rows; also of a statement with RETURNING."""

    def run(self, query: str, /, **values: Any) -> int:
        """How many rows it changed."""

    def many(self, query: str, values: Sequence[Values], /) -> None:
        """The same statement for each, in one round trip where the database can."""

    def append(self, query: str, rows: Iterable[Sequence[Any]], /) -> None:
        """The fastest way in for many rows: a statement with ``?`` for each on SQLite.

        On PostgreSQL a COPY … FROM STDIN, or one statement for all rows, which it reads as ``:c1``, ``:c2`` …, an array
        of whole numbers for each column, or as ``:rows``, a JSON array of arrays.
        """

    def append_columns(self, query: str, columns: Sequence[Iterable[Any]], /) -> None:
        """The same for a COPY, of rows that lie column by column: nobody has to make them first."""


class Database(Protocol):
    """Both calls raise StoreUnavailable when the database cannot answer; nothing of that job is stored then."""

    async def write(self, job: Callable[[Transaction], T], *, alone: bool = False) -> T:
        """Carry out ``job`` in a transaction; returns after it is durable.

        Jobs that wait share a commit, each in a savepoint. A job may be carried out again after a deadlock, so it
        changes nothing outside the transaction. ``alone``: a transaction of its own, for a job that locks many rows
        in an order; other jobs in the same transaction would break that order.
        """

    async def read(self, job: Callable[[Transaction], T]) -> T:
        """Carry out ``job`` on one consistent moment of the database."""
