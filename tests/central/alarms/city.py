"""A small city in a real database: centres, services and waiting tickets, set as ingest would set them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.watch import Watch
from kiosk.central.store.database import ThreadedDatabase, database_at
from kiosk.config.warning import Channel, Warnings
from tests.central.alarms.rows import Rows
from tests.fakes.clock import MONDAY_9_00, FakeClock

MINUTE = 60_000
SERVICES = {1: "chung-thuc", 2: "ho-tich"}
DAY = 20261123
ON_CALL = Channel(name="trực ban", url="json://127.0.0.1")


@dataclass
class City:
    """``rows`` writes what a hub would have told; ``watch`` is one worker's."""

    database: ThreadedDatabase
    rows: Rows
    clock: FakeClock = field(default_factory=FakeClock)
    rules: Rules = field(default_factory=lambda: Rules(Warnings(), (ON_CALL,)))

    def __post_init__(self) -> None:
        for number, code in ((1, "ben-thanh"), (2, "tan-dinh")):
            self.rows.centre(number, code, SERVICES, self.clock.now_ms())
        self.watch = self.new_watch()

    def new_watch(self) -> Watch:
        """Another worker's."""
        return Watch(self.database, self.clock, self.rules)

    def ticket(self, ticket: int, *, waited_min: float, high_min: int = 30, centre: int = 1, service: int = 1) -> None:
        """Somebody who was told at most ``high_min`` and has waited ``waited_min``."""
        issued_ms = self.clock.now_ms() - int(waited_min * MINUTE)
        self.rows.ticket(centre, ticket, service, issued_ms, issued_ms + high_min * MINUTE, DAY)

    async def pass_minutes(self, minutes: float, *, heard: bool = True) -> list[str]:
        """Time passes, in steps of ten seconds; gives the kinds of what happened."""
        happened = []
        for _ in range(round(minutes * 6)):
            self.clock.advance(10_000)
            if heard:
                self.rows.heard(self.clock.now_ms())
            happened += [each.kind for each in await self.watch.look()]
        return happened

    async def look(self) -> list[str]:
        return [each.kind for each in await self.watch.look()]


@contextmanager
def city_at(url: str, rules: Rules | None = None) -> Iterator[City]:
    database = database_at(url)
    database.open()
    rows = Rows(url)
    try:
        yield City(database, rows, FakeClock(MONDAY_9_00), *([rules] if rules else []))
    finally:
        rows.close()
        database.close()
