"""Files of dossiers: hubs bring them, officers look at them, citizens fetch results. Raw PDF either way."""

import asyncio
import hashlib
import logging
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.dossier_answers import decoded, from_query, known, unknown
from kiosk.central.api.dossier_routes import signed
from kiosk.central.api.endpoint import Answer, api_route
from kiosk.central.devices import Devices
from kiosk.central.dossiers.look_up import LookUps, WaitBefore
from kiosk.central.dossiers.papers import File, PaperFiles, may_put, note_put, papers_of
from kiosk.central.dossiers.parts import Unknown, find
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.papers.kinds import HEAD_BYTES, Kind, kind_of
from kiosk.papers.vault import PaperLost, VaultFull
from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.dossier_api import MAX_PAPER, PUT_PAPER, FetchResult, GetPaper, PaperPut

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PaperRoutes:
    files: PaperFiles
    look_ups: LookUps
    database: Database
    devices: Devices
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        return [
            api_route(PUT_PAPER, self._put, self.clock),
            api_route("/v1/dossiers/papers/get", self._get, self.clock),
            api_route("/v1/dossiers/result", self._result, self.clock),
        ]

    async def _put(self, request: Request) -> Answer:
        """On the disk first, in the database then: what the database names is there."""
        office, body = await signed(request, self.devices, self.clock, MAX_PAPER)
        about = from_query(dict(request.query_params), PaperPut)
        if kind_of(body[:HEAD_BYTES]) is not Kind.PDF:
            raise errors.Failure(415, _NOT_PDF)
        file = File(about, hashlib.sha256(body).hexdigest())
        if refused := await self.database.read(lambda tx: may_put(tx, office, file)):
            known(refused)
        await self._keep(file, body)
        now_ms = self.clock.now_ms()
        return Answer(known(await self.database.write(lambda tx: note_put(tx, office, file, now_ms))))

    async def _get(self, request: Request) -> Response:
        office, body = await signed(request, self.devices, self.clock)
        wanted = decoded(body, GetPaper)
        found = await self.database.read(lambda tx: find(tx, office, wanted.code))
        if isinstance(found, Unknown):
            raise unknown()
        papers = await self.database.read(lambda tx: papers_of(tx, wanted.code))
        here = [each for each in papers if each.paper == wanted.paper and each.received_ms is not None]
        if not here:
            raise unknown()
        return await self._file(wanted.code, wanted.paper, here[0].sha256)

    async def _result(self, request: Request) -> Response:
        office, body = await signed(request, self.devices, self.clock)
        asked = decoded(body, FetchResult)
        now_ms = self.clock.now_ms()
        found = await self.database.write(lambda tx: self.look_ups.result(tx, office, asked, now_ms))
        if isinstance(found, WaitBefore):
            raise errors.busy(found.wait_s)
        if found is None:
            raise unknown()
        return await self._file(found.code, found.paper, found.sha256)

    async def _keep(self, file: File, content: bytes) -> None:
        try:
            await asyncio.to_thread(self.files.put, file, content)
        except VaultFull as error:
            log.error("A paper could not be kept: %s", error)
            raise errors.store_unavailable() from error

    async def _file(self, code: str, paper: str, sha256: str) -> Response:
        try:
            content = await asyncio.to_thread(self.files.read, code, paper, sha256)
        except PaperLost as error:
            log.error("A paper of dossier %s is lost: %s", code, error)
            raise errors.Failure(410, _LOST) from error
        return Response(content, media_type="application/pdf")


_NOT_PDF = ErrorReply(error="not_a_pdf", message=Text(vi="Tệp này không phải là PDF.", en="This file is not a PDF."))
_LOST = ErrorReply(
    error="paper_lost",
    message=Text(vi="Tệp này đã hỏng, mời nộp lại.", en="This file was damaged; please hand it in again."),
)
