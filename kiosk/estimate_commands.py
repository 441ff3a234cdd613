"""``kiosk estimate replay``: feed a log through the estimator of the hub and write what it would have said.

There is no look-ahead by construction: the estimator is given one event after the other, in order of time, and answers
before it sees the next.
"""

import argparse
import csv
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.estimate_log import (
    CentreFacts,
    Row,
    counter_events,
    in_order,
    offices,
    read_facts,
    read_rows,
    staffing_events,
    ticket_events,
)
from kiosk.queueing.estimate import Estimate
from kiosk.queueing.promise import round_range
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Event, Issued

COLUMNS = ("row", "p10", "p50", "p90", "told_low", "told_high", "cpu_ms")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody would have been told, and what it cost to find out."""

    row: int
    estimate: Estimate
    cpu_ms: float


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("estimate", help="try the wait estimates on a log of past days")
    actions = parser.add_subparsers(dest="action", required=True)
    replay_parser = actions.add_parser("replay", help="what everybody in the log would have been told")
    replay_parser.add_argument("events", type=Path, metavar="EVENTS.csv", help="one row for each ticket")
    replay_parser.add_argument("--counters", type=Path, help="when each counter was open")
    replay_parser.add_argument("--snapshots", type=Path, help="how many counters each service had")
    replay_parser.add_argument("--config", type=Path, help="hours, skills and rule of the centre, JSON")
    replay_parser.add_argument("--office", help="only this one")
    replay_parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.csv")


def run(args: argparse.Namespace) -> int:
    rows = read_rows(args.events)
    facts = read_facts(args.config) if args.config else CentreFacts()
    counters = read_rows(args.counters) if args.counters else []
    snapshots = read_rows(args.snapshots) if args.snapshots else []
    answers: list[Answer] = []
    for office, tickets in offices(rows, args.office).items():
        answers += replay(events_of(office, tickets, facts, (counters, snapshots)), facts)
    write(args.output, answers)
    print(f"{len(answers)} estimates written to {args.output}")
    return 0


def events_of(
    office: str, tickets: Iterable[tuple[int, Row]], facts: CentreFacts, beside: tuple[list[Row], list[Row]]
) -> list[Event]:
    """Everything that happened in one office; ``beside``: rows of the counters and of the snapshots."""
    counters, snapshots = ([row for row in rows if row.get("office", office) == office] for rows in beside)
    return in_order([*ticket_events(tickets), *counter_events(counters, facts.skills), *staffing_events(snapshots)])


def replay(events: Iterable[Event], facts: CentreFacts) -> Iterator[Answer]:
    """One answer for each issue, given before anything later is seen."""
    estimator = WaitEstimator(facts.rule, facts.hours)
    for event in events:
        estimator.observe_time(event.at_ms)
        if estimator.learning_is_due:
            estimator.adopt(estimator.study()())
        if isinstance(event, Issued):
            start_s = time.process_time()
            estimate = estimator.issue(event)
            yield Answer(event.ticket, estimate, (time.process_time() - start_s) * 1000)
        else:
            estimator.observe(event)


def write(path: Path, answers: Iterable[Answer]) -> None:
    """The answers in the order of the log's rows, times in minutes."""
    with path.open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines)
        table.writerow(COLUMNS)
        for answer in sorted(answers, key=lambda a: a.row):
            told = round_range(answer.estimate.p10_s, answer.estimate.p90_s)
            quantiles = (f"{q / 60:.3f}" for q in answer.estimate.quantiles_s)
            table.writerow((answer.row, *quantiles, *told, f"{answer.cpu_ms:.3f}"))
