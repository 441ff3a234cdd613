"""Papers from the citizen's own phone: the page behind the QR that a kiosk shows. For one phone, for some minutes."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.dossiers.draft import Draft
from kiosk.hub.dossiers.phone import MAX_SLICE
from kiosk.hub.dossiers.room import DossierRoom
from kiosk.hub.usecases.refused import SENTENCES, Refused, Why
from kiosk.web.kit import PageKit
from kiosk.web.security import error_response, json_response
from kiosk.wire.common import ErrorReply, Message

SEAT = "phone_seat"
_STATUS = {
    Why.LINK_OVER: 410,
    Why.ALREADY_SENT: 410,
    Why.UNKNOWN_DRAFT: 410,
    Why.UNKNOWN_PAPER: 422,
    Why.UNKNOWN_PAGE: 422,
    Why.FILE_TOO_LARGE: 413,
    Why.BUSY: 503,
    Why.NO_SPACE: 507,
}
_LONGEST = 12  #: digits of a place in a file


class Waits(Message, frozen=True):
    """``waits``: its number was not typed yet."""

    waits: bool


class UploadPages:
    def __init__(self, kit: PageKit, room: DossierRoom) -> None:
        self._kit, self._room, self._phone = kit, room, room.parts.phone

    def routes(self) -> list[BaseRoute]:
        paper = "/p/{token}/papers/{paper}"
        return [
            Route("/p/{token}", self.show),
            Route("/p/{token}/begin", self.begin, methods=["POST"]),
            Route("/p/{token}/seat", self.seat),
            Route("/p/{token}/state", self.state),
            Route(f"{paper}/files/{{upload}}", self.add, methods=["POST"]),
            Route(f"{paper}/pages/{{number:int}}", self.page),
            Route(f"{paper}/clear", self.clear, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """A first visit takes nothing yet: whatever looks at links on its own must not use this one up."""
        draft = await self._draft(request)
        if not isinstance(draft, Refused):
            papers = [each for each in self._room.parts.forms.papers(draft.procedure) if each.id in draft.papers]
            procedure = self._room.parts.forms.name(draft.procedure)
            token = request.path_params["token"]
            return self._kit.page(request, "upload.html", token=token, papers=papers, procedure=procedure)
        if draft.why is Why.ALREADY_SENT:
            return self._over(request, draft.why)
        return await self._before(request)

    async def _before(self, request: Request) -> Response:
        """What a phone sees that was not let in."""
        token, number = request.path_params["token"], await self._number(request)
        if isinstance(number, str):
            return self._kit.page(request, "upload_wait.html", token=token, number=number)
        if await self._room.on_disk(self._phone.is_free, token) is True:
            return self._kit.page(request, "upload_begin.html", token=token)
        return self._over(request)

    async def begin(self, request: Request) -> Response:
        token = request.path_params["token"]
        seat = await self._room.on_disk(self._phone.begin, token, request.cookies.get(SEAT, ""))
        if seat is None or isinstance(seat, Refused):
            return self._over(request)
        response = RedirectResponse(f"/p/{token}", 303)
        is_tls = request.url.scheme == "https"
        response.set_cookie(SEAT, seat, path=f"/p/{token}", httponly=True, secure=is_tls, samesite="lax")
        return response

    async def seat(self, request: Request) -> Response:
        """Asked by the page of a phone that waits, until its number was typed at the kiosk."""
        number = await self._number(request)
        return json_response(Waits(waits=bool(number))) if isinstance(number, str) else _refusal(number)

    async def state(self, request: Request) -> Response:
        draft = await self._draft(request)
        return _refusal(draft) if isinstance(draft, Refused) else json_response(self._phone.state(draft))

    async def add(self, request: Request) -> Response:
        draft = await self._draft(request)
        if isinstance(draft, Refused):
            return _refusal(draft)
        query, names = request.query_params, request.path_params
        place = (_number(query.get("at", "")), _number(query.get("of", "")))
        chunk = await _slice(request)
        answer = await self._room.on_disk(self._phone.add, draft, names["paper"], names["upload"], place, chunk)
        return _refusal(answer) if isinstance(answer, Refused) else json_response(answer)

    async def page(self, request: Request) -> Response:
        draft, names = await self._draft(request), request.path_params
        if isinstance(draft, Refused):
            return _refusal(draft)
        picture = await self._room.on_disk(self._room.parts.drafts.page_of, draft, names["paper"], names["number"])
        return _refusal(picture) if isinstance(picture, Refused) else Response(picture, media_type="image/jpeg")

    async def clear(self, request: Request) -> Response:
        draft = await self._draft(request)
        if isinstance(draft, Refused):
            return _refusal(draft)
        done = await self._room.on_disk(self._phone.clear, draft, request.path_params["paper"])
        return _refusal(done) if isinstance(done, Refused) else json_response(done)

    async def _number(self, request: Request) -> str | Refused:
        token, seat = request.path_params["token"], request.cookies.get(SEAT, "")
        number = await self._room.on_disk(self._phone.number, token, seat)
        return Refused(Why.LINK_OVER) if isinstance(number, Refused) else number

    async def _draft(self, request: Request) -> Draft | Refused:
        token, seat = request.path_params["token"], request.cookies.get(SEAT, "")
        draft = await self._room.on_disk(self._phone.seated, token, seat)
        is_over = isinstance(draft, Refused) and draft.why is not Why.ALREADY_SENT
        return Refused(Why.LINK_OVER) if is_over else draft

    def _over(self, request: Request, why: Why = Why.LINK_OVER) -> Response:
        words = self._kit.words_for(request).say(SENTENCES[why])
        return self._kit.sorry(request, 410, words, heading="upload.over")


async def _slice(request: Request) -> bytes:
    """Raises HTTPException 413 as soon as it is known to be too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SLICE:
            raise HTTPException(413)
    return bytes(body)


def _refusal(refused: Refused) -> Response:
    reply = ErrorReply(error=refused.why.value, message=refused.sentence, detail=refused.detail)
    return error_response(_STATUS.get(refused.why, 409), reply)


def _number(text: str) -> int:
    """-1: none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else -1
