"""Dossiers: what enrolled hubs send, ask and change. There are none where no key is configured."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.endpoint import Answer, api_route, read_body, unpacked
from kiosk.central.api.signature import check_signature, device_of
from kiosk.central.devices import Devices
from kiosk.central.dossiers import Dossiers, Office, OtherContent, Unknown
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.dossier.dossier import NotAllowed
from kiosk.wire.common import ErrorReply, Message, Text
from kiosk.wire.dossier_api import ActOn, LookUp, OpenDossier, Submission, WorkList

_MAX_BODY = 64 * 1024
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
AnyMessage = TypeVar("AnyMessage", bound=Message)
Handler = Callable[[Office, AnyMessage], Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class DossierRoutes:
    dossiers: Dossiers
    database: Database
    devices: Devices
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        return [
            self._route("/v1/dossiers/submit", Submission, self._submit),
            self._route("/v1/dossiers/open", OpenDossier, self._open),
            self._route("/v1/dossiers/act", ActOn, self._act),
            self._route("/v1/dossiers/work-list", WorkList, self._work_list),
            self._route("/v1/dossiers/look-up", LookUp, self._look_up),
        ]

    def _route(self, path: str, kind: type[AnyMessage], handler: Handler[AnyMessage]) -> BaseRoute:
        decoder = msgspec.json.Decoder(kind)

        async def take(request: Request) -> Answer:
            office, body = await self._signed(request)
            try:
                message = decoder.decode(body)
            except _WRONG as error:
                raise errors.malformed(_place_of(error)) from error
            return Answer(await handler(office, message))

        return api_route(path, take, self.clock)

    async def _signed(self, request: Request) -> tuple[Office, bytes]:
        device = await device_of(request, self.devices, self.clock.now_ms())
        body = await read_body(request, _MAX_BODY)
        check_signature(request, device, body)
        text = unpacked(body, request.headers.get("content-encoding", ""))
        return Office(device.centre, device.centre_code), text

    async def _submit(self, office: Office, given: Submission) -> Message:
        stored = await self.database.write(lambda tx: self.dossiers.submit(tx, office, given, self.clock.now_ms()))
        if isinstance(stored, OtherContent):
            raise _conflict("code_taken", _CODE_TAKEN)
        return stored

    async def _open(self, office: Office, wanted: OpenDossier) -> Message:
        now_ms = self.clock.now_ms()
        found = await self.database.read(lambda tx: self.dossiers.open(tx, office, wanted.code, now_ms))
        return _known(found)

    async def _act(self, office: Office, wanted: ActOn) -> Message:
        done = await self.database.write(lambda tx: self.dossiers.act(tx, office, wanted, self.clock.now_ms()))
        if isinstance(done, NotAllowed):
            raise _conflict(done.why.value, Text(vi=done.words.vi, en=done.words.en))
        return _known(done)

    async def _work_list(self, office: Office, _wanted: WorkList) -> Message:
        now_ms = self.clock.now_ms()
        return await self.database.read(lambda tx: self.dossiers.work_list(tx, office, now_ms))

    async def _look_up(self, office: Office, asked: LookUp) -> Message:
        return await self.database.write(lambda tx: self.dossiers.look_up(tx, office, asked, self.clock.now_ms()))


def _known(found: AnyMessage | Unknown) -> AnyMessage:
    if isinstance(found, Unknown):
        reply = ErrorReply(error="unknown_dossier", message=Text(vi="Không có hồ sơ này.", en="No such dossier."))
        raise errors.Failure(404, reply)
    return found


def _conflict(error: str, message: Text) -> errors.Failure:
    return errors.Failure(409, ErrorReply(error=error, message=message))


def _place_of(error: Exception) -> str:
    """Where it is wrong, never what stood there: it may be somebody's name. msgspec names the place after a dash."""
    _, dash, place = str(error).rpartition(" - at ")
    return f"wrong at {place}" if dash else "not a message of this kind"


_CODE_TAKEN = Text(vi="Mã hồ sơ này đã được dùng cho hồ sơ khác.", en="This code belongs to another dossier.")
