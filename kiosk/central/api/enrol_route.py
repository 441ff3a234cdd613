"""``POST /v1/enrol``: a device with a code becomes one that may speak."""

import logging

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.endpoint import Answer, api_route, read_body
from kiosk.central.devices import Devices
from kiosk.central.enrolment import EnrolRefused, enrol
from kiosk.central.fleet.online_key import OnlineSigner
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.wire.central_api import Enrolled, EnrolRequest

log = logging.getLogger(__name__)

_MAX_BODY = 4096
_DECODER = msgspec.json.Decoder(EnrolRequest)


def enrol_route(database: Database, devices: Devices, clock: Clock, signer: OnlineSigner | None) -> BaseRoute:
    """``signer``: whose roots the hub pins; None where central signs no settings."""
    roots, city = (signer.roots, signer.city) if signer else ((), "")

    async def take(request: Request) -> Answer:
        body = await read_body(request, _MAX_BODY)
        try:
            ask = _DECODER.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise errors.malformed(str(error)) from error
        outcome = await database.write(lambda tx: enrol(tx, ask, clock.now_ms()))
        if isinstance(outcome, EnrolRefused):
            is_agency = outcome is EnrolRefused.AGENCY_TAKEN
            raise errors.agency_taken() if is_agency else errors.code_refused(outcome.value)
        await devices.look()
        log.info("A device of centre %s has enrolled", outcome.code, extra={"device": outcome.device})
        return Answer(
            Enrolled(device=outcome.device, centre=outcome.code, now_ms=clock.now_ms(), roots=roots, city=city)
        )

    return api_route("/v1/enrol", take, clock)
