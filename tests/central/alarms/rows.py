"""Rows of central's database as a test wants them, over a connection of its own."""

import sqlite3
from typing import Any

import psycopg


class Rows:
    """Writes and reads plain SQL with ``?`` on both databases; each statement is a transaction."""

    def __init__(self, url: str) -> None:
        self._postgresql = url.startswith("postgresql")
        self._connection: Any = (
            psycopg.connect(url, autocommit=True)
            if self._postgresql
            else sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        )
        # What a test sets need not survive a power cut.
        self.run("SET synchronous_commit = off" if self._postgresql else "PRAGMA synchronous = OFF")

    def close(self) -> None:
        self._connection.close()

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        text = statement.replace("%", "%%").replace("?", "%s") if self._postgresql else statement
        cursor = self._connection.execute(text, values)
        return cursor.fetchall() if cursor.description else []

    def explain(self, query: str, values: dict[str, Any]) -> str:
        """How the database would carry out ``query``, which is written as that database reads it."""
        how = "EXPLAIN (COSTS OFF) " if self._postgresql else "EXPLAIN QUERY PLAN "
        return "\n".join(str(row[-1]) for row in self._connection.execute(how + query, values).fetchall())

    def fill(self, waiting: int, centres: int, now_ms: int, analyzed: bool = True) -> None:
        """``waiting`` tickets in ``centres``, of which none is late. ``analyzed``: statistics are made."""
        numbers = (
            "SELECT n FROM generate_series(0, ?) AS n"
            if self._postgresql
            else "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < ?) SELECT n FROM s"
        )
        text = "INSERT INTO {} FROM ({}) AS numbers"
        self.run(
            text.format("centre (id, code, name_vi, name_en) SELECT 100 + n, 'c' || n, 'C', 'C'", numbers), centres - 1
        )
        self.run(
            text.format(
                "link (centre, epoch, acked, head, heard_ms, offset_ms) SELECT 100 + n, 1, 0, 0, ?, 0", numbers
            ),
            now_ms,
            centres - 1,
        )
        self.run(text.format("word SELECT 100 + n, 1, 1, 'chung-thuc'", numbers), centres - 1)
        columns = "(centre, epoch, ticket, day, label, service, state, issued_ms, high_min, due_ms)"
        self.run(
            f"INSERT INTO open_ticket {columns} SELECT 100 + n % ?, 1, n, 20261123, 'C1', 1, 0, ?, 60, ? + n % 1000 "
            f"FROM ({numbers}) AS numbers",
            *(centres, now_ms, now_ms + 60 * 60_000, waiting - 1),
        )
        if analyzed:
            self.run("ANALYZE")

    def centre(self, number: int, code: str, services: dict[int, str], heard_ms: int) -> None:
        self.run(
            "INSERT INTO centre (id, code, name_vi, name_en, group_id) VALUES (?, ?, ?, ?, ?)",
            *(number, code, f"Trung tâm PVHCC phường {code}", f"{code} ward centre", "quan-1"),
        )
        self.run(
            "INSERT INTO link (centre, epoch, acked, head, heard_ms, offset_ms) VALUES (?, 1, 0, 0, ?, 0)",
            *(number, heard_ms),
        )
        for id_, word in services.items():
            self.run("INSERT INTO word (centre, kind, id, word) VALUES (?, 1, ?, ?)", number, id_, word)

    def ticket(self, centre: int, ticket: int, service: int, issued_ms: int, due_ms: int, day: int) -> None:
        self.run(
            "INSERT INTO open_ticket (centre, epoch, ticket, day, label, service, state, issued_ms, high_min, due_ms) "
            "VALUES (?, 1, ?, ?, ?, ?, 0, ?, ?, ?)",
            *(centre, ticket, day, f"C{ticket}", service, issued_ms, (due_ms - issued_ms) // 60_000, due_ms),
        )

    def call(self, ticket: int, called_ms: int, centre: int = 1) -> None:
        self.run(
            "UPDATE open_ticket SET state = 1, called_ms = ? WHERE centre = ? AND ticket = ?", called_ms, centre, ticket
        )

    def heard(self, now_ms: int, *, acked: int = 0, head: int = 0, centre: int | None = None) -> None:
        """All centres, or one, were heard from now."""
        which, values = ("", ()) if centre is None else (" WHERE centre = ?", (centre,))
        self.run(f"UPDATE link SET heard_ms = ?, acked = ?, head = ?{which}", now_ms, acked, head, *values)

    def incidents(self) -> list[dict[str, Any]]:
        names = ("centre", "id", "kind", "service", "stage", "joined", "longest_s", "level", "acked_by", "closed_ms")
        found = self.run(f"SELECT {', '.join(names)} FROM incident ORDER BY opened_ms, centre, service")
        return [dict(zip(names, row, strict=True)) for row in found]

    def notices(self) -> list[dict[str, Any]]:
        names = ("channel", "kind", "level", "state", "tries", "problem", "due_ms", "lease_ms", "id", "incident")
        found = self.run(f"SELECT {', '.join(names)} FROM notice ORDER BY made_ms, channel, kind")
        return [dict(zip(names, row, strict=True)) for row in found]
