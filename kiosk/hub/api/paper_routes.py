"""Files of papers: a kiosk sends them as raw bytes, and gets small pictures of their pages back.

A file goes piece by piece into a file of its own: it never stands in the hub's memory, and one that is too large is
refused before or while it comes.
"""

import secrets

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.api import errors
from kiosk.hub.api.endpoint import Who, authenticate
from kiosk.hub.api.parts import ApiParts
from kiosk.hub.dossiers.draft import Draft, Found
from kiosk.hub.dossiers.inbox import Incoming, NoRoom, TooMuch
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.web.security import json_response
from kiosk.wire.submission_api import MAX_FILE, DraftState

_WAYS: dict[str, Found] = {"camera": "camera", "scanner": "scanner"}


def paper_routes(parts: ApiParts) -> list[BaseRoute]:
    papers = _Papers(parts)
    path = "/v1/drafts/{draft}/papers/{paper}"
    return [
        Route(f"{path}/files", papers.take, methods=["POST"]),
        Route(f"{path}/pages/{{number:int}}", papers.page),
    ]


class _Papers:
    def __init__(self, parts: ApiParts) -> None:
        self._parts, self._room = parts, parts.dossiers

    async def take(self, request: Request) -> Response:
        try:
            kiosk = authenticate(Who.KIOSK, request, self._parts).name
            answer = await self._take(request, kiosk)
        except errors.Failure as error:
            return errors.failure(error)
        return errors.refusal(answer) if isinstance(answer, Refused) else json_response(answer)

    async def page(self, request: Request) -> Response:
        try:
            kiosk = authenticate(Who.KIOSK, request, self._parts).name
        except errors.Failure as error:
            return errors.failure(error)
        draft, paper, number = (request.path_params[name] for name in ("draft", "paper", "number"))
        picture = await self._room.on_disk(self._room.parts.drafts.page, kiosk, draft, paper, number)
        return errors.refusal(picture) if isinstance(picture, Refused) else Response(picture, media_type="image/jpeg")

    async def _take(self, request: Request, kiosk: str) -> DraftState | Refused:
        way = _WAYS.get(request.query_params.get("way", ""))
        if way is None:
            raise errors.malformed("way: expected camera or scanner")
        draft = await self._room.on_disk(self._room.parts.drafts.owned, kiosk, request.path_params["draft"])
        if isinstance(draft, Refused):
            return draft
        refused = self._room.parts.drafts.may_add(draft, request.path_params["paper"]) or _too_large(request)
        return refused or await self._received(request, draft, way)

    async def _received(self, request: Request, draft: Draft, way: Found) -> DraftState | Refused:
        room = self._room
        upload = request.query_params.get("id", "")[:64] or secrets.token_hex(16)
        key = f"{draft.id}/{secrets.token_hex(8)}"  # a retry that comes while the first is under way is its own
        try:
            incoming = room.parts.inbox.at(key, MAX_FILE)
            refused = await self._filled(request, incoming)
            if refused is not None:
                return refused
            paper = request.path_params["paper"]
            return await room.on_disk(room.parts.drafts.add_file, draft.id, paper, way, upload, incoming.path)
        except NoRoom:
            return Refused(Why.BUSY)
        finally:
            room.parts.inbox.end(key)

    async def _filled(self, request: Request, incoming: Incoming) -> Refused | None:
        inbox = self._room.parts.inbox
        try:
            async for chunk in request.stream():
                inbox.add(incoming, chunk)
        except TooMuch:
            return Refused(Why.FILE_TOO_LARGE)
        except OSError:
            return Refused(Why.NO_SPACE)
        except ClientDisconnect:
            raise errors.malformed("the file was cut off") from None
        return None if incoming.size else Refused(Why.MISSING_FIELD)


def _too_large(request: Request) -> Refused | None:
    """What is announced is believed: nothing of it is read."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > MAX_FILE:
        return Refused(Why.FILE_TOO_LARGE)
    return None
