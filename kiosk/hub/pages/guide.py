"""What a procedure needs: search and description, public, for phones and for staff.

Everybody reads everyday words; staff also the catalogue's own, and the notes of those who keep it.
What nobody has confirmed is marked: a citizen is told to ask, staff are told which fact to check.
"""

from itertools import groupby
from operator import attrgetter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.parts import PageParts

MAX_QUERY = 200
MAX_CODE = 20


class GuidePages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/procedures", self.find), Route("/procedures/{code}", self.show)]

    async def find(self, request: Request) -> Response:
        query, guide = request.query_params.get("q", "").strip()[:MAX_QUERY], self._parts.guide
        found = guide.find(query) if query else None
        fields = [] if found else groupby(guide.everything(), key=attrgetter("field"))
        by_field = [(field, list(hits)) for field, hits in fields]
        return self._parts.kit.page(request, "guide.html", query=query, found=found, by_field=by_field)

    async def show(self, request: Request) -> Response:
        kit, code = self._parts.kit, request.path_params["code"]
        procedure = self._parts.guide.show(code) if len(code) <= MAX_CODE else None
        if procedure is None:
            words = kit.words_for(request)
            return kit.sorry(request, 404, words("guide.unknown"), heading="error.not_found", home="/procedures")
        is_staff = self._parts.sign_in.session(request) is not None
        return kit.page(request, "procedure.html", procedure=procedure, plain=self._parts.plain.of, is_staff=is_staff)
