"""A slip with everything on it, and a printer on a real pseudo-terminal that prints it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hardware.printer import escpos
from hardware.printer.document import Badge, Columns, Cut, Document, Feed, Font, Qr, Rule, Text
from hardware.printer.driver import EscposPrinter, Patience
from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from hardware.simulated.line import SimulatedLine
from hardware.simulated.paper import Slip
from hardware.simulated.printer import SimulatedPrinter
from hardware.transport.serial_port import SerialPort
from tests.fakes.recorder import Recorder

FONTS = Path(__file__).parents[2] / "assets/fonts"
PROFILES = ("epson-tm-t20", "epson-tm-t88", "custom-vkp80", "hwasung-80", "xprinter-80", "pos-58")
FAST = 460_800
IMPATIENT = Patience(answer_s=0.3, stall_s=0.5, cut_s=0.5, settle_s=0.8, quiet_s=0.05)
URL = "http://10.0.0.5:8080/t/k7Qw2mZp9XbN4cRd"


def font(size: int, name: str = "BeVietnamPro-SemiBold") -> Font:
    return Font(str(FONTS / f"{name}.ttf"), size)


def slip(number: str = "B012") -> Document:
    return (
        Text("Phường Ví Dụ", font(30)),
        Rule(),
        Text(number, font(130, "BeVietnamProTabular-Bold"), height=130),
        Columns(Text("Trước bạn", font(28)), Text("12 người", font(28)), 380),
        Badge("ƯU TIÊN", font(28), 48),
        Rule(2, dash=8),
        Feed(20),
        Qr(URL, 6),
        Feed(20),
        Cut(),
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """A printer under test and the simulated device behind its line."""

    printer: EscposPrinter
    device: SimulatedPrinter
    line: SimulatedLine
    slips: Recorder[Slip]
    payload: bytes

    @property
    def whole(self) -> list[Slip]:
        return [each for each in self.slips.items if each.complete and each.has_ink]


@contextmanager
def bench(folder: Path, profile_name: str = "epson-tm-t20", baud: int = FAST) -> Iterator[Bench]:
    profile = load(profile_name, PrinterProfile)
    slips: Recorder[Slip] = Recorder()
    device = SimulatedPrinter(profile, slips.add)
    with SimulatedLine(folder / "printer", device, baud) as line:
        port = SerialPort(str(line.path), profile.line.at(baud))
        printer = EscposPrinter("printer", port, profile, baud, IMPATIENT)
        yield Bench(printer, device, line, slips, escpos.encode(slip(), profile))
        printer.close()


def printed(payload: bytes, profile: PrinterProfile) -> tuple[list[Slip], SimulatedPrinter]:
    """What a printer of this profile makes of the bytes, without a line between."""
    slips: list[Slip] = []
    device = SimulatedPrinter(profile, slips.append, rows_a_second=1e9)
    at, now_s = 0, 0.0
    while at < len(payload):
        size, now_s = device.room(), now_s + 1.0
        device.feed(payload[at : at + size])
        device.work(now_s)
        at += size
    return slips, device
