"""Our wait estimates beside the simple ones, on logs of past days: ``bench_estimates.py DIR [SET …]``.

DIR holds the logs (``ESTIMATES.md`` says which). Every estimate is made from the past alone. Prints, for each set, the
mean absolute error in minutes of each method, and for ours the calibration, the share late and the time it takes.
P50+ leaves out those who were told that they will be called at once (10 s): they cannot wait less.
"""

import argparse
import statistics
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.clock import local
from kiosk.estimate_commands import Answer, events_of, replay
from kiosk.estimate_log import CentreFacts, Row, moment, offices, read_facts, read_rows
from kiosk.queueing.waits.events import Event, Issued
from kiosk.queueing.waits.hall import Hall

SETS = {"offices": (6, 15.0), "centre_a": (15, 15.0), "centre_b": (15, 15.0), "bank": (10, 2.0)}
_UNKNOWN = ((5.0, 1.0),)  #: minutes for one person before anything was seen
_AT_ONCE_S = 10.0
SIMPLE = ("published", "MA", "QL", "LES", "HOL")


@dataclass(slots=True)
class Simple:
    """The simple estimates, each in minutes, from the same events."""

    hall: Hall = field(default_factory=Hall)
    published_min: dict[str, float] = field(default_factory=dict)
    #: Pairs whose ratio is minutes: of one counter for one person, and of waiting for one place in the line.
    service_pace: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)
    place_pace: dict[str, deque[tuple[float, float]]] = field(default_factory=dict)

    def answers(self, issue: Issued) -> dict[str, float]:
        hall, lane = self.hall, self.hall.lane(issue.service)
        counters = max(hall.open_desks(), 1)
        head = next(iter(lane.line.values()), None)
        found = {
            "MA": len(lane.line)
            * _ratio(self.service_pace.get(issue.service, _UNKNOWN))
            / max(lane.staffed or counters, 1),
            "QL": len(lane.line) * _ratio(self.place_pace.get(issue.service, _UNKNOWN)),
            "LES": lane.last_wait_s / 60,
            "HOL": (issue.at_ms - head.issued_ms) / 60_000 if head else 0.0,
        }
        published = self.published_min.get(issue.service)
        if published is not None:
            found["published"] = published * len(lane.line) / max(lane.staffed, 1)
        return found

    def observe(self, event: Event) -> None:
        """The time that one person takes: by wait x counters / people ahead, which every log has."""
        counters = max(self.hall.open_desks(), 1)
        waiter = self.hall.observe(event)
        if waiter is None:
            return
        wait_min = (event.at_ms - waiter.issued_ms) / 60_000
        lane = self.hall.lane(waiter.service)
        ahead = waiter.ahead_in_lane + 1.0
        served = self.service_pace.setdefault(waiter.service, deque(maxlen=100))
        served.append((wait_min * max(lane.staffed or counters, 1), ahead))
        self.place_pace.setdefault(waiter.service, deque(maxlen=400)).append((wait_min, ahead))


@dataclass(frozen=True, slots=True)
class Scored:
    """One ticket that counts: its wait and what each method said, in minutes."""

    wait: float
    answer: Answer
    simple: dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(SETS)}; default: all")
    args = parser.parse_args()
    print("set".ljust(16), *(name.rjust(9) for name in COLUMNS))
    for name in args.sets or SETS:
        if name not in SETS:
            parser.error(f"no such set: {name}")
        if not (args.folder / f"{name}.csv").exists():
            print(f"{name}: no log in {args.folder}", file=sys.stderr)
            continue
        for office, scored in measured(args.folder, name):
            print((office or name)[:16].ljust(16), *figures(scored, SETS[name][1]), flush=True)
    return 0


COLUMNS = ("tickets", "wait", *SIMPLE, "ours", "ours/QL", "P10", "P50", "P50+", "P90", "late", "cpu p50", "cpu p99")


