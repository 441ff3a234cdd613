"""Forgets what nobody asks for any more: warnings that ended long ago with what was told of them, and used codes.

A few hundred at a time, each with its notices in one transaction: whoever stores events never waits long, and any
number of workers may do it at once.
"""

import asyncio

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock
from kiosk.config.central import Keep

EVERY_S = 3600.0
MOST = 500  #: incidents in one transaction
_DAY_MS = 86_400_000


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
        incidents_ms, codes_ms = (
            now_ms - days * _DAY_MS for days in (self._keep.incidents_days, self._keep.codes_days)
        )
        while await self._database.write(lambda tx: forget_incidents(tx, incidents_ms), alone=True) == MOST:
            pass
        await self._database.write(lambda tx: forget_codes(tx, codes_ms))
