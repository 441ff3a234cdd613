"""Versions of procedures that wait for a review: what each changes, and two buttons. For admins of the city only."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Role
from kiosk.central.pages.parts import PageParts
from kiosk.central.ports import Transaction
from kiosk.central.procedures import Catalogue, Release, day_of_text
from kiosk.clock import local
from kiosk.dossier.review import FACTS
from kiosk.web.entry import read_form

HERE = "/procedures"


class ProcedurePages:
    def __init__(self, parts: PageParts, catalogue: Catalogue) -> None:
        self._parts, self._catalogue = parts, catalogue

    def routes(self) -> list[BaseRoute]:
        return [
            Route(HERE, self.show),
            Route(HERE + "/{code}/release", self.release, methods=["POST"]),
            Route(HERE + "/{code}/reject", self.reject, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request, Role.CITY_ADMIN)
        now_ms = self._parts.clock.now_ms()
        picture = await self._parts.database.read(lambda tx: self._picture(tx, now_ms))
        today, gone = local(now_ms).date().isoformat(), request.query_params.get("gone", "")[:20]
        return self._parts.page(request, "procedures.html", visitor, **picture, today=today, gone=gone)

    def _picture(self, tx: Transaction, now_ms: int) -> dict[str, Any]:
        return {
            "drafts": self._catalogue.drafts(tx, now_ms),
            "waiting": tx.rows("procedures.count_drafts")[0][0],
            "held": len(self._catalogue.in_force(tx, now_ms)),
            "versions": tx.rows("procedures.tag")[0][0],
        }

    async def release(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request, Role.CITY_ADMIN)
        wanted = _release(request.path_params["code"], await read_form(request), visitor.name)
        now_ms = self._parts.clock.now_ms()
        done = await self._parts.database.write(lambda tx: self._catalogue.release(tx, wanted, now_ms))
        return RedirectResponse(HERE if done else f"{HERE}?gone={wanted.code}", 303)

    async def reject(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request, Role.CITY_ADMIN)
        code, now_ms = request.path_params["code"], self._parts.clock.now_ms()
        await self._parts.database.write(lambda tx: self._catalogue.put_aside(tx, code, visitor.name, now_ms))
        return RedirectResponse(HERE, 303)


def _release(code: str, form: Mapping[str, str], by: str) -> Release:
    """Raises HTTPException 400."""
    confirmed = tuple(fact for fact in FACTS if form.get(f"confirm_{fact}"))
    try:
        return Release(code, int(form.get("version", "")), day_of_text(form.get("effective_from", "")), by, confirmed)
    except ValueError as error:
        raise HTTPException(400) from error
