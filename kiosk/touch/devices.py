"""The kiosk's printer, scanner and camera, as the touch app sees them.

1. Nothing here waits: work goes to the devices' own threads, and news comes back by the callbacks, from those threads.
2. Every ticket that is to be printed gets exactly one word on what became of its paper.
3. A device that is set up wrong is a device in trouble, not a kiosk out of order: the number is on the screen anyway.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from hardware.catalog import printer_line, profile_of, scanner_line
from hardware.contracts import Device, DeviceSettings, NotPrinted, Outcome, Printed, Reason, Status
from hardware.errors import BadSettings
from hardware.printer.document import Document
from hardware.printer.escpos import encode
from hardware.printer.profile import PrinterProfile
from hardware.scanner.decoder import Scan, ScannerProfile, ScanResult, Unreadable
from hardware.scanner.driver import Trigger
from hardware.supervisor import Supervisor
from kiosk.clock import Clock, SystemClock
from kiosk.identity.mojibake import guess, unscramble
from kiosk.slips.ticket import slip
from kiosk.touch.dossier.events import SheetCame, SheetFailed
from kiosk.touch.events import DossierSlipCame, Language, PaperOutcome, PaperReason, Scanned
from kiosk.touch.receipt import dossier_slip
from kiosk.touch.sheets import SheetDevices
from kiosk.touch.viewfinder import Viewfinder
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import DossierStatus
from kiosk.wire.kiosk_api import MAX_DETAIL, DeviceState, DeviceStateKind, TicketReply, WaitRange
from kiosk.wire.submission_api import Receipt

if TYPE_CHECKING:
    from hardware.camera.codes import Code
    from hardware.cameras import Camera

log = logging.getLogger(__name__)

DOCUMENT = "document."
Draw = Callable[[PrinterProfile], Document]
OnPaper = Callable[[int, int, int, PaperOutcome, PaperReason], None]  #: ticket id, day, reprint, outcome, reason
Tell = Callable[[Scanned | SheetCame | SheetFailed | DossierSlipCame], None]
OnStates = Callable[[list[DeviceState]], None]

#: Printed by nobody: encoding it loads the fonts, so that the first citizen waits no longer than the others.
_REHEARSAL = TicketReply(
    id=0,
    label="B000",
    day=20260101,
    service="",
    service_name=Text(vi="Thử", en="Trial"),
    ticket_class="priority",
    state="waiting",
    issued_ms=0,
    people_ahead=1,
    wait=WaitRange(low_min=1, high_min=2),
    status_url="http://127.0.0.1/t/0",
    bring=[Text(vi="Thử", en="Trial")],
)


class Devices:
    """Opens nothing before ``open``. ``viewfinder`` is where the camera's pictures go while it looks for a card."""

    def __init__(
        self,
        settings: Sequence[DeviceSettings],
        on_paper: OnPaper,
        tell: Tell,
        on_states: OnStates,
        clock: Clock | None = None,
        viewfinder: Viewfinder | None = None,
    ) -> None:
        self._on_paper, self._tell, self._on_states = on_paper, tell, on_states
        self._clock = clock or SystemClock()
        self._viewfinder = viewfinder or Viewfinder()
        self._lock, self._telling = threading.Lock(), threading.RLock()
        self._states: dict[str, DeviceState] = {}
        self.unusable: dict[str, str] = {}  #: devices that are set up wrong, and how
        self._scanners: list[Supervisor[Trigger, Status]] = []
        self._triggers: list[Callable[[Trigger], None]] = []  #: of the scanners that do not read by themselves
        self._looking = False
        self._camera: Camera | None = None
        self._desk: _PrinterDesk | None = None
        self.sheets = SheetDevices(tell, self._changed, self._viewfinder)
        for each in settings:
            self._add(each)

    def open(self) -> None:
        with self._telling:
            self._on_states(self.states())
        if self._desk:
            self._desk.open()
        for scanner in self._scanners:
            scanner.start()
        if self._camera:
            self._camera.start()
        self.sheets.open()

    def close(self) -> None:
        """Ends after the ticket in hand; tickets that still wait are told as not printed."""
        if self._desk:
            self._desk.close()
        for scanner in self._scanners:
            scanner.stop()
        if self._camera:
            self._camera.stop()
        self.sheets.close()

    def print_ticket(self, ticket: TicketReply, language: Language) -> None:
        """Returns at once; ``on_paper`` is called exactly once."""

        def tell(outcome: Outcome) -> None:
            self._on_paper(ticket.id, ticket.day, ticket.reprint, *_words(outcome))

        self._print(lambda profile: slip(ticket, language, profile), tell)

    def print_dossier(self, key: str, shown: Receipt | DossierStatus, language: Language) -> None:
        """Returns at once; ``DossierSlipCame`` comes exactly once."""

        def tell(outcome: Outcome) -> None:
            self._tell(DossierSlipCame(key, *_words(outcome)))

        now_ms = self._clock.now_ms()
        self._print(lambda profile: dossier_slip(shown, language, profile, now_ms), tell)

    def _print(self, draw: Draw, tell: Callable[[Outcome], None]) -> None:
        if self._desk:
            self._desk.put(draw, tell)
        else:
            tell(NotPrinted(Reason.NO_DEVICE))

    def print_trial(self, tell: Callable[[Outcome], None]) -> None:
        """A slip that is no ticket, for who looks after the printer. Returns at once."""
        if self._desk:
            self._desk.put(lambda profile: slip(_REHEARSAL, "vi", profile), tell)
        else:
            tell(NotPrinted(Reason.NO_DEVICE))

    def check_printer(self, done: Callable[[list[DeviceState]], None]) -> None:
        """Paper was put in: the printer is asked, and ``done`` called with all states after that. Returns at once."""
        if self._desk:
            self._desk.check(lambda: done(self.states()))
        else:
            done(self.states())

    def look_for_card(self, on: bool) -> None:
        """Returns at once. Scanners without a trigger read all the time; the others, and a camera, only while somebody
        was told of it."""
        self._looking = on
        for trigger in self._triggers:
            trigger(Trigger.START if on else Trigger.END)
        if self._camera:
            if on:
                self._camera.look()
            else:
                self._camera.rest()

    def states(self) -> list[DeviceState]:
        with self._lock:
            return list(self._states.values())

    def _add(self, settings: DeviceSettings) -> None:
        kind = _kind_of(settings)
        if kind is None:
            return
        self._states[settings.id] = self._state(settings.id, kind, Status(Device.STARTING))
        try:
            if kind == "scanner":
                self._add_scanner(settings)
            elif settings.kind.startswith(DOCUMENT):
                self.sheets.add(settings)
            elif kind == "camera":
                from hardware.cameras import camera  # loads OpenCV, which a kiosk without a camera can do without

                self._camera = camera(settings, self._seen, self._viewfinder.put, self._changed)
            else:
                profile = profile_of(settings, PrinterProfile)
                self._desk = _PrinterDesk(settings.id, profile, printer_line(settings, self._changed))
        except BadSettings as error:
            log.error("The device cannot be used: %s", error)
            self.unusable[settings.id] = str(error)
            trouble = Status(Device.HARDWARE_ERROR, detail=str(error))
            self._states[settings.id] = self._state(settings.id, kind, trouble)

    def _add_scanner(self, settings: DeviceSettings) -> None:
        line = scanner_line(settings, self._scanned, self._changed)
        self._scanners.append(line)
        if profile_of(settings, ScannerProfile).trigger:
            self._triggers.append(partial(line.submit, settings.id))

    def _changed(self, device_id: str, status: Status) -> None:
        # Told under a lock of its own: two devices that change at once must not be told in the wrong order.
        with self._telling:
            with self._lock:
                self._states[device_id] = self._state(device_id, self._states[device_id].kind, status)
            self._on_states(self.states())

    def _state(self, device_id: str, kind: DeviceStateKind, status: Status) -> DeviceState:
        return DeviceState(
            id=device_id,
            kind=kind,
            state=status.readiness.value,
            device=status.device.value,
            paper=status.paper.value,
            cover=status.cover.value,
            detail=status.detail[:MAX_DETAIL],
            since_ms=self._clock.now_ms(),
        )

    def _scanned(self, result: ScanResult) -> None:
        match result:
            case Scan():
                self._tell(Scanned(result.text))
            case Unreadable():
                self._tell(Scanned(""))
        # A code ends a triggered reading. If it was the card that was waited for, nobody looks any more.
        if self._looking:
            for trigger in self._triggers:
                trigger(Trigger.START)

    def _seen(self, codes: "list[Code]") -> None:
        first, *others = (unscramble(guess(code.payload)) if code.text is None else code.text for code in codes)
        self._tell(Scanned(first, tuple(others)))


