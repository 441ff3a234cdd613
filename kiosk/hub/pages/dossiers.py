"""Dossiers at the console: the work list, and one dossier with everything that can be done with it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import day_of
from kiosk.errors import CentralUnreachable
from kiosk.hub.desk.asked import CardNumber, read_asked
from kiosk.hub.desk.work import grouped
from kiosk.hub.dossiers.keeping import Kept
from kiosk.hub.dossiers.ports import CentralSays
from kiosk.hub.pages.dossier_asking import Problem, one, typed_in, wanted_act, wanted_check
from kiosk.hub.pages.dossier_door import for_officers, in_front_of, note_act
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.hub.pages.dossier_view import Typed, dossier_view
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.usecases.views import TicketRow
from kiosk.web.entry import read_fields
from kiosk.web.ports import Staff
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import ActOn, DossierReply, WorkLine

MAX_FORM_BYTES = 64 << 10  #: a reason of 2,000 letters, as a browser sends it


@dataclass(frozen=True, slots=True)
class _Listed:
    """``found``: of somebody who was looked for; None when nobody was. ``away``: central does not answer."""

    work: Sequence[WorkLine] = ()
    kept: Sequence[Kept] = ()
    away: bool = False
    found: Sequence[WorkLine] | None = None
    problem: str = ""


class DossierPages:
    def __init__(self, parts: PageParts, dossiers: DossierParts) -> None:
        self._parts, self._dossiers, self._desk = parts, dossiers, dossiers.desk

    def routes(self) -> list[BaseRoute]:
        parts = self._parts
        return [
            Route("/dossiers", for_officers(parts, self.work)),
            Route("/dossiers/find", for_officers(parts, self.find), methods=["POST"]),
            Route("/dossiers/{code}", for_officers(parts, self.show)),
            Route("/dossiers/{code}/acts", for_officers(parts, self.act), methods=["POST"]),
            Route("/dossiers/{code}/checks", for_officers(parts, self.check), methods=["POST"]),
        ]

    async def work(self, request: Request, staff: Staff) -> Response:
        """What is kept here stands in it, with central away, too."""
        kept = await asyncio.to_thread(self._dossiers.kept)
        try:
            listed = _Listed(await asyncio.to_thread(self._desk.work), kept)
        except CentralUnreachable:
            listed = _Listed(kept=kept, away=True)
        return self._list(request, staff, listed, 503 if listed.away else 200)

    async def find(self, request: Request, staff: Staff) -> Response:
        """By POST: the number of a card must not stand in an address."""
        t, asked = self._parts.kit.words_for(request), read_asked(one(await read_fields(request), "q"))
        if asked is None:
            return self._list(request, staff, _Listed(problem=t("dossier.cannot_read")), 422)
        if not isinstance(asked, CardNumber):
            return RedirectResponse(f"/dossiers/{asked.text}", 303)
        found = await asyncio.to_thread(self._desk.of_person, asked.digits)
        return self._list(request, staff, _Listed(found=found))

    async def show(self, request: Request, staff: Staff) -> Response:
        """Of one that only this hub has that is said, so that nobody takes it in a second time."""
        code, kit = request.path_params["code"], self._parts.kit
        try:
            reply = await asyncio.to_thread(self._desk.open, code)
        except (CentralUnreachable, CentralSays):
            if not any(each.code == code for each in await asyncio.to_thread(self._dossiers.kept)):
                raise
            words = kit.words_for(request)("dossier.kept_hint")
            return kit.sorry(request, 404, words, heading="dossier.group_kept", home="/dossiers")
        return self._page(request, staff, reply)

    async def act(self, request: Request, staff: Staff) -> Response:
        fields = await read_fields(request, MAX_FORM_BYTES)
        reply = await asyncio.to_thread(self._desk.open, request.path_params["code"])
        wanted, typed = wanted_act(reply, fields, staff.display_name), typed_in(fields)
        if isinstance(wanted, Problem):
            return self._wrong(request, staff, reply, typed, wanted)
        if isinstance(wanted, ActOn):
            return await self._carry_out(request, staff, typed, lambda: self._desk.act(wanted))
        return await self._carry_out(request, staff, typed, lambda: self._desk.apologise(wanted))

    async def check(self, request: Request, staff: Staff) -> Response:
        code, fields = request.path_params["code"], await read_fields(request, MAX_FORM_BYTES)
        wanted = wanted_check(code, fields, staff.display_name)
        if isinstance(wanted, Problem):
            reply = await asyncio.to_thread(self._desk.open, code)
            return self._wrong(request, staff, reply, Typed(), wanted)
        return await self._carry_out(request, staff, Typed("check"), lambda: self._desk.check(wanted), wanted.paper)

    async def _carry_out(
        self, request: Request, staff: Staff, typed: Typed, do: Callable[[], DossierReply], paper: str = ""
    ) -> Response:
        """Back to the page; when somebody was faster, the page as it is now with the reason and what was typed."""
        code = request.path_params["code"]
        try:
            done = await asyncio.to_thread(do)
        except CentralSays as no:
            if no.status != 409:
                raise
            reply = await asyncio.to_thread(self._desk.open, code)
            words = self._parts.kit.words_for(request).say(no.message)
            return self._page(request, staff, reply, replace(typed, problem=words), 409)
        await note_act(self._parts, self._dossiers.note, staff, done, typed.act)
        return RedirectResponse(f"/dossiers/{code}{f'#paper-{paper}' if paper else ''}", 303)

    def _wrong(self, request: Request, staff: Staff, reply: DossierReply, typed: Typed, problem: Problem) -> Response:
        words = self._parts.kit.words_for(request)(problem.key, **problem.values)
        return self._page(request, staff, reply, replace(typed, problem=words), 422)

    def _list(self, request: Request, staff: Staff, listed: _Listed, status: int = 200) -> Response:
        current = in_front_of(self._parts, staff)
        shown = {
            "listed": listed,
            "groups": grouped(listed.work, self._parts.clock.now_ms(), self._dossiers.calendar()),
            "names": self._names([*listed.work, *(listed.found or ()), *listed.kept]),
            "current": current,
            "visit": [line for line in listed.work if current and self._is_of(line, current)],
        }
        return self._parts.kit.page(request, "dossiers.html", status, staff=staff, **shown)

    def _page(
        self, request: Request, staff: Staff, reply: DossierReply, typed: Typed | None = None, status: int = 200
    ) -> Response:
        kit, dossiers, code = self._parts.kit, self._dossiers, reply.status.procedure
        view = dossier_view(reply, dossiers.fields(code), dossiers.reasons, typed or Typed(), kit.words_for(request))
        shown = {
            "staff": staff,
            "view": view,
            "procedure": self._parts.guide.show(code),
            "visits": self._visits(reply),
            "now_ms": self._parts.clock.now_ms(),
        }
        return kit.page(request, "dossier.html", status, **shown)

    def _visits(self, reply: DossierReply) -> tuple[TicketRow, ...]:
        """Those here. Of a dossier from before they were noted, the one that brought it."""
        known = self._parts.reader.visits_of(reply.status.code)
        if known or not reply.ticket or reply.centre != self._dossiers.office().id:
            return known
        first = self._parts.reader.visit(day_of(reply.status.history[0].at_ms), reply.ticket)
        return (first,) if first else ()

    def _names(self, lines: Sequence[WorkLine | Kept]) -> dict[str, Text]:
        """What procedures are called; one that is no longer in force by its code."""
        found = {line.procedure: self._parts.guide.show(line.procedure) for line in lines}
        return {code: info.name if info else Text(vi=code, en=code) for code, info in found.items()}

    def _is_of(self, line: WorkLine, ticket: TicketRow) -> bool:
        """Labels come again every day."""
        return line.ticket == ticket.label and day_of(line.submitted_ms) == day_of(ticket.issued_ms)
