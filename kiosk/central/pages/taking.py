"""The page behind the link in a message: what is wrong where, and one button. Looking at it changes nothing.

Nobody is signed in here: the link is the proof, it ends by itself, and it shows nothing but this one incident. Programs
that open links in messages to look at them only ever ask with GET.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.alarms.acknowledge import NAME_LETTERS, read_linked, take_on_by_link
from kiosk.central.notify.keys import LinkKey
from kiosk.central.notify.links import read
from kiosk.central.notify.notices import NoticeState
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.web.entry import read_form
from kiosk.web.kit import PageKit

TOLD_ICONS = {
    NoticeState.WAITING: "clock",
    NoticeState.SENT: "check",
    NoticeState.GIVEN_UP: "circle-x",
    NoticeState.NOT_NEEDED: "circle-minus",
}


@dataclass(frozen=True, slots=True)
class TakingPages:
    kit: PageKit
    database: Database
    clock: Clock
    key: LinkKey
    taken: Callable[[], None]  #: somebody took an incident on: pages want to show it

    def routes(self) -> list[BaseRoute]:
        return [Route("/a/{token}", self.show), Route("/a/{token}", self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        notice, now_ms = await self._notice(request), self.clock.now_ms()
        found = await self.database.read(lambda tx: read_linked(tx, notice, now_ms)) if notice is not None else None
        if found is None:
            return self._unknown(request)
        return self.kit.page(request, "taking.html", incident=found, name_letters=NAME_LETTERS, told_icons=TOLD_ICONS)

    async def take(self, request: Request) -> Response:
        notice, now_ms = await self._notice(request), self.clock.now_ms()
        name = (await read_form(request)).get("name", "")
        if notice is None or not await self.database.write(lambda tx: take_on_by_link(tx, notice, name, now_ms)):
            return self._unknown(request)
        self.taken()
        return RedirectResponse(request.url.path, 303)

    async def _notice(self, request: Request) -> int | None:
        """None for a link that was not made here or has ended."""
        return read(await self.key.get(), request.path_params["token"], self.clock.now_ms())

    def _unknown(self, request: Request) -> Response:
        words = self.kit.words_for(request)
        return self.kit.sorry(request, 404, words("ack.unknown"), heading="ack.unknown_title", home="/")
