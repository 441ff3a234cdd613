"""Puts the hub together: store, API, pages, counter displays."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.clock import Clock, day_of
from kiosk.config import HubConfig
from kiosk.config.taking import Taking
from kiosk.config.terms import CentreTerms
from kiosk.dossier.plain import read_plain_words
from kiosk.dossier.procedures import read_procedures, read_words
from kiosk.errors import StoreUnavailable
from kiosk.hub.api import draft_routes, errors, fleet_routes, kiosk_routes, procedure_routes, staff_routes
from kiosk.hub.api.endpoint import http_route
from kiosk.hub.api.fleet_routes import settings_route
from kiosk.hub.api.kiosk_stream import stream_route
from kiosk.hub.api.openapi import describe
from kiosk.hub.api.paper_routes import paper_routes
from kiosk.hub.api.parts import ApiParts
from kiosk.hub.boards import SerialBoards
from kiosk.hub.dossier_wiring import HubDossiers
from kiosk.hub.fleet.centre_fleet import CentreFleet, HubParts, centre_taking
from kiosk.hub.live import LiveChanges
from kiosk.hub.lookout import Lookout
from kiosk.hub.pages.lookup import LookUpPages
from kiosk.hub.pages.parts import PageParts, hub_kit
from kiosk.hub.pages.routes import entry
from kiosk.hub.pages.routes import routes as page_routes
from kiosk.hub.pages.upload import UploadPages
from kiosk.hub.store.kiosk_reader import SqliteKioskReader
from kiosk.hub.store.likely import LikelyWaits
from kiosk.hub.store.outbox import SqliteOutbox
from kiosk.hub.store.pruning import Pruning
from kiosk.hub.store.reader import SqliteReader, Watched
from kiosk.hub.store.store import Store, StoreDirectory
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.sync.catalogue import CityProcedures
from kiosk.hub.sync.courier import Courier
from kiosk.hub.sync.delivery import Sender
from kiosk.hub.sync.health import disk_free_mb
from kiosk.hub.usecases.centre import Centre, centre_of
from kiosk.hub.usecases.desks import hold_counter, leave_counter
from kiosk.hub.usecases.guide import Guide
from kiosk.hub.usecases.memory import MakeEstimator, make_estimator
from kiosk.hub.usecases.opening import overrides
from kiosk.hub.usecases.outlook import Outlook
from kiosk.hub.usecases.ports import Ledger
from kiosk.hub.usecases.refused import Refused
from kiosk.queueing.model import CounterId
from kiosk.web.entry import Entry, wants_page
from kiosk.web.live import Streams
from kiosk.web.ports import Staff
from kiosk.web.security import Guard
from kiosk.web.signin import SignIn, token_hash
from kiosk.wire.events import Event

log = logging.getLogger(__name__)

API = (
    *kiosk_routes.ROUTES,
    *fleet_routes.ROUTES,
    *procedure_routes.ROUTES,
    *draft_routes.ROUTES,
    *staff_routes.ROUTES,
)
ASSETS = Path(__file__).parent.parent.parent / "assets"
_LOOK_AT_CLOCK_S = 5.0
_READ_AGAIN_S = 0.5
_FORGET_EVERY_S = 3600.0
_FORGET_GAP_S = 0.5
_TIDY_EVERY_S = 30.0
_BOARDS_GAP_S = 0.05  #: busy kiosks must not make the displays ask the database hundreds of times a second


class LedgerDesks:
    """Implements ``ports.Desks``."""

    def __init__(self, ledger: Ledger, centre: Centre, clock: Clock) -> None:
        self._ledger, self._centre, self._clock = ledger, centre, clock

    async def hold(self, counter: CounterId, staff: Staff, *, take_over: bool = False) -> Refused | None:
        now_ms, idle_s = self._clock.now_ms(), self._centre.config.staff.idle_min * 60
        return await self._ledger.write(
            lambda book: hold_counter(book, counter, staff, take_over=take_over, idle_s=idle_s, now_ms=now_ms)
        )

    async def leave(self, staff: Staff) -> Refused | None:
        now_ms = self._clock.now_ms()
        return await self._ledger.write(lambda book: leave_counter(book, staff, now_ms))


@dataclass(frozen=True, slots=True)
class OwnFile:
    """What the centre's own file says, and how to read it again; None when it was made otherwise."""

    config: HubConfig
    read_again: Callable[[], HubConfig] | None = None