class _PrinterDesk:
    """Makes slips in a thread of its own and hands them to the printer's."""

    def __init__(self, device_id: str, profile: PrinterProfile, line: Supervisor[bytes, Outcome]) -> None:
        self._id, self._profile, self._line = device_id, profile, line
        self._orders: SimpleQueue[tuple[Draw, Callable[[Outcome], None]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="slips", daemon=True)

    def open(self) -> None:
        self._line.start()
        self._thread.start()

    def close(self) -> None:
        self._orders.put(None)
        self._thread.join()
        self._line.stop()

    def put(self, draw: Draw, tell: Callable[[Outcome], None]) -> None:
        self._orders.put((draw, tell))

    def check(self, seen: Callable[[], None]) -> None:
        self._line.look_now(seen)

    def _work(self) -> None:
        for language in ("en", "vi"):
            encode(slip(_REHEARSAL, language, self._profile), self._profile)
        while (order := self._orders.get()) is not None:
            draw, tell = order
            try:
                payload = encode(draw(self._profile), self._profile)
            except Exception as error:  # noqa: BLE001  this thread owes a word on every slip, whatever is in it
                # Not its words: a slip about a dossier holds what is nobody else's business.
                log.error("A slip cannot be drawn: %s", type(error).__name__)
                tell(NotPrinted(Reason.ERROR))
                continue
            self._line.submit(self._id, payload, tell)


def _kind_of(settings: DeviceSettings) -> DeviceStateKind | None:
    if settings.kind.startswith(DOCUMENT):
        return "document_scanner" if settings.kind == "document.sane" else "document_camera"
    kinds: dict[str, DeviceStateKind] = {"printer": "printer", "scanner": "scanner", "camera": "camera"}
    return kinds.get(settings.kind.partition(".")[0])


def _words(outcome: Outcome) -> tuple[PaperOutcome, PaperReason]:
    if isinstance(outcome, Printed):
        return "printed", ""
    return ("not_printed", outcome.reason.value) if isinstance(outcome, NotPrinted) else ("unknown", "")
