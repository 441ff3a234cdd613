"""What happened, in order: rows of the outbox, sent to central as ``(centre, epoch, seq, at_ms, event)``.

1. Version 1. A field is only ever added, with a default; a reader ignores what it does not know.
2. Nothing personal: a ticket is a number, a person is nobody, staff are not named.
3. Instants are ms since the epoch; ``day`` is 20261122; ids are those of the centre.
4. What central stores has a size: words and numbers are limited here, and checked where they are decoded.
"""

from typing import Annotated, Literal

import msgspec

from kiosk.wire.common import TicketNumber
from kiosk.wire.kiosk_api import TicketClassName, TicketStateName

VERSION = 1
Word = Annotated[str, msgspec.Meta(max_length=200)]
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", gc=False):
    """``gc``: nothing in an event leads back to it, so the collector need not look at millions of them."""

    v: Whole = VERSION


class _TicketEvent(_Event, frozen=True, kw_only=True):
    ticket: TicketNumber


class TicketIssued(_TicketEvent, frozen=True, kw_only=True, tag="ticket_issued"):
    """With the promise that was made."""

    day: Whole
    label: Word
    service: Word
    ticket_class: TicketClassName
    kiosk: Word
    people_ahead: Whole
    p10_s: Whole
    p50_s: Whole
    p90_s: Whole
    low_min: Whole
    high_min: Whole
    basis: Word


class TicketCalled(_TicketEvent, frozen=True, kw_only=True, tag="ticket_called"):
    """``chosen``: picked by the officer, not by the rule. ``recalls``: 0 at the first call."""

    counter: Word
    service: Word
    recalls: Whole = 0
    chosen: bool = False


class TicketArrived(_TicketEvent, frozen=True, kw_only=True, tag="ticket_arrived"):
    counter: Word


class TicketFinished(_TicketEvent, frozen=True, kw_only=True, tag="ticket_finished"):
    counter: Word
    service: Word
    service_s: float


class TicketMissed(_TicketEvent, frozen=True, kw_only=True, tag="ticket_missed"):
    counter: Word


class TicketParked(_TicketEvent, frozen=True, kw_only=True, tag="ticket_parked"):
    counter: Word


class TicketRequeued(_TicketEvent, frozen=True, kw_only=True, tag="ticket_requeued"):
    counter: Word


class TicketTransferred(_TicketEvent, frozen=True, kw_only=True, tag="ticket_transferred"):
    counter: Word
    from_service: Word
    to_service: Word


class TicketCancelled(_TicketEvent, frozen=True, kw_only=True, tag="ticket_cancelled"):
    counter: Word


class TicketWithdrawn(_TicketEvent, frozen=True, kw_only=True, tag="ticket_withdrawn"):
    """The citizen stopped waiting before the number was shown."""

    kiosk: Word


class TicketExpired(_TicketEvent, frozen=True, kw_only=True, tag="ticket_expired"):
    """Nobody ended it by the close of its day. ``state``: what it counts as."""

    state: TicketStateName


class ActionUndone(_TicketEvent, frozen=True, kw_only=True, tag="action_undone"):
    """A slip was taken back; ``state`` is the ticket's state again."""

    counter: Word
    action: Word
    state: TicketStateName


class SlipReported(_TicketEvent, frozen=True, kw_only=True, tag="slip_reported"):
    """What happened to the paper. ``reprint``: 0 for the first print."""

    kiosk: Word
    outcome: Literal["printed", "not_printed", "unknown"]
    reason: Word
    reprint: Whole


class ReprintAsked(_TicketEvent, frozen=True, kw_only=True, tag="reprint_asked"):
    kiosk: Word
    reprint: Whole


class CounterHeld(_Event, frozen=True, kw_only=True, tag="counter_held"):
    counter: Word
    taken_over: bool = False


class CounterLeft(_Event, frozen=True, kw_only=True, tag="counter_left"):
    counter: Word


class CounterPaused(_Event, frozen=True, kw_only=True, tag="counter_paused"):
    counter: Word
    reason: Word


