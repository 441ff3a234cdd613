"""Kiosk <-> hub. Paths and status codes stand at the route table of ``kiosk.hub.app`` and in /openapi.json."""

from typing import Annotated, Literal

import msgspec

from kiosk.wire.common import Message, Name, RequestId, Text

TicketClassName = Literal["normal", "priority"]
TicketStateName = Literal["waiting", "called", "serving", "served", "no_show", "parked", "cancelled", "expired"]

DeviceStateKind = Literal["printer", "display", "scanner", "camera", "touch", "document_camera", "document_scanner"]


class WaitRange(Message, frozen=True):
    """A likely wait as told to people, in whole minutes."""

    low_min: int
    high_min: int


class FieldInfo(Message, frozen=True):
    id: str
    name: Text
    icon: str  #: a name of assets/icons/icons.toml


class ServiceInfo(Message, frozen=True):
    id: str
    field: str
    name: Text
    prefix: str
    is_open: bool
    closed_reason: Text | None  #: why not, and when again
    waiting: int
    wait: WaitRange | None  #: for somebody who takes a ticket now
    asks_priority: bool = True  #: whether the priority question makes sense for it
    has_counter: bool = True  #: whether an open counter serves it now
    needs_identity: bool = False  #: a ticket for it should carry a ``CardMark``
    quieter_min: int | None = None  #: a clearly better time to come today, minutes after midnight


class PriorityGroup(Message, frozen=True):
    id: str
    name: Text
    icon: str
    from_age: int | None = None  #: completed years that put somebody into the group


class Catalogue(Message, frozen=True):
    """``GET /v1/catalogue``: all that the touch app shows before a ticket."""

    version: int  #: grows with every change of what can be chosen
    centre: Text
    address: Text
    is_open: bool
    notice: Text | None  #: why the kiosk gives no ticket now, or an announcement
    fields: list[FieldInfo]
    services: list[ServiceInfo]
    priority_groups: list[PriorityGroup]  #: empty: the question is not asked
    #: Of today's card marks, in hex; "" when no service needs identity.
    card_key: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")] = ""


class CardMark(Message, frozen=True, forbid_unknown_fields=True):
    """What the queue keeps of an ID card until its day ends: ``kiosk.identity.privacy.PersonalId.mark``."""

    keyed_hash: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    last4: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}$")]

    def __repr__(self) -> str:
        return "CardMark()"


class IssueTicket(Message, frozen=True):
    """``POST /v1/tickets``. The same request id gives the same ticket, whatever happened to the first answer."""

    request_id: RequestId
    service: Name
    ticket_class: TicketClassName = "normal"
    language: Literal["vi", "en"] = "vi"
    card: CardMark | None = None  #: dropped unless the service needs identity


class WithdrawTicket(Message, frozen=True):
    """``POST /v1/tickets/withdraw``: the citizen no longer waits for the answer to ``request_id``.

    A ticket that was stored for it is cancelled; if none was, the id is used up and a late request stores nothing.
    """

    request_id: RequestId


class TicketReply(Message, frozen=True):
    id: int
    label: str
    day: int
    service: str
    service_name: Text
    ticket_class: TicketClassName
    state: TicketStateName
    issued_ms: int
    people_ahead: int  #: as promised at issue
    wait: WaitRange  #: as promised at issue
    status_url: str  #: absolute address of the ticket's page, for the QR
    bring: list[Text]  #: what to have at hand
    counter: str | None = None
    reprint: int = 0  #: 0: the first print; n: the n-th reprint, marked so on paper
    centre: Text = Text(vi="", en="")  #: whose ticket it is, for the head of the slip
    foot: Text | None = None  #: the centre's own last line on the slip


class PrintReport(Message, frozen=True):
    """``POST /v1/tickets/{id}/print``: what happened to the paper."""

    request_id: RequestId
    outcome: Literal["printed", "not_printed", "unknown"]
    reason: Literal["", "paper_out", "cover_open", "offline", "no_device", "jammed", "error", "busy"] = ""
    reprint: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0


class PrintJobs(Message, frozen=True):
    """``GET /v1/print-jobs``: reprints that staff asked of this kiosk and that have no outcome yet."""

    tickets: list[TicketReply]
    printer_check: int = 0  #: staff put paper in: the printer is to be asked, and the report to carry this number


MAX_DETAIL = 200  #: letters of ``DeviceState.detail``: a sentence of a driver, not what a broken device says for ever


class DeviceState(Message, frozen=True):
    """One device in XFS words (CEN XFS / XFS4IoT Common.Status, Printer.Status).

    Who makes one cuts ``detail`` to ``MAX_DETAIL``; who gets one that is longer cuts it and does not refuse it.
    """

    id: Name
    kind: DeviceStateKind
    state: Literal["ready", "busy", "unavailable"]
    device: Literal["online", "offline", "no_device", "hardware_error", "user_error", "device_busy", "starting"]
    paper: Literal["full", "low", "out", "jammed", "unknown"] = "unknown"
    cover: Literal["closed", "open", "unknown"] = "unknown"
    detail: str = ""
    since_ms: int = 0


class DeviceReport(Message, frozen=True):
    """``POST /v1/devices``: sent by a kiosk on every change, every 30 s, and when it was told to look."""

    devices: Annotated[list[DeviceState], msgspec.Meta(max_length=32)]
    printer_check: int = 0  #: of ``PrintJobs``: the newest for which the printer has been asked
