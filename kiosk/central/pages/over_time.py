"""Figures over time: charts with their tables, and the same figures for a spreadsheet."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Visitor
from kiosk.central.pages import export, graphs
from kiosk.central.pages.asking import Asked, asked_by, centre_of, choice_for
from kiosk.central.pages.graphs import Chart, Table
from kiosk.central.pages.parts import PageParts
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Choice, Fleet
from kiosk.central.views.figures import (
    MAX_DAYS,
    Figures,
    OverTime,
    Promises,
    read_day_rows,
    read_over_time,
    read_services,
)
from kiosk.clock import local
from kiosk.web.i18n import Words
from kiosk.wire.common import Text

MAX_ROWS = 50_000  #: of a spreadsheet: two months of a city; a worker is to stay below 150 MB


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who asks for what, after the scope has decided."""

    visitor: Visitor
    asked: Asked
    fleet: Fleet
    choice: Choice

    def subject(self, city: Text) -> Text:
        """Whose figures these are: a centre, a group, or all."""
        centre = centre_of(self.choice, self.fleet)
        return centre.name if centre else self.fleet.groups.get(self.choice.group, city)


class FigurePages:
    def __init__(self, parts: PageParts, city: Text) -> None:
        self._parts, self._city = parts, city

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/figures", self.show),
            Route("/figures.csv", self.csv),
            Route("/figures.xlsx", self.xlsx),
        ]

    async def show(self, request: Request) -> Response:
        parts, wanted = self._parts, await self._wanted(request)
        t, status = parts.kit.words_for(request), 400 if wanted.asked.problem else 200

        def job(tx: Transaction) -> tuple[tuple[str, ...], OverTime | None]:
            over = None if wanted.asked.problem else read_over_time(tx, wanted.asked.period, wanted.choice)
            return read_services(tx, wanted.choice), over

        services, over = await parts.database.read(job)
        context = figures_context(wanted, services, over, parts, t) | {"subject": t.say(wanted.subject(self._city))}
        return parts.page(request, "figures.html", wanted.visitor, status, **context)

    async def csv(self, request: Request) -> Response:
        return await self._sheet(request, export.csv_bytes, "csv", "text/csv; charset=utf-8")

    async def xlsx(self, request: Request) -> Response:
        return await self._sheet(request, export.xlsx_bytes, "xlsx", export.XLSX)

    async def _sheet(
        self, request: Request, write: Callable[[export.Sheet], bytes], ending: str, media_type: str
    ) -> Response:
        parts, wanted = self._parts, await self._wanted(request)
        t = parts.kit.words_for(request)
        if wanted.asked.problem:
            return self._refuse(request, wanted, wanted.asked.problem)
        async with parts.desk:
            body = await self._written(wanted, write, t)
        if body is None:
            return self._refuse(request, wanted, "problem_large")
        name = f"{t('central.file_name')}-{wanted.asked.period.first_day}-{wanted.asked.period.last_day}.{ending}"
        return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def _written(self, wanted: Wanted, write: Callable[[export.Sheet], bytes], t: Words) -> bytes | None:
        """None for more rows than a spreadsheet is made of."""
        parts, period = self._parts, wanted.asked.period
        rows = await parts.database.read(lambda tx: read_day_rows(tx, period, wanted.choice, MAX_ROWS + 1))
        if len(rows) > MAX_ROWS:
            return None
        names = {centre.code: t.say(centre.name) for centre in wanted.fleet.centres}
        sheet = export.sheet_of(rows, names, lambda service: t.say(parts.services(service)), t)
        return await asyncio.to_thread(write, sheet)

    async def _wanted(self, request: Request) -> Wanted:
        visitor = await self._parts.door.visitor(request)
        asked = asked_by(request.query_params, local(self._parts.clock.now_ms()).date())
        return await wanted_by(self._parts.fleet, visitor, asked)

    def _refuse(self, request: Request, wanted: Wanted, problem: str) -> Response:
        t = self._parts.kit.words_for(request)
        return self._parts.kit.sorry(
            request, 400, t(f"central.{problem}", n=MAX_DAYS), home=f"/figures{wanted.asked.query}"
        )


async def wanted_by(fleet_of: Callable[[Visitor], Awaitable[Fleet]], visitor: Visitor, asked: Asked) -> Wanted:
    """Raises HTTPException 404 for what is outside of the visitor's scope."""
    fleet = await fleet_of(visitor)
    choice = choice_for(asked, visitor.scope, fleet)
    if choice is None:
        raise HTTPException(404)
    return Wanted(visitor, asked, fleet, choice)


def figures_context(
    wanted: Wanted, services: tuple[str, ...], over: OverTime | None, parts: PageParts, t: Words
) -> dict[str, Any]:
    asked = wanted.asked
    return {
        "asked": asked,
        "query": asked.query,
        "centres": sorted(wanted.fleet.centres, key=lambda each: each.name.vi),
        "groups": wanted.fleet.groups,
        "services": sorted(services, key=lambda each: t.say(parts.services(each))),
        "problem": t(f"central.{asked.problem}", n=MAX_DAYS) if asked.problem else "",
        "total": over.total if over else Figures(),
        "charts": charts_of(over, t) if over and over.total.called else [],
        "timed": bool(over and over.procedures),
        "promised": bool(over and over.promises),
        "tables": tables_of(over, wanted.fleet, parts, t) if over else [],
    }


def charts_of(over: OverTime, t: Words) -> list[tuple[str, Chart]]:
    many_days = len(over.days) > 1
    return [
        ("waits", graphs.waits(over.total, t)),
        *([("days", graphs.days(over.days, t)), ("kept", graphs.kept(over.days, t))] if many_days else []),
        ("hours", graphs.hours(over.hours, t)),
        *([("weekdays", graphs.weekdays(over.weekdays, t))] if many_days else []),
    ]


def tables_of(over: OverTime, fleet: Fleet, parts: PageParts, t: Words) -> list[tuple[str, str, Table]]:
    """By service, most people first; by centre, where fewest were called in time first."""
    services = sorted(over.services.items(), key=lambda item: -item[1].issued)
    named = [(t.say(parts.services(service)), figures) for service, figures in services]
    tables = [("services", t("central.by_service"), graphs.table_of(t("central.service"), named, t))]
    if len(over.centres) > 1:
        names = {centre.code: t.say(centre.name) for centre in fleet.centres}
        centres = sorted(
            over.centres.items(), key=lambda item: 2.0 if item[1].kept_share is None else item[1].kept_share
        )
        rows = [(names[code], figures) for code, figures in centres if code in names]
        tables.append(("centres", t("central.by_centre"), graphs.table_of(t("central.centre"), rows, t)))
    if over.promises:
        tables.append(("promises", t("central.promises_title"), graphs.promises(_promises(over.promises, parts, t), t)))
    if over.procedures:
        timed = [(parts.procedures.get(code, code), spent) for code, spent in over.procedures.items()]
        tables.append(("procedures", t("central.spent_title"), graphs.spent(timed, t)))
    return tables


def _promises(by_service: dict[str, Promises], parts: PageParts, t: Words) -> list[tuple[str, Promises]]:
    """All together first, then each service."""
    named = [(t.say(parts.services(service)), kept) for service, kept in by_service.items()]
    return [(t("central.all_services"), sum(by_service.values(), Promises())), *named]
