"""``kiosk qr decode PATH…``: the QR code of each picture, one JSON line each: ``{"file", "text", "ms"}``.

A folder stands for the pictures in it. ``text`` is null when no code can be read exactly; ``ms`` is the time to read it
without loading the file. It prints what it reads. Exit codes: 0 done, 1 a path holds no picture.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from hardware.camera.codes import read_codes
from hardware.camera.patch import Gray
from hardware.camera.picture import NotAPicture, load_gray
from kiosk.identity.mojibake import guess, unscramble

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".pgm", ".ppm"}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("qr", help="read the QR codes of pictures", description=__doc__)
    commands = parser.add_subparsers(dest="qr_command", required=True, metavar="COMMAND")
    decode = commands.add_parser("decode", help="print the QR code of each picture")
    decode.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="a picture, or a folder of pictures")


def run(args: argparse.Namespace) -> int:
    failed = 0
    for file in pictures(args.paths):
        try:
            line = decode(file)
        except NotAPicture as error:
            print(f"kiosk: {error}", file=sys.stderr)
            line, failed = {"file": str(file), "text": None, "ms": None}, 1
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return failed


def pictures(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
        else:
            yield path


def decode(file: Path) -> dict[str, object]:
    """The line of one picture. Raises NotAPicture."""
    gray = load_gray(file)
    began_s = time.perf_counter()
    text = read_text(gray)
    return {"file": str(file), "text": text, "ms": round((time.perf_counter() - began_s) * 1000, 1)}


def read_text(gray: Gray) -> str | None:
    """The first code's text: strictly UTF-8, else what a known repair makes of it without losing a letter."""
    for code in read_codes(gray):
        text = code.text
        if text is None:
            text = unscramble(guess(code.payload))
        if "\ufffd" not in text:
            return text
    return None
