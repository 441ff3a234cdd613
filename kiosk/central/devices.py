"""The devices that may speak, kept in memory; one that enrolled or was revoked is seen within ``LOOK_S``."""

import asyncio
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock

LOOK_S = 1.0
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
        self._looked_s = -LOOK_S
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
        now_ms = self._clock.now_ms()
        since_ms = self._seen_until_ms - _OVERLAP_MS
        for row in await self._database.read(lambda tx: _changed(tx, since_ms)):
            self._known[row[0]] = _device(*row)
        # Only now: a hub that speaks while a worker that has just begun still reads must not be sent away.
        self._seen_until_ms, self._looked_s = now_ms, self._clock.monotonic_s()


def _changed(tx: Transaction, since_ms: int) -> list[tuple[str, int, bytes, int | None, str]]:
    return [
        (id_, centre, key, revoked, code)
        for id_, centre, key, revoked, code in tx.rows("fleet.devices", since_ms=since_ms)
    ]


def _device(device: str, centre: int, key: bytes, revoked_ms: int | None, code: str) -> Device:
    return Device(device, centre, code, Ed25519PublicKey.from_public_bytes(bytes(key)), revoked_ms is not None)
