"""From settings to running devices: the only constructor. Wrong settings are told by device, key and expectation.

Nothing is opened before ``start``. Displays with the same port share one line and one owner thread.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from hardware.contracts import DeviceSettings, Outcome, Status, StatusListener
from hardware.display.cd5220 import Cd5220Codec, Cd5220Profile
from hardware.display.codec import DisplayCodec
from hardware.display.dmd import DmdCodec, DmdProfile
from hardware.display.frame import FrameCodec, FrameProfile
from hardware.display.line import DisplayLine
from hardware.display.modbus import ModbusCodec, ModbusProfile
from hardware.errors import BadSettings
from hardware.printer.driver import EscposPrinter
from hardware.printer.profile import PrinterProfile
from hardware.profiles import Line, Profile, load
from hardware.scanner.decoder import ScannerProfile, ScanResult
from hardware.scanner.driver import ImagerLine, Trigger
from hardware.scanner.sane import SaneOptions, SaneScanner, Scan, ScanOutcome
from hardware.supervisor import Backoff, Fifo, Latest, Supervisor
from hardware.transport.port import Port
from hardware.transport.serial_port import SerialPort

PortMaker = Callable[[str, Line], Port]
P = TypeVar("P", bound=Profile)

#: Kind → the profile that is taken when none is named; "" where there is no usual one.
DEFAULT_PROFILES = {
    "display.modbus": "display-modbus-char4",
    "display.dmd": "display-dmd",
    "display.cd5220": "display-cd5220",
    "display.frame": "",
    "scanner.serial": "scanner-generic",
    "printer.escpos": "epson-tm-t20",
}
MODBUS_ADDRESSES = range(1, 248)
_ASK_SCANNER_S = 20.0  # asking how it is opens the scanner, which some answer with a noise
BACKOFF = Backoff(last_s=3.0)  # a display that is plugged in again shows the current number within 5 s


class Display:
    """Implements ``CounterDisplay``. ``show`` returns at once and cannot fail."""

    def __init__(self, device_id: str, line: Supervisor[str, Status]) -> None:
        self._id, self._line = device_id, line

    def status(self) -> Status:
        return self._line.states()[self._id]

    def show(self, text: str, answer: Callable[[Status], None] = lambda _: None) -> None:
        """``answer`` is called from the owner thread, unless a newer text replaces this one before it is sent."""
        self._line.submit(self._id, text, answer)


class Printer:
    """Implements ``TicketPrinter``: one document at a time, in the order in which they came."""

    def __init__(self, device_id: str, line: Supervisor[bytes, Outcome]) -> None:
        self._id, self._line = device_id, line

    def status(self) -> Status:
        return self._line.states()[self._id]

    def print(self, payload: bytes) -> Outcome:
        """Waits for the outcome; a supervisor answers every job once, whatever happens to the line."""
        outcome: Future[Outcome] = Future()
        self._line.submit(self._id, payload, outcome.set_result)
        return outcome.result()


@dataclass(frozen=True, slots=True)
class _Member:
    """One display, ready to be put on its line."""

    settings: DeviceSettings
    line: Line
    codec: DisplayCodec


def display_lines(
    settings: Iterable[DeviceSettings], on_status: StatusListener, port: PortMaker = SerialPort
) -> list[Supervisor[str, Status]]:
    """One supervisor for each port; its driver's ``ids`` are the displays on it."""
    by_port: dict[str, list[_Member]] = {}
    for each in settings:
        by_port.setdefault(each.port, []).append(_member(each))
    return [_display_line(path, members, on_status, port) for path, members in by_port.items()]


def scanner_line(
    settings: DeviceSettings,
    on_scan: Callable[[ScanResult], None],
    on_status: StatusListener,
    port: PortMaker = SerialPort,
) -> Supervisor[Trigger, Status]:
    profile = profile_of(settings, ScannerProfile)
    driver = ImagerLine(settings.id, port(settings.port, profile.line.at(settings.baud)), profile, on_scan)
    return Supervisor(driver, Latest(), on_status, poll_s=0.0, backoff=BACKOFF)