def measured(folder: Path, name: str) -> Iterator[tuple[str, list[Scored]]]:
    """The scored tickets of each office of a set."""
    rows = read_rows(folder / f"{name}.csv")
    beside = [
        read_rows(p) if p.exists() else [] for p in (folder / f"{name}_counters.csv", folder / f"{name}_snapshots.csv")
    ]
    facts_file = folder / f"{name}_config.json"
    facts = read_facts(facts_file) if facts_file.exists() else CentreFacts()
    published = {row["service"]: float(row["official_service_min"]) for row in beside[1] if row["official_service_min"]}
    for office, tickets in offices(rows, None).items():
        events = events_of(office, tickets, facts, (beside[0], beside[1]))
        answers = {answer.row: answer for answer in replay(events, facts)}
        simple = _simple_answers(events, published)
        counted = _counted(tickets, SETS[name][0])
        yield office, [Scored(wait, answers[row], simple[row]) for row, wait in counted]


def figures(scored: list[Scored], late_min: float) -> Iterator[str]:
    """The columns of one line of the table."""
    waits = [one.wait for one in scored]
    ours = [one.answer.estimate for one in scored]
    simple = {m: _mean_error(waits, [one.simple.get(m) for one in scored]) for m in SIMPLE}
    error = _mean_error(waits, [q.p50_s / 60 for q in ours]) or 0.0
    cpu = sorted(one.answer.cpu_ms for one in scored)
    yield f"{len(scored):9d}"
    yield f"{statistics.fmean(waits):9.2f}"
    yield from ("        –" if value is None else f"{value:9.2f}" for value in simple.values())
    yield f"{error:9.3f}"
    yield f"{error / (simple['QL'] or 1):9.3f}"
    yield f"{_share(w < q.p10_s / 60 - 1e-6 for w, q in zip(waits, ours, strict=True)):9.3f}"
    yield f"{_share(w <= q.p50_s / 60 + 1e-6 for w, q in zip(waits, ours, strict=True)):9.3f}"
    unsure = [(w, q) for w, q in zip(waits, ours, strict=True) if q.p50_s > _AT_ONCE_S]
    yield f"{_share(w <= q.p50_s / 60 + 1e-6 for w, q in unsure):9.3f}"
    yield f"{_share(w <= q.p90_s / 60 + 1e-6 for w, q in zip(waits, ours, strict=True)):9.3f}"
    yield f"{_share(w - q.p50_s / 60 > late_min for w, q in zip(waits, ours, strict=True)):9.3f}"
    yield f"{cpu[len(cpu) // 2]:9.2f}"
    yield f"{cpu[int(len(cpu) * 0.99)]:9.2f}"


def _simple_answers(events: Iterable[Event], published: dict[str, float]) -> dict[int, dict[str, float]]:
    simple, found = Simple(published_min=published), {}
    for event in events:
        simple.hall.start_day(event.at_ms)
        if isinstance(event, Issued):
            found[event.ticket] = simple.answers(event)
        simple.observe(event)
    return found


def _counted(tickets: Iterable[tuple[int, Row]], warm_days: int) -> list[tuple[int, float]]:
    """Row and wait of the tickets that are scored: called, known to ten minutes, after the first days."""
    called = [(number, row, moment(row["arrival_ts"]), moment(row["start_ts"])) for number, row in tickets]
    days = sorted({local(arrival).date() for _, _, arrival, _ in called if arrival is not None})
    counted = []
    for number, row, arrival, start in called:
        if arrival is None or start is None or float(row.get("censor_min") or 0) > 10:
            continue
        if local(arrival).date() in days[warm_days:]:
            counted.append((number, max(start - arrival, 0) / 60_000))
    return counted


def _mean_error(waits: list[float], said: list[float | None]) -> float | None:
    errors = [abs(s - w) for s, w in zip(said, waits, strict=True) if s is not None]
    return statistics.fmean(errors) if errors else None


def _share(hits: Iterable[bool]) -> float:
    return statistics.fmean(map(float, hits))


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    above, below = map(sum, zip(*pairs, strict=True))
    return above / max(below, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
