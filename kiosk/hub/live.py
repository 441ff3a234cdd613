"""Tells everybody who watches that something changed. A slow watcher skips to the newest; a writer never waits."""

import asyncio
import threading
from collections.abc import AsyncIterator


class LiveChanges:
    """Implements ``ports.Changes``: ``bump`` from any thread, ``watch`` on the event loop of ``open``."""

    def __init__(self, start: int) -> None:
        self.version = start
        self._gate = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_told = True
        self._waiters: set[asyncio.Future[None]] = set()

    def open(self) -> None:
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Everybody who watches comes to the end."""
        with self._gate:
            self._loop = None
        self._tell()

    def bump(self) -> None:
        with self._gate:
            self.version += 1
            if self._loop is not None and self._is_told:
                self._is_told = False
                self._loop.call_soon_threadsafe(self._tell)

    async def watch(self) -> AsyncIterator[int]:
        seen = None
        while self._loop is not None:
            if self.version == seen:
                await self._change()
                continue
            seen = self.version
            yield seen

    async def _change(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def _tell(self) -> None:
        with self._gate:
            self._is_told = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