class CounterResumed(_Event, frozen=True, kw_only=True, tag="counter_resumed"):
    counter: Word


class CounterOpened(_Event, frozen=True, kw_only=True, tag="counter_opened"):
    counter: Word


class CounterClosed(_Event, frozen=True, kw_only=True, tag="counter_closed"):
    counter: Word


class CounterServicesSet(_Event, frozen=True, kw_only=True, tag="counter_services_set"):
    counter: Word
    services: Annotated[list[Word], msgspec.Meta(max_length=500)]


class ServiceClosed(_Event, frozen=True, kw_only=True, tag="service_closed"):
    service: Word


class ServiceOpened(_Event, frozen=True, kw_only=True, tag="service_opened"):
    service: Word


class KioskClosed(_Event, frozen=True, kw_only=True, tag="kiosk_closed"):
    """No tickets are given, whatever the hours say."""


class KioskOpened(_Event, frozen=True, kw_only=True, tag="kiosk_opened"):
    pass


class DeviceChanged(_Event, frozen=True, kw_only=True, tag="device_changed"):
    kiosk: Word
    device: Word
    kind: Word
    state: Word
    condition: Word  #: XFS ``device``: online, offline, no_device …
    paper: Word
    cover: Word


class KeptPromises(msgspec.Struct, frozen=True, kw_only=True):
    """Of the tickets of one service that were called: how many waited no longer than each promised quantile."""

    service: Word
    called: Whole
    modelled: Whole  #: promised by the model; the others by the plain estimate
    under_p10: Whole
    under_p50: Whole
    under_p90: Whole
    late: Whole  #: called later than the promised high end and the patience on top of it


class CalibrationMeasured(_Event, frozen=True, kw_only=True, tag="calibration_measured"):
    """At the end of a day on which somebody was called. Counts, so that days and centres can be added up."""

    day: Whole
    services: Annotated[list[KeptPromises], msgspec.Meta(max_length=500)]


class SettingsTaken(_Event, frozen=True, kw_only=True, tag="settings_taken"):
    """Settings of the city: "applied", "refused" or "rolled_back", and why."""

    version: Whole
    state: Word
    reason: Word = ""


class CommandCarriedOut(_Event, frozen=True, kw_only=True, tag="command_carried_out"):
    """A command of the city. ``by``: the account that gave it."""

    number: Whole
    action: Word
    target: Word
    by: Word
    state: Word


class WordsPutUp(_Event, frozen=True, kw_only=True, tag="words_put_up"):
    """Somebody at the centre put words above those of the city, or took them away again."""

    place: Word
    up: bool


class PaperChanged(_Event, frozen=True, kw_only=True, tag="paper_changed"):
    """Somebody at the centre put paper into the printer of a kiosk; what the printer says of it comes by itself."""

    kiosk: Word


class DossierSubmitted(_Event, frozen=True, kw_only=True, tag="dossier_submitted"):
    """At a kiosk. ``visit``: the ticket of the visit that it belongs to; 0: none was taken."""

    code: Word
    procedure: Word
    kiosk: Word
    visit: Whole = 0


class DossierRenumbered(_Event, frozen=True, kw_only=True, tag="dossier_renumbered"):
    """Central had another dossier with the code that was given first, ``before``."""

    code: Word
    before: Annotated[str, msgspec.Meta(max_length=64)]


class DossierActed(_Event, frozen=True, kw_only=True, tag="dossier_acted"):
    """An officer did something with a dossier, which central has. ``visit``: the ticket at the counter; 0: none.

    ``act``: "receive", "check", "add_paper", "add_result", "apologise" or a name of ``kiosk.dossier.dossier.Act``.
    """

    code: Word
    procedure: Word
    act: Word
    counter: Word
    visit: Whole = 0


class DayOpened(_Event, frozen=True, kw_only=True, tag="day_opened"):
    day: Whole


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
    | SettingsTaken
    | CommandCarriedOut
    | WordsPutUp
    | PaperChanged
    | DossierSubmitted
    | DossierActed
    | DossierRenumbered
    | DayOpened
)
