"""``kiosk device list`` and ``kiosk device test [ID]``: what is plugged in, how it is, and what to do about it.

For the person who installs a kiosk: Vietnamese first, English beside it. Exit codes: 0 every device is well, 1 one is
not, 2 wrong use or wrong configuration. A port has one owner: stop the hub or the touch app before.
"""

import argparse
import logging
import threading
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

from hardware.catalog import Display, Printer, display_lines, printer_line, profile_of, scanner_line, sheet_scanner_line
from hardware.contracts import (
    Cover,
    Device,
    DeviceSettings,
    NotPrinted,
    Outcome,
    Paper,
    Printed,
    Readiness,
    Reason,
    Status,
    StatusListener,
)
from hardware.errors import BadSettings
from hardware.printer.document import Cut, Document, Feed, Font, Qr, Rule, Text
from hardware.printer.escpos import encode
from hardware.printer.profile import PrinterProfile
from hardware.scanner.decoder import Scan, ScanResult
from hardware.scanner.sane import Scan as SheetScan
from hardware.scanner.sane import Scanned, ScanOutcome
from kiosk.config import load_hub_config, load_touch_config
from kiosk.errors import ConfigError

DEFAULT_CONFIGS = (Path("/etc/kiosk/hub.toml"), Path("/etc/kiosk/touch.toml"))
#: Stable names first: those of our udev rules, then those that udev makes of the adapter's serial number.
PORT_FOLDERS = (Path("/dev/kiosk"), Path("/dev/serial/by-id"), Path("/dev/serial/by-path"))
TEST_TEXT = "888"  # lights every segment of a digit
LONGEST_SCAN_S = 120.0
LONGEST_LOOK_S = 8.0  #: for the first state of every device; longer than any driver needs to find out
_FONTS = Path(__file__).resolve().parents[1] / "assets" / "fonts"

_STATES = {
    Device.ONLINE: "Sẵn sàng · Ready",
    Device.OFFLINE: "Không trả lời · Does not answer",
    Device.NO_DEVICE: "Không mở được cổng · The port cannot be opened",
    Device.HARDWARE_ERROR: "Thiết bị báo lỗi hoặc sai cấu hình · Faulty, or wrong settings",
    Device.USER_ERROR: "Cần người xem · Needs attention",
    Device.DEVICE_BUSY: "Đang bận · Busy",
    Device.STARTING: "Đang khởi động · Starting",
}
_ADVICE = {
    Device.OFFLINE: "Kiểm tra nguồn điện, dây nối, tốc độ và địa chỉ · Check its power, cable, speed and address",
    Device.HARDWARE_ERROR: "Xem lại profile, tắt rồi bật thiết bị · Check its profile; switch the device off and on",
    Device.USER_ERROR: "Mở thiết bị ra xem · Open the device and look",
}
_PORT_ABSENT = "Cắm dây, so với các cổng ở trên · Plug it in; compare with the ports above"
_PORT_TAKEN = (
    "Cổng có nhưng đang được dùng (tắt hub hoặc màn hình cảm ứng) hoặc không có quyền (nhóm dialout)"
    " · The port is there but in use (stop the hub or the touch app), or you may not use it (group dialout)"
)
_REASONS = {
    Reason.PAPER_OUT: "hết giấy · out of paper",
    Reason.COVER_OPEN: "nắp đang mở · the cover is open",
    Reason.OFFLINE: "máy in không trả lời · the printer does not answer",
    Reason.NO_DEVICE: "không mở được cổng · the port cannot be opened",
    Reason.JAMMED: "kẹt giấy · paper jam",
    Reason.ERROR: "máy in báo lỗi · the printer reports an error",
    Reason.BUSY: "máy in đang bận · the printer is busy",
}

T = TypeVar("T")


