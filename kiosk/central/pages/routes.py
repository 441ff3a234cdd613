"""All pages of central."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.pages.centre import CentrePages
from kiosk.central.pages.city import CityPages
from kiosk.central.pages.over_time import FigurePages
from kiosk.central.pages.parts import PageParts, home_of
from kiosk.central.pages.report import ReportPages
from kiosk.web.entry import Entry
from kiosk.wire.common import Text

HOME = "/"


def entry(parts: PageParts) -> Entry:
    """Sign-in, language, static files and the error table."""
    return Entry(parts.kit, parts.door, HOME)


def routes(parts: PageParts, city: Text) -> list[BaseRoute]:
    async def home(request: Request) -> Response:
        return RedirectResponse(home_of(await parts.door.visitor(request)), 303)

    return [
        Route(HOME, home),
        *entry(parts).routes(),
        *CityPages(parts).routes(),
        *CentrePages(parts).routes(),
        *FigurePages(parts, city).routes(),
        *ReportPages(parts, city).routes(),
    ]
