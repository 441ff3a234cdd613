"""Puts a worker of central together. Rooms hang themselves in here: routes in ``_routes``, tasks in ``_tasks``."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.watch import Watch
from kiosk.central.api.city_papers import city_paper_routes
from kiosk.central.api.dossier_routes import DossierRoutes
from kiosk.central.api.enrol_route import enrol_route
from kiosk.central.api.fleet_routes import FleetRoutes
from kiosk.central.api.hub_routes import HubRoutes
from kiosk.central.api.paper_routes import PaperRoutes
from kiosk.central.api.procedure_routes import ProcedureRoutes
from kiosk.central.api.watch_routes import watch_routes
from kiosk.central.city.paper_links import PaperLinks
from kiosk.central.devices import Devices
from kiosk.central.dossiers.dossiers import Dossiers
from kiosk.central.dossiers.forgetting import Forgetting
from kiosk.central.dossiers.look_up import LookUps
from kiosk.central.dossiers.papers import PaperFiles
from kiosk.central.fleet.alarm_settings import AlarmSettings
from kiosk.central.fleet.desired import DesiredWatch
from kiosk.central.fleet.online_key import read_signer
from kiosk.central.fleet.reports import DeviceStates
from kiosk.central.fleet.upkeep import FleetUpkeep
from kiosk.central.intake import Intake
from kiosk.central.keeping import Keeping
from kiosk.central.measures import Counted, Measures
from kiosk.central.notify.courier import Courier, Ways
from kiosk.central.notify.gateways import open_gateways
from kiosk.central.outside import Outside, Telling, make_outside
from kiosk.central.pages.exchange import ExchangePages
from kiosk.central.pages.parts import make_parts
from kiosk.central.pages.procedures import ProcedurePages
from kiosk.central.pages.routes import entry, errors
from kiosk.central.pages.routes import routes as page_routes
from kiosk.central.pages.wording import service_names
from kiosk.central.procedures import shipped_catalogue
from kiosk.central.rolling import Rolling
from kiosk.central.sealing import read_seal
from kiosk.central.store.database import database_at
from kiosk.clock import Clock
from kiosk.config import CentralConfig
from kiosk.errors import StoreUnavailable
from kiosk.web.i18n import load_words
from kiosk.web.security import Guard

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent.parent.parent / "assets"
_LOOK_AT_MONTH_S = 3600.0
_AGAIN_S = 2.0  #: after a task has failed

Task = Callable[[], Awaitable[None]]


class Central:
    """All parts of one worker. ``opened`` starts and stops them, on the event loop that serves."""

    def __init__(self, config: CentralConfig, clock: Clock, public_url: str) -> None:
        self.config, self.clock, self.public_url = config, clock, public_url
        self.database = database_at(config.database)
        self.devices = Devices(self.database, clock)
        self.intake = Intake(self.database, lanes=self.database.writers)
        self.measures = Measures(clock, self.intake)
        rules = Rules(config.warning, config.notify.channels)
        self.alarms = Watch(self.database, clock, rules)
        self.alarm_settings = AlarmSettings(self.database, self.alarms, rules)
        self.courier = Courier(self.database, clock, _ways(config, public_url))
        self.seal = read_seal(config.dossiers.key_file) if config.dossiers.key_file else None
        self.papers = PaperFiles(config.dossiers.papers, self.seal) if self.seal else None
        self.signer = read_signer(config.fleet.key_file) if config.fleet.key_file else None
        self.desired = DesiredWatch(self.database, clock)
        self.upkeep = FleetUpkeep(self.database, clock)
        self.states = DeviceStates(self.database, clock)
        self.catalogue = shipped_catalogue(ASSETS / "catalogue")
        self.outside = _outside(self)
        self.pages = make_parts(ASSETS, config.city.name, self.database, clock, config.warning)

    @contextlib.asynccontextmanager
    async def opened(self, _app: Starlette | None = None) -> AsyncIterator[None]:
        """Raises SchemaTooNew, StoreUnavailable, OSError where papers cannot be kept."""
        await asyncio.to_thread(self.database.open)
        if self.papers is not None:
            await asyncio.to_thread(self.papers.open)
        await self._make_partitions()
        tasks = [asyncio.create_task(_for_ever(name, task)) for name, task in _tasks(self)]
        try:
            yield
        finally:
            self.end_streams()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.database.close)

    async def watch_months(self) -> None:
        """There is always a place for next month's events. StoreUnavailable."""
        while True:
            await asyncio.sleep(_LOOK_AT_MONTH_S)
            await self._make_partitions()

    async def _make_partitions(self) -> None:
        await self.database.write(lambda tx: tx.rows("ingest.make_partitions", now_ms=self.clock.now_ms()), alone=True)

    def end_streams(self) -> None:
        """An open stream or a hub that waits must not hold up a restart."""
        self.pages.streams.close()
        self.desired.close()

    def is_alive(self) -> bool:
        return self.database.is_alive()


