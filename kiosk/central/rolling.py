"""Keeps the sums of whole days up to date, so that a month of a whole city is quick to read.

1. A day of a centre whose hours changed is named in ``stale_day`` in the transaction that changed them. Any worker
   takes such days away and makes their sums anew in one transaction; what changes meanwhile names the day again.
2. A day of visits with dossiers is counted once, when the centre has told of a later day: a hub tells in order, so
   nothing of that day is to come. A visit that nobody finished has no time and is not counted.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kiosk.central.layout import KINDS, from_row
from kiosk.central.ports import Database, Transaction
from kiosk.clock import VIETNAM, Clock, day_of, local, to_ms
from kiosk.wire.events import TicketFinished

EVERY_S = 60.0  #: so old may the figures of a whole city be; those of one centre are never old
MOST = 50  #: days of centres in one transaction: others wait for it
MOST_COUNTED = 5  #: days of centres whose events are read
_DAY_MS = 86_400_000
_FINISHED = KINDS[TicketFinished]
_MOST_S = 86_400.0


def roll_days(tx: Transaction, most: int = MOST) -> int:
    """How many days of centres were stale."""
    stale = [{"centre": centre, "day": day} for centre, day in tx.rows("figures.claim_stale", most=most)]
    for query in ("drop_services", "add_services", "drop_hours", "add_hours"):
        if stale:
            tx.many(f"figures.{query}", stale)
    return len(stale)


def count_visits(tx: Transaction, now_ms: int, most: int = MOST_COUNTED) -> int:
    """How many days of centres were counted."""
    midnight = local(now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    due = tx.rows("visits.due", day=day_of(now_ms), midnight_ms=to_ms(midnight), most=most)
    for centre, day in due:
        _count_day(tx, centre, day)
    return len(due)


def _count_day(tx: Transaction, centre: int, day: int) -> None:
    visits = tx.rows("visits.take", centre=centre, day=day)
    begins_ms = _begins_ms(day)
    span = {"from_ms": begins_ms, "until_ms": begins_ms + _DAY_MS, "kind": _FINISHED}
    served_s = _served_s(tx.rows("visits.finished", centre=centre, **span))
    dossiers = Counter((epoch, ticket) for epoch, ticket, _ in visits)
    count, spent_s = Counter[str](), defaultdict[str, float](float)
    for epoch, ticket, procedure in visits:
        if (epoch, ticket) in served_s:
            count[procedure] += 1
            spent_s[procedure] += served_s[epoch, ticket] / dossiers[epoch, ticket]
    sums = [
        {"centre": centre, "day": day, "procedure": name, "visits": count[name], "spent_s": round(spent_s[name])}
        for name in sorted(count)
    ]
    if sums:
        tx.many("visits.add", sums)


def _served_s(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, int], float]:
    """By epoch and ticket. The last one counts: one before it was taken back."""
    served: dict[tuple[int, int], float] = {}
    for epoch, kind, ticket, service, counter, detail in rows:
        event = from_row((kind, ticket, service, counter, bytes(detail)), {})
        if isinstance(event, TicketFinished):
            served[epoch, ticket] = min(max(event.service_s, 0.0), _MOST_S)
    return served


def _begins_ms(day: int) -> int:
    return to_ms(datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=VIETNAM))


class Rolling:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def run(self) -> None:
        """For ever. Raises StoreUnavailable."""
        while True:
            while await self._database.write(roll_days, alone=True) == MOST:
                pass
            now_ms = self._clock.now_ms()
            while await self._database.write(lambda tx: count_visits(tx, now_ms), alone=True):  # noqa: B023  same
                pass
            await asyncio.sleep(EVERY_S)
