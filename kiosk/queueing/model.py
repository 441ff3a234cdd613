"""The nouns of the queue. Frozen values; a change makes a new value with ``dataclasses.replace``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from kiosk.queueing.numbering import label
from kiosk.words import Words

ServiceId = NewType("ServiceId", str)
FieldId = NewType("FieldId", str)
CounterId = NewType("CounterId", str)
TicketId = NewType("TicketId", int)


class TicketClass(StrEnum):
    """Who the ticket is for. Priority, by practice: elderly, disabled, pregnant, with a small child, of merit."""

    NORMAL = "normal"
    PRIORITY = "priority"


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    SERVED = "served"
    NO_SHOW = "no_show"
    PARKED = "parked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


#: States in which a ticket occupies a counter; a counter has at most one such ticket.
AT_COUNTER = frozenset({TicketState.CALLED, TicketState.SERVING})
#: States in which a ticket is still somebody's business today.
OPEN = AT_COUNTER | {TicketState.WAITING, TicketState.PARKED}


@dataclass(frozen=True, slots=True)
class Promise:
    """What the citizen was told at issue. It is stored with the ticket and never replaced by a newer guess."""

    people_ahead: int
    p10_s: int
    p50_s: int
    p90_s: int
    low_min: int  #: the range as it was told: "8–14 minutes"
    high_min: int
    basis: str  #: where it came from, e.g. "simulated", "prior"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number. ``queue_ms`` is its place in the line: the time of issue, kept through transfer and parking."""

    id: TicketId
    day: int  #: local calendar day, e.g. 20261122
    prefix: str
    number: int
    service: ServiceId
    ticket_class: TicketClass
    state: TicketState
    issued_ms: int
    queue_ms: int
    changed_ms: int  #: the last change of state; undo is allowed for some seconds after it
    promise: Promise
    counter: CounterId | None = None  #: bound when called, not when issued
    called_ms: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    recalls: int = 0
    overtaken_ms: int | None = None  #: when somebody who came later was first called before it

    @property
    def label(self) -> str:
        """As printed, shown and called: "B012"; four digits after 999."""
        return label(self.prefix, self.number)


@dataclass(frozen=True, slots=True)
class QueueRule:
    """The visible, configurable rule of who is next."""

    priority_share: int = 1  #: this many priority citizens …
    others_share: int = 2  #: … then this many others, while both wait
    max_overtaken_s: int = 30 * 60  #: nobody is overtaken for longer than this
    recalls_before_no_show: int = 2
    undo_s: int = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """What a counter called lately: runs of the interleaving. Counted per counter, restarted each day."""

    priority_run: int = 0  #: priority tickets called since the last other one
    others_run: int = 0  #: other tickets called since the last priority one


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter as the wait estimator sees it."""

    id: CounterId
    services: frozenset[ServiceId]
    open: bool  #: staffed and not paused
    busy_with: ServiceId | None = None
    busy_since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """Waiting tickets of one service and class."""

    service: ServiceId
    ticket_class: TicketClass
    waiting: int


@dataclass(frozen=True, slots=True)
class Field:
    """A group of procedures; its letter starts the labels of its tickets."""

    id: FieldId
    name: Words
    prefix: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What a ticket is taken for. ``prefix`` is the field's letter unless the centre sets one."""

    id: ServiceId
    field: FieldId
    name: Words
    prefix: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk and what can be done there."""

    id: CounterId
    name: Words
    services: frozenset[ServiceId]
