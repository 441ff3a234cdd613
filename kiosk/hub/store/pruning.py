"""Old events and calls are forgotten, a few at a time: the outbox grows by a hundred megabytes a year otherwise.

1. An event goes when central has it and the hub itself needs it no more (the wait estimates learn from a year).
2. Where no city was ever named, age alone decides. Where one was, nothing goes that it has not.
3. When the disk gets full, two months are enough.
"""

from itertools import takewhile

from kiosk.clock import Clock, day_of
from kiosk.hub.store import queries
from kiosk.hub.store.store import Store

_SQL = queries.load("outbox.sql")
#: A deletion of so many rows holds the write thread for about a millisecond.
_AT_ONCE = 500
_DAY_MS = 24 * 3600 * 1000
_SCARCE_MB, _SCARCE_DAYS = 500, 60


class Pruning:
    """``keep_days``: how long events and calls stay."""

    def __init__(self, store: Store, clock: Clock, keep_days: int) -> None:
        self._store, self._clock, self._keep_days = store, clock, keep_days

    def forget_some(self, acked: int | None, free_mb: int) -> bool:
        """Whether there may be more. ``acked``: the newest event that central has; None: no city was ever named.

        ``free_mb``: what is free on the disk; -1: not known. Raises StoreUnavailable.
        """
        days = min(self._keep_days, _SCARCE_DAYS) if 0 <= free_mb < _SCARCE_MB else self._keep_days
        before_ms = self._clock.now_ms() - days * _DAY_MS
        if before_ms <= 0:
            return False  # a clock in 1970
        events = self._forget_events(acked, before_ms)
        calls = self._forget_calls(day_of(before_ms))
        return events or calls

    def _forget_events(self, acked: int | None, before_ms: int) -> bool:
        last = 2**62 if acked is None else acked
        with self._store.readings.moment() as connection:
            rows = connection.execute(_SQL["ages"], {"last": last, "limit": _AT_ONCE}).fetchall()
        old = list(takewhile(lambda row: row["at_ms"] < before_ms, rows))
        if old:
            self._store.maintain(lambda connection: connection.execute(_SQL["forget_rows"], {"last": old[-1]["seq"]}))
        return len(old) == _AT_ONCE

    def _forget_calls(self, before_day: int) -> bool:
        values = {"day": before_day, "limit": _AT_ONCE}
        return self._store.maintain(lambda connection: connection.execute(_SQL["forget_calls"], values).rowcount) > 0
