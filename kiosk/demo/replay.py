"""A real day of arrivals, at a chosen speed, through a real hub, a printer line, counters and their displays.

Citizens come when they came that day; how long each needed at the counter is not in the source, so officers take a
few minutes each. Everything runs in one pretended time: ``speed`` 60 makes lines, print head and clocks sixty times as
fast. At the end each ticket must have been printed, called, displayed and ended exactly once.
"""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import zxingcpp

from kiosk.clock import ScaledClock, SystemClock, local, to_ms
from kiosk.demo.day import Arrival
from kiosk.demo.devices import DemoDevices, shows
from kiosk.demo.folder import DemoFolder, make_folder
from kiosk.demo.hall import HallWatch
from kiosk.demo.hub import hub_program, start_hub
from kiosk.demo.officer import Officer
from kiosk.demo.processes import DemoFailed
from kiosk.demo.record import Call, DayRecord, Seen
from kiosk.errors import HubUnreachable
from kiosk.touch.devices import Devices
from kiosk.touch.hub_line import HubAddress, Line, Refused
from kiosk.wire.common import Done, ErrorReply
from kiosk.wire.kiosk_api import IssueTicket, PrintReport, TicketReply

SEED = 20261122
SERVICE_MIN = (1.0, 4.5)  #: at the counter; six counters then manage the day of an office that had more
WALK_S = 20.0
MISSED = 0.03  #: share of people who do not come when they are called
LOOK_S = 5.0  #: how often an idle officer looks, in pretended time; never faster than ten times a real second
OPEN_UNTIL = "20:00"
PROGRESS_S = 5.0


@dataclass(frozen=True, slots=True)
class ReplayDay:
    """``arrivals`` in order; the pretended day is today's date."""

    arrivals: Sequence[Arrival]
    speed: float

    def clock(self) -> ScaledClock:
        """Starts two minutes before the first citizen comes."""
        return ScaledClock(self.at_ms(self.arrivals[0].at_s - 120), self.speed)

    def at_ms(self, second: int) -> int:
        today = local(SystemClock().now_ms())
        return to_ms(datetime(today.year, today.month, today.day)) + second * 1000

    def hours(self) -> str:
        """The centre is open on the pretended day, whatever day of the week it is."""
        today = local(SystemClock().now_ms())
        return f'[[hours.special_days]]\ndate = {today:%Y-%m-%d}\nreception = ["00:00-{OPEN_UNTIL}"]\n'


def replay(day: ReplayDay, path: Path, say: Callable[[str], None]) -> tuple[DayRecord, Seen]:
    """Runs the whole day in the empty folder ``path``; DemoFailed when something does not even start."""
    folder = make_folder(path, day.hours())
    with ExitStack() as stack:
        devices = stack.enter_context(DemoDevices(folder.hub, folder.touch, pace=day.speed))
        clock = day.clock()
        hub = hub_program(folder, clock.spec())
        start_hub(hub, folder)
        stack.callback(hub.stop)
        hall = stack.enter_context(HallWatch(folder.new_hall_url("hall-1")))
        record = DayRecord()
        token = folder.new_token("kiosk", folder.touch.kiosk)
        kiosk = ReplayKiosk(folder, token, clock, record)
        stack.enter_context(kiosk)
        _work(day, folder, clock, record, kiosk, say)
        kiosk.await_paper(len(record.issued))
        hall.await_labels({call.label for call in record.calls})
        return record, _seen(record, devices, hall, kiosk)


class ReplayKiosk:
    """Takes the citizens' tickets and prints them, over the real driver and line."""

    def __init__(self, folder: DemoFolder, token: str, clock: ScaledClock, record: DayRecord) -> None:
        self._clock, self._record = clock, record
        self._line, self._papers = (Line(HubAddress(folder.url, token)) for _ in range(2))
        # Nobody shows a card in a replay.
        settings = [each.settings() for each in folder.touch.devices if not each.kind.startswith("camera.")]
        self._devices = Devices(
            settings, on_paper=self._paper_came, tell=lambda _news: None, on_states=lambda _states: None
        )
        self._all_out = threading.Condition()

    def __enter__(self) -> "ReplayKiosk":
        self._devices.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._devices.close()

    def serve(self, arrivals: Sequence[Arrival], at_ms: Callable[[int], int]) -> None:
        for arrival in arrivals:
            wait(self._clock, at_ms(arrival.at_s))
            try:
                ticket = self._line.post(
                    "/v1/tickets", IssueTicket(request_id=uuid.uuid4().hex, service=arrival.service), TicketReply
                )
            except (HubUnreachable, Refused) as error:
                self._record.trouble.append(f"a citizen got no ticket for {arrival.service}: {error}")
                continue
            self._record.issued.append(ticket)
            self._devices.print_ticket(ticket, "vi")

    def await_paper(self, count: int, timeout_s: float = 60.0) -> None:
        with self._all_out:
            self._all_out.wait_for(lambda: len(self._record.outcomes) >= count, timeout_s)

    def state_of(self, ticket: int) -> str:
        return self._line.get(f"/v1/tickets/{ticket}", TicketReply).state

    def _paper_came(self, ticket: int, _day: int, reprint: int, outcome: str, reason: str) -> None:
        with self._all_out:
            self._record.outcomes[ticket] = outcome
            self._all_out.notify_all()
        report = PrintReport(request_id=uuid.uuid4().hex, outcome=outcome, reason=reason, reprint=reprint)  # type: ignore[arg-type]
        try:
            self._papers.post(f"/v1/tickets/{ticket}/print", report, Done)
        except (HubUnreachable, Refused) as error:
            self._record.trouble.append(f"the hub did not take the print report of ticket {ticket}: {error}")


