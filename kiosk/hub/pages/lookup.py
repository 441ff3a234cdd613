"""How a dossier stands, on the citizen's phone: by code and secret, or by the card and the end of the phone number.

1. What was typed is sent in the body of a request; the QR of the receipt has it behind the "#", which no server sees.
2. The answer is the same page whether there is no such dossier or the secret is wrong.
3. A result is downloaded by a link that is good once and names nothing.
"""

import hashlib
import re
import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from kiosk.hub.dossiers.room import DossierRoom
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.web.entry import read_form
from kiosk.web.kit import PageKit
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.submission_api import KioskLookUp, ResultLinkAsk
from kiosk.words import time_to_wait

_CARD, _PHONE_END = re.compile(r"\d{12}", re.ASCII), re.compile(r"\d{4}", re.ASCII)
_MAX_CODE, _MAX_SECRET, _MAX_PAPER = 64, 16, 64


class LookUpPages:
    def __init__(self, kit: PageKit, room: DossierRoom) -> None:
        self._kit, self._room, self._look_ups = kit, room, room.parts.look_ups
        self._salt = secrets.token_bytes(16)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/d", self.ask),
            Route("/d", self.look_up, methods=["POST"]),
            Route("/d/result", self.link, methods=["POST"]),
            Route("/r/{token}", self.offer),
            Route("/r/{token}", self.download, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        return self._page(request, {})

    async def look_up(self, request: Request) -> Response:
        form = await read_form(request)
        asked = _asked(form)
        if asked is None:
            words = self._kit.words_for(request)("lookup.incomplete")
            return self._page(request, form, problem=words, status=422)
        reply = await self._room.ask_city(self._look_ups.look_up, self._asker(request), asked)
        if isinstance(reply, Refused) or not reply.found:
            return self._nothing(request, form, reply)
        names = {each.procedure: self._room.parts.forms.name(each.procedure) for each in reply.found}
        return self._kit.page(request, "lookup_found.html", found=reply.found, names=names, secret=asked.secret)

    def _nothing(self, request: Request, form: dict[str, str], reply: LookUpReply | Refused) -> Response:
        t = self._kit.words_for(request)
        if isinstance(reply, Refused):
            return self._page(request, form, problem=t.say(reply.sentence), status=503)
        if reply.wait_s:
            left = time_to_wait(reply.wait_s)
            words = t("lookup.wait", time=t.say(Text(vi=left.vi, en=left.en)))
            return self._page(request, form, problem=words, status=429)
        return self._page(request, form, problem=t("lookup.nothing"))

    async def link(self, request: Request) -> Response:
        form = await read_form(request)
        asked = ResultLinkAsk(
            code=form.get("code", "")[:_MAX_CODE],
            secret=form.get("secret", "")[:_MAX_SECRET],
            paper=form.get("paper", "")[:_MAX_PAPER] or "-",
        )
        link = await self._room.ask_city(self._look_ups.link, self._asker(request), asked)
        if isinstance(link, Refused):
            return self._sorry(request, link)
        return RedirectResponse(f"/r/{link.url.rpartition('/')[2]}", 303)

    async def offer(self, request: Request) -> Response:
        """Whatever looks at links on its own must not use this one up: the file comes by a button."""
        token = request.path_params["token"]
        if not self._look_ups.is_good(token):
            return self._sorry(request, Refused(Why.LINK_OVER))
        return self._kit.page(request, "result.html", token=token)

    async def download(self, request: Request) -> Response:
        pieces = await self._room.ask_city(self._look_ups.result, request.path_params["token"])
        if isinstance(pieces, Refused):
            return self._sorry(request, pieces)
        headers = {"Content-Disposition": 'attachment; filename="ket-qua.pdf"'}
        return StreamingResponse(pieces, media_type="application/pdf", headers=headers)

    def _page(self, request: Request, form: dict[str, str], problem: str = "", status: int = 200) -> Response:
        return self._kit.page(request, "lookup.html", status, form=form, problem=problem)

    def _sorry(self, request: Request, refused: Refused) -> Response:
        status = {Why.LINK_OVER: 410, Why.CENTRAL_AWAY: 503}.get(refused.why, 404)
        words = self._kit.words_for(request).say(refused.sentence)
        return self._kit.sorry(request, status, words, heading="lookup.title", home="/d")

    def _asker(self, request: Request) -> str:
        """A phone by its address, which nobody can read out of it."""
        address = request.client.host if request.client else ""
        return f"phone-{hashlib.blake2b(address.encode(), key=self._salt, digest_size=8).hexdigest()}"


def _asked(form: dict[str, str]) -> KioskLookUp | None:
    """None when there is nothing to look for."""
    code, secret = form.get("code", "").strip()[:_MAX_CODE], form.get("secret", "").strip()[:_MAX_SECRET]
    if code and secret:
        return KioskLookUp(code=code, secret=secret)
    card, end = (re.sub(r"\D", "", form.get(name, "")) for name in ("personal_id", "phone_end"))
    if _CARD.fullmatch(card) and _PHONE_END.fullmatch(end):
        return KioskLookUp(personal_id=card, phone_end=end)
    return None
