"""From the bytes of a serial imager to scans. Pure: it is fed chunks and told the time.

1. Nothing that arrives raises. What is no scan is reported as ``Unreadable`` with its reason, and forgotten.
2. How the line cuts the bytes into chunks does not matter: only bytes and pauses do.
3. A code may hold CR and LF itself. So a scan ends at its suffix followed by a pause (``end_gap_s``), or at the suffix
   followed by the AIM prefix of the next code; with ``end_gap_s = 0`` every suffix ends a scan.
4. Half a code followed by silence never becomes part of the next one.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta

from hardware.profiles import Line, Profile
from hardware.scanner.commands import setup_frame

AIM_PREFIX = re.compile(rb"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424
ECI_UTF8 = b"\\000026"
_ECI = re.compile(rb"\\\d{6}")
_QR_WITH_ECI = (b"]Q2", b"]Q4", b"]Q6")
#: TAB, LF, CR and the GS of GS1 codes may stand in a code; other control bytes are noise or mischief.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1c\x1e\x1f\x7f-\x9f]")

#: Three bytes in UTF-8 that no text of another page has in a row: they tell damaged UTF-8 from another page.
_WITH_TONE = re.compile("[\u1ea0-\u1ef9]")


class ScannerProfile(Profile, frozen=True, kw_only=True, tag="scanner.serial", tag_field="kind"):
    title: str
    source: str
    line: Line = Line(baud=9600)
    suffix: Literal["cr", "lf", "crlf", "etx"] = "cr"
    end_gap_s: Annotated[float, Meta(ge=0, le=1)] = 0.04
    cut_short_s: Annotated[float, Meta(gt=0, le=10)] = 0.5  #: a code without its suffix is given up after this pause
    max_bytes: Annotated[int, Meta(ge=16, le=8192)] = 2048
    prefix: str = ""  #: bytes before each code, as hex; taken off
    aim: bool = True  #: an AIM prefix ("]Q1") is taken off and names the kind of code
    trigger: str = ""  #: command that starts a reading, as hex
    release: str = ""  #: command that ends it
    dialect: Literal["hex", "honeywell", "newland"] = "hex"  #: how the commands of ``setup`` are written
    setup: tuple[str, ...] = ()  #: sent after opening, e.g. "SUFBK2990D"; the scanner acknowledges each

    def __post_init__(self) -> None:
        for command in (self.prefix, self.trigger, self.release):
            bytes.fromhex(command)
        for command in self.setup:
            setup_frame(self.dialect, command)


class Coding(StrEnum):
    """How the bytes were read as text."""

    UTF8 = "utf-8"
    GUESSED = "cp1258"  #: not UTF-8: the old Vietnamese code page is the best guess; letters may be wrong


@dataclass(frozen=True, slots=True)
class Scan:
    """One code. Its text may be personal data: it is never logged, and ``repr`` does not show it."""

    text: str
    coding: Coding = Coding.UTF8
    aim: str = ""  #: such as "Q1"; "" when the scanner does not say

    def __repr__(self) -> str:
        return f"Scan({len(self.text)} characters, {self.coding}, {self.aim or 'no AIM'})"


class Flaw(StrEnum):
    TOO_LONG = "too_long"
    CUT_SHORT = "cut_short"
    CONTROL = "control"  #: control bytes: line noise, or a code that is none of ours


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something was scanned, or the line brought noise: the person should try again."""

    flaw: Flaw


ScanResult = Scan | Unreadable
_SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "etx": b"\x03"}


