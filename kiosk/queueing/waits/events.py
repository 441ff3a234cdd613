"""What happens in a hall, one value for each event, in the order of time. Nothing about persons."""

from dataclasses import dataclass

from kiosk.queueing.model import CounterId, ServiceId, TicketClass


@dataclass(frozen=True, slots=True)
class Issued:
    """A ticket joined the line of a service; also a transferred one, which joins another line."""

    at_ms: int
    ticket: int
    service: ServiceId
    ticket_class: TicketClass = TicketClass.NORMAL
    queue_ms: int | None = None  #: its place in the line when that is not ``at_ms``: transferred, requeued


@dataclass(frozen=True, slots=True)
class Called:
    at_ms: int
    ticket: int
    counter: CounterId | None = None  #: None where the log does not tell
    service: ServiceId | None = None  #: of who did not stand in the line, parked or missed before: teaches no wait


@dataclass(frozen=True, slots=True)
class Ended:
    """The counter is free again: served, or the person did not come. An end before its call: it was taken back."""

    at_ms: int
    ticket: int
    came: bool = True  #: False: the person did not come


@dataclass(frozen=True, slots=True)
class Left:
    """Gone from the line without a call: cancelled, parked, expired, hung up."""

    at_ms: int
    ticket: int


@dataclass(frozen=True, slots=True)
class CounterOpened:
    """Staffed, or back from a pause. ``services`` is empty where the log does not tell what it serves."""

    at_ms: int
    counter: CounterId
    services: frozenset[ServiceId] = frozenset()


@dataclass(frozen=True, slots=True)
class CounterClosed:
    """Also tells of a counter that has not opened yet: ``services`` is what it would serve."""

    at_ms: int
    counter: CounterId
    services: frozenset[ServiceId] = frozenset()


@dataclass(frozen=True, slots=True)
class LaneStaffed:
    """How many counters serve a service, where the log gives no single counters."""

    at_ms: int
    service: ServiceId
    counters: int


Event = Issued | Called | Ended | Left | CounterOpened | CounterClosed | LaneStaffed
