"""The public page of one ticket, for a phone, reached by the QR on the slip. Nothing personal, no sign-in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.views import StatusView
from kiosk.queueing.model import TicketState
from kiosk.web.live import Leave, Snapshot

MAX_TOKEN = 64
GAP_S = 1.0  #: hundreds of phones may look at once; one snapshot a second is enough for each

TONES = {
    TicketState.WAITING: ("calm", "hourglass"),
    TicketState.CALLED: ("go", "megaphone"),
    TicketState.SERVING: ("calm", "user-check"),
    TicketState.SERVED: ("calm", "circle-check"),
    TicketState.PARKED: ("calm", "circle-pause"),
    TicketState.NO_SHOW: ("warn", "triangle-alert"),
    TicketState.CANCELLED: ("warn", "circle-x"),
    TicketState.EXPIRED: ("warn", "clock"),
}


class StatusPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/t/{token}", self.show), Route("/t/{token}/stream", self.stream)]

    async def show(self, request: Request) -> Response:
        view, kit = self._view(request), self._parts.kit
        if view is None:
            return kit.sorry(request, 404, kit.words_for(request)("status.unknown"), heading="error.not_found")
        return kit.page(request, "status.html", token=request.path_params["token"], **_context(view))

    async def stream(self, request: Request) -> Response:
        parts, language = self._parts, self._parts.kit.language(request)

        def render() -> Snapshot:
            view = self._view(request)
            if view is None:
                return Leave(f"/t/{request.path_params['token']}")
            return parts.kit.fragment("status_live.html", language, **_context(view))

        if self._view(request) is None:
            return Response(status_code=204)  # tells EventSource not to come back
        return parts.streams.respond(parts.changes.watch(), render, gap_s=GAP_S, guest=request.path_params["token"])

    def _view(self, request: Request) -> StatusView | None:
        token = request.path_params["token"]
        return self._parts.reader.status(token) if len(token) <= MAX_TOKEN else None


def _context(view: StatusView) -> dict[str, Any]:
    tone, icon = TONES[view.state]
    return {"view": view, "tone": tone, "sign": icon}
