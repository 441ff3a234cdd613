"""Dossiers on their way to central, in the hub's database. Implements ``dossiers.ports``. Nothing personal is here."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from kiosk.hub.dossiers.ports import SubmissionBook, Submitted
from kiosk.hub.store import queries
from kiosk.hub.store.store import Store
from kiosk.hub.usecases.book import TicketBook

T = TypeVar("T")
_SQL = queries.load("submissions.sql")
_TICKETS = queries.load("tickets.sql")
_SERIES = "dossier"  #: no letter of a ticket; after a lost database its numbers leap like theirs


class SqliteSubmissionBook:
    """Implements ``SubmissionBook``; one for each transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute

    def of_draft(self, draft: str) -> Submitted | None:
        row = self._run(_SQL["of_draft"], {"draft": draft}).fetchone()
        return _submitted(row) if row else None

    def next_serial(self, day: int) -> int:
        series = {"day": day, "prefix": _SERIES}
        serial = (self._run(_TICKETS["last_number"], series).fetchone()[0] or 0) + 1
        self._run(_TICKETS["give_number"], {**series, "number": serial})
        return int(serial)

    def add(self, draft: str, code: str, now_ms: int) -> Submitted:
        self._run(_SQL["add"], {"draft": draft, "code": code, "now_ms": now_ms, "shown": False})
        return _submitted(self._run(_SQL["of_draft"], {"draft": draft}).fetchone())

    def renumber(self, before: Submitted, code: str, *, by_staff: bool) -> bool:
        values = {"number": before.number, "before": before.code, "code": code, "by_staff": by_staff}
        if not self._run(_SQL["renumber"], values).rowcount:
            return False
        self._run(_SQL["move_visits"], {"code": code, "before": before.code})
        return True

    def note_visit(self, code: str, ticket: int) -> None:
        self._run(_SQL["note_visit"], {"code": code, "ticket": ticket})


class SqliteSubmissions:
    """Implements ``SubmissionLedger``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def submit(self, use_case: Callable[[TicketBook, SubmissionBook], T]) -> T:
        return self._store.submit_beside(
            lambda book, connection: use_case(book, SqliteSubmissionBook(connection))
        ).result()

    def bring_back(self, draft: str, code: str, submitted_ms: int) -> None:
        self._change("add", draft=draft, code=code, now_ms=submitted_ms, shown=True)

    def of_draft(self, draft: str) -> Submitted | None:
        found = self._read("of_draft", draft=draft)
        return found[0] if found else None

    def all(self) -> tuple[Submitted, ...]:
        return self._read("all")

    def unsent(self) -> tuple[Submitted, ...]:
        return self._read("unsent")

    def next_to_send(self, now_ms: int) -> Submitted | None:
        found = self._read("next_to_send", now_ms=now_ms)
        return found[0] if found else None

    def note_shown(self, draft: str) -> None:
        self._change("shown", draft=draft)

    def note_offered(self, number: int, code: str) -> bool:
        return self._store.maintain(
            lambda connection: bool(connection.execute(_SQL["offered"], {"number": number, "code": code}).rowcount)
        )

    def note_acked(self, number: int) -> None:
        self._change("acked", number=number)

    def note_papers(self, number: int, sent: int) -> None:
        self._change("papers", number=number, sent=sent)

    def note_done(self, number: int, now_ms: int) -> None:
        self._change("done", number=number, now_ms=now_ms)

    def put_off(self, number: int, until_ms: int, trouble: str) -> None:
        self._change("put_off", number=number, until_ms=until_ms, trouble=trouble)

    def forget(self, draft: str) -> None:
        self._change("forget", draft=draft)

    def _read(self, query: str, **values: object) -> tuple[Submitted, ...]:
        with self._store.sending.moment() as connection:
            return tuple(map(_submitted, connection.execute(_SQL[query], values).fetchall()))

    def _change(self, query: str, **values: object) -> None:
        self._store.maintain(lambda connection: connection.execute(_SQL[query], values))


def _submitted(row: sqlite3.Row) -> Submitted:
    return Submitted(
        number=row["number"],
        draft=row["draft"],
        code=row["code"],
        submitted_ms=row["submitted_ms"],
        acked=bool(row["acked"]),
        papers_sent=row["papers_sent"],
        done=row["done_ms"] is not None,
        trouble=row["trouble"],
        shown=bool(row["shown"]),
    )
