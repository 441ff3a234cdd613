"""Live pages of central: no worker is told of a change by another, so the database is asked, once for all who watch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from kiosk.central.access import CentralDoor, Visitor
from kiosk.clock import Clock
from kiosk.errors import StoreUnavailable
from kiosk.web.live import Leave, Snapshot, Streams

P = TypeVar("P")
GAP_S = 2.0  #: between two readings; in a city a page is never older than this and the time of one reading
REST = 5


@dataclass(slots=True)
class Shared(Generic[P]):
    """A picture that many want: read anew at most every ``gap_s``, by one of them while the others wait.

    A reading that takes long (a nation in one database) is kept ``REST`` times as long, so that pages never take more
    than a part of the machine.
    """

    read: Callable[[], Awaitable[P]]
    clock: Clock
    gap_s: float = GAP_S
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _held: tuple[float, P] | None = None

    async def picture(self) -> P:
        async with self._lock:
            start_s = self.clock.monotonic_s()
            if self._held is None or start_s >= self._held[0]:
                picture = await self.read()
                took_s = self.clock.monotonic_s() - start_s
                self._held = (start_s + max(self.gap_s, REST * took_s), picture)
            return self._held[1]

    def forget(self) -> None:
        """Something was changed here: whoever changed it wants to see it."""
        self._held = None


@dataclass(frozen=True, slots=True)
class LivePages:
    """Streams whose snapshots have to be waited for. Ends with "leave" when the session has ended."""

    streams: Streams
    door: CentralDoor
    gap_s: float = GAP_S

    def respond(self, request: Request, draw: Callable[[Visitor], Awaitable[Snapshot]]) -> Response:
        drawn: list[Snapshot] = []

        async def changes() -> AsyncIterator[int]:
            number = 0
            while True:
                try:
                    visitor = await self.door.find(request)
                    snapshot = await draw(visitor) if visitor else Leave("/signin")
                except StoreUnavailable:
                    return  # the page says that it is stale, and asks again
                drawn[:] = [snapshot]
                yield number
                number += 1
                await asyncio.sleep(self.gap_s)

        return self.streams.respond(changes(), lambda: drawn[0])
