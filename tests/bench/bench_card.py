"""The QR decoder on card codes, beside zxing-cpp alone and pyzbar alone in the same run; and the parser.

Run: ``make bench``, or ``python -m tests.bench.bench_card [FOLDER] [--frames N]``. FOLDER holds pictures and a
``list.json`` of ``[{"file", "text" | absent, "w"}]``; without it N frames are rendered (seeds 0 … N-1).
Limits: exact text from one frame 95 %, no wrong text, nothing found where nothing is, median 10 ms at 1280 x 720, 60 ms
p99 where nothing is, 20 µs a payload. Times are of the processor, so that a busy machine does not change them.
"""

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from pyzbar import pyzbar

from hardware.camera.codes import read_codes
from hardware.camera.patch import Gray
from hardware.camera.picture import load_gray
from kiosk.identity.card import CardReading
from kiosk.identity.reading import read_code
from tests.bench.card_frames import frame, invented_card

pytestmark = pytest.mark.bench

SIZES = ((640, 480), (1280, 720))
#: One frame in six has no code.
WITHOUT_CODE = 6


@dataclass
class Tally:
    exact: int = 0
    wrong: int = 0
    finds: int = 0  #: in frames without a code
    with_code_ms: dict[int, list[float]] = field(default_factory=dict)
    without_ms: list[float] = field(default_factory=list)

    def add(self, found: str | None, text: str | None, width: int, took_ms: float) -> None:
        if text is None:
            self.without_ms.append(took_ms)
            self.finds += found is not None
        else:
            self.with_code_ms.setdefault(width, []).append(took_ms)
            self.exact += found == text
            self.wrong += found not in (None, text)

    @property
    def share(self) -> float:
        return self.exact / max(1, sum(map(len, self.with_code_ms.values())))

    def line(self, name: str) -> str:
        sizes = "  ".join(
            f"{width}: median {statistics.median(times):5.1f} p99 {np.percentile(times, 99):6.1f} ms"
            for width, times in sorted(self.with_code_ms.items())
        )
        none = (
            f"none: median {statistics.median(self.without_ms):5.1f} p99 {np.percentile(self.without_ms, 99):5.1f} ms"
        )
        return f"{name:<11}exact {self.share:6.1%}  wrong {self.wrong}  false finds {self.finds}  {sizes}  {none}"


def ours(gray: Gray) -> str | None:
    return next((code.text for code in read_codes(gray)), None)


def zxing_alone(gray: Gray) -> str | None:
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return next((found.bytes.decode("utf-8", "replace") for found in zxingcpp.read_barcodes(gray, formats)), None)


def pyzbar_alone(gray: Gray) -> str | None:
    found = pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return next((each.data.decode("utf-8", "replace") for each in found), None)


DECODERS: dict[str, Callable[[Gray], str | None]] = {
    "kiosk": ours,
    "zxing alone": zxing_alone,
    "pyzbar": pyzbar_alone,
}


def rendered(count: int) -> Iterator[tuple[Gray, str | None]]:
    for seed in range(count):
        made = frame(seed, SIZES[seed % 2], with_code=seed % WITHOUT_CODE != 0)
        yield made.picture, made.text


def of_folder(folder: Path) -> Iterator[tuple[Gray, str | None]]:
    for entry in json.loads((folder / "list.json").read_text()):
        yield load_gray(folder / entry["file"]), entry.get("text")


def measure(frames: Iterable[tuple[Gray, str | None]]) -> dict[str, Tally]:
    cv2.setNumThreads(1)
    tallies = {name: Tally() for name in DECODERS}
    for gray, text in frames:
        for name, decode in DECODERS.items():
            began = time.process_time()
            found = decode(gray)
            tallies[name].add(found, text, gray.shape[1], (time.process_time() - began) * 1000)
    return tallies


def payload_us(payloads: list[bytes]) -> float:
    """Mean processor time for one; the best of a few passes."""
    passes_us = []
    for _ in range(7):
        began = time.process_time()
        for payload in payloads:
            read_code(payload, date(2026, 11, 22))
        passes_us.append((time.process_time() - began) / len(payloads) * 1e6)
    return min(passes_us)


def cards(count: int = 2000) -> list[bytes]:
    dice = np.random.default_rng(1)
    return [invented_card(dice).encode() for _ in range(count)]


def mutated(payloads: list[bytes]) -> list[bytes]:
    """Each with a few bytes changed, lost, doubled or put in, as a bad line and a bad setting do it."""
    dice = random.Random(1)
    return [_mutated(bytearray(payload), dice) for payload in payloads]


def _mutated(payload: bytearray, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(payload))
        match dice.randrange(4):
            case 0:
                payload[place] ^= 1 << dice.randrange(8)
            case 1:
                del payload[place : place + dice.randint(1, 8)]
            case 2:
                payload[place:place] = dice.randbytes(dice.randint(1, 3))
            case _:
                payload[place:place] = payload[: dice.randint(1, 40)]
    return bytes(payload)


def report(frames: Iterable[tuple[Gray, str | None]]) -> Tally:
    tallies = measure(frames)
    for name, tally in tallies.items():
        print(tally.line(name))
    return tallies["kiosk"]


def check(tally: Tally, share: float) -> None:
    assert tally.share >= share
    assert (tally.wrong, tally.finds) == (0, 0)
    assert statistics.median(tally.with_code_ms[1280]) <= 10
    assert np.percentile(tally.without_ms, 99) <= 60


def test_codes_are_read_from_one_frame() -> None:
    """The rendered frames are harder than what the limits were set for, so their share is lower."""
    print()
    check(report(rendered(300)), share=0.90)
    if folder := os.environ.get("KIOSK_CARD_FRAMES"):
        print(folder)
        check(report(of_folder(Path(folder))), share=0.95)


def test_a_payload_is_parsed_in_20_microseconds() -> None:
    whole = cards()
    assert all(isinstance(read_code(payload, date(2026, 11, 22)), CardReading) for payload in whole)
    whole_us, mutated_us = payload_us(whole), payload_us(mutated(whole))
    print(f"\nparser     {whole_us:.1f} µs a card, {mutated_us:.1f} µs a mutated one")
    assert whole_us <= 20
    assert mutated_us <= 20


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--frames", type=int, default=300)
    chosen = options.parse_args()
    report(of_folder(chosen.folder) if chosen.folder else rendered(chosen.frames))
