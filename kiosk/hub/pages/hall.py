"""The hall screen: dark, big, opened once with its own token and then left alone for years."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.views import HallLane, HallView
from kiosk.web.i18n import Language
from kiosk.web.live import Leave, Snapshot
from kiosk.web.signin import cookie_name, set_cookie, token_hash

COOKIE = "hub_screen"
TEN_YEARS_S = 10 * 365 * 24 * 3600
CALLS_SHOWN = 8  #: as many whole rows as fit are seen: five on a wide screen, eight on a tall one
LANES_A_PAGE = 6


class HallPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/hall", self.show), Route("/hall/stream", self.stream)]

    async def show(self, request: Request) -> Response:
        token = request.query_params.get("token")
        if token is not None and self._is_screen(token):
            response = RedirectResponse("/hall", 303)
            set_cookie(request, response, cookie_name(request, COOKIE), token, TEN_YEARS_S)
            return response
        if not self._may_see(request):
            kit = self._parts.kit
            return kit.sorry(request, 401, kit.words_for(request)("hall.unknown_screen"))
        return self._parts.kit.page(request, "hall.html", **_context(self._parts.reader.hall()))

    async def stream(self, request: Request) -> Response:
        parts, language = self._parts, self._parts.kit.language(request)

        def render() -> Snapshot:
            return self._render(language) if self._may_see(request) else Leave("/hall")

        return parts.streams.respond(parts.changes.watch(), render)

    def _render(self, language: Language) -> str:
        return self._parts.kit.fragment("hall_live.html", language, **_context(self._parts.reader.hall()))

    def _may_see(self, request: Request) -> bool:
        token = request.cookies.get(cookie_name(request, COOKIE))
        return (token is not None and self._is_screen(token)) or self._parts.sign_in.session(request) is not None

    def _is_screen(self, token: str) -> bool:
        found = self._parts.tokens.token(token_hash(token))
        return found is not None and found[0] == "hall"


def _context(view: HallView) -> dict[str, Any]:
    return {"view": view, "calls": view.calls[:CALLS_SHOWN], "pages": lane_pages(view.lanes)}


def lane_pages(lanes: tuple[HallLane, ...]) -> list[tuple[HallLane, ...]]:
    """Lanes in pages of equal length, longest line first, which the screen turns one after the other."""
    ordered = sorted(lanes, key=lambda lane: -lane.waiting)
    return [tuple(ordered[at : at + LANES_A_PAGE]) for at in range(0, len(ordered), LANES_A_PAGE)]