class ScanDecoder:
    """``feed`` what arrives, and ``quiet`` when a read brought nothing; both give the scans complete by then.

    ``now_s`` is monotonic. Only ``quiet`` ends a scan by a pause: bytes that a busy computer reads late did not pause.
    """

    def __init__(self, profile: ScannerProfile) -> None:
        self._profile = profile
        self._suffix = _SUFFIXES[profile.suffix]
        self._prefix = bytes.fromhex(profile.prefix)
        self._held = bytearray()
        self._fed_s = 0.0
        self.overruns = 0  #: how often the code that is being read has grown longer than any code

    def feed(self, chunk: bytes, now_s: float) -> list[ScanResult]:
        self._fed_s = now_s
        results: list[ScanResult] = []
        for byte in chunk:
            self._held.append(byte)
            results += self._after_byte()
        return results

    def quiet(self, now_s: float) -> list[ScanResult]:
        pause_s = now_s - self._fed_s
        if self._held and self._ends(self._held) and pause_s >= self._profile.end_gap_s:
            return self._finish()
        return self._finish(Flaw.CUT_SHORT) if self._held and pause_s >= self._profile.cut_short_s else []

    def wants_s(self) -> float | None:
        """How soon ``quiet`` should be called; None: there is nothing to wait for."""
        if not self._held:
            return None
        return self._profile.end_gap_s if self._ends(self._held) else self._profile.cut_short_s

    def _ends(self, data: bytearray) -> bool:
        """A scanner set to CR LF is understood where CR was expected."""
        return data.endswith(self._suffix) or (self._suffix == b"\r" and data.endswith(b"\r\n"))

    def _after_byte(self) -> list[ScanResult]:
        if self._profile.end_gap_s == 0 and self._ends(self._held):
            return self._finish()
        if self._profile.aim and (start := self._next_code()) is not None:
            following = self._held[start:]
            del self._held[start:]
            results = self._finish()
            self._held = following
            return results
        if len(self._held) > self._profile.max_bytes + 2:  # CR LF
            # Only what may be the beginning of an end is kept, so that endless noise costs no memory.
            self.overruns += 1
            del self._held[:-5]
        return []

    def _next_code(self) -> int | None:
        """Where the next code begins, when its AIM prefix has just followed a suffix."""
        start = len(self._held) - 3
        if start <= 0 or not AIM_PREFIX.fullmatch(self._held[start:]):
            return None
        return start if self._ends(self._held[:start]) else None

    def _finish(self, flaw: Flaw | None = None) -> list[ScanResult]:
        held, overlong = bytes(self._held), self.overruns > 0
        self._held.clear()
        self.overruns = 0
        if overlong:
            return [Unreadable(Flaw.TOO_LONG)]
        if not held.strip(b"\r\n\x03"):
            return []
        if flaw is not None:
            return [Unreadable(flaw)]
        return read_code(held.removesuffix(self._suffix), self._prefix, self._profile.aim)


def read_code(code: bytes, prefix: bytes = b"", aim: bool = True) -> list[ScanResult]:
    """The scan of one code without its suffix; nothing for an empty one."""
    code = code.lstrip(b"\r\n").removeprefix(prefix)
    kind = b""
    if aim and AIM_PREFIX.match(code):
        kind, code = code[:3], code[3:]
    if kind in _QR_WITH_ECI:
        code = _without_eci(code)
    text, coding = decode_text(code)
    text = text.rstrip("\r\n")
    if not text:
        return []
    return [Unreadable(Flaw.CONTROL) if _CONTROL.search(text) else Scan(text, coding, kind[1:].decode("ascii"))]


def decode_text(code: bytes) -> tuple[str, Coding]:
    """UTF-8 if it is that exactly; else a guess, and the flag says so: UTF-8 that lost a byte on the line keeps its
    other letters, anything else is read in the old Vietnamese code page."""
    try:
        return code.decode("utf-8"), Coding.UTF8
    except UnicodeDecodeError:
        damaged = code.decode("utf-8", "replace")
        if _WITH_TONE.search(damaged):
            return damaged, Coding.GUESSED
        # The code page writes a letter and its tone as two characters.
        return unicodedata.normalize("NFC", code.decode("cp1258", "replace")), Coding.GUESSED


def _without_eci(code: bytes) -> bytes:
    """With ECI the scanner says ``\\000026`` before UTF-8 and doubles each backslash of the code itself."""
    return b"\\".join(_ECI.sub(b"", part) for part in code.split(b"\\\\"))
