"""Staff pages -> hub. One command, one request id, one transaction."""

from typing import Annotated, Literal

import msgspec

from kiosk.wire.common import Message, Name, RequestId, Text, TicketNumber
from kiosk.wire.kiosk_api import TicketClassName, TicketStateName

CounterAction = Literal[
    "call_next",
    "call",
    "recall",
    "arrive",
    "finish",
    "no_show",
    "park",
    "requeue",
    "transfer",
    "cancel",
    "undo",
    "pause",
    "resume",
]


class CounterCommand(Message, frozen=True):
    """``POST /v1/counters/{counter}/commands``. ``seen``: the ticket that the page showed at the counter,
    None when it showed nobody; a page that is out of date changes nothing.
    """

    request_id: RequestId
    action: CounterAction
    ticket: TicketNumber | None = None  #: for call, requeue, cancel, transfer of a waiting one; else the counter's own
    service: Name | None = None  #: for transfer
    reason: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{0,32}$")] = ""  #: for pause: a word of assets/locales
    seen: TicketNumber | None = None


class CounterReply(Message, frozen=True):
    """Answer to every counter command. ``ticket`` is None when nobody waits: an ordinary answer."""

    counter: str
    action: CounterAction
    ticket: "CalledTicket | None"
    message: Text | None = None


class CalledTicket(Message, frozen=True):
    id: int
    label: str
    service: str
    ticket_class: TicketClassName
    state: TicketStateName
    recalls: int
    waited_s: int


class Told(Text, frozen=True):
    """What a supervisor writes for visitors."""

    vi: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    en: Annotated[str, msgspec.Meta(max_length=300)] = ""


class SupervisorCommand(Message, frozen=True):
    """``POST /v1/supervisor/commands``."""

    request_id: RequestId
    action: Literal[
        "open_counter",
        "close_counter",
        "set_counter_services",
        "close_service",
        "open_service",
        "close_kiosk",
        "open_kiosk",
        "announce",
        "end_announcement",
        "reprint",
        "paper_changed",
    ]
    counter: Name | None = None
    services: list[str] | None = None
    service: Name | None = None
    ticket: TicketNumber | None = None
    kiosk: Name | None = None
    words: Told | None = None  #: for announce; for close_kiosk instead of the usual sentence


class SupervisorReply(Message, frozen=True):
    """The command was carried out. ``reprint``: the number of the copy that was asked of ``kiosk``."""

    action: str
    kiosk: str | None = None
    reprint: int | None = None


class ServicePeriod(Message, frozen=True):
    """One service over some days. Times in seconds; None where nothing was counted."""

    service: str
    name: Text
    issued: int
    served: int
    no_show: int
    wait_mean_s: float | None
    wait_p90_s: float | None
    service_mean_s: float | None
    promise_kept: float | None  #: share of called tickets that waited no longer than the promised high end


class CounterPeriod(Message, frozen=True):
    """One counter over some days. Open is idle and serving; a pause is neither."""

    counter: str
    open_s: int
    serving_s: int
    idle_s: int
    paused_s: int
    served: int


class FiguresReply(Message, frozen=True):
    """``GET /v1/figures/{first_day}/{last_day}``: both days included."""

    first_day: int
    last_day: int
    services: list[ServicePeriod]
    counters: list[CounterPeriod]
