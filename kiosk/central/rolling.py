"""Keeps the sums of whole days up to date, so that a month of a whole city is quick to read.

A day of a centre whose hours changed is named in ``stale_day`` in the transaction that changed them. Any
worker takes such days away and makes their sums anew in one transaction; what changes meanwhile names the day again.
"""

import asyncio

from kiosk.central.ports import Database, Transaction

EVERY_S = 60.0  #: so old may the figures of a whole city be; those of one centre are never old
MOST = 50  #: days of centres in one transaction: others wait for it


def roll_days(tx: Transaction, most: int = MOST) -> int:
    """How many days of centres were stale."""
    stale = [{"centre": centre, "day": day} for centre, day in tx.rows("figures.claim_stale", most=most)]
    for query in ("drop_services", "add_services", "drop_hours", "add_hours"):
        if stale:
            tx.many(f"figures.{query}", stale)
    return len(stale)


class Rolling:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        while True:
            while await self._database.write(roll_days, alone=True) == MOST:
                pass
            await asyncio.sleep(EVERY_S)