class Hub:
    """All parts of one hub. ``opened`` starts and stops them, on the event loop that serves."""

    def __init__(
        self,
        own: OwnFile,
        taking: Taking[CentreTerms],
        clock: Clock,
        public_url: str,
        hasher: PasswordHasher | None,
        make: MakeEstimator = make_estimator,
    ) -> None:
        self.clock = clock
        self.centre = centre_of(taking.stand.settings, public_url)
        config = self.centre.config
        self.changes = LiveChanges(clock.now_ms())
        self.outlook = Outlook(self.centre, make)
        self.store = Store(self.centre, clock, self._committed, self.outlook)
        self.directory = StoreDirectory(self.store, self.centre, clock)
        self.sign_in = SignIn(self.directory, clock, "hub", hasher)
        self.lookout = Lookout(self.outlook, self.store, clock, self.changes.bump)
        self.streams = Streams(clock)
        self.desks = LedgerDesks(self.store, self.centre, clock)
        self.boards = SerialBoards(config.devices, clock, self.changes.bump)
        self.waits = LikelyWaits(self.outlook, self.centre, clock)
        self.fleet = CentreFleet(taking, own.config, self._hub_parts(own.read_again), clock)
        self.courier = self._make_courier(config)
        self.guide, self.procedures = read_guide(ASSETS / "catalogue", config, clock)
        self.kit = hub_kit(ASSETS, config.centre.name)
        self.plain = read_plain_words((ASSETS / "catalogue" / "plain.toml").read_bytes())
        self.dossiers = HubDossiers(self.centre, self.store, (self.guide, self.plain), ASSETS, clock)
        self.pruning = Pruning(self.store, clock, config.keep_days)
        watched = Watched(
            lambda: dict(self.boards.states()), lambda: self.changes.version, self.courier.state, self.fleet.running
        )
        self.reader = SqliteReader(self.store.readings, self.centre, clock, watched, self.waits)

    def _make_courier(self, config: HubConfig) -> Courier:
        here = Sender(
            centre=config.centre.id,
            folder=config.data,
            outbox=SqliteOutbox(self.store.sending),
            displays=lambda: tuple(state for _, state in self.boards.states()),
            clock=self.clock,
            started_ms=self.clock.now_ms(),
            dressed=self.fleet.dressed,
            settings_version=lambda: self.fleet.keeper.stand.version,
        )
        return Courier(here, config.central, self.changes.bump, self.store.begin_epoch)

    def _hub_parts(self, read_own: Callable[[], HubConfig] | None) -> HubParts:
        return HubParts(
            exchange=self.exchange,
            check=self.check,
            record=self._record,
            overrides=lambda: overrides(self._switched()),
            changed=self.changes.bump,
            kiosk_of=self._kiosk_of,
            displays=lambda: frozenset(state.id for _, state in self.boards.states()),
            test_display=self.boards.test,
            read_own=read_own,
        )

    def check(self) -> None:
        """Everything that people see can be made with the present settings; raises whatever goes wrong."""
        if not self.store.is_alive():
            raise StoreUnavailable("nothing can be stored")
        kiosks = SqliteKioskReader(self.store.readings, self.centre, self.clock, self.waits, self.store.card_key)
        kiosks.catalogue()
        self.reader.hall()
        self.reader.supervisor()

    def _record(self, event: Event) -> None:
        """For the audit trail; nobody waits for it."""
        now_ms = self.clock.now_ms()
        self.store.submit(lambda book: book.record(event, now_ms))

    def _switched(self) -> frozenset[str]:
        with self.store.readings.moment() as connection:
            return SqliteTicketBook(connection).switched()

    def _kiosk_of(self, target: str) -> str | None:
        """The kiosk of that name, or the one that has the device of that name."""
        kiosks = self.reader.supervisor().kiosks
        found = [row.id for row in kiosks if row.id == target]
        found += [row.id for row in kiosks if any(state.id == target for state in row.devices)]
        return found[0] if found else None

    def _committed(self) -> None:
        """In the write thread."""
        self.changes.bump()
        self.courier.wake()

    @contextlib.asynccontextmanager
    async def opened(self, _app: Starlette | None = None) -> AsyncIterator[None]:
        """Raises SchemaTooNew, StoreUnavailable."""
        self.changes.open()
        await asyncio.to_thread(self.store.open)
        await asyncio.to_thread(self.procedures.open)
        await asyncio.to_thread(self.dossiers.open)
        self.boards.start()
        self.lookout.start()
        self.courier.start()
        self.procedures.start()
        self.fleet.start()
        tasks = [asyncio.create_task(work()) for work in self._work()]
        try:
            yield
        finally:
            self.end_streams()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self._close_devices_and_store)

    def exchange(self, terms: CentreTerms) -> None:
        """The centre is as ``terms`` say from now on, without a restart. Raises StoreUnavailable, and is as before.

        Not for the event loop: counters' displays may take a moment to let go of their lines.
        """
        config = terms.config
        self.store.exchange_centre(terms)
        self.guide.exchange(config.services)
        self.kit.add_globals({"centre": config.centre.name})
        self.boards.exchange(config.devices)
        self.changes.bump()

    def _work(self) -> Sequence[Callable[[], Coroutine[None, None, None]]]:
        return (self._watch_clock, self._show_calls, self._forget_old, self._tidy_dossiers)

    def end_streams(self) -> None:
        """An open stream must not hold up a restart."""
        self.streams.close()
        self.changes.close()

    def _close_devices_and_store(self) -> None:
        self.fleet.stop()
        self.boards.stop()
        self.lookout.stop()
        self.courier.stop()
        self.procedures.stop()
        self.dossiers.close()
        self.store.close()

    async def _watch_clock(self) -> None:
        """Opening hours and midnight change what can be chosen without anybody doing anything."""
        while True:
            await asyncio.sleep(_LOOK_AT_CLOCK_S)
            try:
                await self.store.write(self.store.refresh_catalogue)
                await asyncio.to_thread(self.store.note_reach)
                await asyncio.to_thread(self.fleet.look)
            except StoreUnavailable:
                continue  # the writer has said so; the next look may succeed
            except Exception:
                log.exception("Opening hours could not be looked at; trying again")

    async def _forget_old(self) -> None:
        """A little at a time, so that nobody waits for it."""
        while True:
            await asyncio.sleep(_FORGET_EVERY_S)
            try:
                while await asyncio.to_thread(self._forget_some):
                    await asyncio.sleep(_FORGET_GAP_S)
            except StoreUnavailable:
                continue  # the writer has said so
            except Exception:
                log.exception("Old events could not be removed; trying again")

    async def _tidy_dossiers(self) -> None:
        """Drafts that nobody shows any more are wiped."""
        while True:
            await asyncio.sleep(_TIDY_EVERY_S)
            try:
                await asyncio.to_thread(self.dossiers.room.tidy)
            except StoreUnavailable:
                continue  # the writer has said so
            except Exception:
                log.exception("Old drafts could not be wiped; trying again")

    def _forget_some(self) -> bool:
        return self.pruning.forget_some(self.courier.prunable(), disk_free_mb(self.centre.config.data))

    async def _show_calls(self) -> None:
        """Every way of calling reaches the displays, because they show what the database says.

        A picture that cannot be read is read again soon: a display that nobody feeds sends people to the wrong counter.
        """
        shown: dict[CounterId, tuple[int, str]] = {}
        async for _ in self.changes.watch():
            try:
                self._show_new_calls(shown)
            except Exception:
                log.exception("The calls for the counter displays could not be read; trying again")
                await asyncio.sleep(_READ_AGAIN_S)
                self.changes.bump()
            await asyncio.sleep(_BOARDS_GAP_S)

    def _show_new_calls(self, shown: dict[CounterId, tuple[int, str]]) -> None:
        for counter, call in self.reader.shown_at_counters():
            if shown.get(counter) != call:
                self.boards.call(counter, call[1])
                shown[counter] = call

    def api_parts(self) -> ApiParts:
        return ApiParts(
            centre=self.centre,
            clock=self.clock,
            promises=self.outlook,
            ledger=self.store,
            reader=SqliteKioskReader(self.store.readings, self.centre, self.clock, self.waits, self.store.card_key),
            figures=self.reader,
            guide=self.guide,
            tokens=self.directory,
            sign_in=self.sign_in,
            changes=self.changes,
            fleet=self.fleet.desk,
            dossiers=self.dossiers.room,
            in_use=self._in_use,
            is_ready=self.store.is_alive,
        )

    def page_parts(self) -> PageParts:
        return PageParts(
            kit=self.kit,
            sign_in=self.sign_in,
            streams=self.streams,
            reader=self.reader,
            changes=self.changes,
            tokens=self.directory,
            clock=self.clock,
            desks=self.desks,
            guide=self.guide,
            plain=self.plain,
            in_use=self._in_use,
            patience_min=lambda: self.centre.config.warning_min,
            dossiers=self.dossiers.desk,
        )

    def _in_use(self, request: Request) -> None:
        session, token = self.sign_in.session(request), request.cookies.get(self.sign_in.cookie.name(request))
        if session is not None and token is not None:
            self.directory.touch(session, token_hash(token))


