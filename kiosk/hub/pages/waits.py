"""How the promised wait is made, in plain words: public, the same for everybody, without a sign-in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.parts import PageParts

#: Sections and how many sentences each has.
PARTS = (("how", 4), ("range", 3), ("promise", 3), ("unused", 2), ("plain", 2), ("checked", 1))


class WaitsPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/waits", self.show)]

    async def show(self, request: Request) -> Response:
        return self._parts.kit.page(request, "waits.html", parts=PARTS, patience_min=self._parts.patience_min())
