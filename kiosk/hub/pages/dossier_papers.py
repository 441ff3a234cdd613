"""Files of a dossier for its officers: pictures of pages, the PDF itself, new scans or photos, printed forms."""

import asyncio
import io
import secrets
from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.errors import CentralUnreachable
from kiosk.hub.desk.pictures import Scanned
from kiosk.hub.desk.printed import Around, printed_form
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.hub.pages.dossier_door import for_officers, note_act
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.hub.pages.parts import PageParts
from kiosk.papers.kinds import MAX_PAGES, WORDS, Refusal
from kiosk.web.ports import Staff
from kiosk.web.security import error_response
from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.dossier_api import DossierReply, PaperInfo, PaperPut
from kiosk.wire.submission_api import MAX_FILE

NEW = "them"  #: what the page calls a paper that has no id yet
_AN_HOUR = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "inline"}


class DossierPaperPages:
    def __init__(self, parts: PageParts, dossiers: DossierParts) -> None:
        self._parts, self._dossiers, self._desk = parts, dossiers, dossiers.desk

    def routes(self) -> list[BaseRoute]:
        parts, of_code = self._parts, "/dossiers/{code}"
        return [
            Route(f"{of_code}/papers", for_officers(parts, self.bring), methods=["POST"]),
            Route(f"{of_code}/papers/{{paper}}/{{page:int}}.jpg", for_officers(parts, self.picture)),
            Route(f"{of_code}/papers/{{paper}}.pdf", for_officers(parts, self.paper)),
            Route(f"{of_code}/forms/{{number}}.pdf", for_officers(parts, self.form)),
        ]

    async def picture(self, request: Request, _staff: Staff) -> Response:
        code, paper, page = (request.path_params[name] for name in ("code", "paper", "page"))
        reply = await asyncio.to_thread(self._desk.open, code)
        sha256 = _sha256_of(reply.papers, paper)
        pages = await asyncio.to_thread(
            self._dossiers.paper_desk.pictures, sha256, lambda: self._desk.paper(code, paper)
        )
        if not 1 <= page <= len(pages):
            return Response(status_code=404)
        return Response(pages[page - 1], media_type="image/jpeg", headers=_AN_HOUR)

    async def paper(self, request: Request, _staff: Staff) -> Response:
        code, paper = request.path_params["code"], request.path_params["paper"]
        content = await asyncio.to_thread(self._desk.paper, code, paper)
        headers = {"Content-Disposition": f'inline; filename="{code}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    async def bring(self, request: Request, staff: Staff) -> Response:
        """Answers a script of the page, so with JSON."""
        is_result, content = request.query_params.get("kind") == "result", await _read(request)
        files = _apart(content, request.query_params.get("sizes", ""))
        if files is None:
            return error_response(422, self._said("not_read", "dossier.not_read"))
        scanned = await asyncio.to_thread(self._dossiers.paper_desk.plain_pdf, files, is_result=is_result)
        if isinstance(scanned, Refusal):
            return self._refused(scanned, is_result=is_result)
        return await self._put(_about(request, scanned), scanned, staff)

    async def _put(self, about: PaperPut | None, scanned: Scanned, staff: Staff) -> Response:
        if about is None:
            return error_response(422, self._said("not_read", "dossier.not_read"))
        try:
            known = await asyncio.to_thread(self._desk.open, about.code)
            await asyncio.to_thread(self._desk.put, about, scanned.content)
        except CentralSays as no:
            return error_response(no.status, ErrorReply(error=no.error, message=no.message))
        except CentralUnreachable:
            return error_response(503, self._said("central_away", "dossier.away"))
        act = "add_result" if about.kind == "result" else "add_paper"
        await note_act(self._parts, self._dossiers.note, staff, known, act)
        return Response(msgspec.json.encode({"paper": about.paper}), media_type="application/json")

    async def form(self, request: Request, _staff: Staff) -> Response:
        from kiosk.hub.pages.dossier_sheet import pdf_bytes  # fpdf takes a quarter of a second: only when wanted

        reply = await asyncio.to_thread(self._desk.open, request.path_params["code"])
        form = printed_form(request.path_params["number"], reply, self._around(reply))
        if form is None:
            return self._parts.kit.sorry(request, 404, self._parts.kit.words_for(request)("dossier.not_now"))
        content = await asyncio.to_thread(pdf_bytes, form, self._dossiers.assets)
        headers = {"Content-Disposition": f'inline; filename="{form.code}-mau-{form.number}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    def _around(self, reply: DossierReply) -> Around:
        office, procedure = self._dossiers.office(), self._parts.guide.show(reply.status.procedure)
        is_sure = procedure is not None and "fee" not in procedure.unsure
        fee = " ".join(filter(None, (procedure.fee, procedure.exempt))) if procedure and is_sure else "Theo quy định"
        name = procedure.name.vi if procedure else reply.status.procedure
        return Around(office.name.vi, office.address.vi, name, fee)

    def _refused(self, why: Refusal, *, is_result: bool) -> Response:
        if is_result and why is not Refusal.ACTS:
            return error_response(422, self._said(why.value, "dossier.result_not_pdf"))
        words = WORDS[why]
        return error_response(422, ErrorReply(error=why.value, message=Text(vi=words.vi, en=words.en)))

    def _said(self, error: str, key: str) -> ErrorReply:
        words = self._parts.kit.words
        return ErrorReply(error=error, message=Text(vi=words["vi"](key), en=words["en"](key)))


async def _read(request: Request) -> bytes:
    """At most one byte more than is taken, which is then refused as too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FILE:
            break
    return bytes(body)


def _apart(content: bytes, sizes: str) -> list[bytes] | None:
    """Several files come one behind the other, with their ``sizes`` in bytes ("12,7"); without them it is one file.

    None when they are not as long together as what came, or too many for one paper.
    """
    if len(content) > MAX_FILE or not sizes:
        return [content]  # what is too large is refused as such
    lengths = [int(each) if each.isdecimal() and len(each) < 10 else -1 for each in sizes.split(",", MAX_PAGES)]
    if len(lengths) > MAX_PAGES or min(lengths) < 0 or sum(lengths) != len(content):
        return None
    whole = io.BytesIO(content)
    return [whole.read(length) for length in lengths]


def _about(request: Request, scanned: Scanned) -> PaperPut | None:
    """None for a query that is none of ours."""
    asked = {name: request.query_params.get(name, "") for name in ("paper", "kind", "name")}
    if asked["paper"] == NEW:
        asked["paper"] = f"{NEW}-{secrets.token_hex(4)}"
    said = {"code": request.path_params["code"], "way": "counter", "pages": scanned.pages}
    try:
        return msgspec.convert(asked | said, PaperPut)
    except msgspec.ValidationError:
        return None


def _sha256_of(papers: Sequence[PaperInfo], paper: str) -> str:
    """Its own name for one that is not there: central says so."""
    return next((each.sha256 for each in papers if each.paper == paper and each.received_ms is not None), paper)
