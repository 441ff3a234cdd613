"""Puts the hub together: store, API, pages, counter displays, and the process around them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import Clock
from kiosk.config import HubConfig
from kiosk.errors import StoreUnavailable
from kiosk.hub.api import kiosk_routes, staff_routes
from kiosk.hub.api.endpoint import http_route
from kiosk.hub.api.openapi import describe
from kiosk.hub.api.parts import ApiParts
from kiosk.hub.live import LiveChanges
from kiosk.hub.store.kiosk_reader import SqliteKioskReader
from kiosk.hub.store.store import Store, StoreDirectory
from kiosk.hub.usecases.centre import Centre, make_centre
from kiosk.hub.usecases.desks import hold_counter, leave_counter
from kiosk.hub.usecases.ports import Ledger
from kiosk.hub.usecases.refused import Refused
from kiosk.queueing.model import CounterId
from kiosk.web.live import Streams
from kiosk.web.ports import Staff
from kiosk.web.security import Guard
from kiosk.web.signin import SignIn, token_hash

log = logging.getLogger(__name__)

API = (*kiosk_routes.ROUTES, *staff_routes.ROUTES)
_LOOK_AT_CLOCK_S = 5.0


class LedgerDesks:
    """Implements ``ports.Desks``."""

    def __init__(self, ledger: Ledger, centre: Centre, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._idle_s = centre.config.staff.idle_min * 60

    async def hold(self, counter: CounterId, staff: Staff, *, take_over: bool = False) -> Refused | None:
        now_ms, idle_s = self._clock.now_ms(), self._idle_s
        return await self._ledger.write(
            lambda book: hold_counter(book, counter, staff, take_over=take_over, idle_s=idle_s, now_ms=now_ms)
        )

    async def leave(self, staff: Staff) -> Refused | None:
        now_ms = self._clock.now_ms()
        return await self._ledger.write(lambda book: leave_counter(book, staff, now_ms))


class Hub:
    """All parts of one hub. Opened and closed by the application's lifespan, on its event loop."""

    def __init__(self, config: HubConfig, clock: Clock, public_url: str, hasher: PasswordHasher | None = None) -> None:
        self.clock = clock
        self.centre = make_centre(config, public_url)
        self.changes = LiveChanges(clock.now_ms())
        self.store = Store(self.centre, clock, self.changes.bump)
        self.directory = StoreDirectory(self.store, self.centre, clock)
        self.sign_in = SignIn(self.directory, clock, "hub", hasher)
        self.streams = Streams(clock)
        self.desks = LedgerDesks(self.store, self.centre, clock)

    @contextlib.asynccontextmanager
    async def opened(self, _app: Starlette) -> AsyncIterator[None]:
        self.changes.bind()
        self.store.open()
        tasks = [asyncio.create_task(self._watch_clock())]
        try:
            yield
        finally:
            self.streams.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.store.close)
            self.changes.unbind()

    def api_parts(self) -> ApiParts:
        return ApiParts(
            centre=self.centre,
            clock=self.clock,
            ledger=self.store,
            reader=SqliteKioskReader(self.store.readings, self.centre, self.clock),
            tokens=self.directory,
            sign_in=self.sign_in,
            changes=self.changes,
            streams=self.streams,
            in_use=self._in_use,
            is_ready=self.store.is_alive,
        )

    def _in_use(self, request: Request) -> None:
        session, token = self.sign_in.session(request), request.cookies.get(self.sign_in.cookie_name(request))
        if session is not None and token is not None:
            self.directory.touch(session, token_hash(token))

    async def _watch_clock(self) -> None:
        """Opening hours and midnight change what can be chosen without anybody doing anything."""
        while True:
            await asyncio.sleep(_LOOK_AT_CLOCK_S)
            with contextlib.suppress(StoreUnavailable):
                await self.store.write(self.store.refresh_catalogue)


def build_app(config: HubConfig, clock: Clock, public_url: str = "", hasher: PasswordHasher | None = None) -> Starlette:
    """The hub as an ASGI application; nothing is opened before its lifespan starts."""
    hub = Hub(config, clock, public_url or config.listen.public_url, hasher)
    app = Starlette(routes=_routes(hub), middleware=[Middleware(Guard)], lifespan=hub.opened)
    app.state.hub = hub
    return app


def _routes(hub: Hub) -> list[BaseRoute]:
    parts, description = hub.api_parts(), describe(API)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    async def healthz(_request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readyz(_request: Request) -> Response:
        ready = parts.is_ready()
        return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, media_type="text/plain")

    return [
        *(http_route(route, parts) for route in API),
        Route("/openapi.json", openapi),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
