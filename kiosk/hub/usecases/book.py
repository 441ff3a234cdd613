"""The ticket book: one write transaction, as the use cases see it. ``SqliteTicketBook`` is the real one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.queueing.model import CounterId, CounterView, Lane, ServiceId, Ticket, TicketId, Turn
from kiosk.queueing.transitions import Undo
from kiosk.wire.common import Text
from kiosk.wire.events import Event
from kiosk.wire.kiosk_api import CardMark, DeviceState

_FRESH = Turn()


@dataclass(frozen=True, slots=True)
class Desk:
    """The running state of a counter. ``last_action``: what it takes to undo it, in the order in which it was done."""

    id: CounterId
    services: frozenset[ServiceId]
    is_open: bool = True  #: False: a supervisor closed it
    holder: str | None = None
    held_ms: int | None = None
    pause_reason: str | None = None  #: None: not paused
    turn: Turn = _FRESH
    last_action: tuple[Undo, ...] = ()

    @property
    def works(self) -> bool:
        """Whether somebody is there to call people."""
        return self.is_open and self.holder is not None and self.pause_reason is None


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises for a service were kept: of the tickets that were called, how many waited no longer than told."""

    service: ServiceId
    called: int
    modelled: int  #: promised by the model; the others by the plain estimate
    under_p10: int
    under_p50: int
    under_p90: int
    late: int  #: called later than the high end and the patience on top of it


@dataclass(frozen=True, slots=True)
class Copy:
    """A reprint to be made by a kiosk."""

    ticket: TicketId
    kiosk: str
    reprint: int


class Queue(Protocol):
    """What a wait estimate is made from and judged by; also there for readers."""

    def lanes(self) -> tuple[Lane, ...]: ...

    def counter_views(self) -> tuple[CounterView, ...]: ...

    def kept(self, first_day: int, last_day: int, patience_s: int) -> tuple[Kept, ...]:
        """By service, in the order of their names; both days included."""

    def switched(self) -> frozenset[str]:
        """What supervisors have closed or put up: "kiosk_closed", "service_closed:<service>", "announcement"."""

    def words_up(self) -> Mapping[str, Text]:
        """What they have written for visitors, by the same names."""


class Tickets(Protocol):
    def last_number(self, day: int, prefix: str) -> int | None: ...

    def next_id(self) -> TicketId:
        """What the next ticket that is added will be known by."""

    def add(self, ticket: Ticket, secret: str, kiosk: str) -> Ticket:
        """Store a new ticket and remember its number; the answer has its id."""

    def ticket(self, ticket: TicketId) -> Ticket | None: ...

    def put(self, ticket: Ticket) -> None: ...

    def at_counter(self, counter: CounterId) -> Ticket | None: ...

    def heads(self, services: frozenset[ServiceId]) -> tuple[Ticket, ...]:
        """The oldest waiting ticket of each lane of these services."""

    def overtake(self, called: Ticket, services: frozenset[ServiceId], now_ms: int) -> None:
        """Mark those of ``policy.overtaken`` that were never overtaken before."""

    def last_day_before(self, day: int) -> int | None:
        """The newest day before ``day`` on which a ticket was given."""

    def continue_numbers(self, day: int, after: int) -> None:
        """Numbers of ``day`` go on above all that were given on the day ``after``."""

    def left_open(self, day: int) -> tuple[Ticket, ...]:
        """Tickets of days before ``day`` that nobody ended."""

    def services_taken(self, day: int) -> frozenset[ServiceId]:
        """What tickets of ``day`` are for."""


class Cards(Protocol):
    """Marks of ID cards, where a service needs them; of today and no longer."""

    def keep_card(self, ticket: TicketId, mark: CardMark) -> None: ...

    def card(self, ticket: TicketId) -> CardMark | None: ...

    def tickets_of_card(self, keyed_hash: str) -> tuple[TicketId, ...]:
        """In the order in which they were taken."""

    def forget_cards(self) -> None: ...


class Calls(Protocol):
    def add_call(self, ticket: Ticket, now_ms: int) -> None:
        """For the hall: a call or a recall at ``ticket.counter``."""

    def drop_calls(self, ticket: TicketId, from_ms: int) -> None:
        """An undone call was never made."""

    def slip_kiosk(self, ticket: TicketId, reprint: int) -> str | None:
        """The kiosk that prints the slip (0) or that copy of it."""

    def report_print(self, ticket: TicketId, outcome: str, reason: str, reprint: int) -> None:
        """Kept unless a later copy was reported already."""

    def add_copy(self, ticket: TicketId, kiosk: str | None, now_ms: int) -> Copy:
        """One more copy, at ``kiosk`` or where the ticket was taken."""

    def end_copy(self, ticket: TicketId, reprint: int, now_ms: int) -> None: ...


class Desks(Protocol):
    def desk(self, counter: CounterId) -> Desk | None: ...

    def desks(self) -> tuple[Desk, ...]: ...

    def desk_of(self, staff: str) -> Desk | None: ...

    def put_desk(self, desk: Desk) -> None: ...

    def is_present(self, staff: str, since_ms: int) -> bool:
        """Whether somebody's session has been used since then."""

    def note_activity(self, counter: CounterId, activity: str | None, now_ms: int) -> None:
        """``idle``, ``serving``, ``paused`` or, when closed, None, from now on."""


class House(Protocol):
    def day(self) -> int:
        """The day whose tickets are open."""

    def open_day(self, day: int) -> None: ...

    def switch(self, name: str, on: bool, by: str, now_ms: int, words: Text | None = None) -> None: ...

    def put_catalogue(self, mark: str) -> None:
        """A new version of the catalogue when ``mark`` differs from the last one."""

    def devices(self, kiosk: str) -> tuple[DeviceState, ...]: ...

    def put_devices(self, kiosk: str, devices: tuple[DeviceState, ...], now_ms: int) -> None: ...

    def paper_changed(self, kiosk: str, by: str, now_ms: int) -> None:
        """Its printer is to be asked."""

    def paper_checked(self, kiosk: str, told_ms: int, now_ms: int) -> None:
        """It has been, for what was told then; anything else is old news and changes nothing."""

    def record(self, event: Event, now_ms: int) -> None:
        """Append to the outbox."""

    def answered(self, request_id: str) -> tuple[bytes, bytes] | None:
        """(fingerprint, answer) of a request that was carried out."""

    def keep_answer(self, request_id: str, fingerprint: bytes, answer: bytes, now_ms: int) -> None: ...

    def forget_answers(self, before_ms: int) -> None: ...


class TicketBook(Queue, Tickets, Cards, Calls, Desks, House, Protocol):
    """Everything in one transaction: all of it is stored, or nothing."""
