"""The city now: a map, a list and the warnings, live."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.access import Visitor
from kiosk.central.pages.parts import CityPicture, PageParts, query_text
from kiosk.central.views.centres import has_map
from kiosk.central.views.now import URGENCY, CentreNow, CityNow, Light
from kiosk.web.live import Snapshot

ROWS_SHOWN = 200  #: more than a city has; of a nation, what is most urgent
MAP_SIZE = 24  #: tiles across and down that the style sheet has places for


@dataclass(frozen=True, slots=True)
class Asked:
    """``text``: part of a name. ``light``: "" for all."""

    text: str = ""
    light: str = ""
    group: str = ""

    @property
    def query(self) -> str:
        return query_text(q=self.text, state=self.light, group=self.group)

    def fits(self, each: CentreNow) -> bool:
        return (
            self.light in ("", each.light)
            and self.group in ("", each.centre.group)
            and plain(self.text) in plain(f"{each.centre.name.vi} {each.centre.name.en}")
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with how many it leaves; ``light`` "" is all."""

    light: str
    count: int
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Tile:
    x: int
    y: int
    now: CentreNow
    is_dim: bool  #: not among those that were asked for


@dataclass(frozen=True, slots=True)
class Tiles:
    width: int
    cells: tuple[Tile, ...]


class CityPages:
    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def routes(self) -> list[BaseRoute]:
        return [Route("/city", self.show), Route("/city/stream", self.stream)]

    async def show(self, request: Request) -> Response:
        visitor = await self._parts.door.visitor(request)
        if visitor.scope.kind == "centre":
            return RedirectResponse(f"/centre/{visitor.scope.id}", 303)
        context = city_context(await self._parts.city(visitor), asked_by(request))
        return self._parts.page(request, "city.html", visitor, **context)

    async def stream(self, request: Request) -> Response:
        parts, asked, language = self._parts, asked_by(request), self._parts.kit.language(request)
        await parts.door.visitor(request)

        async def draw(visitor: Visitor) -> Snapshot:
            context = city_context(await parts.city(visitor), asked)
            return parts.kit.fragment("city_live.html", language, visitor=visitor, **context)

        return parts.live.respond(request, draw)


def asked_by(request: Request) -> Asked:
    found = request.query_params
    light = found.get("state", "")
    return Asked(found.get("q", "").strip()[:60], light if light in URGENCY else "", found.get("group", "")[:64])


def city_context(picture: CityPicture, asked: Asked) -> dict[str, Any]:
    city = picture.city
    rows = [each for each in city.centres if asked.fits(each)]
    return {
        "city": city,
        "worst": city.worst,
        "incidents": picture.incidents,
        "asked": asked,
        "query": asked.query,
        "groups": city.fleet.groups,
        "chips": chips(city, asked),
        "tiles": tiles(city, rows),
        "rows": rows[:ROWS_SHOWN],
        "more": max(0, len(rows) - ROWS_SHOWN),
    }


def chips(city: CityNow, asked: Asked) -> list[Chip]:
    """All, and each light that there is now."""
    counts = [("", len(city.centres)), *((light.value, city.count(light)) for light in Light)]
    return [
        Chip(light, count, "/city" + Asked(asked.text, light, asked.group).query, light == asked.light)
        for light, count in counts
        if count or light in ("", asked.light)
    ]


def tiles(city: CityNow, rows: Iterable[CentreNow]) -> Tiles | None:
    """The map from its first used column and row; None where not every centre has a place of its own."""
    if not has_map(city.fleet.centres):
        return None
    left, top = min(centre.x for centre in city.fleet.centres), min(centre.y for centre in city.fleet.centres)
    wanted = {each.centre.id for each in rows}
    cells = [
        Tile(each.centre.x - left + 1, each.centre.y - top + 1, each, each.centre.id not in wanted)
        for each in city.centres
    ]
    width = max(cell.x for cell in cells)
    if width > MAP_SIZE or max(cell.y for cell in cells) > MAP_SIZE:
        return None
    return Tiles(width, tuple(sorted(cells, key=lambda cell: (cell.y, cell.x))))


def plain(text: str) -> str:
    """Without marks and capitals, as people type in a hurry: "Thủ Đức" is "thu duc"."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
