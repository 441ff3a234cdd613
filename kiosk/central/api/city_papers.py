"""``GET /v1/city/papers/{code}/{paper}/{mark}``: a file for the city's own system, as the messages to it say.

One answer (404) for everything that does not fit: another machine, another mark, a file that is not here.
"""

import asyncio
import logging
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.city.paper_links import HERE, PaperLinks
from kiosk.central.dossiers.papers import PaperFiles
from kiosk.central.ports import Database
from kiosk.papers.vault import PaperLost

log = logging.getLogger(__name__)


def city_paper_routes(
    database: Database, files: PaperFiles, links: PaperLinks, papers_for: Sequence[str]
) -> list[BaseRoute]:
    """None where no machine may fetch."""
    networks = [ip_network(each) for each in papers_for]

    async def fetch(request: Request) -> Response:
        code, paper, mark = (request.path_params[name] for name in ("code", "paper", "mark"))
        host = request.client.host if request.client else ""
        if not any(ip_address(host) in network for network in networks if _is_address(host)):
            return Response(status_code=404)
        versions = await database.read(lambda tx: tx.rows("forget.files", code=code))
        wanted = [sha256 for name, sha256 in versions if name == paper and links.is_of(mark, code, paper, sha256)]
        if not wanted:
            return Response(status_code=404)
        try:
            content = await asyncio.to_thread(files.read, code, paper, wanted[0])
        except PaperLost as error:
            log.error("A paper of dossier %s is lost: %s", code, error)
            return Response(status_code=404)
        return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-store"})

    return [Route(f"{HERE}/{{code}}/{{paper}}/{{mark}}", fetch)] if networks else []


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
