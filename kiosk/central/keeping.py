"""Forgets what nobody asks for any more: old events, warnings that ended long ago, and used codes.

A few at a time, each warning with its notices in one transaction: whoever stores events never waits long, and any
number of workers may do it at once. What is stored of a centre is told by its cursor, so an event that was forgotten is
not taken in again; sums over time have their own tables.
"""

import asyncio

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock
from kiosk.config.central import Keep

EVERY_S = 3600.0
MOST = 500  #: incidents in one transaction
MOST_EVENTS = 5_000
_DAY_MS = 86_400_000


def forget_events(tx: Transaction, before_ms: int, most: int = MOST_EVENTS) -> int:
    """How many events on SQLite, how many months of them on PostgreSQL; 0: no more can go now."""
    return tx.run("keep.forget_events", before_ms=before_ms, most=most)


def forget_incidents(tx: Transaction, before_ms: int, most: int = MOST) -> int:
    """How many were forgotten of those that ended before then; an open one never is."""
    old = [
        {"centre": centre, "id": id_} for centre, id_ in tx.rows("keep.old_incidents", before_ms=before_ms, most=most)
    ]
    for query in ("forget_notices", "forget_incident"):
        if old:
            tx.many(f"keep.{query}", old)
    return len(old)


def forget_codes(tx: Transaction, before_ms: int) -> int:
    """How many: codes by which devices enrolled, or that nobody used. The devices stay."""
    return tx.run("keep.forget_codes", before_ms=before_ms)


class Keeping:
    def __init__(self, database: Database, clock: Clock, keep: Keep) -> None:
        self._database, self._clock, self._keep = database, clock, keep

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        while True:
            await self.forget()
            await asyncio.sleep(EVERY_S)

    async def forget(self) -> None:
        now_ms = self._clock.now_ms()
        keep = self._keep
        events_ms, incidents_ms, codes_ms = (
            now_ms - days * _DAY_MS for days in (keep.events_days, keep.incidents_days, keep.codes_days)
        )
        while await self._database.write(lambda tx: forget_events(tx, events_ms), alone=True):
            pass
        while await self._database.write(lambda tx: forget_incidents(tx, incidents_ms), alone=True) == MOST:
            pass
        await self._database.write(lambda tx: forget_codes(tx, codes_ms))
