"""The outbox for the delivery, on a read connection of its own. Implements ``delivery.Outbox``."""

import sqlite3
from itertools import pairwise

import msgspec

from kiosk.hub.store import queries
from kiosk.hub.store.store import Readings
from kiosk.hub.usecases.delivery import Span, Stretch
from kiosk.wire.central_api import KioskHealth
from kiosk.wire.kiosk_api import DeviceState

_SQL = queries.load("outbox.sql")
_VIEWS = queries.load("views.sql")
_DEVICES = msgspec.json.Decoder(tuple[DeviceState, ...])


def spans_of(connection: sqlite3.Connection) -> tuple[Span, ...]:
    """Raises sqlite3.Error."""
    found = connection.execute(_SQL["head"]).fetchone()
    head = int(found[0]) if found else 0
    begun = [tuple(row) for row in connection.execute(_SQL["epochs"])]
    ends = [first - 1 for _, first in begun[1:]] + [head]
    return tuple(Span(epoch, first, last) for (epoch, first), last in zip(begun, ends, strict=True))


class SqliteOutbox:
    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def spans(self) -> tuple[Span, ...]:
        with self._readings.moment() as connection:
            return spans_of(connection)

    def stretch(self, span: Span, after: int, limit: int) -> Stretch:
        after = max(after, span.first - 1)
        with self._readings.moment() as connection:
            found = connection.execute(_SQL["rows"], {"after": after, "last": span.last, "limit": limit}).fetchall()
            oldest = connection.execute(_SQL["oldest"], {"first": span.first, "last": span.last}).fetchone()[0]
        rows = _without_hole(found)
        first = rows[0][0] if rows else after + 1
        # Rows that are gone make a hole, which central accepts only where nothing older is left to ask for.
        begins = oldest if oldest is not None and first == after + 1 else first
        return Stretch(span, first, begins, tuple((at_ms, event) for _, at_ms, event in rows))

    def kiosks(self) -> tuple[KioskHealth, ...]:
        with self._readings.moment() as connection:
            rows = connection.execute(_VIEWS["kiosks"]).fetchall()
        return tuple(
            KioskHealth(kiosk=name, heard_ms=seen, devices=_DEVICES.decode(text)) for name, seen, text, *_ in rows
        )


def _without_hole(rows: list[sqlite3.Row]) -> list[sqlite3.Row]:
    """Up to where a row is missing, if one is."""
    if not rows or rows[-1][0] - rows[0][0] == len(rows) - 1:
        return rows
    end = next(place for place, (row, after) in enumerate(pairwise(rows), 1) if after[0] != row[0] + 1)
    return rows[:end]
