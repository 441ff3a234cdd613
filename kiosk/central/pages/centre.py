"""One centre now, live, and taking on a warning."""

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Role, Visitor
from kiosk.central.pages import charts, graphs
from kiosk.central.pages.parts import PageParts, home_of, incidents_for
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Known
from kiosk.central.views.figures import Figures
from kiosk.central.views.incidents import OpenIncident, read_open, take_on
from kiosk.central.views.today import CentreToday, read_today
from kiosk.web.entry import local_path, read_form
from kiosk.web.i18n import Language, Words
from kiosk.web.live import Snapshot

WAITING_SHOWN = 50
BEHIND_SHOWN = 50  #: a few events are always under way
MAY_ACT = (Role.CITY_ADMIN, Role.GROUP_ADMIN, Role.CENTRE_HEAD)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service today. ``beyond_s``: how long the first promise has been over."""

    service: str
    people: int
    longest_s: float | None
    beyond_s: float
    figures: Figures

    @property
    def is_late(self) -> bool:
        return self.beyond_s > 0


class CentrePages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/centre/{code}", self.show),
            Route("/centre/{code}/stream", self.stream),
            Route("/incidents/{incident:int}/acknowledge", self.acknowledge, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        context = await self._context(visitor, request.path_params["code"], self._parts.kit.language(request))
        return self._parts.page(request, "centre.html", visitor, **context)

    async def stream(self, request: Request) -> Response:
        parts, code, language = self._parts, request.path_params["code"], self._parts.kit.language(request)
        await parts.centre(await parts.door.visitor(request), code)

        async def draw(visitor: Visitor) -> Snapshot:
            context = await self._context(visitor, code, language)
            return parts.kit.fragment("centre_live.html", language, visitor=visitor, **context)

        return parts.live.respond(request, draw)

    async def acknowledge(self, request: Request) -> Response:
        parts, form = self._parts, await read_form(request)
        visitor = await parts.door.visitor(request, *MAY_ACT)
        incident, by, now_ms = request.path_params["incident"], visitor.display_name, parts.clock.now_ms()
        if incident >= 2**63 or not await parts.database.write(
            lambda tx: take_on(tx, incident, visitor.scope, by, now_ms)
        ):
            raise HTTPException(404)
        parts.shared.forget()
        return RedirectResponse(local_path(form.get("next", ""), home_of(visitor)), 303)

    async def _context(self, visitor: Visitor, code: str, language: Language) -> dict[str, Any]:
        parts = self._parts
        known, now_ms = await parts.centre(visitor, code), parts.clock.now_ms()

        def job(tx: Transaction) -> tuple[CentreToday, tuple[OpenIncident, ...]]:
            return read_today(tx, known, parts.warnings, now_ms), read_open(tx)

        view, incidents = await parts.database.read(job)
        mine = tuple(each for each in incidents_for(incidents, visitor) if each.centre == code)
        return centre_context(known, view, mine, parts.kit.words[language])


def centre_context(known: Known, view: CentreToday, incidents: tuple[OpenIncident, ...], t: Words) -> dict[str, Any]:
    hours = view.figures.hours
    behind = known.line.behind if known.line else 0
    return {
        "view": view,
        "now": view.now,
        "total": view.figures.total,
        "incidents": incidents,
        "behind": behind if behind >= BEHIND_SHOWN else 0,
        "services": service_rows(view),
        "hours": hours,
        "hour_chart": graphs.two_curves(
            t, t("central.by_hour_today"), "", [(f"{hour}", each) for hour, each in hours.items()]
        )
        if hours
        else charts.NOTHING,
        "waiting": view.waiting[:WAITING_SHOWN],
        "more_waiting": max(0, len(view.waiting) - WAITING_SHOWN),
    }


def service_rows(view: CentreToday) -> list[ServiceRow]:
    """Those that somebody came for today: longest wait first, then most tickets."""
    rows = []
    for service in {*view.figures.services, *(ticket.service for ticket in view.waiting)}:
        mine = [ticket for ticket in view.waiting if ticket.service == service]
        longest_s = max((view.now_ms - ticket.issued_ms for ticket in mine), default=None)
        beyond_s = max(((view.now_ms - ticket.due_ms) / 1000 for ticket in mine), default=0.0)
        figures = view.figures.services.get(service, Figures())
        rows.append(ServiceRow(service, len(mine), None if longest_s is None else longest_s / 1000, beyond_s, figures))
    return sorted(rows, key=lambda row: (-(row.longest_s or 0), -row.figures.issued, row.service))
