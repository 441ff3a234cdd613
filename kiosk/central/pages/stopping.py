"""The page behind the link in a message to a citizen: one button ends the messages; looking at it changes nothing."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.notify.citizens import stop
from kiosk.central.notify.keys import LinkKey
from kiosk.central.notify.links import read
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.web.kit import PageKit


@dataclass(frozen=True, slots=True)
class StopPages:
    kit: PageKit
    database: Database
    clock: Clock
    key: LinkKey

    def routes(self) -> list[BaseRoute]:
        return [Route("/o/{token}", self.show), Route("/o/{token}", self.stop, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        number = await self._number(request)
        rows = await self.database.read(lambda tx: tx.rows("citizens.by_link", id=number)) if number is not None else []
        if not rows:
            return self._unknown(request)
        return self.kit.page(request, "stop.html", code=rows[0][0], done=rows[0][1] is not None)

    async def stop(self, request: Request) -> Response:
        number, now_ms = await self._number(request), self.clock.now_ms()
        code = await self.database.write(lambda tx: stop(tx, number, now_ms)) if number is not None else ""
        return self.kit.page(request, "stop.html", code=code, done=True) if code else self._unknown(request)

    async def _number(self, request: Request) -> int | None:
        return read(await self.key.get(), request.path_params["token"], self.clock.now_ms())

    def _unknown(self, request: Request) -> Response:
        words = self.kit.words_for(request)
        return self.kit.sorry(request, 404, words("stop.unknown"), heading="stop.unknown_title", home="/")
