"""A simulated hub that does nothing but follow what central wants: waits, verifies, takes it, reports its kiosks."""

import asyncio
import base64
import random
from dataclasses import dataclass, field

import msgspec

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config.signed import Remembered, Trust, Trusted, verify
from kiosk.errors import CentralUnreachable
from kiosk.fleet.keys import DeviceKey, Signer
from kiosk.fleet.line import Address, Answer, CentralLine
from kiosk.hub.sync.pace import Pace
from kiosk.wire.fleet_api import WAIT_S, Desired, FleetReport, PartReport

DESIRED, REPORT = "/v1/desired", "/v1/report"
KIOSKS = ("kiosk-1", "kiosk-2")
_TIMEOUT_S = WAIT_S + 60.0
_PACE = Pace()  #: of a real hub


@dataclass
class Followed:
    """What all of them saw, on one event loop.

    ``taken_s``: by centre the newest version, and when it was taken.
    """

    asked: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    taken_s: dict[str, tuple[int, float]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)  #: something was taken or refused

    def take(self, centre: str, version: int, at_s: float) -> None:
        self.taken_s[centre] = (version, at_s)
        self.changed.set()

    def refuse(self, why: str) -> None:
        self.refused[why] = self.refused.get(why, 0) + 1
        self.changed.set()


class SettingsFollower:
    """``city`` and ``roots``: what a hub learns at its enrolment; ``roots`` in base64."""

    def __init__(
        self, address: Address, key: DeviceKey, clock: Clock, trust: tuple[str, tuple[str, ...]], followed: Followed
    ) -> None:
        city, roots = trust
        self.centre = key.centre
        self._line, self._signer, self._clock = CentralLine(address, _TIMEOUT_S), Signer(key), clock
        self._trust = Trust(tuple(base64.b64decode(root) for root in roots), city, key.centre)
        self._remembered, self._followed = Remembered(), followed
        self._chance = random.Random(key.device)
        self._failures = 0

    async def run(self, starts_within_s: float = 0.0) -> None:
        """Until it is cancelled. Hubs do not begin in the same moment: the first ask comes within that time."""
        await asyncio.sleep(self._chance.uniform(0, starts_within_s))
        try:
            while True:
                answer = await self._ask()
                if answer is not None and answer.status == 200:
                    await self._take(msgspec.json.decode(answer.body, type=Desired))
        finally:
            await self._line.close()

    async def _ask(self) -> Answer | None:
        """None when it has to be asked again."""
        tag = f'"{self._remembered.version}.{self._remembered.command}"'
        signed = self._signer.headers(DESIRED, b"", self._clock.now_ms(), "GET")
        try:
            answer = await self._line.get(DESIRED, {"If-None-Match": tag, "Prefer": f"wait={WAIT_S}", **signed})
        except CentralUnreachable:
            await self._back_off("unreachable")
            return None
        self._followed.asked += 1
        if answer.status not in (200, 304):
            await self._back_off(str(answer.status))
            return None
        self._failures = 0
        return answer

    async def _take(self, desired: Desired) -> None:
        if desired.document is None:
            return
        outcome = verify(desired.document, self._trust, self._remembered, self._clock.now_ms())
        if not isinstance(outcome, Trusted):
            await self._back_off(str(outcome.reason))
            return
        self._remembered = outcome.remember
        version = outcome.settings.version
        self._followed.take(self.centre, version, self._clock.monotonic_s())
        await self._report(version)

    async def _report(self, version: int) -> None:
        parts = [PartReport(name="hub", kind="hub", version=version, state="applied")]
        parts += [PartReport(name=kiosk, kind="kiosk", version=version, state="applied") for kiosk in KIOSKS]
        report = FleetReport(
            centre=self.centre, version=version, state="applied", detail=__version__, parts=tuple(parts)
        )
        body = msgspec.json.encode(report)
        headers = {"Content-Type": "application/json"} | self._signer.headers(REPORT, body, self._clock.now_ms())
        try:
            await self._line.post(REPORT, headers, body)
        except CentralUnreachable:
            self._followed.refuse("report")

    async def _back_off(self, why: str) -> None:
        self._followed.refuse(why)
        self._failures += 1
        await asyncio.sleep(_PACE.pause_s(self._failures, self._chance.random()))
