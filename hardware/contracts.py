"""What a device is to the rest of the world: words of CEN XFS / XFS4IoT, outcomes, and the ports.

1. A print ends ``Printed``, ``NotPrinted(reason)`` or ``Unknown`` — never a bool.
2. Silence is never "no paper": ``Paper.UNKNOWN`` is not ``Paper.OUT``, and a missing device is not an offline one.
3. A constructor opens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Readiness(StrEnum):
    READY = "ready"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


class Device(StrEnum):
    """XFS4IoT Common.Status ``device``."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    HARDWARE_ERROR = "hardware_error"
    USER_ERROR = "user_error"
    DEVICE_BUSY = "device_busy"
    STARTING = "starting"


class Paper(StrEnum):
    """XFS4IoT Printer.Status ``paper``."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class Cover(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Status:
    """State of one device. ``readiness`` follows from ``device``: low paper is still ready."""

    device: Device
    paper: Paper = Paper.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    detail: str = ""

    @property
    def readiness(self) -> Readiness:
        if self.device is Device.ONLINE:
            return Readiness.READY
        return Readiness.BUSY if self.device in (Device.DEVICE_BUSY, Device.STARTING) else Readiness.UNAVAILABLE


class Reason(StrEnum):
    """Why a ticket did not come out."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    JAMMED = "jammed"
    ERROR = "error"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer confirmed, after the cut, that everything before was printed."""


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """No complete ticket came out, and the reason is known."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes were sent and the printer never confirmed: a ticket may lie in the tray."""

    detail: str = ""


Outcome = Printed | NotPrinted | Unknown
StatusListener = Callable[[str, Status], None]  #: (device id, status); called from the device's own thread


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """One configured device. ``port`` is a path: a real line or any program's pseudo-terminal."""

    id: str
    kind: str  #: a key of ``catalog.DEFAULT_PROFILES`` or ``cameras.KINDS``, such as "printer.escpos"
    port: str
    profile: str = ""  #: a name in hardware/profiles, or a path to a TOML file
    baud: int | None = None  #: None: as the profile says
    address: int | None = None  #: of a display that shares its line with others
    options: dict[str, str | int | float | bool] = field(default_factory=dict)


class TicketPrinter(Protocol):
    """Takes one finished document at a time; see ``hardware.printer.document``."""

    def status(self) -> Status: ...

    def print(self, payload: bytes) -> Outcome:
        """Send an encoded slip and wait for the confirmation after the cut."""


class CounterDisplay(Protocol):
    def status(self) -> Status: ...

    def show(self, text: str) -> None:
        """Show a ticket number such as "B012"; "" clears. The latest wins."""
