"""What a hub must survive: killed at any moment, and pressed from two counters at once. Used by tests and bench."""

import asyncio
import contextlib
import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.load import Gone, Line
from tests.fakes.real_hub import RealHub

SERVICES = ("khai-sinh", "ket-hon", "sao-y")


@dataclass
class Outcome:
    """What clients were told: label by ticket id, and every ticket that a counter was told to call."""

    tickets: dict[int, str] = field(default_factory=dict)
    called: list[int] = field(default_factory=list)
    retries: int = 0


class Torture:
    """Clients that never give up: after a broken connection the same request goes out again until it is answered."""

    def __init__(self, hub: RealHub) -> None:
        self.hub, self.outcome = hub, Outcome()
        self.up = asyncio.Event()
        self.up.set()
        self.stop = asyncio.Event()
        self._ids = itertools.count()
        self._answered = 0
        self._progress = asyncio.Condition()
        self._lines = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "Torture":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._lines.aclose()

    async def kiosk(self) -> Line:
        return await self._lines.enter_async_context(self.hub.kiosk_line())

    async def staff(self, name: str) -> Line:
        return await self._lines.enter_async_context(self.hub.staff_line(name))

    async def ask(self, line: Line, path: str, body: dict[str, Any]) -> Any:
        """The answer; ``body`` gets a request id of its own."""
        body = {"request_id": f"torture-{next(self._ids):08d}"} | body
        while True:
            try:
                await self.up.wait()
                status, answer = await line.ask("POST", path, body)
            except Gone:
                self.outcome.retries += 1
                await asyncio.sleep(0.02)
                continue
            assert status == 200, answer
            async with self._progress:
                self._answered += 1
                self._progress.notify_all()
            return answer

    async def answered_more(self, count: int) -> None:
        """Until ``count`` more requests were answered."""
        goal = self._answered + count
        async with self._progress:
            await self._progress.wait_for(lambda: self._answered >= goal)

    async def issue(self, enough: Callable[[], bool]) -> None:
        line = await self.kiosk()
        while not enough():
            given = await self.ask(line, "/v1/tickets", {"service": random.choice(SERVICES)})
            self.outcome.tickets[given["id"]] = given["label"]

    async def call(self, staff: str, counter: str, enough: Callable[[], bool]) -> None:
        """Next, arrived, next … and at the end the last one is finished."""
        line, path = await self.staff(staff), f"/v1/counters/{counter}/commands"
        seen = None
        while not enough() or seen is not None:
            action = "finish" if enough() else "call_next"
            reply = await self.ask(line, path, {"action": action, "seen": seen})
            ticket = reply["ticket"] if action == "call_next" else None
            seen = ticket["id"] if ticket else None
            if seen is not None:
                self.outcome.called.append(seen)
                await self.ask(line, path, {"action": "arrive", "seen": seen})


async def kill_while_working(hub: RealHub, kills: int, clients: int) -> Outcome:
    """Kill -9 at random moments while ``clients`` clients issue and two of them call."""
    for n in (1, 2):
        await hold(hub, f"officer-{n}", str(n))
    async with Torture(hub) as torture:
        await _kill_and_work(torture, kills, clients)
        return torture.outcome


async def _kill_and_work(torture: Torture, kills: int, clients: int) -> None:
    hub = torture.hub
    done = torture.stop.is_set
    work = [asyncio.create_task(torture.issue(done)) for _ in range(clients - 2)]
    work += [asyncio.create_task(torture.call(f"officer-{n}", str(n), done)) for n in (1, 2)]
    for _ in range(kills):
        await torture.answered_more(random.randint(1, 60))
        torture.up.clear()
        await asyncio.to_thread(hub.kill)
        await asyncio.to_thread(hub.start)
        torture.up.set()
    await torture.answered_more(10)
    torture.stop.set()
    await asyncio.gather(*work)


def check_nothing_lost(hub: RealHub, outcome: Outcome) -> None:
    """No acknowledged ticket lost, no number twice, no ghost: as many tickets as requests, each called once."""
    with closing(sqlite3.connect(f"file:{hub.config.data}/hub.sqlite?mode=ro", uri=True)) as connection:
        stored = connection.execute(
            "SELECT id, printf('%s%03d', prefix, number), prefix, number FROM ticket"
        ).fetchall()
        events = [row[0] for row in connection.execute("SELECT json_extract(event, '$.event') FROM outbox")]
        last_seq = connection.execute("SELECT max(seq) FROM outbox").fetchone()[0]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert {row[0]: row[1] for row in stored} == outcome.tickets
    for prefix in {row[2] for row in stored}:
        numbers = sorted(row[3] for row in stored if row[2] == prefix)
        assert numbers == list(range(1, len(numbers) + 1)), "a gap or a double number"
    twice = [ticket for ticket, times in Counter(outcome.called).items() if times > 1]
    assert twice == []
    assert events.count("ticket_issued") == len(outcome.tickets)
    assert events.count("ticket_called") == len(outcome.called)
    assert last_seq == len(events)


async def press_simultaneously(hub: RealHub, tickets: int) -> None:
    """Two counters press "next" at the same moment until nobody waits; every ticket is called by exactly one."""
    for n in (1, 2):
        await hold(hub, f"officer-{n}", str(n))
    async with Torture(hub) as torture:
        await _press_all(torture, tickets)


async def _press_all(torture: Torture, tickets: int) -> None:
    kiosk = await torture.kiosk()
    for _ in range(tickets):
        given = await torture.ask(kiosk, "/v1/tickets", {"service": "khai-sinh"})
        torture.outcome.tickets[given["id"]] = given["label"]
    lines = {n: await torture.staff(f"officer-{n}") for n in (1, 2)}
    seen: dict[int, int | None] = {1: None, 2: None}
    called: list[int] = []
    while len(called) < tickets:
        before = len(called)
        await asyncio.gather(*(_press(torture, lines[n], n, seen, called) for n in (1, 2)))
        assert len(called) > before, "somebody waits and nobody was called"
    assert sorted(called) == sorted(torture.outcome.tickets)


async def _press(torture: Torture, line: Line, n: int, seen: dict[int, int | None], called: list[int]) -> None:
    path = f"/v1/counters/{n}/commands"
    reply = await torture.ask(line, path, {"action": "call_next", "seen": seen[n]})
    ticket = reply["ticket"]
    seen[n] = ticket["id"] if ticket else None
    if ticket:
        called.append(ticket["id"])
        await torture.ask(line, path, {"action": "arrive", "seen": ticket["id"]})


async def hold(hub: RealHub, staff: str, counter: str) -> None:
    async with hub.staff_line(staff) as line:
        status, _ = await line.ask("POST", "/console/hold", f"counter={counter}")
    assert status == 303
