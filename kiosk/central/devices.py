"""The devices that may speak, kept in memory; one that enrolled or was revoked is seen within ``LOOK_S``.

All are read again every ``WHOLE_S``: after a failover or a restored backup the database may know fewer than before.
"""

import asyncio
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock

LOOK_S, WHOLE_S = 1.0, 60.0
#: Rows are stamped by the clock of the worker that wrote them, and seen when they are committed.
_OVERLAP_MS = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    centre: int
    centre_code: str
    key: Ed25519PublicKey
    is_revoked: bool


class Devices:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._known: dict[str, Device] = {}
        self._seen_until_ms = 0
        self._looked_s, self._whole_s = -LOOK_S, -WHOLE_S
        self._looking: asyncio.Task[None] | None = None

    async def find(self, device: str) -> Device | None:
        """A name that is not known is worth one look a second, whoever asks and however often. StoreUnavailable."""
        known = self._known.get(device)
        if known is None and self._clock.monotonic_s() - self._looked_s >= LOOK_S:
            await self.look()
            known = self._known.get(device)
        return known

    async def look(self) -> None:
        """Read what had changed when this was called. One look at a time. StoreUnavailable."""
        under_way = self._looking
        if under_way is not None and not under_way.done():
            await asyncio.wait({under_way})  # it may have begun before the change that the caller knows of
        if self._looking is under_way:
            self._looking = asyncio.create_task(self._look())
        if self._looking is not None:
            await asyncio.shield(self._looking)

    async def watch(self) -> None:
        """Never returns; a task of the process. StoreUnavailable."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        is_whole = now_s - self._whole_s >= WHOLE_S
        since_ms = 0 if is_whole else self._seen_until_ms - _OVERLAP_MS
        rows = await self._database.read(lambda tx: _changed(tx, since_ms))
        found = {row[0]: self._device(*row) for row in rows}
        self._known = found if is_whole else self._known | found
        self._whole_s = now_s if is_whole else self._whole_s
        # Only now: a hub that speaks while a worker that has just begun still reads must not be sent away.
        self._seen_until_ms, self._looked_s = now_ms, self._clock.monotonic_s()

    def _device(self, id_: str, centre: int, key: bytes, revoked_ms: int | None, code: str) -> Device:
        """The one that is known where it is the same: a name follows from its key, and keys take long to read."""
        known, now = self._known.get(id_), (centre, code, revoked_ms is not None)
        if known is not None and (known.centre, known.centre_code, known.is_revoked) == now:
            return known
        return Device(id_, centre, code, Ed25519PublicKey.from_public_bytes(bytes(key)), revoked_ms is not None)


def _changed(tx: Transaction, since_ms: int) -> list[tuple[str, int, bytes, int | None, str]]:
    return [
        (id_, centre, key, revoked, code)
        for id_, centre, key, revoked, code in tx.rows("fleet.devices", since_ms=since_ms)
    ]
