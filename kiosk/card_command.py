"""``kiosk id-card check FILE.json``: what the product makes of each payload of a sample file, one JSON line each.

For whoever brings a new kind of card or reader: FILE is ``{"samples": [{"id", "raw" | "raw_hex"}, …]}``. It prints what
it is given, so it is for synthetic samples. Exit codes: 0 all samples were read or refused, 2 FILE cannot be used.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from kiosk.clock import SystemClock, local
from kiosk.errors import ConfigError
from kiosk.identity.card import CardReading, Refusal
from kiosk.identity.reading import read_code

_KEYS = (
    *("id", "ok", "schema", "personal_id", "old_id", "full_name", "dob", "dob_precision", "sex", "address"),
    *("issue_date", "extras", "derived", "warnings"),
)


class Sample(msgspec.Struct, frozen=True):
    id: str
    raw: str | None = None
    raw_hex: str | None = None

    @property
    def payload(self) -> bytes | str:
        return bytes.fromhex(self.raw_hex) if self.raw_hex is not None else self.raw or ""


class SampleFile(msgspec.Struct, frozen=True):
    samples: list[Sample]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("id-card", help="check payloads of ID cards", description=__doc__)
    commands = parser.add_subparsers(dest="card_command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="read the payloads of a sample file")
    check.add_argument("file", type=Path, metavar="FILE.json")
    check.add_argument(
        "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="for the doubts about dates; default: today"
    )


def run(args: argparse.Namespace) -> int:
    today = args.today or local(SystemClock().now_ms()).date()
    for line in check(args.file, today):
        print(json.dumps(line, ensure_ascii=False))
    return 0


def check(file: Path, today: date) -> Iterator[dict[str, object]]:
    """The line of each sample of ``file``. Raises ConfigError when it is no sample file."""
    try:
        # The lenient decoder: samples may hold half a surrogate pair.
        samples = msgspec.convert(json.loads(file.read_bytes()), SampleFile).samples
        payloads = [(sample.id, sample.payload) for sample in samples]
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:  # of JSON, of msgspec and of wrong hexadecimal digits
        raise ConfigError(f"{file} is no file of samples: {error}") from error
    for sample_id, payload in payloads:
        yield {"id": sample_id, **line_of(read_code(payload, today))}


def line_of(answer: CardReading | Refusal) -> dict[str, object]:
    """All keys of a card; with ``reason`` and everything else null when it was refused."""
    if isinstance(answer, Refusal):
        return {"ok": False, **dict.fromkeys(_KEYS[2:]), "reason": answer.reason.value}
    return {
        "ok": True,
        "schema": answer.schema.value,
        "personal_id": answer.personal_id.digits,
        "old_id": answer.old_id,
        "full_name": answer.full_name,
        "dob": str(answer.born) if answer.born else None,
        "dob_precision": answer.born.precision.value if answer.born else None,
        "sex": answer.sex.value if answer.sex else None,
        "address": answer.address,
        "issue_date": answer.issued.isoformat() if answer.issued else None,
        "extras": list(answer.extras),
        "derived": {
            "province_code": answer.derived.province_code,
            "sex_from_id": answer.derived.sex.value,
            "birth_year_from_id": answer.derived.birth_year,
        },
        "warnings": [doubt.value for doubt in answer.doubts],
    }
