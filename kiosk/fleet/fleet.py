"""Many simulated hubs in one process: enrols them, runs them, and says what central must have stored afterwards."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.clock import ScaledClock
from kiosk.fleet.day import Shape, day_rows
from kiosk.fleet.figures import Figures
from kiosk.fleet.hub import Outage, SimulatedHub
from kiosk.fleet.keys import DeviceKey, enrol
from kiosk.fleet.line import Address, CentralLine
from kiosk.wire.central_api import Happened

PROGRESS_S = 10.0
#: A real hub waits 30 s; here thousands share one processor, and what it is late by is not central's fault.
TIMEOUT_S = 120.0
_TICKETS_A_DAY = 10_000  #: ids from one day to the next
_ENROL_AT_ONCE = 16

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Days:
    """``midnights_ms``: the days that happen, in order; each begins at half past seven after it."""

    midnights_ms: Sequence[int]
    seed: str

    def rows(self, shape: Shape) -> Iterator[Happened]:
        for number, midnight_ms in enumerate(self.midnights_ms):
            yield from day_rows(shape, midnight_ms, self.seed, number * _TICKETS_A_DAY + 1)


@dataclass(frozen=True, slots=True)
class Told:
    """What one hub was told that central has: everything up to ``acked`` of that epoch, and nothing else."""

    centre: str
    epoch: int
    acked: int


class Fleet:
    """``keys`` by centre."""

    def __init__(self, address: Address, keys: Mapping[str, DeviceKey], clock: ScaledClock) -> None:
        self._address, self._keys, self._clock = address, keys, clock
        self.figures = Figures()
        self._hubs: list[SimulatedHub] = []

    def prepare(self, shapes: Sequence[Shape], days: Days, ends_ms: int) -> None:
        """Does before ``run`` what thousands of hubs would do each on a machine of its own."""
        self._hubs = [self._hub(shape, days) for shape in shapes]
        for hub in self._hubs:
            hub.prepare(ends_ms)

    async def run(self, shapes: Sequence[Shape], days: Days, ends_ms: int, outage: Outage | None, say: Say) -> None:
        """Until everything that happened before ``ends_ms`` is acknowledged."""
        self._hubs = self._hubs or [self._hub(shape, days) for shape in shapes]
        progress = asyncio.create_task(self._tell(say))
        try:
            async with asyncio.TaskGroup() as group:
                for hub in self._hubs:
                    group.create_task(hub.run(ends_ms, outage))
        finally:
            progress.cancel()

    def end(self) -> None:
        """``run`` returns soon, with nothing left over."""
        for hub in self._hubs:
            hub.end()

    def told(self) -> list[Told]:
        return [Told(hub.centre, hub.epoch, hub.acked) for hub in self._hubs]

    def _hub(self, shape: Shape, days: Days) -> SimulatedHub:
        line = CentralLine(self._address, TIMEOUT_S)
        return SimulatedHub(self._keys[shape.code], lambda: days.rows(shape), line, self._clock, self.figures)

    async def _tell(self, say: Say) -> None:
        while True:
            await asyncio.sleep(PROGRESS_S)
            say(self.figures.text())


async def enrol_all(address: Address, codes: Mapping[str, str]) -> list[DeviceKey]:
    """A key for each centre, with its one-time code; EnrolmentRefused, CentralUnreachable."""
    lines = [CentralLine(address) for _ in range(_ENROL_AT_ONCE)]
    free: asyncio.LifoQueue[CentralLine] = asyncio.LifoQueue()
    for line in lines:
        free.put_nowait(line)

    async def one(code: str) -> DeviceKey:
        line = await free.get()
        try:
            return await enrol(line, code)
        finally:
            free.put_nowait(line)

    tasks = [asyncio.create_task(one(code)) for code in codes.values()]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for line in lines:
            await line.close()
