"""The far ends of a configuration's devices: displays, printer and scanner on pseudo-terminals, a camera's desk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import Image

from hardware.catalog import profile_of
from hardware.contracts import DeviceSettings
from hardware.display.cd5220 import Cd5220Profile
from hardware.display.dmd import DmdProfile
from hardware.display.frame import FrameProfile
from hardware.display.modbus import ModbusProfile
from hardware.printer.profile import PrinterProfile
from hardware.profiles import Line
from hardware.scanner.decoder import ScannerProfile
from hardware.simulated.control import ControlSocket
from hardware.simulated.displays import (
    SimulatedBoards,
    SimulatedCd5220,
    SimulatedDmd,
    SimulatedModbus,
)
from hardware.simulated.line import SimulatedDevice, SimulatedLine
from hardware.simulated.paper import Slip
from hardware.simulated.printer import ROWS_A_SECOND, SimulatedPrinter
from hardware.simulated.scanner import SimulatedScanner
from kiosk.config import HubConfig, TouchConfig
from kiosk.config.parts import DeviceSection
from kiosk.demo.processes import DemoFailed, await_true

AnyDisplays = SimulatedModbus | SimulatedBoards | SimulatedDmd | SimulatedCd5220


@dataclass(frozen=True, slots=True)
class CounterBoard:
    """The simulated display of one counter."""

    counter: str
    kind: str
    device: AnyDisplays
    address: int

    def text(self) -> str:
        return self.device.screens.text(self.address)

    def picture(self) -> Image.Image:
        return self.device.picture(self.address)

    def history(self) -> list[str]:
        """What it showed, oldest first, without the blanks between."""
        return [text for address, text in self.device.screens.history() if address == self.address and text]


class DemoDevices:
    """All simulated devices of a centre; ``pace`` 60 makes lines and print head sixty times as fast as real ones.

    ``keep`` is a folder for pictures of the slips.
    """

    def __init__(self, hub: HubConfig, touch: TouchConfig, pace: float = 1.0, keep: Path | None = None) -> None:
        self._pace, self._keep = pace, keep
        self._open = ExitStack()
        self._lines: dict[str, SimulatedLine] = {}
        self.boards: dict[str, CounterBoard] = {}
        self.slips: list[Slip] = []
        for port in dict.fromkeys(device.port for device in hub.devices):
            self._add_displays([device for device in hub.devices if device.port == port])
        self.printer, self.printer_line = self._add_printer(_only(touch.devices, "printer.escpos"))
        self.scanner, self.scanner_line = self._add_scanner(_only(touch.devices, "scanner.serial"))
        self.desk = Path(_only(touch.devices, "camera.simulated").port)  #: what lies here, the camera sees
        self.sheets = Path(_only(touch.devices, "document.simulated").port)  #: and here, the document camera

    def __enter__(self) -> Self:
        for line in dict.fromkeys(self._lines.values()):
            line.path.parent.mkdir(parents=True, exist_ok=True)
            self._open.enter_context(line)
        self.desk.mkdir(parents=True, exist_ok=True)
        self.sheets.mkdir(parents=True, exist_ok=True)
        self._open.enter_context(ControlSocket(self.control, self._lines))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def control(self) -> Path:
        """The socket on which devices are told to misbehave, beside their lines."""
        return self.printer_line.path.parent / "control"

    def scan(self, text: str) -> None:
        """Somebody holds a code before the scanner."""
        self.scanner_line.send(self.scanner.scan(text))

    @contextmanager
    def card_before_camera(self, payload: str) -> Iterator[None]:
        """Somebody holds an ID card with this code before the camera, and takes it away at the end."""
        from hardware.simulated.camera import show_card  # loads OpenCV

        card = show_card(self.desk, payload.encode())
        try:
            yield
        finally:
            card.unlink()

    @contextmanager
    def paper_on_desk(self, title: str, *lines: str) -> Iterator[None]:
        """Somebody lays a paper under the document camera, and takes it away at the end."""
        from kiosk.demo.sheets import LINES, show_sheet  # loads OpenCV

        paper = show_sheet(self.sheets, title, lines or LINES)
        try:
            yield
        finally:
            paper.unlink()

    def await_display(self, counter: str, label: str, timeout_s: float) -> None:
        """Until the counter's display shows the number; a board without letters shows its digits."""
        board = self.boards[counter]
        await_true(f"{label} on the display of counter {counter}", lambda: shows(board.text(), label), timeout_s)

    def _add_displays(self, sections: Sequence[DeviceSection]) -> None:
        settings = [section.settings() for section in sections]
        device, line = _display(settings)
        far = self._add_line(settings[0], device, line)
        for section in sections:
            self._lines[section.id] = far
            board = CounterBoard(section.counter or "", section.kind, device, _address(device, section))
            self.boards[board.counter] = board

    def _add_printer(self, settings: DeviceSettings) -> tuple[SimulatedPrinter, SimulatedLine]:
        profile = profile_of(settings, PrinterProfile)
        device = SimulatedPrinter(profile, self._came_out, ROWS_A_SECOND * self._pace)
        return device, self._add_line(settings, device, profile.line)

    def _add_scanner(self, settings: DeviceSettings) -> tuple[SimulatedScanner, SimulatedLine]:
        profile = profile_of(settings, ScannerProfile)
        device = SimulatedScanner(profile)
        return device, self._add_line(settings, device, profile.line)

    def _add_line(self, settings: DeviceSettings, device: SimulatedDevice, line: Line) -> SimulatedLine:
        baud = round((settings.baud or line.baud) * self._pace)
        self._lines[settings.id] = SimulatedLine(Path(settings.port), device, baud)
        return self._lines[settings.id]

    def _came_out(self, slip: Slip) -> None:
        if slip.has_ink:
            self.slips.append(slip)
            if self._keep is not None:
                slip.image.save(self._keep / f"{len(self.slips):04d}.png")


def shows(text: str, label: str) -> bool:
    """Whether a display that shows ``text`` calls ``label``: with its letter, or the digits alone."""
    return bool(text) and (label in text or text.lstrip("0") == label[1:].lstrip("0"))


def _display(settings: Sequence[DeviceSettings]) -> tuple[AnyDisplays, Line]:
    first = settings[0]
    addresses = [each.address or 0 for each in settings]
    if first.kind == "display.modbus":
        modbus = profile_of(first, ModbusProfile)
        return SimulatedModbus(modbus, addresses), modbus.line
    if first.kind == "display.frame":
        frame = profile_of(first, FrameProfile)
        return SimulatedBoards(frame, addresses), frame.line
    if first.kind == "display.dmd":
        return SimulatedDmd(), profile_of(first, DmdProfile).line
    return SimulatedCd5220(), profile_of(first, Cd5220Profile).line


def _address(device: AnyDisplays, section: DeviceSection) -> int:
    """A display with a line of its own has the address 0."""
    known = device.screens.addresses
    return section.address if section.address is not None and section.address in known else known[0]


def _only(devices: Iterable[DeviceSection], kind: str) -> DeviceSettings:
    for device in devices:
        if device.kind == kind:
            return device.settings()
    raise DemoFailed(f"the configuration has no {kind}")
