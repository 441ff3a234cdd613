"""The hub as the touch app sees it: five threads, one job each, none of them the window's.

1. ``requester`` asks for tickets: repeated with the same request id until an answer, a refusal or a withdrawal.
2. ``reporter`` brings what happened to the paper, in order, each until it is taken; and the devices' states. A report
   over which the hub stumbles again and again lets the others pass, and is given up after an hour.
3. ``fetcher`` keeps the catalogue and fetches reprints; it notices that the hub is gone.
4. ``listener`` holds the live stream, whose events only wake the fetcher.
5. ``clerk`` (``kiosk.touch.clerk``) asks what belongs to a dossier.

An answer that is late, cut off, too long or not what was agreed is no answer: the request is repeated with its id, to
which the hub gives the same ticket. Only a refusal in the agreed shape ends a request.
"""

import contextlib
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import requests

from kiosk.errors import HubUnreachable
from kiosk.touch.clerk import Clerk
from kiosk.touch.dossier.asks import Ask
from kiosk.touch.events import (
    CatalogueCame,
    Event,
    HubLost,
    HubSilent,
    ReprintWanted,
    SetUpWrong,
    TicketCame,
    TicketRefused,
)
from kiosk.touch.hub_line import CONNECT_S, READ_S, HubAddress, HubStumbled, Line, Refused
from kiosk.wire.kiosk_api import (
    Catalogue,
    DeviceReport,
    DeviceState,
    IssueTicket,
    PrintJobs,
    PrintReport,
    TicketReply,
    WithdrawTicket,
)