def read_guide(folder: Path, config: HubConfig, clock: Clock) -> tuple[Guide, CityProcedures]:
    """The catalogue of procedures that comes with the product, and what exchanges it for the city's."""
    shipped = read_procedures((folder / "procedures.json").read_bytes())
    words = read_words((folder / "words.toml").read_bytes())
    guide = Guide(shipped, words, config.services, day_of(clock.now_ms()))
    return guide, CityProcedures(config.data, config.central, clock, shipped, guide.exchange_catalogue)


def build_app(
    config: HubConfig,
    clock: Clock,
    public_url: str = "",
    hasher: PasswordHasher | None = None,
    make: MakeEstimator = make_estimator,
    read_again: Callable[[], HubConfig] | None = None,
) -> Starlette:
    """The hub as an ASGI application; its lifespan opens everything. The ``Hub`` is in ``app.state.hub``.

    It begins with the settings that were last good, or that are on trial, on top of ``config``.
    """
    taking = centre_taking(config, config.data, clock)
    taking.begin()
    own = OwnFile(config, read_again)
    hub = Hub(own, taking, clock, public_url or config.listen.public_url, hasher, make)
    pages = hub.page_parts()
    doors = entry(pages)
    app = Starlette(
        routes=[*_api_routes(hub.api_parts()), *page_routes(pages), *_phone_routes(hub)],
        middleware=[Middleware(Guard, refuse=doors.refuse)],
        exception_handlers={
            **doors.errors(),
            StoreUnavailable: _store_unavailable(doors),
            ClientDisconnect: _nobody_is_there,
        },
        lifespan=hub.opened,
    )
    app.state.hub = hub
    return app


async def _nobody_is_there(_request: Request, _error: Exception) -> Response:
    """Broken off in the middle of a request: ordinary, and nothing for the log."""
    return Response(status_code=400)


def _store_unavailable(doors: Entry) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, _error: Exception) -> Response:
        failure = errors.store_unavailable()
        return doors.refuse(request, failure.status, failure.reply) if wants_page(request) else errors.failure(failure)

    return answer


def _phone_routes(hub: Hub) -> list[BaseRoute]:
    """What citizens do on their own phones."""
    return [*UploadPages(hub.kit, hub.dossiers.room).routes(), *LookUpPages(hub.kit, hub.dossiers.room).routes()]


def _api_routes(parts: ApiParts) -> list[BaseRoute]:
    description = describe(API)

    async def openapi(_request: Request) -> Response:
        return JSONResponse(description)

    async def healthz(_request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def readyz(_request: Request) -> Response:
        ready = parts.is_ready()
        return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, media_type="text/plain")

    return [
        *(http_route(route, parts) for route in API),
        *paper_routes(parts),
        stream_route(parts),
        settings_route(parts),
        Route("/openapi.json", openapi),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
