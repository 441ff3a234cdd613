"""Holds the one state of the touch app and carries out what the table asks for.

Events come from any thread: a finger (the window's thread), the hub's answer, the printer's word. They are handled one
after the other in the order in which they came, by whichever thread finds nobody at it, and effects are handed on at
once, so the printer starts without waiting for the window to draw. A port must therefore never block: each puts its
work into its own thread's queue. It may answer with an event before it returns.

A fault in one event or one port is logged and the next is handled: a kiosk that no longer answers to fingers is worse
than one that missed something.
"""

import contextlib
import logging
import secrets
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from kiosk.clock import Clock
from kiosk.touch.adopting import Offer, adopted
from kiosk.touch.dossier.asks import Ask
from kiosk.touch.dossier.events import DropAsks, RememberDraft, SheetSource, ShowDesk, TakeSheet, TurnSheet
from kiosk.touch.events import (
    AskHub,
    DossierEffect,
    Effect,
    Event,
    Language,
    LookForCard,
    PlayTone,
    PrintDossierSlip,
    PrintTicket,
    RefreshCatalogue,
    ReportPaper,
    SendRequest,
    Tick,
    Tone,
    WithdrawRequest,
)
from kiosk.touch.flow import Now, State, Timing, advance, first_state
from kiosk.wire.dossier_api import DossierStatus
from kiosk.wire.kiosk_api import IssueTicket, PrintReport, TicketReply
from kiosk.wire.submission_api import Receipt

log = logging.getLogger(__name__)


@contextlib.contextmanager
def _survived(what: Event | Effect) -> Iterator[None]:
    """The places of a fault and not its words: they may hold what was scanned."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  whatever it is, the next finger must be answered
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s failed with %s\n%s", type(what).__name__, type(error).__name__, places)


class Hub(Protocol):
    """The hub as the session needs it; implemented in ``kiosk.touch.hub_client``. Nothing here blocks."""

    def issue(self, request: IssueTicket) -> None: ...

    def withdraw(self, request_id: str) -> None: ...

    def report_paper(self, ticket: int, report: PrintReport) -> None: ...

    def refresh(self) -> None: ...

    def ask(self, ask: Ask) -> None:
        """Answered by ``HubSaid``, ``HubDenied`` or ``HubAway``."""

    def drop_asks(self, errand: str) -> None: ...


class Printer(Protocol):
    """The ticket printer; implemented in ``kiosk.touch.devices``. Does not block; the outcome comes by a callback."""

    def print_ticket(self, ticket: TicketReply, language: Language) -> None: ...

    def print_dossier(self, key: str, shown: Receipt | DossierStatus, language: Language) -> None: ...


class CardCamera(Protocol):
    """Shows and reads cards while it looks; implemented in ``kiosk.touch.devices``. Does not block."""

    def look_for_card(self, on: bool) -> None: ...


class Desk(Protocol):
    """Takes papers; implemented in ``kiosk.touch.sheets``. Does not block; pages come as events."""

    def show_desk(self, on: bool) -> None: ...

    def take_sheet(self, source: SheetSource) -> None: ...

    def turn_sheet(self, sheet: TurnSheet) -> None: ...


class Speaker(Protocol):
    """Implemented in ``kiosk.touch.ui.speaker``. Does not block, and may be silent."""

    def play(self, tone: Tone) -> None: ...


class TouchSession:
    """``changed`` is called after each change from the thread that brought the event, under no lock; read ``state``."""

    def __init__(self, language: Language, timing: Timing, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock, self._changed = clock, changed
        self._lock = threading.Lock()
        self._events: deque[Event] = deque()
        self._busy = False
        self._state = first_state(language, timing, self._now())
        self._hub: Hub | None = None
        self._printer: Printer | None = None
        self._camera: CardCamera | None = None
        self._speaker: Speaker | None = None
        self._desk: Desk | None = None
        self._remember: Callable[[str], None] = lambda _: None
        self._offered: tuple[Offer, Callable[[], None]] | None = None

    def connect(
        self, hub: Hub, printer: Printer, camera: CardCamera | None = None, speaker: Speaker | None = None
    ) -> None:
        self._hub, self._printer, self._camera, self._speaker = hub, printer, camera, speaker

    def connect_dossiers(self, desk: Desk, remember: Callable[[str], None]) -> None:
        """``remember``: keeps the draft's name for a crash, "" forgets it."""
        self._desk, self._remember = desk, remember

    @property
    def state(self) -> State:
        return self._state

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def offer(self, offer: Offer, take_up: Callable[[], None]) -> None:
        """Settings for the table, to be used when nobody is there; ``take_up`` is called then, and must not block."""
        with self._lock:
            self._offered = offer, take_up
        self.tell(Tick())

    def _adopt(self) -> None:
        with self._lock:
            offered, self._offered = self._offered, None
        if offered is None:
            return
        state = adopted(self._state, offered[0])
        if state is not None:
            self._state = state
            offered[1]()
            return
        with self._lock:
            self._offered = self._offered or offered

    def tell(self, event: Event) -> None:
        """Something happened. Safe from any thread, and from within a port's method."""
        with self._lock:
            self._events.append(event)
            if self._busy:
                return
            self._busy = True
        while (waiting := self._next()) is not None:
            with _survived(waiting):
                self._handle(waiting)

    def _next(self) -> Event | None:
        with self._lock:
            self._busy = bool(self._events)
            return self._events.popleft() if self._events else None

    def _handle(self, event: Event) -> None:
        before = self._state
        self._state, effects = advance(before, event, self._now())
        self._adopt()
        for effect in effects:
            with _survived(effect):
                self._carry_out(effect)
        if self._state.screen is not before.screen:
            log.info("screen %s", self._state.screen.value, extra={"screen": self._state.screen.value})
        if self._state != before:
            self._changed()

    def _carry_out(self, effect: Effect) -> None:
        if self._hub is None or self._printer is None:
            return
        match effect:
            case SendRequest(request):
                self._hub.issue(request)
            case WithdrawRequest(request_id):
                self._hub.withdraw(request_id)
            case PrintTicket(ticket, language):
                self._printer.print_ticket(ticket, language)
            case ReportPaper(ticket_id, report):
                self._hub.report_paper(ticket_id, report)
            case RefreshCatalogue():
                self._hub.refresh()
            case LookForCard() | PlayTone():
                self._attend_card(effect)
            case _:
                self._attend_dossier(effect)

    def _attend_dossier(self, effect: DossierEffect) -> None:
        if self._hub is None or self._printer is None:
            return
        match effect:
            case AskHub(ask):
                self._hub.ask(ask)
            case DropAsks(errand):
                self._hub.drop_asks(errand)
            case PrintDossierSlip(key, shown, language):
                self._printer.print_dossier(key, shown, language)
            case RememberDraft(draft):
                self._remember(draft)
            case _:
                self._attend_desk(effect)

    def _attend_desk(self, effect: ShowDesk | TakeSheet | TurnSheet) -> None:
        if self._desk is None:
            return
        match effect:
            case ShowDesk(on):
                self._desk.show_desk(on)
            case TakeSheet(source):
                self._desk.take_sheet(source)
            case TurnSheet():
                self._desk.turn_sheet(effect)

    def _attend_card(self, effect: LookForCard | PlayTone) -> None:
        """A kiosk may have neither camera nor loudspeaker."""
        if isinstance(effect, LookForCard):
            if self._camera is not None:
                self._camera.look_for_card(effect.on)
        elif self._speaker is not None:
            self._speaker.play(effect.tone)

    def _now(self) -> Now:
        return Now(self._clock.now_ms(), secrets.token_urlsafe(12))
