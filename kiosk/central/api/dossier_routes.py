"""Dossiers: what enrolled hubs send, ask and change. There are none where no key is configured."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api.dossier_answers import agency_words, conflict, decoded, known
from kiosk.central.api.endpoint import Answer, api_route, read_body, unpacked
from kiosk.central.api.signature import check_signature, device_of
from kiosk.central.devices import Devices
from kiosk.central.dossiers.agencies import claim_agency
from kiosk.central.dossiers.dossiers import Dossiers, OtherAgency, OtherContent
from kiosk.central.dossiers.look_up import LookUps
from kiosk.central.dossiers.parts import Office
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.wire.common import Message, Text
from kiosk.wire.dossier_api import (
    ActOn,
    AgencyReply,
    Apologise,
    CheckPaper,
    ClaimAgency,
    FindDossiers,
    LookUp,
    OpenDossier,
    Submission,
    WorkList,
)

log = logging.getLogger(__name__)

_MAX_BODY = 64 * 1024
AnyMessage = TypeVar("AnyMessage", bound=Message)
Handler = Callable[[Office, AnyMessage], Awaitable[Message]]


async def signed(request: Request, devices: Devices, clock: Clock, limit: int = _MAX_BODY) -> tuple[Office, bytes]:
    """Who sent it, and the body as sent. Raises Failure."""
    device = await device_of(request, devices, clock.now_ms())
    body = await read_body(request, limit)
    check_signature(request, device, body)
    return Office(device.centre, device.centre_code), body


@dataclass(frozen=True, slots=True)
class DossierRoutes:
    dossiers: Dossiers
    look_ups: LookUps
    database: Database
    devices: Devices
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        return [
            self._route("/v1/dossiers/submit", Submission, self._submit),
            self._route("/v1/dossiers/agency", ClaimAgency, self._claim),
            self._route("/v1/dossiers/open", OpenDossier, self._open),
            self._route("/v1/dossiers/act", ActOn, self._act),
            self._route("/v1/dossiers/apologise", Apologise, self._apologise),
            self._route("/v1/dossiers/papers/check", CheckPaper, self._check),
            self._route("/v1/dossiers/work-list", WorkList, self._work_list),
            self._route("/v1/dossiers/find", FindDossiers, self._find),
            self._route("/v1/dossiers/look-up", LookUp, self._look_up),
        ]

    def _route(self, path: str, kind: type[AnyMessage], handler: Handler[AnyMessage]) -> BaseRoute:
        async def take(request: Request) -> Answer:
            office, body = await signed(request, self.devices, self.clock)
            text = unpacked(body, request.headers.get("content-encoding", ""))
            return Answer(await handler(office, decoded(text, kind)))

        return api_route(path, take, self.clock)

    async def _submit(self, office: Office, given: Submission) -> Message:
        stored = await self.database.write(lambda tx: self.dossiers.submit(tx, office, given, self.clock.now_ms()))
        if isinstance(stored, OtherContent):
            raise conflict("code_taken", _CODE_TAKEN)
        if isinstance(stored, OtherAgency):
            raise conflict("agency_taken", agency_words(stored.owner))
        return stored

    async def _claim(self, office: Office, wanted: ClaimAgency) -> Message:
        now_ms = self.clock.now_ms()
        taken_by = await self.database.write(lambda tx: claim_agency(tx, office.centre, wanted.agency, now_ms))
        if taken_by is not None:
            log.warning("Centre %s has the agency code %s of %s", office.code, wanted.agency, taken_by.vi)
        return AgencyReply(taken_by=taken_by)

    async def _open(self, office: Office, wanted: OpenDossier) -> Message:
        now_ms = self.clock.now_ms()
        return known(await self.database.read(lambda tx: self.dossiers.open(tx, office, wanted.code, now_ms)))

    async def _act(self, office: Office, wanted: ActOn) -> Message:
        return known(await self.database.write(lambda tx: self.dossiers.act(tx, office, wanted, self.clock.now_ms())))

    async def _apologise(self, office: Office, wanted: Apologise) -> Message:
        now_ms = self.clock.now_ms()
        return known(await self.database.write(lambda tx: self.dossiers.apologise(tx, office, wanted, now_ms)))

    async def _check(self, office: Office, wanted: CheckPaper) -> Message:
        now_ms = self.clock.now_ms()
        return known(await self.database.write(lambda tx: self.dossiers.check(tx, office, wanted, now_ms)))

    async def _work_list(self, office: Office, _wanted: WorkList) -> Message:
        now_ms = self.clock.now_ms()
        return await self.database.read(lambda tx: self.dossiers.work_list(tx, office, now_ms))

    async def _find(self, office: Office, wanted: FindDossiers) -> Message:
        now_ms = self.clock.now_ms()
        return await self.database.read(lambda tx: self.dossiers.of_person(tx, office, wanted, now_ms))

    async def _look_up(self, office: Office, asked: LookUp) -> Message:
        return await self.database.write(lambda tx: self.look_ups.look_up(tx, office, asked, self.clock.now_ms()))


_CODE_TAKEN = Text(vi="Mã hồ sơ này đã được dùng cho hồ sơ khác.", en="This code belongs to another dossier.")
