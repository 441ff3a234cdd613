"""What happened, in order: rows of the outbox, sent to central as ``(centre, epoch, seq, at_ms, event)``.

1. Version 1. A field is only ever added, with a default; a reader ignores what it does not know.
2. Nothing personal: a ticket is a number, a person is nobody, staff are not named.
3. Instants are ms since the epoch; ``day`` is 20261122; ids are those of the centre.
"""

from typing import Literal

import msgspec

from kiosk.wire.kiosk_api import TicketClassName, TicketStateName

VERSION = 1


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    v: int = VERSION


class _TicketEvent(_Event, frozen=True, kw_only=True):
    ticket: int


class TicketIssued(_TicketEvent, frozen=True, kw_only=True, tag="ticket_issued"):
    """With the promise that was made."""

    day: int
    label: str
    service: str
    ticket_class: TicketClassName
    kiosk: str
    people_ahead: int
    p10_s: int
    p50_s: int
    p90_s: int
    low_min: int
    high_min: int
    basis: str


class TicketCalled(_TicketEvent, frozen=True, kw_only=True, tag="ticket_called"):
    """``chosen``: picked by the officer, not by the rule. ``recalls``: 0 at the first call."""

    counter: str
    service: str
    recalls: int = 0
    chosen: bool = False


class TicketArrived(_TicketEvent, frozen=True, kw_only=True, tag="ticket_arrived"):
    counter: str


class TicketFinished(_TicketEvent, frozen=True, kw_only=True, tag="ticket_finished"):
    counter: str
    service: str
    service_s: float


class TicketMissed(_TicketEvent, frozen=True, kw_only=True, tag="ticket_missed"):
    counter: str


class TicketParked(_TicketEvent, frozen=True, kw_only=True, tag="ticket_parked"):
    counter: str


class TicketRequeued(_TicketEvent, frozen=True, kw_only=True, tag="ticket_requeued"):
    counter: str


class TicketTransferred(_TicketEvent, frozen=True, kw_only=True, tag="ticket_transferred"):
    counter: str
    from_service: str
    to_service: str


class TicketCancelled(_TicketEvent, frozen=True, kw_only=True, tag="ticket_cancelled"):
    counter: str


class TicketWithdrawn(_TicketEvent, frozen=True, kw_only=True, tag="ticket_withdrawn"):
    """The citizen stopped waiting before the number was shown."""

    kiosk: str


class TicketExpired(_TicketEvent, frozen=True, kw_only=True, tag="ticket_expired"):
    """Nobody ended it by the close of its day. ``state``: what it counts as."""

    state: TicketStateName


class ActionUndone(_TicketEvent, frozen=True, kw_only=True, tag="action_undone"):
    """A slip was taken back; ``state`` is the ticket's state again."""

    counter: str
    action: str
    state: TicketStateName


class SlipReported(_TicketEvent, frozen=True, kw_only=True, tag="slip_reported"):
    """What happened to the paper. ``reprint``: 0 for the first print."""

    kiosk: str
    outcome: Literal["printed", "not_printed", "unknown"]
    reason: str
    reprint: int


class ReprintAsked(_TicketEvent, frozen=True, kw_only=True, tag="reprint_asked"):
    kiosk: str
    reprint: int


class CounterHeld(_Event, frozen=True, kw_only=True, tag="counter_held"):
    counter: str
    taken_over: bool = False


class CounterLeft(_Event, frozen=True, kw_only=True, tag="counter_left"):
    counter: str


class CounterPaused(_Event, frozen=True, kw_only=True, tag="counter_paused"):
    counter: str
    reason: str


class CounterResumed(_Event, frozen=True, kw_only=True, tag="counter_resumed"):
    counter: str


class CounterOpened(_Event, frozen=True, kw_only=True, tag="counter_opened"):
    counter: str


class CounterClosed(_Event, frozen=True, kw_only=True, tag="counter_closed"):
    counter: str


class CounterServicesSet(_Event, frozen=True, kw_only=True, tag="counter_services_set"):
    counter: str
    services: list[str]


class ServiceClosed(_Event, frozen=True, kw_only=True, tag="service_closed"):
    service: str


class ServiceOpened(_Event, frozen=True, kw_only=True, tag="service_opened"):
    service: str


class KioskClosed(_Event, frozen=True, kw_only=True, tag="kiosk_closed"):
    """No tickets are given, whatever the hours say."""


class KioskOpened(_Event, frozen=True, kw_only=True, tag="kiosk_opened"):
    pass


class DeviceChanged(_Event, frozen=True, kw_only=True, tag="device_changed"):
    kiosk: str
    device: str
    kind: str
    state: str
    condition: str  #: XFS ``device``: online, offline, no_device …
    paper: str
    cover: str


class KeptPromises(msgspec.Struct, frozen=True, kw_only=True):
    """Of the tickets of one service that were called: how many waited no longer than each promised quantile."""

    service: str
    called: int
    modelled: int  #: promised by the model; the others by the plain estimate
    under_p10: int
    under_p50: int
    under_p90: int
    late: int  #: called later than the promised high end and the patience on top of it


class CalibrationMeasured(_Event, frozen=True, kw_only=True, tag="calibration_measured"):
    """At the end of a day on which somebody was called. Counts, so that days and centres can be added up."""

    day: int
    services: list[KeptPromises]


class DayOpened(_Event, frozen=True, kw_only=True, tag="day_opened"):
    day: int


Event = (
    TicketIssued
    | TicketCalled
    | TicketArrived
    | TicketFinished
    | TicketMissed
    | TicketParked
    | TicketRequeued
    | TicketTransferred
    | TicketCancelled
    | TicketWithdrawn
    | TicketExpired
    | ActionUndone
    | SlipReported
    | ReprintAsked
    | CounterHeld
    | CounterLeft
    | CounterPaused
    | CounterResumed
    | CounterOpened
    | CounterClosed
    | CounterServicesSet
    | ServiceClosed
    | ServiceOpened
    | KioskClosed
    | KioskOpened
    | DeviceChanged
    | CalibrationMeasured
    | DayOpened
)
