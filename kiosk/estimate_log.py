"""Logs of past days for the wait estimator: CSV files in, events in the order of time out.

Columns of a log: ``arrival_ts``, ``service``, ``priority`` (1 = priority), ``start_ts`` (called; empty = never),
``end_ts``, ``counter``, ``office``. Times are local, ``YYYY-MM-DD HH:MM[:SS]``. A log is never trusted: a time that
cannot be read counts as missing, a call before the issue counts as at once, an end before the call as unknown.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.clock import to_ms
from kiosk.errors import ConfigError
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.events import (
    Called,
    CounterClosed,
    CounterOpened,
    Ended,
    Event,
    Issued,
    LaneStaffed,
    Left,
)
from kiosk.queueing.waits.timetable import Span

Row = Mapping[str, str]

_ALL_PRIORITY_FIRST = QueueRule(priority_share=1_000_000, others_share=1)


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """What is known about a centre beside its log."""

    rule: QueueRule = _ALL_PRIORITY_FIRST
    hours: tuple[Span, ...] = ()
    skills: Mapping[str, frozenset[ServiceId]] = field(default_factory=dict)


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file; raises ConfigError when it cannot be read."""
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: expected a readable CSV file: {error}") from error


def read_facts(path: Path) -> CentreFacts:
    """``hours`` ([["07:30", "11:30"], …]), ``skills`` (counter: services) and optional ``rule`` of a JSON file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        hours = tuple((_second(a), _second(b)) for a, b in told.get("hours", ()))
        skills = {c: frozenset(map(ServiceId, s)) for c, s in told.get("skills", {}).items()}
        rule = QueueRule(**told["rule"]) if "rule" in told else _ALL_PRIORITY_FIRST
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: expected hours, skills and rule as JSON: {error}") from error
    return CentreFacts(rule, hours, skills)


def ticket_events(rows: Iterable[tuple[int, Row]]) -> Iterator[Event]:
    """The events of each ticket; its number in the events is its row number."""
    for number, row in rows:
        issued_ms = moment(row.get("arrival_ts", ""))
        if issued_ms is None:
            continue
        kind = TicketClass.PRIORITY if row.get("priority") == "1" else TicketClass.NORMAL
        yield Issued(issued_ms, number, ServiceId(row.get("service", "")), kind)
        called_ms, ended_ms = moment(row.get("start_ts", "")), moment(row.get("end_ts", ""))
        if called_ms is not None:
            called_ms = max(called_ms, issued_ms)
            yield Called(called_ms, number, CounterId(row["counter"]) if row.get("counter") else None)
            if ended_ms is not None and ended_ms >= called_ms:
                yield Ended(ended_ms, number, row.get("outcome") != "no_show")
        elif ended_ms is not None and ended_ms >= issued_ms:
            yield Left(ended_ms, number)


def counter_events(rows: Iterable[Row], skills: Mapping[str, frozenset[ServiceId]]) -> Iterator[Event]:
    """Columns ``counter``, ``open_ts``, ``close_ts``."""
    for row in rows:
        counter = CounterId(row.get("counter", ""))
        opened_ms, closed_ms = moment(row.get("open_ts", "")), moment(row.get("close_ts", ""))
        if opened_ms is not None:
            yield CounterOpened(opened_ms, counter, skills.get(counter, frozenset()))
        if closed_ms is not None:
            yield CounterClosed(closed_ms, counter)


def staffing_events(rows: Iterable[Row]) -> Iterator[Event]:
    """Columns ``service``, ``ts``, ``open_counters``: snapshots without single counters."""
    for row in rows:
        at_ms, counters = moment(row.get("ts", "")), row.get("open_counters", "")
        if at_ms is not None and counters.isdigit():
            yield LaneStaffed(at_ms, ServiceId(row.get("service", "")), int(counters))


def in_order(events: Iterable[Event]) -> list[Event]:
    """By time. Within one millisecond tickets are issued first: what happens in that moment was not known before it."""
    return sorted(events, key=lambda event: (event.at_ms, _RANK[type(event)]))


def offices(rows: Sequence[Row], wanted: str | None) -> dict[str, list[tuple[int, Row]]]:
    """Numbered rows by ``office``: each office is a world of its own."""
    found: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows):
        office = row.get("office", "")
        if wanted in (None, office):
            found.setdefault(office, []).append((number, row))
    return found


def moment(text: str) -> int | None:
    """Local date and time as ms; None where there is none to read."""
    try:
        return to_ms(datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def _second(text: str) -> float:
    hour, minute = text.split(":")
    return int(hour) * 3600.0 + int(minute) * 60.0


_RANK = {Issued: 0, Called: 1, Left: 1, Ended: 2, CounterOpened: 3, CounterClosed: 3, LaneStaffed: 3}
