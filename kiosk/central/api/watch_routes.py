"""For those who watch over central: alive, ready, and figures for Prometheus.

Figures are for the machines named in ``[metrics] allow`` only; ``/healthz`` and ``/readyz`` say nothing worth hiding.
"""

import asyncio
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.central.measures import Measures
from kiosk.central.ports import Database
from kiosk.errors import StoreUnavailable

READY_S = 3.0  #: a database that takes longer for nothing is not ready


def watch_routes(
    database: Database, measures: Measures, allow: Sequence[str], is_alive: Callable[[], bool]
) -> list[BaseRoute]:
    networks = [ip_network(each) for each in allow]

    async def healthz(_request: Request) -> Response:
        """503 when a thread of the store has died: only a new start helps then."""
        return _said("ok" if is_alive() else "a thread has died", is_alive())

    async def readyz(_request: Request) -> Response:
        """Whether a balancer should send requests here: the database answers."""
        try:
            async with asyncio.timeout(READY_S):
                await database.read(lambda tx: tx.rows("measures.nothing"))
        except (StoreUnavailable, TimeoutError):
            return _said("the database does not answer", False)
        return _said("ready", is_alive())

    async def metrics(request: Request) -> Response:
        if not _is_in(networks, request.client.host if request.client else ""):
            return Response("not for you\n", 403, media_type="text/plain")
        try:
            return Response(await measures.text(database), headers={"Content-Type": CONTENT_TYPE_LATEST})
        except StoreUnavailable:
            return _said("the database does not answer", False)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _said(text: str, good: bool) -> Response:
    return Response(f"{text}\n", 200 if good else 503, media_type="text/plain")


def _is_in(networks: Sequence[IPv4Network | IPv6Network], host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
