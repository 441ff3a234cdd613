"""A day of arrivals from a file: when somebody came, and for which service."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.demo.processes import DemoFailed

COLUMNS = {"arrival", "service"}


@dataclass(frozen=True, slots=True)
class Arrival:
    at_s: int  #: seconds after local midnight
    service: str


def read_day(path: Path) -> list[Arrival]:
    """Reads a CSV with the columns ``arrival`` (HH:MM:SS) and ``service``, in order; lines with # are for people."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise DemoFailed(f"{path}: cannot be read: {error}") from error
    rows = csv.DictReader(lines)
    if missing := COLUMNS - set(rows.fieldnames or ()):
        raise DemoFailed(f"{path}: expected the columns {', '.join(sorted(missing))}")
    return sorted(_arrivals(path, rows), key=lambda arrival: arrival.at_s)


def _arrivals(path: Path, rows: "csv.DictReader[str]") -> Iterator[Arrival]:
    for row in rows:
        try:
            yield Arrival(seconds_of(row["arrival"]), row["service"])
        except ValueError as error:
            raise DemoFailed(f"{path}: row {rows.line_num}: {error}") from error


def seconds_of(time: str) -> int:
    """ "07:59:02" or "07:59" as seconds after midnight; ValueError."""
    parts = [int(part) for part in time.split(":")]
    if len(parts) not in (2, 3) or not all(0 <= part < 60 for part in parts[1:]) or not 0 <= parts[0] < 24:
        raise ValueError(f'expected a time such as "07:59:02", got "{time}"')
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) == 3 else 0)
