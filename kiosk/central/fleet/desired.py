"""What each hub is to run with, in the memory of a worker; hubs that wait are woken when it changes.

1. One row is read a second, whatever number of hubs waits: ``settings_clock`` grows with every change.
2. A document is signed when it is asked for, so that its time is that of the asking; what the layers say is kept ready.
3. Settings for central alone (``channels``) are in no document.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.central.fleet.layer import LayerName, in_order, layer_from_key
from kiosk.central.fleet.layerbook import wrapped
from kiosk.central.fleet.online_key import OnlineSigner
from kiosk.central.fleet.rollout import pinned_trees
from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock
from kiosk.config.settings import Published, PublishedLayer
from kiosk.config.signed import Command

LOOK_S = 1.0
_TREES_KEPT = 4_000
_FOR_CENTRAL = ("channels",)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``pins``: JSON; ``command``: number of the newest command."""

    version: int = 0
    pins: str = "{}"
    command: int = 0


NOTHING = Wanted()


class DesiredWatch:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._seen = -1
        self._wanted: dict[int, Wanted] = {}
        self._waiting: dict[int, set[asyncio.Future[None]]] = {}
        self._trees: dict[tuple[LayerName, int], msgspec.Raw] = {}
        self._fetching = asyncio.Lock()
        self._is_closed = False

    async def run(self) -> None:
        """Never returns; a task of the process. StoreUnavailable."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Rule 1."""
        seen = self._seen

        def job(tx: Transaction) -> tuple[int, list[tuple[Any, ...]]]:
            now = int(tx.rows("rollout.clock")[0][0])
            return now, tx.rows("rollout.changed", since=seen) if now != seen else []

        now, rows = await self._database.read(job)
        for centre, version, pins, command, _change_no in rows:
            self._wanted[centre] = Wanted(version, pins, command)
            self._wake(centre)
        self._seen = now

    def of(self, centre: int) -> Wanted:
        return self._wanted.get(centre, NOTHING)

    async def change(self, centre: int, wait_s: float) -> None:
        """Returns when something changes for that centre, and at the latest after ``wait_s``."""
        if self._is_closed or wait_s <= 0:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(centre, set()).add(future)
        try:
            async with asyncio.timeout(wait_s):
                await future
        except TimeoutError:
            pass
        finally:
            mine = self._waiting.get(centre, set())
            mine.discard(future)
            if not mine:
                self._waiting.pop(centre, None)

    def close(self) -> None:
        """Nobody waits any longer: a restart must not be held up."""
        self._is_closed = True
        for centre in list(self._waiting):
            self._wake(centre)

    @property
    def waiting(self) -> int:
        return sum(map(len, tuple(self._waiting.values())))  # a copy: asked from another thread too

    def _wake(self, centre: int) -> None:
        for future in self._waiting.pop(centre, ()):
            if not future.done():
                future.set_result(None)

    # --- what is sent

    async def document(self, signer: OnlineSigner, centre: int, code: str) -> tuple[int, bytes]:
        """The newest version of that centre and its document. StoreUnavailable."""
        wanted = self.of(centre)
        pins: dict[str, int] = msgspec.json.decode(wanted.pins)
        names = in_order(map(layer_from_key, pins))
        await self._fetch([(name, pins[name.key]) for name in names])
        layers = [PublishedLayer(name.title, self._tree(name, pins[name.key])) for name in names]
        tree = msgspec.json.encode(Published(tuple(layers)))
        return wanted.version, signer.document(code, wanted.version, tree, self._clock.now_ms())

    async def _fetch(self, keys: Sequence[tuple[LayerName, int]]) -> None:
        """Thousands of hubs are woken by one change and want the same: one of them reads it, the others wait."""
        if all(key in self._trees for key in keys):
            return
        async with self._fetching:
            if len(self._trees) > _TREES_KEPT:
                self._trees.clear()
            missing = [key for key in keys if key not in self._trees]
            found = await self._database.read(lambda tx: pinned_trees(tx, missing)) if missing else {}
            for (name, version), tree in found.items():
                public = {key: value for key, value in tree.items() if key not in _FOR_CENTRAL}
                self._trees[name, version] = msgspec.Raw(msgspec.json.encode(wrapped(name, public)))

    def _tree(self, name: LayerName, version: int) -> Any:
        return self._trees[name, version]

    async def commands(self, signer: OnlineSigner, centre: int, code: str, after: int) -> tuple[bytes, ...]:
        """Signed, in order. StoreUnavailable."""
        now_ms = self._clock.now_ms()
        rows = await self._database.read(
            lambda tx: tx.rows("upkeep.open_commands", centre=centre, after=after, now_ms=now_ms)
        )
        return tuple(
            signer.command(
                Command(
                    number=number,
                    city=signer.city,
                    centre=code,
                    kind=kind,
                    target=target,
                    by=author,
                    issued_ms=issued_ms,
                    expires_ms=expires_ms,
                )
            )
            for number, kind, target, author, issued_ms, expires_ms in rows
        )
