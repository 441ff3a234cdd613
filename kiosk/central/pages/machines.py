"""Machines: the whole fleet, those of one centre, the history of a device, and commands."""

from collections import Counter
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Visitor
from kiosk.central.fleet.orders import give_order, orders_of
from kiosk.central.pages.centre import MAY_ACT
from kiosk.central.pages.parts import PageParts
from kiosk.central.ports import Transaction
from kiosk.central.views.machines import Unit, read_units, troubles_of
from kiosk.clock import local
from kiosk.config.hub import day_number
from kiosk.web.entry import read_form
from kiosk.wire.fleet_api import COMMAND_KINDS

_VISITOR_DAYS = 14
_TROUBLES, _UNITS, _HISTORY = 60, 200, 200


class MachinePages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/fleet", self.show_fleet),
            Route("/fleet/{code}", self.show_centre),
            Route("/fleet/{code}/device", self.show_device),
            Route("/fleet/{code}/commands", self.order, methods=["POST"]),
            Route("/fleet/{code}/commands/{number:int}", self.attachment),
        ]

    async def show_fleet(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        wanted = "".join(filter(str.isprintable, request.query_params.get("q", "")))[:60].casefold()
        shown = _fleet(await self._units(visitor), wanted, self._parts.clock.now_ms())
        return self._parts.page(request, "fleet.html", visitor, **shown)

    async def _units(self, visitor: Visitor) -> list[Unit]:
        today = local(self._parts.clock.now_ms()).date()
        since = day_number(today - timedelta(days=_VISITOR_DAYS))
        units = await self._parts.database.read(lambda tx: read_units(tx, since))
        return [each for each in units if visitor.scope.covers(each.code, each.group)]

    async def _unit(self, visitor: Visitor, code: str) -> Unit:
        """Raises HTTPException 404 for a centre that there is not, or not for that account."""
        found = next((each for each in await self._units(visitor) if each.code == code), None)
        if found is None:
            raise HTTPException(404)
        return found

    async def show_centre(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        unit = await self._unit(visitor, request.path_params["code"])
        orders = await self._parts.database.read(lambda tx: orders_of(tx, unit.number))
        now_ms = self._parts.clock.now_ms()
        shown: dict[str, Any] = {"unit": unit, "orders": orders, "troubles": unit.troubles(now_ms), "now_ms": now_ms}
        may_order = visitor.may_act and unit.heard_ms > 0
        ordered = "ordered" in request.query_params
        return self._parts.page(request, "machines.html", visitor, may_order=may_order, ordered=ordered, **shown)

    async def show_device(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        unit = await self._unit(visitor, request.path_params["code"])
        part, device = (_word(request, name) for name in ("part", "id"))
        rows = await self._parts.database.read(lambda tx: _states(tx, unit.number, part, device))
        shown: dict[str, Any] = {"unit": unit, "part": part, "device": device, "rows": rows}
        return self._parts.page(request, "device.html", visitor, **shown)

    async def order(self, request: Request) -> Response:
        form = await read_form(request)
        visitor = await self._parts.door.visitor(request, *MAY_ACT)
        unit = await self._unit(visitor, request.path_params["code"])
        kind, target = form.get("kind", ""), form.get("target", "")
        known = {"hub", *(each.part for each in unit.machines), *(each.state.id for each in unit.machines)}
        known |= {kiosk.kiosk for kiosk in unit.health.kiosks} if unit.health else set()
        wanted = next((each for each in COMMAND_KINDS if each == kind), None)
        if wanted is None or target not in known:
            raise HTTPException(400)
        place, now_ms = (unit.number, unit.code), self._parts.clock.now_ms()
        await self._parts.database.write(
            lambda tx: give_order(tx, place, wanted, target, visitor.display_name, now_ms), alone=True
        )
        return RedirectResponse(f"/fleet/{unit.code}?ordered=1", 303)

    async def attachment(self, request: Request) -> Response:
        """A picture is for whoever may act: it may show what stands on a screen."""
        visitor = await self._parts.door.visitor(request, *MAY_ACT)
        unit, number = await self._unit(visitor, request.path_params["code"]), request.path_params["number"]
        rows = (
            await self._parts.database.read(lambda tx: tx.rows("upkeep.attachment", centre=unit.number, number=number))
            if number < 2**62
            else []
        )
        if not rows:
            raise HTTPException(404)
        return _file(f"{unit.code}-{number}", *rows[0])


def _file(name: str, content: bytes, kind: str) -> Response:
    is_picture = kind == "png"
    how, end = ("inline", "png") if is_picture else ("attachment", "log.gz")
    headers = {"Content-Disposition": f'{how}; filename="{name}.{end}"'}
    return Response(bytes(content), media_type="image/png" if is_picture else "application/gzip", headers=headers)


def _fleet(units: list[Unit], wanted: str, now_ms: int) -> dict[str, Any]:
    """``wanted``: a part of the name or of the code."""
    troubles = troubles_of(units, now_ms)
    count = Counter(each.centre for each in troubles)
    found = [each for each in units if wanted in f"{each.name.vi} {each.name.en} {each.code}".casefold()]
    found.sort(key=lambda each: (-count[each.code], each.name.vi))
    return {
        "troubles": troubles[:_TROUBLES],
        "more_troubles": max(0, len(troubles) - _TROUBLES),
        "count": count,
        "units": found[:_UNITS],
        "more": max(0, len(found) - _UNITS),
        "asked": wanted,
        "now_ms": now_ms,
    }


def _word(request: Request, name: str) -> str:
    return "".join(filter(str.isprintable, request.query_params.get(name, "")))[:64]


def _states(tx: Transaction, centre: int, part: str, device: str) -> list[tuple[Any, ...]]:
    return tx.rows("upkeep.states", centre=centre, part=part, device=device, most=_HISTORY)