def printer_line(
    settings: DeviceSettings, on_status: StatusListener, port: PortMaker = SerialPort
) -> Supervisor[bytes, Outcome]:
    profile = profile_of(settings, PrinterProfile)
    driver = EscposPrinter(settings.id, port(settings.port, profile.line.at(settings.baud)), profile, settings.baud)
    return Supervisor(driver, Fifo(), on_status, backoff=BACKOFF)


def sheet_scanner_line(settings: DeviceSettings, on_status: StatusListener) -> Supervisor[Scan, ScanOutcome]:
    """A scanner of papers. Raises BadSettings."""
    if settings.kind != "document.sane":
        raise bad(settings, "kind", "document.sane", repr(settings.kind))
    try:
        options = msgspec.convert(settings.options, SaneOptions)
    except msgspec.ValidationError as error:
        raise BadSettings(f"device {settings.id!r}: options: {error}") from error
    driver = SaneScanner(settings.id, settings.port, options)
    return Supervisor(driver, Fifo(), on_status, poll_s=_ASK_SCANNER_S, backoff=BACKOFF)


def profile_of(settings: DeviceSettings, kind: type[P]) -> P:
    """The device's profile with its ``options`` laid over the profile's own values."""
    name = settings.profile or DEFAULT_PROFILES.get(settings.kind, "")
    if not name:
        raise bad(settings, "profile", "the name of a profile or the path of a TOML file", "nothing")
    try:
        profile = load(name, kind)
        values: dict[str, Any] = msgspec.to_builtins(profile) | settings.options
        return msgspec.convert(values, kind) if settings.options else profile
    except BadSettings as error:
        raise BadSettings(f"device {settings.id!r}: profile: {error}") from error
    except msgspec.ValidationError as error:
        raise BadSettings(f"device {settings.id!r}: options: {error}") from error


def bad(settings: DeviceSettings, key: str, expected: str, got: object) -> BadSettings:
    return BadSettings(f"device {settings.id!r}: {key}: expected {expected}, got {got}")


def _display_line(
    path: str, members: Sequence[_Member], on_status: StatusListener, port: PortMaker
) -> Supervisor[str, Status]:
    first = members[0]
    addresses = set[int | None]()
    for member in members:
        if member.line != first.line:
            raise bad(member.settings, "baud", f"the same line as {first.settings.id!r} on this port", member.line)
        if member.settings.address in addresses:
            raise bad(member.settings, "address", "one that no other display of this line has", member.settings.address)
        addresses.add(member.settings.address)
    codecs = {member.settings.id: member.codec for member in members}
    driver = DisplayLine(port(path, first.line), first.line, codecs)
    return Supervisor(driver, Latest(), on_status, backoff=BACKOFF)


def _member(settings: DeviceSettings) -> _Member:
    make = _CODECS.get(settings.kind)
    if make is None:
        raise bad(settings, "kind", "one of " + ", ".join(sorted(_CODECS)), repr(settings.kind))
    codec, line = make(settings)
    return _Member(settings, line.at(settings.baud), codec)


def _modbus(settings: DeviceSettings) -> tuple[DisplayCodec, Line]:
    profile = profile_of(settings, ModbusProfile)
    if settings.address is None or settings.address not in MODBUS_ADDRESSES:
        raise bad(settings, "address", "a Modbus address from 1 to 247", settings.address)
    return ModbusCodec(profile, settings.address), profile.line


def _dmd(settings: DeviceSettings) -> tuple[DisplayCodec, Line]:
    profile = profile_of(settings, DmdProfile)
    return DmdCodec(profile), profile.line


def _cd5220(settings: DeviceSettings) -> tuple[DisplayCodec, Line]:
    profile = profile_of(settings, Cd5220Profile)
    return Cd5220Codec(profile), profile.line


def _frame(settings: DeviceSettings) -> tuple[DisplayCodec, Line]:
    profile = profile_of(settings, FrameProfile)
    if settings.address is None and profile.is_addressed:
        raise bad(settings, "address", "the number that is set on the board", "nothing")
    try:
        return FrameCodec(profile, settings.address or 0), profile.line
    except BadSettings as error:
        raise BadSettings(f"device {settings.id!r}: {error}") from error


_CODECS: dict[str, Callable[[DeviceSettings], tuple[DisplayCodec, Line]]] = {
    "display.modbus": _modbus,
    "display.dmd": _dmd,
    "display.cd5220": _cd5220,
    "display.frame": _frame,
}
