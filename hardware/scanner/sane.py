"""A document scanner through SANE's own program ``scanimage`` (Debian sane-utils): any scanner that SANE knows.

1. Each scan is a process of its own, which ends or is ended: a library of a vendor that hangs takes nobody with it.
2. Pages lie in memory only (``/dev/shm``, where there is one) and go when they are handed on.
3. How it ends is SANE's status (SANE Standard 1.06, 4.2.7), which ``scanimage`` exits with, in the words of XFS.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from hardware.contracts import Cover, Device, Paper, Status
from hardware.errors import HardwareError, PortGone

_PROGRAM = "scanimage"
_MEMORY = Path("/dev/shm")
_ASK_S, _PAGE_S = 15.0, 60.0
_BUSY, _JAMMED, _NO_DOCS, _COVER_OPEN = 3, 6, 7, 8


class SaneOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``options`` of a scanner. ``source``: as ``scanimage -A`` names it, "" as the scanner is set; ``feeder``: it
    pulls page after page until it is empty. ``more``: further words for ``scanimage``, one blank between two."""

    resolution: Annotated[int, msgspec.Meta(ge=75, le=1200)] = 300
    mode: str = "Color"
    source: str = ""
    feeder: bool = False
    most_pages: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    width_mm: Annotated[int, msgspec.Meta(ge=50, le=500)] = 210
    height_mm: Annotated[int, msgspec.Meta(ge=50, le=500)] = 297
    more: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """A job: one go of the scanner."""


@dataclass(frozen=True, slots=True, repr=False)
class Scanned:
    """Pages as JPEG, in the order in which they came; at least one."""

    pages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class NotScanned:
    status: Status


ScanOutcome = Scanned | NotScanned


class SaneScanner:
    """Implements ``LineDriver[Scan, ScanOutcome]``. ``name``: as ``scanimage -L`` tells it, such as "test"."""

    def __init__(self, device_id: str, name: str, options: SaneOptions) -> None:
        self.ids = (device_id,)
        self._name, self._options = name, options

    def open(self) -> None:
        if shutil.which(_PROGRAM) is None:
            raise PortGone(f"{_PROGRAM} is not installed (Debian package sane-utils)")

    def close(self) -> None:
        """Nothing stays open between two scans."""

    def poll(self) -> Mapping[str, Status]:
        ended = _run([_PROGRAM, "-d", self._name, "-n"], _ASK_S)
        if ended.returncode == 0:
            return {self.ids[0]: Status(Device.ONLINE)}
        if ended.returncode in (_BUSY, _JAMMED, _NO_DOCS, _COVER_OPEN):
            return {self.ids[0]: status_of(ended.returncode, _said(ended))}
        raise PortGone(f"there is no scanner {self._name}: {_said(ended)}")

    def perform(self, device_id: str, job: Scan) -> ScanOutcome:
        place = _MEMORY if _MEMORY.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="kiosk-scan-", dir=place) as folder:
            ended = _run(self._words(Path(folder)), _PAGE_S * (self._options.most_pages if self._options.feeder else 1))
            pages = tuple(file.read_bytes() for file in sorted(Path(folder).glob("*.jpg")) if file.stat().st_size)
        # A feeder that has run empty ends with "no documents"; a page more than it took is never there in part.
        if pages and ended.returncode in (0, _NO_DOCS):
            return Scanned(pages)
        return NotScanned(status_of(ended.returncode or _NO_DOCS, _said(ended)))

    def refuse(self, device_id: str, job: Scan, error: HardwareError) -> ScanOutcome:
        device = Device.NO_DEVICE if isinstance(error, PortGone) else Device.OFFLINE
        return NotScanned(Status(device, detail=str(error)))

    def _words(self, folder: Path) -> list[str]:
        asked = self._options
        words = [
            _PROGRAM,
            "-d",
            self._name,
            "--format=jpeg",
            "--mode",
            asked.mode,
            "--resolution",
            str(asked.resolution),
        ]
        if asked.source:
            words += ["--source", asked.source]
        words += ["-x", str(asked.width_mm), "-y", str(asked.height_mm), *asked.more.split()]
        count = asked.most_pages if asked.feeder else 1
        return [*words, f"--batch={folder}/%04d.jpg", f"--batch-count={count}"]


def status_of(code: int, said: str = "") -> Status:
    """A SANE status as XFS has it."""
    match code:
        case 0:
            return Status(Device.ONLINE)
        case 3:
            return Status(Device.DEVICE_BUSY, detail=said)
        case 6:
            return Status(Device.HARDWARE_ERROR, paper=Paper.JAMMED, detail=said)
        case 7:
            return Status(Device.ONLINE, paper=Paper.OUT, detail=said)
        case 8:
            return Status(Device.USER_ERROR, cover=Cover.OPEN, detail=said)
        case 9 | 10:
            return Status(Device.HARDWARE_ERROR, detail=said)
    return Status(Device.NO_DEVICE, detail=said)


def _run(words: list[str], limit_s: float) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(words, capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise HardwareError(f"{_PROGRAM} gave no answer for {limit_s:.0f} s") from error
    except OSError as error:
        raise PortGone(f"{_PROGRAM} cannot be started: {error.strerror}") from error


def _said(ended: "subprocess.CompletedProcess[bytes]") -> str:
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
