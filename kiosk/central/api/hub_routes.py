"""``POST /v1/events`` and ``POST /v1/heartbeat``: what enrolled hubs tell."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.decoding import decoded_batch, decoded_heartbeat
from kiosk.central.api.endpoint import Answer, api_route, pass_over_body, read_body, unpacked
from kiosk.central.api.signature import check_signature, device_of
from kiosk.central.devices import Device, Devices
from kiosk.central.ingest import NotEnrolled, Received
from kiosk.central.intake import Full, Intake
from kiosk.central.received import Reached, ReceivedBatch, ReceivedHeartbeat, again_s
from kiosk.clock import Clock, pace_of
from kiosk.wire.central_api import MAX_HEARTBEAT, Acknowledged, Heard, Heartbeat, with_short_details

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HubRoutes:
    """``heard``: told of every heartbeat that was stored."""

    intake: Intake
    devices: Devices
    clock: Clock
    heard: Callable[[int, Heartbeat], Awaitable[None]]

    def routes(self) -> list[BaseRoute]:
        return [
            api_route("/v1/events", self._take_events, self.clock),
            api_route("/v1/heartbeat", self._take_heartbeat, self.clock),
        ]

    async def _take_events(self, request: Request) -> Answer:
        received_ms = self.clock.now_ms()
        device, body = await self._signed(request, None)
        batch, times, events = decoded_batch(body)
        _check_centre(device, batch.centre)
        received = ReceivedBatch(
            device.centre, batch.epoch, batch.first, batch.oldest, batch.head, batch.sent_ms, received_ms, times, events
        )
        reached = await self._store(received)
        return Answer(self._said(Acknowledged, reached), 200 if reached.fits else 409)

    async def _take_heartbeat(self, request: Request) -> Answer:
        received_ms = self.clock.now_ms()
        device, body = await self._signed(request, MAX_HEARTBEAT)
        told = decoded_heartbeat(body)
        _check_centre(device, told.centre)
        beat = with_short_details(told)
        text = body if beat is told else msgspec.json.encode(beat)
        reached = await self._store(ReceivedHeartbeat(device.centre, beat, text.decode(), received_ms))
        await self.heard(device.centre, beat)
        return Answer(self._said(Heard, reached))

    def _said(self, answer: type[Acknowledged], reached: Reached) -> Acknowledged:
        now_ms = self.clock.now_ms()
        return answer(acked=reached.acked, now_ms=now_ms, again_s=again_s(reached.look_ms, now_ms, pace_of(self.clock)))

    async def _signed(self, request: Request, limit: int | None) -> tuple[Device, bytes]:
        """The device and what it says, unpacked. Raises Failure before anything is unpacked for who may not speak."""
        device = await device_of(request, self.devices, self.clock.now_ms())
        try:
            self.intake.check_room()
        except Full as full:
            await pass_over_body(request)
            raise errors.busy(full.retry_after_s) from full
        body = await read_body(request, limit) if limit else await read_body(request)
        check_signature(request, device, body)
        return device, unpacked(body, request.headers.get("content-encoding", ""))

    async def _store(self, received: Received) -> Reached:
        try:
            return await self.intake.take(received)
        except NotEnrolled as error:
            raise errors.not_let_in("unknown_device") from error


def _check_centre(device: Device, centre: str) -> None:
    if centre != device.centre_code:
        raise errors.another_centre()
