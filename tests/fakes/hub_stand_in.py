"""A hub that behaves as a test wants: slow, silent, rude or gone. It speaks kiosk/wire over real HTTP."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from kiosk.wire.common import ErrorReply, Text
from kiosk.wire.fleet_api import CommandResult, KioskDesired, PartReport
from kiosk.wire.kiosk_api import (
    Catalogue,
    DeviceReport,
    FieldInfo,
    IssueTicket,
    PrintJobs,
    PrintReport,
    PriorityGroup,
    ServiceInfo,
    TicketReply,
    WaitRange,
    WithdrawTicket,
)
from tests.fakes.dossier_desk import DossierDesk
from tests.fakes.recorder import Recorder

TOKEN = "token-of-a-kiosk"
Misbehaviour = Callable[[], Awaitable[Response | None]]


def text(vi: str, en: str) -> Text:
    return Text(vi=vi, en=en)


def small_catalogue(version: int = 1, priority: bool = True) -> Catalogue:
    """Two fields; the second service of the first is closed."""

    def service(name: str, of: str, words: Text, closed: Text | None = None) -> ServiceInfo:
        return ServiceInfo(
            id=name,
            field=of,
            name=words,
            prefix="B",
            is_open=closed is None,
            closed_reason=closed,
            waiting=3,
            wait=WaitRange(low_min=8, high_min=14),
        )

    return Catalogue(
        version=version,
        centre=text("Trung tâm Phục vụ hành chính công phường Thử", "Public Service Centre of Thu Ward"),
        address=text("1 Đường Thử", "1 Thu Street"),
        is_open=True,
        notice=None,
        fields=[
            FieldInfo(id="ho-tich", name=text("Hộ tịch", "Civil status"), icon="baby"),
            FieldInfo(id="chung-thuc", name=text("Chứng thực", "Certification"), icon="stamp"),
        ],
        services=[
            service("khai-sinh", "ho-tich", text("Đăng ký khai sinh", "Birth registration")),
            service(
                "ket-hon",
                "ho-tich",
                text("Đăng ký kết hôn", "Marriage registration"),
                text("Hết giờ nhận số, mở lại 07:30 mai", "Closed, open again at 07:30 tomorrow"),
            ),
            service("sao-y", "chung-thuc", text("Chứng thực bản sao từ bản chính", "Certified copies")),
        ],
        priority_groups=[
            PriorityGroup(
                id="cao-tuoi", name=text("Người cao tuổi", "Elderly people"), icon="accessibility", from_age=75
            )
        ]
        if priority
        else [],
    )


def small_ticket(request: IssueTicket, number: int) -> TicketReply:
    return TicketReply(
        id=number,
        label=f"B{number:03d}",
        day=20261122,
        service=request.service,
        service_name=text("Đăng ký khai sinh", "Birth registration"),
        ticket_class=request.ticket_class,
        state="waiting",
        issued_ms=0,
        people_ahead=number - 1,
        wait=WaitRange(low_min=8, high_min=14),
        status_url=f"http://hub.test/t/{number:022d}",
        bring=[text("Giấy tờ tùy thân", "Identity papers")],
    )


@dataclass
class HubStandIn:
    """Remembers what was asked. ``misbehave`` holds what happens to the next ticket requests instead of an answer."""

    catalogue: Catalogue = field(default_factory=small_catalogue)
    jobs: list[TicketReply] = field(default_factory=list)
    printer_check: int = 0
    requests: Recorder[IssueTicket] = field(default_factory=Recorder)
    withdrawn: Recorder[str] = field(default_factory=Recorder)
    papers: Recorder[tuple[int, PrintReport]] = field(default_factory=Recorder)
    devices: Recorder[DeviceReport] = field(default_factory=Recorder)
    fetches: Recorder[str] = field(default_factory=Recorder)
    streams: Recorder[str] = field(default_factory=Recorder)
    misbehave: list[Misbehaviour] = field(default_factory=list)
    refuse_reports: int = 0  #: so many reports are answered 503 first
    desired: KioskDesired | None = None  #: settings and commands that kiosks are given
    marks: Recorder[str] = field(default_factory=Recorder)  #: what kiosks that asked for them had
    settings_reports: Recorder[PartReport] = field(default_factory=Recorder)
    results: Recorder[CommandResult] = field(default_factory=Recorder)
    stumbles_over: int = 0  #: the ticket whose reports are always answered 500
    tickets: dict[str, TicketReply] = field(default_factory=dict)
    dossiers: DossierDesk = field(default_factory=DossierDesk)
    _listeners: list[asyncio.Queue[str]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None

    def announce(self, event: str) -> None:
        """Send an event to whoever holds the live stream. Safe from any thread."""
        assert self._loop is not None
        for listener in list(self._listeners):
            self._loop.call_soon_threadsafe(listener.put_nowait, f"event: {event}\ndata: {{}}\n\n")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/catalogue", self._catalogue),
                Route("/v1/tickets", self._issue, methods=["POST"]),
                Route("/v1/tickets/withdraw", self._withdraw, methods=["POST"]),
                Route("/v1/tickets/{id:int}/print", self._paper, methods=["POST"]),
                Route("/v1/print-jobs", self._jobs),
                Route("/v1/devices", self._devices, methods=["POST"]),
                Route("/v1/stream/kiosk", self._stream),
                *self.dossiers.routes(),
                Route("/v1/settings", self._settings),
                Route("/v1/settings/report", self._settings_report, methods=["POST"]),
                Route("/v1/commands/result", self._result, methods=["POST"]),
            ]
        )

    async def _catalogue(self, request: Request) -> Response:
        self.fetches.add(request.headers.get("authorization", ""))
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return reply(refusal("unauthorized"), 401)
        return reply(self.catalogue)

    async def _issue(self, request: Request) -> Response:
        asked = msgspec.json.decode(await request.body(), type=IssueTicket)
        self.requests.add(asked)
        if self.misbehave and (answer := await self.misbehave.pop(0)()) is not None:
            return answer
        if asked.request_id not in self.tickets:
            self.tickets[asked.request_id] = small_ticket(asked, len(self.tickets) + 1)
        return reply(self.tickets[asked.request_id])

    async def _withdraw(self, request: Request) -> Response:
        self.withdrawn.add(msgspec.json.decode(await request.body(), type=WithdrawTicket).request_id)
        return Response("{}")

    async def _paper(self, request: Request) -> Response:
        if self.refuse_reports:
            self.refuse_reports -= 1
            return Response("busy", 503)
        if self.stumbles_over == request.path_params["id"]:
            return Response("Traceback …", 500)
        self.papers.add((request.path_params["id"], msgspec.json.decode(await request.body(), type=PrintReport)))
        return Response("{}")

    async def _jobs(self, request: Request) -> Response:
        return reply(PrintJobs(tickets=self.jobs, printer_check=self.printer_check))

    async def _devices(self, request: Request) -> Response:
        self.devices.add(msgspec.json.decode(await request.body(), type=DeviceReport))
        return Response("{}")

    async def _settings(self, request: Request) -> Response:
        mark = request.headers["if-none-match"].strip('"')
        self.marks.add(mark)
        version = int(mark.split(".")[0])
        if self.desired is None or (version >= self.desired.version and not self.desired.commands):
            return Response(status_code=304)
        return reply(self.desired)

    async def _settings_report(self, request: Request) -> Response:
        self.settings_reports.add(msgspec.json.decode(await request.body(), type=PartReport))
        return Response('{"ok": true}')

    async def _result(self, request: Request) -> Response:
        self.results.add(msgspec.json.decode(await request.body(), type=CommandResult))
        return Response('{"ok": true}')

    async def _stream(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue()

        async def events() -> AsyncIterator[str]:
            self._listeners.append(queue)
            yield ": hello\n\n"
            self.streams.add("opened")
            try:
                while True:
                    yield await queue.get()
            finally:
                self._listeners.remove(queue)

        return StreamingResponse(events(), media_type="text/event-stream")


def reply(message: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(message), status, media_type="application/json")


def refusal(error: str, vi: str = "Không được.", en: str = "No.") -> ErrorReply:
    return ErrorReply(error=error, message=text(vi, en))


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class RunningStandIn:
    """The stand-in on a port of its own, which can be shut and opened again at the same address."""

    def __init__(self, hub: HubStandIn) -> None:
        self.hub = hub
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._socket.close()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._server = _Server(
            uvicorn.Config(self.hub.app(), lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="hub-stand-in")
        self._thread.start()

    def shut(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(5)
        self._server = None


@contextlib.contextmanager
def stand_in(hub: HubStandIn | None = None) -> Iterator[RunningStandIn]:
    running = RunningStandIn(hub or HubStandIn())
    running.open()
    try:
        yield running
    finally:
        running.shut()
