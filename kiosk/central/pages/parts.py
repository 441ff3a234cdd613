"""What the pages are given by the composition root, and what they share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kiosk.central.access import CentralDoor, Role, Visitor
from kiosk.central.pages import wording
from kiosk.central.pages.settings_form import setting_label
from kiosk.central.pages.watch import LivePages, Shared
from kiosk.central.ports import Database, Transaction
from kiosk.central.procedures import shipped_catalogue
from kiosk.central.views.centres import Fleet, Known, read_fleet
from kiosk.central.views.incidents import OpenIncident, read_open
from kiosk.central.views.now import CityNow, read_city
from kiosk.clock import Clock
from kiosk.config.warning import Warnings
from kiosk.web import wording as said
from kiosk.web.kit import PageKit
from kiosk.web.live import Streams
from kiosk.wire.common import Text

ROOM = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CityPicture:
    city: CityNow
    incidents: tuple[OpenIncident, ...]


@dataclass(frozen=True, slots=True)
class Link:
    key: str
    url: str
    icon: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class PageParts:
    """``assets`` also holds fonts and words of the report."""

    kit: PageKit
    door: CentralDoor
    streams: Streams
    live: LivePages
    database: Database
    clock: Clock
    warnings: Warnings
    services: wording.ServiceNames
    shared: Shared[CityPicture]
    procedures: Mapping[str, str]  #: names by code, in Vietnamese as the law has them
    assets: Path
    desk: asyncio.Semaphore  #: one sheet or report is made at a time: each takes tens of megabytes

    async def city(self, visitor: Visitor) -> CityPicture:
        """The city as far as that account may see it."""
        picture = await self.shared.picture()
        mine = picture.city.of(picture.city.fleet.of(visitor.scope))
        return CityPicture(mine, incidents_for(picture.incidents, visitor))

    async def fleet(self, visitor: Visitor) -> Fleet:
        return (await self.database.read(read_fleet)).of(visitor.scope)

    async def centre(self, visitor: Visitor, code: str) -> Known:
        """Raises HTTPException 404 for a centre that there is not, or not for that account."""
        known = (await self.fleet(visitor)).find(code)
        if known is None:
            raise HTTPException(404)
        return known

    def page(self, request: Request, template: str, visitor: Visitor, /, status: int = 200, **context: Any) -> Response:
        links = links_for(visitor, request.url.path)
        return self.kit.page(request, template, status, visitor=visitor, links=links, **context)


def make_parts(
    assets: Path, city: Text, database: Database, clock: Clock, warnings: Warnings, door: CentralDoor | None = None
) -> PageParts:
    """``door``: another than the usual one, for tests that sign in often."""
    streams, door = Streams(clock), door or CentralDoor(database, clock)
    services = wording.service_names(assets)

    async def read() -> CityPicture:
        def job(tx: Transaction) -> CityPicture:
            return CityPicture(read_city(tx, warnings, clock.now_ms()), read_open(tx))

        return await database.read(job)

    return PageParts(
        kit=central_kit(assets, city, services),
        door=door,
        streams=streams,
        live=LivePages(streams, door),
        database=database,
        clock=clock,
        warnings=warnings,
        services=services,
        procedures={each.key: each.name for each in shipped_catalogue(assets / "catalogue").shipped},
        shared=Shared(read, clock),
        assets=assets,
        desk=asyncio.Semaphore(1),
    )


def central_kit(assets: Path, city: Text, services: wording.ServiceNames) -> PageKit:
    """The page kit with central's templates, words and filters."""
    kit = PageKit(assets, city, rooms=[ROOM], locales=("pages", "central", "notice", "settings", "fleet"))
    kit.add_filters(
        {
            "short": said.short,
            "at_most": said.at_most,
            "clock_time": said.clock_time,
            "long_date": said.long_date,
            "device_line": said.device_line,
            "number": wording.number,
            "share": wording.share,
            "day_text": wording.day_text,
            "day_month": wording.day_month,
            "plain_name": wording.plain_name,
            "light_words": wording.light_words,
            "setting_label": setting_label,
            "input_id": wording.input_id,
            "as_json": wording.as_json,
            "at_most_letters": wording.at_most_letters,
        }
    )
    kit.add_globals({"shapes": wording.SHAPES, "service_name": services, "has_words": kit.words["vi"].has})
    return kit


def incidents_for(incidents: tuple[OpenIncident, ...], visitor: Visitor) -> tuple[OpenIncident, ...]:
    return tuple(each for each in incidents if visitor.scope.covers(each.centre, each.group))


def home_of(visitor: Visitor) -> str:
    """The first page: whoever has one centre sees that one."""
    return f"/centre/{visitor.scope.id}" if visitor.scope.kind == "centre" else "/city"


def links_for(visitor: Visitor, path: str) -> tuple[Link, ...]:
    first = ("centre", "landmark") if visitor.scope.kind == "centre" else ("city", "layout-grid")
    every = (
        (first[0], home_of(visitor), first[1]),
        ("figures", "/figures", "chart-column"),
        ("report", "/report", "file-text"),
        ("fleet", "/fleet", "monitor"),
        ("settings", "/settings", "settings"),
        *(_OF_ADMINS if visitor.role is Role.CITY_ADMIN else ()),
    )
    return tuple(Link(key, url, icon, path == url) for key, url, icon in every)


_OF_ADMINS = (("procedures", "/procedures", "list"), ("exchange", "/exchange", "repeat"))


def query_text(**values: str) -> str:
    """The query of an address with what is not empty, "?" included; "" for none."""
    asked = {name: value for name, value in values.items() if value}
    return f"?{urlencode(asked)}" if asked else ""
