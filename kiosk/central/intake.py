"""Where requests of hubs wait for a transaction: what waits together is stored together.

1. While one group is being stored the next one collects, so that there is no delay for one and no queue for thousands.
2. A centre is in one group at a time: its batches stay in order and no two transactions wait for one lock.
3. When more waits than can be kept, hubs are asked to come again, each later than the one before it.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.central.ingest import Received, Stored, store
from kiosk.central.layout import Words
from kiosk.central.ports import Database, Transaction
from kiosk.central.received import Reached
from kiosk.errors import StoreUnavailable

log = logging.getLogger(__name__)

GROUP_ROWS = 5_000
_GROUP_SIZE = 512
MAX_WAITING_ROWS = 12_000  #: some 10 MB of them; enough for the next groups
#: What is stored in a second, for telling hubs when to come again: guessed first, then measured, within reason.
_FIRST_ROWS_S, _LEAST_ROWS_S, _MOST_ROWS_S = 20_000.0, 5_000.0, 200_000.0
_NEW_SHARE = 0.2  #: of a new measurement in the running mean
_ROWS_OF_A_HUB = 500
_LONGEST_S = 60


@dataclass(frozen=True, slots=True)
class Full(Exception):
    """Too much is waiting; come again after ``retry_after_s``."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    received: Received
    future: "asyncio.Future[Reached]"


class Intake:
    """On one event loop. ``lanes``: how many groups are stored at a time."""

    def __init__(self, database: Database, lanes: int) -> None:
        self._database, self._lanes = database, lanes
        self._waiting: deque[_Waiting] = deque()
        self._rows = 0  #: waiting or being stored
        self._sent_away = 0.0  #: rows that will come again
        self._centres: set[int] = set()  #: being stored
        self._running: set[asyncio.Task[None]] = set()
        self._words: dict[int, Words] = {}
        self._rows_s = _FIRST_ROWS_S
        self.stored_rows = 0  #: since the start of this worker

    @property
    def waiting_rows(self) -> int:
        return self._rows

    def check_room(self) -> None:
        """Raises Full; to be asked before a body is read."""
        if self._rows < MAX_WAITING_ROWS:
            return
        self._sent_away += _ROWS_OF_A_HUB
        raise Full(min(1 + math.ceil((self._rows + self._sent_away) / self._rows_s), _LONGEST_S))

    async def take(self, received: Received) -> Reached:
        """Returns when it is on the disk. Raises StoreUnavailable, NotEnrolled."""
        future: asyncio.Future[Reached] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(received, future))
        self._rows += received.weight
        # One that has just ended still stands there: whoever wakes up before it is taken off must not count on it.
        if sum(not task.done() for task in self._running) < self._lanes:
            task = asyncio.create_task(self._store_groups())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    async def _store_groups(self) -> None:
        while group := self._next_group():
            begun_s = asyncio.get_running_loop().time()
            try:
                await self._store_group(group)
            finally:
                weight = sum(each.received.weight for each in group)
                self._measure(weight, asyncio.get_running_loop().time() - begun_s)
                self._rows -= weight
                self._sent_away = max(self._sent_away - weight, 0.0)
                self._centres -= {each.received.centre for each in group}

    def _measure(self, weight: int, took_s: float) -> None:
        """Only while much is waiting: a small group says more about the disk's delay than about the work."""
        if self._rows >= MAX_WAITING_ROWS // 2 and took_s > 0:
            now_s = min(max(self._lanes * weight / took_s, _LEAST_ROWS_S), _MOST_ROWS_S)
            self._rows_s += _NEW_SHARE * (now_s - self._rows_s)

    def _next_group(self) -> list[_Waiting]:
        """The oldest that can be stored together; those of a centre that is under way stay in their place."""
        group: list[_Waiting] = []
        later: list[_Waiting] = []
        rows = 0
        while self._waiting and rows < GROUP_ROWS and len(group) < _GROUP_SIZE:
            each = self._waiting.popleft()
            if each.received.centre in self._centres:
                later.append(each)
                continue
            self._centres.add(each.received.centre)
            group.append(each)
            rows += each.received.weight
        self._waiting.extendleft(reversed(later))
        return group

    async def _store_group(self, group: Sequence[_Waiting]) -> None:
        try:
            stored = await self._stored([each.received for each in group])
        except StoreUnavailable as error:
            _fail(group, error)
        except Exception as error:
            if len(group) == 1:
                _fail(group, error)
                return
            log.exception("A group could not be stored; trying one by one, so that only the cause is refused")
            for each in group:
                await self._store_group([each])
        else:
            for each, reached in zip(group, stored.reached, strict=True):
                if not each.future.done():  # else its hub has hung up
                    each.future.set_result(reached)

    async def _stored(self, received: Sequence[Received]) -> Stored:
        remembered = self._words

        def job(tx: Transaction) -> Stored:
            return store(tx, received, remembered)

        stored = await self._database.write(job, alone=True)
        for words in stored.words.values():
            words.fresh.clear()  # they are in the database now
        self._words.update(stored.words)
        self.stored_rows += sum(each.weight - 1 for each in received)
        return stored


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    for each in group:
        if not each.future.done():
            each.future.set_exception(error)
