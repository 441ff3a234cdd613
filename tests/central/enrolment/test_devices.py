"""Which devices a worker knows, and from when on."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kiosk.central.devices import Devices
from kiosk.central.ports import Transaction
from tests.central.conftest import RunningCentral
from tests.fakes.clock import FakeClock

T = TypeVar("T")


class HeldDatabase:
    """Reads wait until the test lets them through."""

    def __init__(self, central: RunningCentral) -> None:
        self._central, self.go = central, asyncio.Event()
        self.reads = 0

    async def read(self, job: Callable[[Transaction], T]) -> T:
        self.reads += 1
        await self.go.wait()
        return await asyncio.to_thread(self._central.central.database.read_now, job)

    async def write(self, job: Callable[[Transaction], T], *, alone: bool = False) -> T:
        raise AssertionError("nothing is written here")


def test_a_hub_that_speaks_while_a_new_worker_still_reads_is_known_as_soon_as_it_has_read(
    central: RunningCentral,
) -> None:
    """After a restart of central all hubs speak at once; one that is sent away would come back minutes later."""
    device = central.enrolled()

    async def restart() -> None:
        database = HeldDatabase(central)
        devices = Devices(database, FakeClock())
        watching = asyncio.create_task(devices.look())
        asked = [asyncio.create_task(devices.find(device.device)) for _ in range(50)]
        await asyncio.sleep(0)
        database.go.set()
        found = await asyncio.gather(*asked)
        await watching
        assert {each.centre_code for each in found if each is not None} == {device.centre}
        assert None not in found
        assert database.reads <= 3, "they share a look"

    asyncio.run(restart())


def test_a_name_that_nobody_has_is_worth_one_look_a_second(central: RunningCentral) -> None:
    async def guess() -> None:
        database, clock = HeldDatabase(central), FakeClock()
        database.go.set()
        devices = Devices(database, clock)
        for _ in range(20):
            assert await devices.find("d-0123456789abcdef") is None
        assert database.reads == 1
        clock.advance(1000)
        assert await devices.find("d-0123456789abcdef") is None
        assert database.reads == 2

    asyncio.run(guess())