log = logging.getLogger(__name__)
Tell = Callable[[Event], None]
PAUSES_S = (0.05, 0.3, 0.6, 1.2, 2.0, 3.0)
#: A first failure that comes sooner is most likely an idle connection that the hub had closed.
QUICK_FAILURE_S = 0.5
LOST_AFTER_S = 5.0
POLL_S = 15.0
DEVICES_EVERY_S = 30.0
REMEMBERED_REPRINTS = 500
PASSED_AFTER = 3
GIVE_UP_S = 3600.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What staff and the city want of this kiosk; called from the threads. ``check_printer``: with the number that
    ``HubClient.printer_checked`` answers."""

    settings: Callable[[], None] = lambda: None  #: the hub has other settings, or commands
    check_printer: Callable[[int], None] = lambda _: None


_NO_WISHES = Wishes()


class HubClient:
    """Implements ``kiosk.touch.session.Hub``; every method returns at once. ``tell`` is called from the threads."""

    def __init__(
        self,
        address: HubAddress,
        tell: Tell,
        lost_after_s: float = LOST_AFTER_S,
        give_up_s: float = GIVE_UP_S,
        wishes: Wishes = _NO_WISHES,
    ) -> None:
        self._stop = threading.Event()
        self._requester = Requester(address, tell, self._stop)
        self._reporter = Reporter(address, self._stop, give_up_s)
        self._fetcher = Fetcher(address, tell, wishes.check_printer, lost_after_s, self._stop)
        self._listener = Listener(address, self._fetcher.wake, wishes.settings, self._stop)
        self._clerk = Clerk(address, tell, self._stop)
        workers = (self._requester, self._reporter, self._fetcher, self._listener, self._clerk)
        self._threads = [
            threading.Thread(target=worker.run, name=type(worker).__name__.lower(), daemon=True) for worker in workers
        ]

    def open(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._stop.set()
        self._requester.wake()
        self._reporter.wake()
        self._fetcher.wake()
        self._clerk.wake()
        self._listener.hang_up()
        for thread in self._threads:
            thread.join(timeout=CONNECT_S + READ_S)

    def issue(self, request: IssueTicket) -> None:
        self._requester.add(request)

    def withdraw(self, request_id: str) -> None:
        self._requester.drop(request_id)
        self._reporter.add("/v1/tickets/withdraw", WithdrawTicket(request_id=request_id))

    def report_paper(self, ticket: int, report: PrintReport) -> None:
        self._reporter.add(f"/v1/tickets/{ticket}/print", report)

    def report_devices(self, devices: list[DeviceState]) -> None:
        self._reporter.devices(devices)

    def printer_checked(self, number: int, devices: list[DeviceState]) -> None:
        """The printer has been asked since the hub said so."""
        self._reporter.devices(devices, number)

    def ask(self, ask: Ask) -> None:
        self._clerk.add(ask)

    def drop_asks(self, errand: str) -> None:
        self._clerk.drop(errand)

    def refresh(self) -> None:
        self._fetcher.wake()


class Requester:
    def __init__(self, address: HubAddress, tell: Tell, stop: threading.Event) -> None:
        self._address, self._tell, self._stop = address, tell, stop
        self._waiting: deque[IssueTicket] = deque()
        self._dropped: set[str] = set()
        self._change = threading.Condition()

    def add(self, request: IssueTicket) -> None:
        with self._change:
            self._waiting.append(request)
            self._change.notify()

    def drop(self, request_id: str) -> None:
        with self._change:
            self._dropped.add(request_id)
            self._change.notify()

    def wake(self) -> None:
        with self._change:
            self._change.notify()

    def run(self) -> None:
        line = Line(self._address)
        while (request := self._next()) is not None:
            self._obtain(line, request)
            with self._change:
                self._dropped.discard(request.request_id)
        line.close()

    def _next(self) -> IssueTicket | None:
        with self._change:
            while not self._waiting and not self._stop.is_set():
                self._dropped.clear()
                self._change.wait()
            return None if self._stop.is_set() else self._waiting.popleft()

    def _obtain(self, line: Line, request: IssueTicket) -> None:
        began_s, attempt = time.monotonic(), 0
        while not self._is_over(request):
            try:
                self._tell(TicketCame(request.request_id, line.post("/v1/tickets", request, TicketReply)))
                return
            except Refused as refusal:
                log.warning("The hub refused a ticket: %s", refusal, extra={"request_id": request.request_id})
                self._tell(TicketRefused(request.request_id, refusal.reply.message))
                return
            except HubUnreachable as error:
                log.warning("No answer to a ticket request: %s", error, extra={"request_id": request.request_id})
            if attempt > 0 or time.monotonic() - began_s > QUICK_FAILURE_S:
                self._tell(HubSilent(request.request_id))
            self._pause(request, PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
            attempt += 1

    def _is_over(self, request: IssueTicket) -> bool:
        with self._change:
            return self._stop.is_set() or request.request_id in self._dropped

    def _pause(self, request: IssueTicket, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._stop.is_set() or request.request_id in self._dropped, timeout=seconds)


@dataclass(slots=True)
class _Report:
    path: str
    message: msgspec.Struct
    stumbles: int = 0
    first_stumble_s: float = 0.0


class Reporter:
    def __init__(self, address: HubAddress, stop: threading.Event, give_up_s: float) -> None:
        self._address, self._stop, self._give_up_s = address, stop, give_up_s
        self._waiting: deque[_Report] = deque()
        self._devices: DeviceReport | None = None
        self._printer_check = 0
        self._devices_due_s = 0.0
        self._change = threading.Condition()

    def add(self, path: str, message: msgspec.Struct) -> None:
        with self._change:
            self._waiting.append(_Report(path, message))
            self._change.notify()

    def devices(self, states: list[DeviceState], printer_check: int = 0) -> None:
        """Each report says for what the printer was asked last: a newer one may replace one that was not sent."""
        with self._change:
            self._printer_check = printer_check or self._printer_check
            self._devices = DeviceReport(devices=states, printer_check=self._printer_check)
            self._devices_due_s = 0.0
            self._change.notify()

    def wake(self) -> None:
        with self._change:
            self._change.notify()

    def run(self) -> None:
        line, failures = Line(self._address), 0
        while not self._stop.is_set():
            report = self._next()
            if report is None:
                continue
            try:
                line.send(report.path, report.message)
            except Refused as refusal:
                log.warning("The hub refused a report: %s", refusal, extra={"path": report.path})
            except HubUnreachable as error:
                log.warning("A report waits for the hub: %s", error, extra={"path": report.path})
                if isinstance(error, HubStumbled):
                    self._stumbled(report)
                failures += 1
                self._stop.wait(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                continue
            failures = 0
            self._taken(report)
        line.close()

    def _next(self) -> _Report | None:
        """What to send now; it stays in its queue until the hub has taken it."""
        with self._change:
            if self._waiting and self._waiting[0].stumbles < PASSED_AFTER:
                return self._waiting[0]
            left_s = self._devices_due_s - time.monotonic() if self._devices is not None else None
            if self._devices is not None and left_s is not None and left_s <= 0:
                return _Report("/v1/devices", self._devices)
            if self._waiting:
                return self._waiting[0]
            self._change.wait(timeout=left_s)
            return None

    def _taken(self, report: _Report) -> None:
        with self._change:
            if not isinstance(report.message, DeviceReport):
                self._waiting.popleft()
            elif report.message is self._devices:  # else the devices have changed meanwhile: the news is still due
                self._devices_due_s = time.monotonic() + DEVICES_EVERY_S

    def _stumbled(self, report: _Report) -> None:
        """The others pass from now on; the devices are told again in their turn."""
        now_s = time.monotonic()
        if not report.stumbles:
            report.first_stumble_s = now_s
        report.stumbles += 1
        if isinstance(report.message, DeviceReport) or now_s - report.first_stumble_s >= self._give_up_s:
            log.error("The hub fails over a report, which is given up", extra={"path": report.path})
            self._taken(report)
        elif report.stumbles >= PASSED_AFTER:
            with self._change:
                self._waiting.rotate(-1)


class Fetcher:
    def __init__(
        self,
        address: HubAddress,
        tell: Tell,
        check_printer: Callable[[int], None],
        lost_after_s: float,
        stop: threading.Event,
    ) -> None:
        self._address, self._tell, self._lost_after_s, self._stop = address, tell, lost_after_s, stop
        self._check_printer, self._printer_check = check_printer, 0
        self._wanted = threading.Event()
        self._seen: OrderedDict[tuple[int, int, int], None] = OrderedDict()

    def wake(self) -> None:
        self._wanted.set()

    def run(self) -> None:
        line, heard_s, failures, lost = Line(self._address), time.monotonic(), 0, False
        while not self._stop.is_set():
            self._wanted.clear()
            try:
                self._fetch(line)
                heard_s, failures, lost = time.monotonic(), 0, False
            except Refused as refusal:
                self._tell(SetUpWrong(f"{self._address.url}: {refusal}"))
            except HubUnreachable as error:
                log.warning("The hub does not answer: %s", error)
                failures += 1
                if not lost and time.monotonic() - heard_s >= self._lost_after_s:
                    lost = True
                    self._tell(HubLost())
                self._stop.wait(PAUSES_S[min(failures + 1, len(PAUSES_S) - 1)])
                continue
            self._wanted.wait(POLL_S)
        line.close()

    def _fetch(self, line: Line) -> None:
        self._tell(CatalogueCame(line.get("/v1/catalogue", Catalogue)))
        jobs = line.get("/v1/print-jobs", PrintJobs)
        if jobs.printer_check not in (0, self._printer_check):
            self._printer_check = jobs.printer_check
            self._check_printer(jobs.printer_check)
        for ticket in jobs.tickets:
            key = (ticket.day, ticket.id, ticket.reprint)
            # A job stays on the hub's list until its outcome is known there: it must not be printed again meanwhile.
            if key not in self._seen:
                self._seen[key] = None
                self._tell(ReprintWanted(ticket))
        while len(self._seen) > REMEMBERED_REPRINTS:
            self._seen.popitem(last=False)


class Listener:
    def __init__(
        self, address: HubAddress, wake: Callable[[], None], settings: Callable[[], None], stop: threading.Event
    ) -> None:
        self._address, self._wake, self._settings, self._stop = address, wake, settings, stop
        self._answer: requests.Response | None = None

    def hang_up(self) -> None:
        answer = self._answer
        if answer is not None:
            with contextlib.suppress(ValueError, OSError):  # it has just ended by itself
                answer.raw.shutdown()

    def run(self) -> None:
        line, failures = Line(self._address), 0
        while not self._stop.is_set():
            try:
                self._answer = line.stream("/v1/stream/kiosk")
                if self._stop.is_set():  # it was told to hang up a moment before it had what to hang up
                    self._answer.close()
                    break
                with self._answer as answer:
                    for event in event_names(answer.iter_lines(chunk_size=1)):
                        failures = 0
                        if event in ("catalogue", "print-jobs"):
                            self._wake()
                        elif event == "settings":
                            self._settings()
            except (HubUnreachable, requests.RequestException, OSError) as error:
                log.info("The live stream ended: %s", error)
            self._answer = None
            self._stop.wait(PAUSES_S[min(failures + 2, len(PAUSES_S) - 1)])
            failures += 1
        line.close()


def event_names(lines: Iterator[bytes]) -> Iterator[str]:
    """The names of the events of a server-sent stream (WHATWG HTML 9.2.6); their data is fetched, not trusted."""
    name = ""
    for line in lines:
        if line.startswith(b"event:"):
            name = line[6:].strip().decode("ascii", "replace")
        elif not line and name:
            yield name
            name = ""