def _routes(central: Central) -> Sequence[BaseRoute]:
    return [
        enrol_route(central.database, central.devices, central.clock, central.signer),
        *HubRoutes(central.intake, central.devices, central.clock, central.states.heard).routes(),
        *FleetRoutes(central.database, central.devices, central.desired, central.signer, central.clock).routes(),
        *_dossier_routes(central),
        *ProcedureRoutes(central.database, central.devices, central.clock).routes(),
        *watch_routes(central.database, central.measures, central.config.metrics.allow, central.is_alive),
        *page_routes(central.pages, central.config.city.name),
        *ProcedurePages(central.pages, central.catalogue).routes(),
        *ExchangePages(central.pages, central.outside).routes(),
    ]


def _dossier_routes(central: Central) -> Sequence[BaseRoute]:
    """None without a key to seal them with."""
    if central.seal is None or central.papers is None:
        return []
    dossiers, look_ups = Dossiers(central.seal, central.config.dossiers.calendar()), LookUps(central.seal)
    around = central.database, central.devices, central.clock
    return [
        *DossierRoutes(dossiers, look_ups, *around).routes(),
        *PaperRoutes(central.papers, look_ups, *around).routes(),
        *city_paper_routes(
            central.database,
            central.papers,
            PaperLinks(central.seal, central.public_url),
            central.config.dossiers.exchange.papers_for,
        ),
    ]


def _tasks(central: Central) -> Sequence[tuple[str, Task]]:
    """What runs beside the requests as long as the worker does; each is started again when it fails."""
    return [
        ("devices", central.devices.watch),
        ("months", central.watch_months),
        ("alarms", central.alarms.run),
        ("figures", Rolling(central.database, central.clock).run),
        ("keeping", Keeping(central.database, central.clock, central.config.keep).run),
        ("notices", central.courier.run),
        ("desired", central.desired.run),
        ("rollouts", central.upkeep.run),
        ("alarm settings", central.alarm_settings.run),
        *(central.outside.tasks if central.outside else ()),
        *_dossier_tasks(central),
    ]


def _dossier_tasks(central: Central) -> Sequence[tuple[str, Task]]:
    if central.papers is None:
        return ()
    keep = central.config.keep.dossiers_days
    return (("old dossiers", Forgetting(central.database, central.clock, central.papers, keep).run),)


def _outside(central: Central) -> Outside | None:
    """None without dossiers. Raises ConfigError."""
    if central.seal is None:
        return None
    around = central.database, central.clock, central.seal, central.catalogue
    telling = Telling(load_words(ASSETS / "locales", ("notice",)), central.public_url)
    return make_outside(central.config.dossiers, *around, telling)


def _ways(config: CentralConfig, public_url: str) -> Ways:
    """How people are told. Raises ConfigError for a channel that cannot work."""
    words = load_words(ASSETS / "locales", ("notice",))
    return Ways(config.notify, open_gateways(config.notify.channels), words, public_url, service_names(ASSETS))


def build_app(config: CentralConfig, clock: Clock, public_url: str = "") -> Starlette:
    """A worker as an ASGI application; its lifespan opens everything. The ``Central`` is in ``app.state.central``."""
    central = Central(config, clock, public_url or config.listen.public_url)
    refuse, handlers = entry(central.pages).refuse, errors(central.pages)
    middleware = [Middleware(Counted, measures=central.measures, clock=clock), Middleware(Guard, refuse=refuse)]
    app = Starlette(
        routes=_routes(central), middleware=middleware, lifespan=central.opened, exception_handlers=handlers
    )
    app.state.central = central
    return app


async def _for_ever(name: str, task: Task) -> None:
    while True:
        try:
            await task()
        except StoreUnavailable as error:
            log.warning("%s: %s; trying again", name, error)
        except Exception:
            log.exception("%s failed; trying again", name)
        await asyncio.sleep(_AGAIN_S)
