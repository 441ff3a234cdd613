"""What the city's own system was told and says: what waits, what was set aside, and a button to try again.

For admins of the city only. Nothing personal stands here: codes, statuses, and what went wrong.
"""

from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Role
from kiosk.central.city.deliveries import DeliveryState, try_again
from kiosk.central.city.following import Following
from kiosk.central.city.reconciliation import Report
from kiosk.central.outside import Outside
from kiosk.central.pages.parts import PageParts
from kiosk.central.ports import Transaction
from kiosk.dossier.status import OFFICIAL_NAMES
from kiosk.web.entry import read_form

HERE = "/exchange"
SHOWN = 100
_REPORTS = 14


class ExchangePages:
    """``outside`` None: there are no dossiers here."""

    def __init__(self, parts: PageParts, outside: Outside | None) -> None:
        self._parts, self._outside = parts, outside

    def routes(self) -> list[BaseRoute]:
        return [
            Route(HERE, self.show),
            Route(HERE + "/again", self.again, methods=["POST"]),
            Route(HERE + "/line", self.line, methods=["POST"]),
            Route(HERE + "/report/{day:int}.csv", self.report),
        ]

    async def show(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request, Role.CITY_ADMIN)
        systems = list(self._outside.consumers) if self._outside else []
        picture = await self._parts.database.read(lambda tx: _picture(tx, systems))
        names = {status.value: name for status, name in OFFICIAL_NAMES.items()}
        return self._parts.page(request, "exchange.html", visitor, **picture, status_names=names, shown=SHOWN)

    async def again(self, request: Request) -> Response:
        await self._parts.door.visitor(request, Role.CITY_ADMIN)
        form, now_ms = await read_form(request), self._parts.clock.now_ms()
        number = form.get("number", "0")
        if not (number.isascii() and number.isdecimal() and len(number) <= 15):
            raise HTTPException(400)
        consumer = form.get("consumer", "")[:20]
        await self._parts.database.write(lambda tx: try_again(tx, consumer, int(number), now_ms))
        return RedirectResponse(HERE, 303)

    async def line(self, request: Request) -> Response:
        """Of a status file that was set aside: followed now, or given up."""
        await self._parts.door.visitor(request, Role.CITY_ADMIN)
        form, now_ms = await read_form(request), self._parts.clock.now_ms()
        following, line = self._outside.here.following if self._outside else None, form.get("line", "")[:64]
        if following is None or not line.isalnum():
            raise HTTPException(400)
        await self._parts.database.write(lambda tx: _settle_line(tx, following, line, form, now_ms), alone=True)
        return RedirectResponse(HERE + "#aside", 303)

    async def report(self, request: Request) -> Response:
        await self._parts.door.visitor(request, Role.CITY_ADMIN)
        day = request.path_params["day"]
        reports = await self._parts.database.read(lambda tx: tx.rows("city.reports", limit=_REPORTS))
        content = next((content for each, _, content in reports if each == day), None)
        if content is None:
            raise HTTPException(404)
        headers = {"Content-Disposition": f'attachment; filename="doi-soat-{day}.csv"'}
        return Response(_report(content).as_csv(), media_type="text/csv", headers=headers)


def _settle_line(tx: Transaction, following: Following, line: str, form: dict[str, str], now_ms: int) -> None:
    if form.get("drop"):
        tx.rows("city.take_aside", id=line)
    else:
        following.try_again(tx, line, now_ms)


def _picture(tx: Transaction, systems: list[str]) -> dict[str, Any]:
    counts = {(consumer, state): (count, since) for consumer, state, count, since in tx.rows("deliveries.counts")}
    last = dict(tx.rows("deliveries.last_told"))
    nothing = (0, None)
    reports = [(day, made_ms, _report(content)) for day, made_ms, content in tx.rows("city.reports", limit=_REPORTS)]
    return {
        "systems": [
            {
                "name": name,
                "waiting": counts.get((name, DeliveryState.WAITING), nothing),
                "aside": counts.get((name, DeliveryState.ASIDE), nothing)[0],
                "last_ms": last.get(name),
                "troubled": tx.rows("deliveries.troubled", consumer=name, limit=SHOWN),
            }
            for name in systems
        ],
        "lines": tx.rows("city.aside", limit=SHOWN),
        "lines_count": tx.rows("city.count_aside")[0][0],
        "reports": reports,
    }


def _report(content: str) -> Report:
    return msgspec.json.decode(content, type=Report)
