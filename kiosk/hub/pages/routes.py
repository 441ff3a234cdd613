"""All pages of the hub. The API that their buttons call is in ``kiosk.hub.app``."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.hub.pages.console import ConsolePages
from kiosk.hub.pages.dossier_papers import DossierPaperPages
from kiosk.hub.pages.dossier_receive import DossierReceivePages
from kiosk.hub.pages.dossiers import DossierPages
from kiosk.hub.pages.guide import GuidePages
from kiosk.hub.pages.hall import HallPages
from kiosk.hub.pages.parts import PageParts
from kiosk.hub.pages.status import StatusPages
from kiosk.hub.pages.supervisor import SupervisorPages
from kiosk.hub.pages.waits import WaitsPages
from kiosk.web.entry import Entry

HOME = "/console"


def entry(parts: PageParts) -> Entry:
    """Sign-in, language, static files and the error table."""
    return Entry(parts.kit, parts.sign_in, HOME)


def routes(parts: PageParts) -> list[BaseRoute]:
    return [
        Route("/", _home),
        *entry(parts).routes(),
        *ConsolePages(parts).routes(),
        *HallPages(parts).routes(),
        *SupervisorPages(parts).routes(),
        *StatusPages(parts).routes(),
        *WaitsPages(parts).routes(),
        *GuidePages(parts).routes(),
        *_dossier_routes(parts),
    ]


def _dossier_routes(parts: PageParts) -> list[BaseRoute]:
    if parts.dossiers is None:
        return []
    receiving = parts.dossiers.receiving
    return [
        *(DossierReceivePages(parts, receiving, parts.dossiers.renumber).routes() if receiving else ()),
        *DossierPaperPages(parts, parts.dossiers).routes(),
        *DossierPages(parts, parts.dossiers).routes(),
    ]


async def _home(_request: Request) -> Response:
    return RedirectResponse(HOME, 303)
