"""Papers from a scanner, by SANE's own test backend: a real ``scanimage``, no real scanner."""

import contextlib
import io
import threading

import pytest
from PIL import Image

from hardware.catalog import sheet_scanner_line
from hardware.contracts import Cover, Device, DeviceSettings, Paper, Status
from hardware.errors import BadSettings, PortGone
from hardware.scanner.sane import NotScanned, SaneOptions, SaneScanner, Scan, Scanned, ScanOutcome, status_of

PATIENCE_S = 20.0
FEEDER = SaneOptions(source="Automatic Document Feeder", feeder=True, resolution=75, more="--test-picture Grid")


def scan(options: SaneOptions, name: str = "test") -> ScanOutcome:
    scanner = SaneScanner("scanner", name, options)
    scanner.open()
    return scanner.perform("scanner", Scan())


def test_one_page_from_the_glass_in_the_size_that_was_asked_for() -> None:
    outcome = scan(SaneOptions(resolution=75, width_mm=100, height_mm=150))
    assert isinstance(outcome, Scanned)
    (page,) = outcome.pages
    with Image.open(io.BytesIO(page)) as picture:
        assert picture.size == (pytest.approx(295, abs=3), pytest.approx(443, abs=3))


def test_a_feeder_is_emptied_page_after_page() -> None:
    """The test backend's feeder holds ten."""
    outcome = scan(FEEDER)
    assert isinstance(outcome, Scanned)
    assert len(outcome.pages) == 10


@pytest.mark.parametrize(
    ("status", "device", "paper"),
    [
        ("SANE_STATUS_NO_DOCS", Device.ONLINE, Paper.OUT),
        ("SANE_STATUS_JAMMED", Device.HARDWARE_ERROR, Paper.JAMMED),
        ("SANE_STATUS_IO_ERROR", Device.HARDWARE_ERROR, Paper.UNKNOWN),
    ],
)
def test_what_goes_wrong_is_told_in_xfs_words(status: str, device: Device, paper: Paper) -> None:
    outcome = scan(SaneOptions(resolution=75, more=f"--read-return-value {status}"))
    assert isinstance(outcome, NotScanned)
    assert (outcome.status.device, outcome.status.paper) == (device, paper)


def test_an_open_cover_is_somebody_to_close_it() -> None:
    assert status_of(8) == Status(Device.USER_ERROR, cover=Cover.OPEN)
    assert status_of(3).device is Device.DEVICE_BUSY


def test_a_scanner_that_is_not_there_is_gone() -> None:
    scanner = SaneScanner("scanner", "nosuch", SaneOptions())
    with pytest.raises(PortGone, match="nosuch"):
        scanner.poll()


def test_the_supervisor_tells_how_it_is_and_answers_each_job() -> None:
    seen: list[Device] = []
    changed, answered = threading.Event(), threading.Event()
    outcomes: list[ScanOutcome] = []

    def tell(_: str, status: Status) -> None:
        seen.append(status.device)
        changed.set()

    def keep(outcome: ScanOutcome) -> None:
        outcomes.append(outcome)
        answered.set()

    line = sheet_scanner_line(DeviceSettings("scanner", "document.sane", "test", options={"resolution": 75}), tell)
    with contextlib.ExitStack() as running:
        running.callback(line.stop)
        line.start()
        assert changed.wait(PATIENCE_S)
        line.submit("scanner", Scan(), keep)
        assert answered.wait(PATIENCE_S)
    assert seen == [Device.ONLINE]
    assert isinstance(outcomes[0], Scanned)


def test_wrong_options_are_named() -> None:
    settings = DeviceSettings("scanner", "document.sane", "test", options={"resolution": 5})
    with pytest.raises(BadSettings, match="resolution"):
        sheet_scanner_line(settings, lambda _id, _status: None)