class ReplayOfficer:
    """Calls, waits for the person, serves, calls the next, until the day is over."""

    def __init__(self, officer: Officer, clock: ScaledClock, record: DayRecord, is_over: Callable[[], bool]) -> None:
        self._officer, self._clock, self._record, self._is_over = officer, clock, record, is_over
        self._chance = random.Random(f"{SEED}-{officer.counter}")

    def work(self) -> None:
        try:
            while not self._is_over():
                if not self._serve_one():
                    time.sleep(max(0.1, LOOK_S / self._clock.speed))
        except DemoFailed as error:
            self._record.trouble.append(f"counter {self._officer.counter}: {error}")

    def _serve_one(self) -> bool:
        reply = self._officer.press("call_next")
        if isinstance(reply, ErrorReply):
            raise DemoFailed(f"call_next: {reply.error} {reply.detail}")
        if (ticket := reply.ticket) is None:
            return False
        self._record.calls.append(Call(ticket.id, ticket.label, self._officer.counter, ticket.waited_s))
        self._pause(WALK_S)
        if self._chance.random() < MISSED:
            for action in ("recall", "recall", "no_show"):
                self._press(action)
                self._pause(WALK_S)
            self._record.missed.add(ticket.id)
        else:
            self._press("arrive")
            self._pause(60 * self._chance.uniform(*SERVICE_MIN))
            self._press("finish")
            self._record.served.add(ticket.id)
        return True

    def _press(self, action: str) -> None:
        reply = self._officer.press(action)  # type: ignore[arg-type]
        if isinstance(reply, ErrorReply):
            raise DemoFailed(f"{action}: {reply.error} {reply.detail}")

    def _pause(self, seconds: float) -> None:
        time.sleep(seconds / self._clock.speed)


def wait(clock: ScaledClock, until_ms: int) -> None:
    """Until that instant of the pretended time."""
    time.sleep(max(0.0, (until_ms - clock.now_ms()) / 1000 / clock.speed))


def _work(
    day: ReplayDay,
    folder: DemoFolder,
    clock: ScaledClock,
    record: DayRecord,
    kiosk: ReplayKiosk,
    say: Callable[[str], None],
) -> None:
    """Citizens and officers until the last ticket is ended, or the centre closes."""
    all_came = threading.Event()
    closes_ms = day.at_ms(20 * 3600)

    def is_over() -> bool:
        done = all_came.is_set() and record.ended() >= len(record.issued)
        return done or clock.now_ms() > closes_ms or bool(record.trouble)

    def citizens() -> None:
        kiosk.serve(day.arrivals, day.at_ms)
        all_came.set()

    with ExitStack() as stack:
        threads = [threading.Thread(target=citizens, name="citizens", daemon=True)]
        for counter in folder.hub.counters:
            who = folder.add_staff(f"officer-{counter.id}", f"Cán bộ {counter.id}", "officer")
            officer = stack.enter_context(Officer(folder.url, who))
            officer.hold(counter.id)
            worker = ReplayOfficer(officer, clock, record, is_over)
            threads.append(threading.Thread(target=worker.work, name=f"counter {counter.id}", daemon=True))
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                say(_progress(clock, record))
                thread.join(PROGRESS_S)


def _progress(clock: ScaledClock, record: DayRecord) -> str:
    return (
        f"{local(clock.now_ms()):%H:%M}  issued {len(record.issued):4d}  printed {len(record.outcomes):4d}  "
        f"called {len(record.calls):4d}  ended {record.ended():4d}"
    )


def _seen(record: DayRecord, devices: DemoDevices, hall: HallWatch, kiosk: ReplayKiosk) -> Seen:
    slips = Counter(code.text for slip in devices.slips for code in zxingcpp.read_barcodes(slip.image))
    displays = {
        counter: {
            call.label
            for call in record.calls
            if call.counter == counter and any(shows(text, call.label) for text in board.history())
        }
        for counter, board in devices.boards.items()
    }
    states = {ticket.id: kiosk.state_of(ticket.id) for ticket in record.issued}
    return Seen(slips, displays, frozenset(hall.labels), states)
