"""What the pages and screens show: read-only pictures of one moment, made by ``ports.Reader``."""

from dataclasses import dataclass
from typing import Literal

from kiosk.hub.usecases.delivery import NO_CITY, CityLine
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass, TicketId, TicketState
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import DeviceState, WaitRange

#: "free": open, and nobody works there yet.
CounterStatus = Literal["closed", "free", "open", "paused"]


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as staff see it. ``over_promise_s`` is negative while it still waits less than it was told."""

    id: TicketId
    label: str
    service: ServiceId
    service_name: Text
    ticket_class: TicketClass
    state: TicketState
    issued_ms: int
    waited_s: int  #: until it was called, or until now
    promised: WaitRange
    over_promise_s: int
    overdue: bool  #: over the promise by more than the warning threshold (15 minutes)
    counter: CounterId | None
    called_ms: int | None
    started_ms: int | None
    recalls: int
    can_undo_until_ms: int  #: 0: nothing to undo
    print_outcome: str  #: "", "printed", "not_printed", "unknown"
    print_reason: str
    ended_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CounterRow:
    id: CounterId
    name: Text
    services: tuple[ServiceId, ...]
    status: CounterStatus
    pause_reason: str
    staff: str | None  #: sign-in name of who holds it
    staff_name: str
    current: TicketRow | None
    display: DeviceState | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """People of a field who will wait longer than allowed, unless something changes. ``minutes``: until the first."""

    prefix: str
    name: Text
    minutes: int
    people: int
    counter: CounterId | None  #: that would help most if it opened now
    counter_name: Text | None
    people_then: int


@dataclass(frozen=True, slots=True)
class KeptRow:
    """How often a promise held, over some days: shares of the tickets that were called."""

    service: ServiceId | None  #: None: all of them
    name: Text
    called: int
    under_p10: float
    under_p50: float
    under_p90: float
    late: float


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """``plainly``: a word for why the plain estimate answers now, or "". The first row of each is of all services."""

    plainly: str
    today: tuple[KeptRow, ...]
    month: tuple[KeptRow, ...]  #: the last 28 days, today among them


@dataclass(frozen=True, slots=True)
class ConsoleView:
    version: int
    now_ms: int
    counter: CounterRow
    next_up: TicketRow | None  #: whom "call next" would call
    waiting: tuple[TicketRow, ...]  #: that this counter can serve, in the order in which they came
    parked: tuple[TicketRow, ...]
    missed: tuple[TicketRow, ...]  #: no-shows of today
    undoable: TicketRow | None  #: this counter's last action, while it can be undone
    transfer_to: tuple[tuple[ServiceId, Text], ...]
    devices: tuple[DeviceState, ...]  #: printers of the kiosks and this counter's display
    rule: QueueRule
    served_today: int
    card: "CardSeen | None" = None  #: of whoever is at the counter; shown nowhere else
    late: tuple[LateRow, ...] = ()  #: of the fields that this counter serves


@dataclass(frozen=True, slots=True, repr=False)
class CardSeen:
    """With which card the ticket was taken, for a service that needs it: enough to compare with the card shown."""

    last4: str
    others: tuple[str, ...]  #: labels of the open tickets that were taken with the same card today


@dataclass(frozen=True, slots=True)
class CallRow:
    """``call_id`` grows with each call and recall: a screen that sees a new one sounds its chime."""

    call_id: int
    label: str
    counter: CounterId
    counter_name: Text
    called_ms: int
    recalls: int
    at_counter: bool  #: still called or being served


@dataclass(frozen=True, slots=True)
class HallLane:
    service: ServiceId
    field: str
    name: Text
    waiting: int
    wait: WaitRange | None


@dataclass(frozen=True, slots=True)
class HallView:
    version: int
    now_ms: int
    centre: Text
    calls: tuple[CallRow, ...]  #: newest first; the last ten of today
    lanes: tuple[HallLane, ...]  #: services that people wait for
    waiting: int
    is_open: bool
    notice: Text | None
    palette: str = "blue"
    sounds: bool = True


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Today, one service. Times in seconds; None where nothing was counted."""

    service: ServiceId
    name: Text
    is_open: bool
    waiting: int
    longest_wait_s: int | None
    issued: int
    served: int
    no_show: int
    wait_mean_s: float | None
    wait_p90_s: float | None
    service_mean_s: float | None
    promise_kept: float | None  #: share of called tickets that waited no longer than the promised high end


@dataclass(frozen=True, slots=True)
class CounterFigures:
    """Today, one counter: how long it was open, serving and idle. Not a ranking of people."""

    counter: CounterId
    open_s: int
    serving_s: int
    idle_s: int
    paused_s: int
    served: int


@dataclass(frozen=True, slots=True)
class Running:
    """What a program of the centre runs with; "" and 0: it did not say, or goes by its own file alone."""

    software: str = ""
    settings: int = 0


@dataclass(frozen=True, slots=True)
class PaperChange:
    """Somebody said that paper was put in; ``checked_ms`` None: the kiosk has not asked its printer yet."""

    told_ms: int
    checked_ms: int | None


@dataclass(frozen=True, slots=True)
class KioskRow:
    id: str
    last_seen_ms: int
    devices: tuple[DeviceState, ...]
    software: str = ""
    settings: int = 0
    paper: PaperChange | None = None


@dataclass(frozen=True, slots=True)
class SupervisorView:
    version: int
    now_ms: int
    kiosk_open: bool
    kiosk_reason: Text | None
    counters: tuple[CounterRow, ...]
    counter_figures: tuple[CounterFigures, ...]
    services: tuple[ServiceFigures, ...]
    kiosks: tuple[KioskRow, ...]
    displays: tuple[DeviceState, ...]
    overdue: tuple[TicketRow, ...]
    print_troubles: tuple[TicketRow, ...]  #: newest first: paper that did not come, or nobody knows
    recent: tuple[TicketRow, ...]  #: newest first, for a reprint
    rule: QueueRule
    late: tuple[LateRow, ...]
    promises: PromiseFigures
    city: CityLine = NO_CITY
    city_waiting: int = 0  #: events that central does not have yet
    announcement: Text | None = None  #: that a supervisor has put up
    hub: Running = Running()


@dataclass(frozen=True, slots=True)
class StatusView:
    """The public page of one ticket, reached by its QR. Nothing personal."""

    version: int
    now_ms: int
    centre: Text
    label: str
    service_name: Text
    state: TicketState
    counter_name: Text | None
    people_ahead: int
    wait_now: WaitRange | None
    promised: WaitRange
    issued_ms: int