class Running(Protocol):
    """A line of any kind of device."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("device", help="list and test the devices of a configuration")
    commands = parser.add_subparsers(dest="device_command", required=True, metavar="list|test")
    listing = commands.add_parser("list", help="serial ports, configured devices and how each of them is")
    testing = commands.add_parser("test", help="print a test slip, show 888, wait for a scan")
    testing.add_argument("id", nargs="?", metavar="ID", help="of one device; default: each in turn")
    testing.add_argument("--hold", type=float, default=3.0, metavar="S", help="how long 888 stands; default: 3")
    testing.add_argument(
        "--wait", type=float, default=20.0, metavar="S", help="how long to wait for a scan; default: 20"
    )
    for command in (listing, testing):
        command.add_argument(
            "--config",
            type=Path,
            action="append",
            metavar="FILE",
            help="hub.toml or touch.toml, more than once for both; default: those in /etc/kiosk",
        )


def run(args: argparse.Namespace) -> int:
    logging.getLogger("hardware").setLevel(logging.ERROR)  # what happens is said here in words
    configs = args.config or [path for path in DEFAULT_CONFIGS if path.exists()]
    settings = [each for path in configs for each in settings_in(path)]
    try:
        return list_devices(settings) if args.device_command == "list" else test_devices(settings, args)
    except BadSettings as error:
        raise ConfigError(str(error)) from error


def settings_in(path: Path) -> list[DeviceSettings]:
    """The devices of a hub's or a kiosk's configuration; ConfigError as those programs themselves would say it."""
    try:
        is_hub = "centre" in tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        is_hub = False  # the loader says what is wrong with the file
    devices = load_hub_config(path).devices if is_hub else load_touch_config(path).devices
    return [device.settings() for device in devices]


def serial_ports(folders: Iterable[Path] = PORT_FOLDERS) -> list[tuple[Path, Path]]:
    """(stable name, device) of each port, once, by its best name."""
    found: dict[Path, Path] = {}
    for folder in folders:
        # One socket may have two names: the short one was given by a person.
        names = sorted(folder.iterdir(), key=lambda name: (len(name.name), name)) if folder.is_dir() else []
        for name in names:
            found.setdefault(name.resolve(), name)
    return [(name, device) for device, name in found.items()]


def list_devices(settings: Sequence[DeviceSettings]) -> int:
    print("Cổng nối tiếp · Serial ports")
    for name, device in serial_ports():
        print(f"  {name} → {device}")
    if not serial_ports():
        print("  không có · none")
    print("Thiết bị trong cấu hình · Configured devices")
    if not settings:
        print("  không có · none")
    states = first_states(settings)
    for each in settings:
        tell(each, states[each.id])
    return 0 if all(status.readiness is Readiness.READY for status in states.values()) else 1


def first_states(settings: Sequence[DeviceSettings]) -> dict[str, Status]:
    """How each device is, as soon as all are known."""
    news: SimpleQueue[tuple[str, Status]] = SimpleQueue()
    states = {each.id: Status(Device.STARTING) for each in settings}
    with ExitStack() as running:
        for line in _lines(settings, lambda *change: news.put(change)):
            running.callback(line.stop)
            line.start()
        while any(status.device is Device.STARTING for status in states.values()):
            change = _next(news, LONGEST_LOOK_S)
            if change is None:
                break
            states[change[0]] = change[1]
    return states


def tell(settings: DeviceSettings, status: Status) -> None:
    """One device in words: a sign, what it is, how it is, and what to do."""
    sign = "✓" if status.readiness is Readiness.READY else "✗"
    place = "" if settings.address is None else f", địa chỉ · address {settings.address}"
    print(f"  {sign} {settings.id}  {settings.kind}  {settings.port}{place}")
    print(f"      {'; '.join([_STATES[status.device], *_facts(status)])}")
    if status.detail:
        print(f"      {status.detail}")
    advice = _advice(settings, status)
    if advice:
        print(f"      → {advice}")


def test_devices(settings: Sequence[DeviceSettings], args: argparse.Namespace) -> int:
    wanted = [each for each in settings if args.id in (None, each.id)]
    if not settings:
        raise ConfigError("không có thiết bị nào trong cấu hình · no device is configured; expected --config FILE")
    if not wanted:
        known = ", ".join(each.id for each in settings)
        raise ConfigError(f"thiết bị · device {args.id}: expected one of the configuration: {known}")
    results = [_test(each, args) for each in wanted]
    return 0 if all(results) else 1


def _test(settings: DeviceSettings, args: argparse.Namespace) -> bool:
    print(f"{settings.id}  {settings.kind}  {settings.port}", flush=True)
    if settings.kind.startswith("display."):
        return _test_display(settings, args.hold)
    if settings.kind.startswith("camera."):
        return _test_camera(settings, args.wait)
    if settings.kind == "document.sane":
        return _test_sheet_scanner(settings)
    if settings.kind.startswith("document."):
        return _test_document_camera(settings)
    return _test_scanner(settings, args.wait) if settings.kind.startswith("scanner.") else _test_printer(settings)


def _test_display(settings: DeviceSettings, hold_s: float) -> bool:
    news: SimpleQueue[Status] = SimpleQueue()
    (line,) = display_lines([settings], lambda _, status: _put_trouble(news, status))
    display = Display(settings.id, line)
    with ExitStack() as running:
        running.callback(line.stop)
        line.start()
        display.show(TEST_TEXT, news.put)
        status = _next(news, LONGEST_LOOK_S) or display.status()
        if status.readiness is not Readiness.READY:
            tell(settings, status)
            return False
        print(f"  Màn hình phải hiện {TEST_TEXT} · The display should show {TEST_TEXT}", flush=True)
        threading.Event().wait(hold_s)
        display.show("", news.put)
        _next(news, LONGEST_LOOK_S)
    return True


def _test_printer(settings: DeviceSettings) -> bool:
    profile = profile_of(settings, PrinterProfile)
    line = printer_line(settings, _ignore)
    with ExitStack() as running:
        running.callback(line.stop)
        line.start()
        outcome = Printer(settings.id, line).print(encode(test_slip(settings.id, profile.width_dots), profile))
    print(f"  {in_words(outcome)}")
    return isinstance(outcome, Printed)


def _test_scanner(settings: DeviceSettings, wait_s: float) -> bool:
    scans: SimpleQueue[ScanResult] = SimpleQueue()
    news: SimpleQueue[Status] = SimpleQueue()
    line = scanner_line(settings, scans.put, lambda _, status: news.put(status))
    with ExitStack() as running:
        running.callback(line.stop)
        line.start()
        status = _next(news, LONGEST_LOOK_S) or line.states()[settings.id]
        if status.readiness is not Readiness.READY:
            tell(settings, status)
            return False
        print(f"  Đưa một mã QR vào máy quét ({wait_s:g} giây) · Hold a QR code before it ({wait_s:g} s)", flush=True)
        result = _next(scans, wait_s)
    if isinstance(result, Scan):
        # Not the text: it may be somebody's identity card.
        print(f"  Đã đọc {len(result.text)} ký tự · Read {len(result.text)} characters {result.aim}".rstrip())
        return True
    if result is None:
        print("  Không có mã nào · Nothing was scanned")
    else:
        print(f"  Không đọc được ({result.flaw}) · Could not be read ({result.flaw})")
    return False


def _test_camera(settings: DeviceSettings, wait_s: float) -> bool:
    from hardware.cameras import camera  # loads OpenCV

    found: SimpleQueue[int] = SimpleQueue()
    news: SimpleQueue[Status] = SimpleQueue()
    watched = camera(
        settings, lambda codes: found.put(len(codes[0].payload)), lambda _: None, lambda _, status: news.put(status)
    )
    with ExitStack() as running:
        running.callback(watched.stop)
        watched.start()
        status = _next(news, LONGEST_LOOK_S) or watched.status()
        if status.readiness is not Readiness.READY:
            tell(settings, status)
            return False
        watched.look()
        print(f"  Đưa một mã QR trước máy ảnh ({wait_s:g} giây) · Hold a QR code before it ({wait_s:g} s)", flush=True)
        size = _next(found, wait_s)
    # Not the text: it may be somebody's identity card.
    print("  Không thấy mã nào · No code was seen" if size is None else f"  Đã đọc {size} byte · Read {size} bytes")
    return size is not None


def _test_sheet_scanner(settings: DeviceSettings) -> bool:
    outcomes: SimpleQueue[ScanOutcome] = SimpleQueue()
    line = sheet_scanner_line(settings, _ignore)
    with ExitStack() as running:
        running.callback(line.stop)
        line.start()
        line.submit(settings.id, SheetScan(), outcomes.put)
        outcome = _next(outcomes, LONGEST_SCAN_S)
    if isinstance(outcome, Scanned):
        print(f"  Đã quét {len(outcome.pages)} trang · Scanned {len(outcome.pages)} pages")
        return True
    if outcome is not None:
        tell(settings, outcome.status)
    return False


def _test_document_camera(settings: DeviceSettings) -> bool:
    from hardware.camera.desk import Page
    from hardware.cameras import document_camera  # loads OpenCV

    pages: SimpleQueue[Page] = SimpleQueue()
    news: SimpleQueue[Status] = SimpleQueue()
    desk = document_camera(settings, lambda _: None, pages.put, lambda _, status: news.put(status))
    with ExitStack() as running:
        running.callback(desk.stop)
        desk.start()
        status = _next(news, LONGEST_LOOK_S) or desk.status()
        if status.readiness is not Readiness.READY:
            tell(settings, status)
            return False
        desk.look()
        desk.take()
        page = _next(pages, LONGEST_LOOK_S)
    # Not the page: somebody's paper may lie there.
    found = page is not None and page.is_cut
    print("  Thấy một tờ giấy · A sheet was seen" if found else "  Không thấy tờ giấy · No sheet was seen")
    return page is not None


def test_slip(device_id: str, width_dots: int) -> Document:
    """A short slip with a number, hard Vietnamese letters, a line across the paper and a QR code."""

    def words(text: str, size: int, weight: str = "Regular") -> Text:
        return Text(text, Font(str(_FONTS / f"BeVietnamPro-{weight}.ttf"), size * width_dots // 576))

    return (
        words("Phiếu in thử · Test slip", 30, "SemiBold"),
        Rule(),
        words(TEST_TEXT, 150, "Bold"),
        words("Ă Â Đ Ê Ô Ơ Ư ạ ắ ế ộ ữ ỵ", 30),
        words(device_id, 26),
        Feed(16),
        Qr("kiosk device test"),
        Feed(16),
        Cut(),
    )


def in_words(outcome: Outcome) -> str:
    if isinstance(outcome, Printed):
        return "Đã in xong và máy in đã xác nhận · Printed, and the printer confirmed it"
    if isinstance(outcome, NotPrinted):
        return f"Chưa in được · Not printed: {_REASONS[outcome.reason]}"
    return f"Không rõ đã in chưa, xin xem khay giấy · Unknown, look at the tray: {outcome.detail}"


def _lines(settings: Sequence[DeviceSettings], on_status: StatusListener) -> list[Running]:
    """Every line of the devices; BadSettings before any of them is opened."""
    displays = display_lines([each for each in settings if each.kind.startswith("display.")], on_status)
    lines: list[Running] = [*displays]
    lines += [printer_line(each, on_status) for each in settings if each.kind.startswith("printer.")]
    lines += [scanner_line(each, _ignore_scan, on_status) for each in settings if each.kind.startswith("scanner.")]
    if cameras := [each for each in settings if each.kind.startswith("camera.")]:
        from hardware.cameras import camera  # loads OpenCV

        lines += [camera(each, lambda _: None, lambda _: None, on_status) for each in cameras]
    lines += [sheet_scanner_line(each, on_status) for each in settings if each.kind == "document.sane"]
    if desks := [each for each in settings if each.kind.startswith("document.") and each.kind != "document.sane"]:
        from hardware.cameras import document_camera  # loads OpenCV

        lines += [document_camera(each, lambda _: None, lambda _: None, on_status) for each in desks]
    return lines


def _facts(status: Status) -> list[str]:
    papers: Mapping[Paper, str] = {
        Paper.LOW: "sắp hết giấy · paper is low",
        Paper.OUT: "hết giấy · out of paper",
        Paper.JAMMED: "kẹt giấy · paper jam",
    }
    covers = ["nắp đang mở · the cover is open"] if status.cover is Cover.OPEN else []
    return [*([papers[status.paper]] if status.paper in papers else []), *covers]


def _advice(settings: DeviceSettings, status: Status) -> str:
    if status.device is Device.NO_DEVICE:
        return _PORT_TAKEN if Path(settings.port).exists() else _PORT_ABSENT
    return _ADVICE.get(status.device, "")


def _next(queue: "SimpleQueue[T]", wait_s: float) -> T | None:
    try:
        return queue.get(timeout=wait_s)
    except Empty:
        return None


def _put_trouble(news: "SimpleQueue[Status]", status: Status) -> None:
    """A number waits in its mailbox for a line that is not there; a person does not."""
    if status.readiness is Readiness.UNAVAILABLE:
        news.put(status)


def _ignore(_device_id: str, _status: Status) -> None:
    pass


def _ignore_scan(_result: ScanResult) -> None:
    pass
