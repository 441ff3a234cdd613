"""Where requests wait for a transaction: together, in order, and never more than can be kept."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import msgspec
import pytest
import uvicorn
from msgspec import structs

from kiosk.central import intake as intake_module
from kiosk.central.enrolment import CentreEntry, put_centres
from kiosk.central.ingest import NotEnrolled
from kiosk.central.intake import MAX_WAITING_ROWS, Full, Intake
from kiosk.central.ports import Transaction
from kiosk.central.received import Reached, ReceivedBatch
from kiosk.central.store.database import ThreadedDatabase, database_at
from kiosk.central.views.centres import Choice
from kiosk.central.views.figures import Period, Promises, read_over_time
from kiosk.errors import StoreUnavailable
from kiosk.web.connection import Connection
from kiosk.wire.central_api import MAX_BODY
from kiosk.wire.events import CalibrationMeasured, Event, KeptPromises
from tests.central.ingest.hub import SendingHub
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import SimulatedDay, called, finished, issued

T = TypeVar("T")
CENTRES = 8


@contextmanager
def opened(url: str) -> Iterator[ThreadedDatabase]:
    database = database_at(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(database_url: str) -> Iterator[ThreadedDatabase]:
    """With some centres whose hubs have enrolled."""
    with opened(database_url) as database:
        entries = [CentreEntry(str(n), str(n), str(n)) for n in range(CENTRES)]
        database.write_now(lambda tx: put_centres(tx, entries))
        links = [{"centre": n + 1, "now_ms": MONDAY_9_00} for n in range(CENTRES)]
        database.write_now(lambda tx: tx.many("fleet.add_link", links))
        yield database


def batch(centre: int, first: int, events: list[Event], head: int = 0) -> ReceivedBatch:
    times = [MONDAY_9_00] * len(events)
    return ReceivedBatch(centre, 1, first, 1, head, MONDAY_9_00, MONDAY_9_00, times, events)


def acked(database: ThreadedDatabase) -> dict[int, int]:
    rows = database.write_now(lambda tx: tx.rows("ingest.lock_links", centres=list(range(1, CENTRES + 1))))
    return {row[0]: row[3] for row in rows}


def far(reached: Sequence[Reached]) -> list[int]:
    """How far each is stored; all of them fit."""
    assert all(it.fits for it in reached)
    return [it.acked for it in reached]


def test_batches_of_many_centres_are_stored_together(database: ThreadedDatabase) -> None:
    """While the first is under way the others wait, and go in one transaction."""
    counted = Counting(database)

    async def send() -> list[Reached]:
        intake = Intake(counted, lanes=1)
        return await asyncio.gather(*(intake.take(batch(n + 1, 1, [issued(1), called(1)])) for n in range(CENTRES)))

    assert far(asyncio.run(send())) == [2] * CENTRES
    assert acked(database) == dict.fromkeys(range(1, CENTRES + 1), 2)
    assert counted.transactions <= 2


def test_batches_of_one_centre_stay_in_order(database: ThreadedDatabase) -> None:
    async def send() -> list[Reached]:
        intake = Intake(database, lanes=2)
        return await asyncio.gather(*(intake.take(batch(1, seq, [issued(seq)])) for seq in range(1, 30)))

    assert far(asyncio.run(send())) == list(range(1, 30))


def test_who_sends_again_as_soon_as_there_is_an_answer_is_not_forgotten(database: ThreadedDatabase) -> None:
    async def send() -> list[Reached]:
        intake = Intake(database, lanes=1)
        return [await intake.take(batch(1, seq, [issued(seq)])) for seq in range(1, 4)]

    assert far(asyncio.run(send())) == [1, 2, 3]


def test_how_promises_were_kept_adds_up_over_days_and_centres(database: ThreadedDatabase) -> None:
    """What a hub tells once more counts once, and no number is larger than a column."""
    kept = KeptPromises(service="sao-y", called=20, modelled=20, under_p10=2, under_p50=11, under_p90=18, late=1)
    wrong = structs.replace(kept, service="khai-sinh", called=2**53, late=-5)
    told = [
        CalibrationMeasured(day=20261122, services=[kept, wrong]),
        CalibrationMeasured(day=20261121, services=[kept]),
    ]

    async def send() -> None:
        intake = Intake(database, lanes=1)
        await intake.take(batch(1, 1, [*told, told[0]]))
        await intake.take(batch(2, 1, [*told]))

    asyncio.run(send())
    two_days, day = Period(date(2026, 11, 21), date(2026, 11, 22)), Period(date(2026, 11, 22), date(2026, 11, 22))
    one = database.read_now(lambda tx: read_over_time(tx, day, Choice(centre=1)))
    assert one.promises == {"sao-y": Promises(20, 2, 11, 18, 1), "khai-sinh": Promises(2**31 - 1, 2, 11, 18, 0)}
    both = database.read_now(lambda tx: read_over_time(tx, two_days, Choice(service="sao-y")))
    assert both.promises == {"sao-y": Promises(80, 8, 44, 72, 4)}


def test_one_that_cannot_be_stored_does_not_spoil_the_others(database: ThreadedDatabase) -> None:
    async def send() -> list[Any]:
        intake = Intake(database, lanes=1)
        poison = batch(4711, 1, [issued(1)])
        jobs = [intake.take(batch(1, 1, [issued(1)])), intake.take(poison), intake.take(batch(2, 1, [issued(1)]))]
        return await asyncio.gather(*jobs, return_exceptions=True)

    first, poisoned, last = asyncio.run(send())
    assert far([first, last]) == [1, 1]
    assert isinstance(poisoned, NotEnrolled)


def test_a_hub_that_hung_up_leaves_nothing_behind(database: ThreadedDatabase) -> None:
    async def send() -> int:
        intake = Intake(database, lanes=1)
        gone = asyncio.create_task(intake.take(batch(1, 1, [issued(1)])))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        await intake.take(batch(2, 1, [issued(1)]))
        return intake.waiting_rows

    assert asyncio.run(send()) == 0


def test_when_too_much_waits_hubs_come_again_each_later_than_the_one_before(database: ThreadedDatabase) -> None:
    async def overflow() -> list[int]:
        intake, told = Intake(Stuck(), lanes=1), []
        waiting = asyncio.create_task(intake.take(batch(1, 1, [issued(1)] * MAX_WAITING_ROWS)))
        await asyncio.sleep(0)
        for _ in range(400):
            with pytest.raises(Full) as full:
                intake.check_room()
            told.append(full.value.retry_after_s)
        waiting.cancel()
        return told

    told = asyncio.run(overflow())
    assert told == sorted(told)
    assert 1 <= told[0] < told[-1] <= 60


def test_who_is_sent_away_gets_the_answer_whole_and_the_connection_ends(hub: SendingHub) -> None:
    """Over a real socket, with a body that is still under way when it is refused."""
    hub.central.central.intake._rows = MAX_WAITING_ROWS
    body = os.urandom(MAX_BODY - 1)
    headers = hub.device.headers("/v1/events", body, hub.central.clock.now_ms())
    lines = [
        f"{name}: {text}" for name, text in {"Host": "central", "Content-Length": str(len(body)), **headers}.items()
    ]
    request = "\r\n".join(["POST /v1/events HTTP/1.1", *lines, "\r\n"]).encode() + body

    async def send() -> bytes:
        # The lifespan is that of the fixture; this is one more line into the same worker.
        config = uvicorn.Config(hub.central.client.app, port=0, http=Connection, lifespan="off", log_level="warning")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.should_exit = True
        await running
        return answer

    head, _, told = asyncio.run(send()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 429 ")
    assert b"connection: close" in head.lower()
    assert b"retry-after: " in head.lower()
    assert msgspec.json.decode(told)["error"] == "busy"


def test_while_there_is_room_nobody_is_sent_away(database: ThreadedDatabase) -> None:
    async def ask() -> None:
        intake = Intake(database, lanes=1)
        intake.check_room()
        await intake.take(batch(1, 1, [issued(1)] * intake_module.GROUP_ROWS))
        intake.check_room()

    asyncio.run(ask())


def test_a_database_that_is_away_is_told_to_everybody_who_waits(database: ThreadedDatabase) -> None:
    database.close()

    async def send() -> list[Any]:
        intake = Intake(database, lanes=2)
        jobs = [intake.take(batch(n + 1, 1, [issued(1)])) for n in range(4)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    assert all(isinstance(each, StoreUnavailable) for each in asyncio.run(send()))


def test_two_workers_on_one_database_store_everything_once(postgresql_url: str) -> None:
    """Both are sent the same batches of the same centres at the same time, as by a balancer that tries again."""
    days = [[row.event for row in SimulatedDay(n, MONDAY_9_00).rows(200)] for n in range(CENTRES)]

    async def send(first: ThreadedDatabase, second: ThreadedDatabase) -> None:
        workers = [Intake(first, lanes=2), Intake(second, lanes=2)]
        for start in range(0, 200, 20):
            jobs = [
                worker.take(batch(centre + 1, start + 1, day[start : start + 20]))
                for centre, day in enumerate(days)
                for worker in workers
            ]
            assert set(far(await asyncio.gather(*jobs))) == {start + 20}

    with opened(postgresql_url) as first, opened(postgresql_url) as second:
        entries = [CentreEntry(str(n), str(n), str(n)) for n in range(CENTRES)]
        first.write_now(lambda tx: put_centres(tx, entries))
        first.write_now(
            lambda tx: tx.many("fleet.add_link", [{"centre": n + 1, "now_ms": MONDAY_9_00} for n in range(CENTRES)])
        )
        asyncio.run(send(first, second))
        assert acked(first) == dict.fromkeys(range(1, CENTRES + 1), 200)
        engine: Any = first._engine
        engine._queries["test.count"] = b"SELECT count(*), count(DISTINCT (centre, seq)) FROM event"
        assert first.read_now(lambda tx: tx.rows("test.count")) == [(200 * CENTRES, 200 * CENTRES)]
        engine._queries["test.words"] = (
            b"SELECT centre, kind, word, count(*) FROM word GROUP BY 1, 2, 3 HAVING count(*) > 1"
        )
        assert first.read_now(lambda tx: tx.rows("test.words")) == []
        issues = sum("TicketIssued" in type(event).__name__ for day in days for event in day)
        engine._queries["test.issued"] = b"SELECT sum(issued) FROM hour_figures"
        assert first.read_now(lambda tx: tx.rows("test.issued")) == [(issues,)]


def test_a_worker_learns_words_that_another_one_met(postgresql_url: str) -> None:
    async def send(first: ThreadedDatabase, second: ThreadedDatabase) -> None:
        one, two = Intake(first, lanes=1), Intake(second, lanes=1)
        await one.take(batch(1, 1, [issued(1, "khai-sinh")]))
        await two.take(batch(1, 2, [issued(2, "ket-hon"), finished(1)]))
        await one.take(batch(1, 4, [issued(3, "dat-dai"), issued(4, "ket-hon")]))

    with opened(postgresql_url) as first, opened(postgresql_url) as second:
        first.write_now(lambda tx: put_centres(tx, [CentreEntry("1", "1", "1")]))
        first.write_now(lambda tx: tx.run("fleet.add_link", centre=1, now_ms=MONDAY_9_00))
        asyncio.run(send(first, second))
        words = first.read_now(lambda tx: tx.rows("ingest.words", centre=1))
        assert sorted((row[2], row[1]) for row in words if row[0] == 1) == [
            (1, "khai-sinh"),
            (2, "ket-hon"),
            (3, "dat-dai"),
        ]


class Counting:
    """A database that counts its transactions."""

    def __init__(self, database: ThreadedDatabase) -> None:
        self._database = database
        self.transactions = 0

    async def write(self, job: Callable[[Transaction], T], *, alone: bool = False) -> T:
        self.transactions += 1
        return await self._database.write(job, alone=alone)

    async def read(self, job: Callable[[Transaction], T]) -> T:
        return await self._database.read(job)


class Stuck:
    """A database that never answers."""

    async def write(self, job: Callable[[Transaction], T], *, alone: bool = False) -> T:
        await asyncio.Event().wait()
        raise AssertionError

    async def read(self, job: Callable[[Transaction], T]) -> T:
        return await self.write(job)
