"""All pages of central."""

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.central.notify.keys import STOP_LINKS, LinkKey
from kiosk.central.pages.centre import CentrePages
from kiosk.central.pages.city import CityPages
from kiosk.central.pages.machines import MachinePages
from kiosk.central.pages.over_time import FigurePages
from kiosk.central.pages.parts import PageParts, home_of
from kiosk.central.pages.preview import PreviewPages
from kiosk.central.pages.publishing import PublishingPages
from kiosk.central.pages.report import ReportPages
from kiosk.central.pages.settings import SettingsPages
from kiosk.central.pages.stopping import StopPages
from kiosk.central.pages.taking import TakingPages
from kiosk.errors import StoreUnavailable
from kiosk.web.entry import Entry
from kiosk.wire.common import Text

log = logging.getLogger(__name__)

HOME = "/"


def entry(parts: PageParts) -> Entry:
    """Sign-in, language, static files and the error table."""
    return Entry(parts.kit, parts.door, HOME)


Handler = Callable[[Request, Exception], Awaitable[Response]]


def errors(parts: PageParts) -> dict[type[Exception], Handler]:
    """The web error table: a database that cannot answer is said to be just that."""
    said = entry(parts).errors()

    async def unavailable(request: Request, error: Exception) -> Response:
        # Its pattern and not its path: a link that takes an incident on is a secret.
        log.warning("%s: %s", getattr(request.scope.get("route"), "path", "a page"), error)
        return await said[HTTPException](request, HTTPException(503))

    return said | {StoreUnavailable: unavailable}


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
        *SettingsPages(parts).routes(),
        *PublishingPages(parts).routes(),
        *PreviewPages(parts).routes(),
        *MachinePages(parts).routes(),
        *StopPages(parts.kit, parts.database, parts.clock, LinkKey(parts.database, STOP_LINKS)).routes(),
        *TakingPages(parts.kit, parts.database, parts.clock, LinkKey(parts.database), parts.shared.forget).routes(),
    ]
