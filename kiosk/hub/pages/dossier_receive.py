"""Receiving at the counter what somebody brings on paper: choose the procedure, enter who it is, give the code."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.dossiers.receiving import Brought, Receiving
from kiosk.hub.pages.dossier_asking import Fields, one
from kiosk.hub.pages.dossier_door import for_officers, in_front_of, place_of
from kiosk.hub.pages.guide import MAX_QUERY
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.pages.qr import qr_path
from kiosk.hub.usecases.refused import Refused
from kiosk.web.entry import read_fields
from kiosk.web.ports import Staff
from kiosk.wire.submission_api import Receipt

MAX_FORM_BYTES = 64 << 10
_MAX_ID = 64


@dataclass(frozen=True, slots=True)
class _Filled:
    """The form as it is shown: what was typed and what is wrong with it."""

    request_id: str
    typed: Fields
    wrong: dict[str, str]
    problem: str = ""
    to_check: frozenset[str] | None = None  #: filled from a card: fields to compare with it


class DossierReceivePages:
    def __init__(self, parts: PageParts, receiving: Receiving, renumber: Callable[[str], Receipt | Refused]) -> None:
        self._parts, self._receiving, self._renumber = parts, receiving, renumber

    def routes(self) -> list[BaseRoute]:
        parts = self._parts
        return [
            Route("/dossiers/new", for_officers(parts, self.choose)),
            Route("/dossiers/new/{procedure}", for_officers(parts, self.show)),
            Route("/dossiers/new/{procedure}", for_officers(parts, self.receive), methods=["POST"]),
            Route("/dossiers/kept/{code}/new-code", self.renumber, methods=["POST"]),
        ]

    async def choose(self, request: Request, staff: Staff) -> Response:
        query, guide = request.query_params.get("q", "").strip()[:MAX_QUERY], self._parts.guide
        hits = guide.find(query).hits if query else guide.everything()
        by_field = [(field, list(each)) for field, each in groupby(hits, key=attrgetter("field"))]
        return self._parts.kit.page(request, "dossier_choose.html", staff=staff, query=query, by_field=by_field)

    async def show(self, request: Request, staff: Staff) -> Response:
        return self._form(request, staff, _Filled(secrets.token_urlsafe(12), {}, {}))

    async def receive(self, request: Request, staff: Staff) -> Response:
        fields, t = await read_fields(request, MAX_FORM_BYTES), self._parts.kit.words_for(request)
        card = one(fields, "card").strip()  # the page never gets it back
        filled = _Filled(one(fields, "request_id")[:_MAX_ID], fields, {})
        if one(fields, "do") == "card" or card:
            return self._form(request, staff, self._with_card(request, filled, card))
        if one(fields, "told") != "yes":
            return self._form(request, staff, _with(filled, problem=t("dossier.receive_not_told")), 422)
        given = await asyncio.to_thread(self._receiving.receive, self._brought(request, staff, filled))
        if isinstance(given, Receipt):
            return self._received(request, staff, given)
        if isinstance(given, Refused):
            return self._form(request, staff, _with(filled, problem=t.say(given.sentence)), 409)
        wrong = {each.field: each.words.vi if t.language == "vi" else each.words.en for each in given}
        return self._form(request, staff, _with(filled, wrong, t("dossier.receive_wrong")), 422)

    async def renumber(self, request: Request) -> Response:
        """Another code for a dossier that the city does not take with the one it has: the new receipt to print."""
        staff, kit = self._parts.sign_in.staff(request, "supervisor"), self._parts.kit
        self._parts.in_use(request)
        before = request.path_params["code"]
        given = await asyncio.to_thread(self._renumber, before)
        if isinstance(given, Refused):
            return kit.sorry(request, 409, kit.words_for(request).say(given.sentence), home="/supervisor")
        return self._received(request, staff, given, before)

    def _received(self, request: Request, staff: Staff, receipt: Receipt, before: str = "") -> Response:
        """``before``: the code that the citizen has in hand."""
        side, path = qr_path(receipt.look_up_url)
        kit = self._parts.kit
        return kit.page(
            request, "dossier_received.html", staff=staff, receipt=receipt, before=before, qr_side=side, qr_path=path
        )

    def _form(self, request: Request, staff: Staff, filled: _Filled, status: int = 200) -> Response:
        code = request.path_params["procedure"]
        form, procedure = self._receiving.form(code), self._parts.guide.show(code)
        if form is None or procedure is None:
            return RedirectResponse("/dossiers/new", 303)
        shown = {"form": form, "procedure": procedure, "filled": filled, "current": in_front_of(self._parts, staff)}
        return self._parts.kit.page(request, "dossier_receive.html", status, staff=staff, **shown)

    def _with_card(self, request: Request, filled: _Filled, payload: str) -> _Filled:
        """What was typed stays where the card says nothing."""
        said = self._receiving.from_card(request.path_params["procedure"], payload)
        if said is None:
            return _with(filled, problem=self._parts.kit.words_for(request)("dossier.card_not_read"))
        typed = filled.typed | {name: [value] for name, value in said.answers.items()}
        return _Filled(filled.request_id, typed, {}, to_check=said.to_check)

    def _brought(self, request: Request, staff: Staff, filled: _Filled) -> Brought:
        """For the ticket in front of the officer."""
        typed, (counter, current) = filled.typed, place_of(self._parts, staff)
        return Brought(
            request_id=filled.request_id,
            procedure=request.path_params["procedure"],
            handled_by=one(typed, "handled_by"),
            answers={name: values[-1] for name, values in typed.items()},
            papers=frozenset(typed.get("brought", ())),
            counter=counter,
            ticket=current.id if current else None,
            agreed=tuple(each for each in ("sms", "email") if each in typed.get("agreed", ())),
        )


def _with(filled: _Filled, wrong: dict[str, str] | None = None, problem: str = "") -> _Filled:
    return _Filled(filled.request_id, filled.typed, wrong or {}, problem)
