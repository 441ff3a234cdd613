"""``POST /v1/procedures``: what the city has released, for hubs."""

from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.endpoint import Answer, api_route, read_body
from kiosk.central.api.signature import check_signature, device_of
from kiosk.central.devices import Devices
from kiosk.central.ports import Database, Transaction
from kiosk.central.procedures import released, tag
from kiosk.clock import Clock
from kiosk.wire.catalogue_api import PATH, AskCatalogue, CityCatalogue

_MAX_BODY = 4096
_decode = msgspec.json.Decoder(AskCatalogue).decode


@dataclass(frozen=True, slots=True)
class ProcedureRoutes:
    database: Database
    devices: Devices
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        return [api_route(PATH, self._give, self.clock)]

    async def _give(self, request: Request) -> Answer:
        device = await device_of(request, self.devices, self.clock.now_ms())
        body = await read_body(request, _MAX_BODY)
        check_signature(request, device, body)
        try:
            asked = _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise errors.malformed(str(error)) from error
        return Answer(await self.database.read(lambda tx: _answer(tx, asked.tag)))


def _answer(tx: Transaction, known: str) -> CityCatalogue:
    now = tag(tx)
    return CityCatalogue(tag=now, procedures=None if now == known else list(released(tx)))
