"""One simulated hub: writes the rows of its days, sends them, sends heartbeats, comes back after an outage."""

import asyncio
import gzip
import math
import random
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

import msgspec

from kiosk import __version__
from kiosk.clock import ScaledClock
from kiosk.errors import CentralUnreachable
from kiosk.fleet.figures import Figures
from kiosk.fleet.keys import DeviceKey, Signer
from kiosk.fleet.line import Answer, CentralLine
from kiosk.hub.sync.pace import Pace
from kiosk.wire.central_api import NOW, Acknowledged, Batch, Happened, Heartbeat, KioskHealth
from kiosk.wire.kiosk_api import DeviceState

EVENTS, HEARTBEAT = "/v1/events", "/v1/heartbeat"
ROWS = 500  #: of one batch
_COMPRESSION = 6
LINGER_S = 0.5  #: rows that follow each other so closely go together
HEARTBEAT_S = 30.0
_PACE = Pace()  #: of a real hub


@dataclass(frozen=True, slots=True)
class Outage:
    """The line is down from one instant of the pretended time to another; nobody waits a moment longer."""

    begins_ms: int
    ends_ms: int


class SimulatedHub:
    """``rows`` gives all rows anew, in order, at each call: central may ask for any of them again."""

    def __init__(
        self,
        key: DeviceKey,
        rows: Callable[[], Iterator[Happened]],
        line: CentralLine,
        clock: ScaledClock,
        figures: Figures,
    ) -> None:
        self._kiosks = ("kiosk-1", "kiosk-2")
        self.centre, self.epoch = key.centre, clock.now_ms()
        self.head = self.acked = 0
        self._signer, self._line, self._clock, self._figures = Signer(key), line, clock, figures
        self._all_rows, self._rows = rows, rows()
        self._next: Happened | None = None
        self._unsent: deque[Happened] = deque()
        self._chance = random.Random(key.device)
        self._offset_ms = 0
        self._failures = 0
        self._again_at_s = math.inf  #: the next heartbeat that central asked for
        self._ends_ms = 0
        self._resting: asyncio.Future[None] | None = None

    def prepare(self, ends_ms: int) -> None:
        """Has the first batch at hand, as a hub that comes back has it in its database: ``run`` begins with sending."""
        self._ends_ms = ends_ms
        self._take_due()

    async def run(self, ends_ms: int, outage: Outage | None = None) -> None:
        """Writes until ``ends_ms`` and returns when everything written is acknowledged."""
        self._ends_ms = ends_ms
        beat_s = self._clock.monotonic_s() + self._chance.uniform(0, HEARTBEAT_S)
        while not self._is_done():
            if outage is not None and outage.begins_ms <= self._clock.now_ms() < outage.ends_ms:
                await self._sleep_until(outage.ends_ms)
            self._take_due()
            if self._unsent:
                await self._deliver()
            if self._clock.monotonic_s() >= min(beat_s, self._again_at_s):
                await self._beat()
                beat_s = self._clock.monotonic_s() + HEARTBEAT_S
            if not self._unsent and not self._is_done():
                await self._rest(self._pause_s(min(beat_s, self._again_at_s)))
        await self._line.close()

    def end(self) -> None:
        """Nothing more happens from now on: ``run`` returns when what has happened is acknowledged."""
        self._ends_ms = min(self._ends_ms, self._clock.now_ms())
        self._wake()

    # --- rows

    def _is_done(self) -> bool:
        return self._clock.now_ms() >= self._ends_ms and not self._unsent and not self._is_due()

    def _is_due(self) -> bool:
        if self._next is None:
            self._next = next(self._rows, None)
        return self._next is not None and self._next.at_ms <= min(self._clock.now_ms(), self._ends_ms)

    def _take_due(self) -> None:
        """At most a batch is held in memory; ``head`` tells of the others."""
        while len(self._unsent) < ROWS and self._is_due():
            assert self._next is not None
            self._unsent.append(self._next)
            self._next = None
        head = self.acked + len(self._unsent)
        if self._is_due():
            until_ms = min(self._clock.now_ms(), self._ends_ms)
            head = sum(1 for _ in takewhile(lambda row: row.at_ms <= until_ms, self._all_rows()))
        self._figures.happened += max(0, head - self.head)
        self.head = max(self.head, head)

    def _go_on_from(self, acked: int) -> None:
        """Central has everything up to ``acked``, whatever was thought here."""
        if self.acked <= acked <= self.acked + len(self._unsent):
            for _ in range(acked - self.acked):
                self._unsent.popleft()
        else:
            self._rows, self._next = islice(self._all_rows(), acked, None), None
            self._unsent.clear()
        self._figures.acked += acked - self.acked
        self.acked = acked

    # --- the line

    async def _deliver(self) -> None:
        now_ms = self._clock.now_ms()
        batch = Batch(
            centre=self.centre,
            epoch=self.epoch,
            first=self.acked + 1,
            oldest=1,
            head=self.head,
            sent_ms=now_ms,
            rows=tuple(self._unsent),
        )
        body = gzip.compress(msgspec.json.encode(batch), _COMPRESSION)
        self._figures.sent += len(batch.rows)
        answer = await self._post(EVENTS, body, {"Content-Encoding": "gzip"}, self._figures.events_s)
        if answer is not None:
            self._go_on_from(self._noted(answer).acked)

    async def _beat(self) -> None:
        now_ms = self._clock.now_ms()
        heartbeat = Heartbeat(
            centre=self.centre,
            epoch=self.epoch,
            head=self.head,
            version=__version__,
            sent_ms=now_ms,
            offset_ms=self._offset_ms,
            started_ms=self.epoch,
            disk_free_mb=24_000,
            temperature_c=46.5,
            kiosks=tuple(_health(kiosk, now_ms, self.epoch) for kiosk in self._kiosks),
        )
        answer = await self._post(HEARTBEAT, msgspec.json.encode(heartbeat), {}, self._figures.heartbeats_s)
        if answer is not None:
            self._noted(answer)

    def _noted(self, answer: Answer) -> Acknowledged:
        said = msgspec.json.decode(answer.body, type=Acknowledged)
        self._again_at_s = math.inf if said.again_s is None else self._clock.monotonic_s() + said.again_s
        return said

    async def _post(self, target: str, body: bytes, headers: dict[str, str], took_s: "array[float]") -> Answer | None:
        """None when it has to be sent again: central away, busy, or of another opinion about what comes next."""
        signed = self._signer.headers(target, body, self._clock.now_ms() + self._offset_ms)
        began_s = self._clock.monotonic_s()
        try:
            answer = await self._line.post(target, {"Content-Type": "application/json", **headers, **signed}, body)
        except CentralUnreachable:
            await self._back_off("unreachable", 0.0)
            return None
        self._learn_time(answer)
        if answer.status == 200:
            took_s.append(self._clock.monotonic_s() - began_s)
            self._failures = 0
            return answer
        if answer.status == 409:
            self._go_on_from(msgspec.json.decode(answer.body, type=Acknowledged).acked)
        await self._back_off(str(answer.status), float(answer.headers.get("retry-after", "0")))
        return None

    def _learn_time(self, answer: Answer) -> None:
        if (now := answer.headers.get(NOW.lower(), "")).isdecimal():
            self._offset_ms = int(now) - self._clock.now_ms()

    # --- time

    async def _back_off(self, why: str, retry_after_s: float) -> None:
        """As a real hub does; never two exactly as long."""
        self._figures.refused[why] += 1
        self._figures.retries += 1
        self._failures += 1
        chance = self._chance.random()
        asked = retry_after_s > 0
        await asyncio.sleep(
            _PACE.obeyed_s(retry_after_s, self._failures, chance) if asked else _PACE.pause_s(self._failures, chance)
        )

    async def _rest(self, seconds: float) -> None:
        """Or until somebody wakes it."""
        loop = asyncio.get_running_loop()
        self._resting = loop.create_future()
        handle = loop.call_later(seconds, self._wake)
        try:
            await self._resting
        finally:
            handle.cancel()

    def _wake(self) -> None:
        if self._resting is not None and not self._resting.done():
            self._resting.set_result(None)

    async def _sleep_until(self, instant_ms: int) -> None:
        await asyncio.sleep(max(0.0, (instant_ms - self._clock.now_ms()) / 1000 / self._clock.speed))

    def _pause_s(self, beat_s: float) -> float:
        """Until the next row, the next heartbeat or the end."""
        next_ms = self._ends_ms if self._next is None else min(self._next.at_ms, self._ends_ms)
        until_row_s = max(LINGER_S, (next_ms - self._clock.now_ms()) / 1000 / self._clock.speed)
        return max(0.0, min(until_row_s, beat_s - self._clock.monotonic_s()))


def _health(kiosk: str, now_ms: int, since_ms: int) -> KioskHealth:
    printer = DeviceState(
        id="printer", kind="printer", state="ready", device="online", paper="full", cover="closed", since_ms=since_ms
    )
    touch = DeviceState(id="touch", kind="touch", state="ready", device="online", since_ms=since_ms)
    return KioskHealth(kiosk=kiosk, heard_ms=now_ms, devices=(printer, touch))
