"""The real pages on a real uvicorn at a port of the system's choice, in front of a fake centre."""

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import uvicorn
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.clock import Clock, day_of
from kiosk.config.hub import Service
from kiosk.dossier.plain import read_plain_words
from kiosk.dossier.procedures import read_procedures, read_words
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.hub.pages.parts import PageParts, hub_kit
from kiosk.hub.pages.routes import entry, routes
from kiosk.hub.usecases.guide import Guide
from kiosk.web.kit import PageKit
from kiosk.web.live import Streams
from kiosk.web.ports import Staff
from kiosk.web.security import Guard
from kiosk.web.signin import SignIn, token_hash
from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.staff_api import CounterCommand, SupervisorCommand
from tests.fakes.centre import CENTRE, FakeCentre

ASSETS = Path(__file__).parents[2] / "assets"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "mưa-bóng-mây-7"
SCREEN_TOKEN = "screen-token-of-the-hall-0123456789"
PASSWORD_HASH = QUICK.hash(PASSWORD)
STAFF = (
    Staff("lan", "Nguyễn Thị Lan", "officer", PASSWORD_HASH),
    Staff("minh", "Trần Văn Minh", "officer", PASSWORD_HASH),
    Staff("hoa", "Lê Thị Hoa", "supervisor", PASSWORD_HASH),
)


def guide(day: int) -> Guide:
    """The shipped catalogue, at a centre that gives tickets for births, marriages and certified copies."""
    shelf = ASSETS / "catalogue"
    offered = {"khai-sinh": "1.001193", "ket-hon": "1.000894", "chung-thuc": "2.000815"}
    services = [
        Service(id=name, field="ho-tich", name=Text(vi=name, en=name.title()), procedures=(code,))
        for name, code in offered.items()
    ]
    procedures = read_procedures((shelf / "procedures.json").read_bytes())
    return Guide(procedures, read_words((shelf / "words.toml").read_bytes()), services, day)


def fake_centre(clock: Clock) -> FakeCentre:
    tokens = {token_hash(SCREEN_TOKEN): ("hall", "hall-1")}
    return FakeCentre(clock, staff_rows={staff.name: staff for staff in STAFF}, tokens=tokens)


@dataclass
class PageApp:
    """The application under test and what its tests look at. ``gate`` holds up every command until it is set."""

    centre: FakeCentre
    kit: PageKit = field(default_factory=lambda: hub_kit(ASSETS, CENTRE))
    supervisor_commands: list[SupervisorCommand] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    refuse: ErrorReply | None = None
    in_use: list[Request] = field(default_factory=list)
    dossiers: DossierParts | None = None

    def __post_init__(self) -> None:
        self.gate.set()
        clock = self.centre.clock
        self.streams = Streams(clock)
        self.sign_in = SignIn(self.centre, clock, "hub", QUICK)
        parts = PageParts(
            kit=self.kit,
            sign_in=self.sign_in,
            streams=self.streams,
            reader=self.centre,
            changes=self.centre,
            tokens=self.centre,
            clock=clock,
            desks=self.centre,
            guide=guide(day_of(clock.now_ms())),
            plain=read_plain_words((ASSETS / "catalogue" / "plain.toml").read_bytes()),
            in_use=self.in_use.append,
            dossiers=self.dossiers,
        )
        api = [
            Route("/v1/counters/{counter}/commands", self._counter, methods=["POST"]),
            Route("/v1/supervisor/commands", self._supervisor, methods=["POST"]),
        ]
        handlers = entry(parts).errors()
        self.app = Starlette(routes=[*routes(parts), *api], exception_handlers=handlers, middleware=[Middleware(Guard)])

    async def _counter(self, request: Request) -> Response:
        self.sign_in.staff(request)
        command = msgspec.json.decode(await request.body(), type=CounterCommand)
        await asyncio.to_thread(self.gate.wait, 10)
        reply = self.refuse or self.centre.command(request.path_params["counter"], command)
        if self.refuse:
            self.centre.received.append(command)
        status = 409 if isinstance(reply, ErrorReply) else 200
        return Response(msgspec.json.encode(reply), status, media_type="application/json")

    async def _supervisor(self, request: Request) -> Response:
        self.sign_in.staff(request, "supervisor")
        self.supervisor_commands.append(msgspec.json.decode(await request.body(), type=SupervisorCommand))
        return Response(b"{}", media_type="application/json")


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


class PageServer:
    """Starts and stops; started again it has the same address, as a hub after a restart."""

    def __init__(self, centre: FakeCentre, dossiers: DossierParts | None = None) -> None:
        self.centre, self._dossiers = centre, dossiers
        self._port = 0
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self.page_app = PageApp(self.centre, dossiers=self._dossiers)
        config = uvicorn.Config(self.page_app.app, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
        self._server = _Announcing(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        assert self._server.ready.wait(10)

    def stop(self) -> None:
        self._server.loop.call_soon_threadsafe(self.page_app.streams.close)
        self._server.should_exit = True
        assert self._thread is not None
        self._thread.join(10)
        assert not self._thread.is_alive(), "an open stream held up the shutdown"
        self._thread = None
