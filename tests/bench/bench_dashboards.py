"""The pages of central over the roll-ups of a hundred million events: a city of 168 centres for more than a year.

Run: ``make bench``. The pages read no event, so none is made: five events a ticket, 20 million tickets, each counted in
the hours, days and bins that ingest would have counted it in. Limits: city page 100 ms, a centre's month 300 ms.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from kiosk.central.views.figures import day_number
from kiosk.clock import local
from tests.central.pages import town
from tests.central.pages.conftest import MINE, Pages, pages_at
from tests.fakes.figures import COLUMNS, MARKS, hour_row

pytestmark = pytest.mark.bench

EVENTS, EVENTS_A_TICKET, ROUNDS = 100_000_000, 5, 9
SHAPES = 64  #: different hours that are drawn; a page costs the same whichever stands where


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    path = tmp_path_factory.mktemp("hundred-million") / "central.db"
    with pages_at(f"sqlite:///{path}", town.units()) as opened:
        tickets, days = fill(opened, path)
        events = tickets * EVENTS_A_TICKET
        print(f"\n{events:,} events' worth of figures: {len(opened.every)} centres, {days} working days")
        yield opened


def fill(pages: Pages, path: Path) -> tuple[int, int]:
    """Whole days back from yesterday until there are enough tickets."""
    pages.rows.run("BEGIN")
    town.fill_morning(pages.rows, pages.every, pages.clock.now_ms())
    pages.rows.run("COMMIT")
    rng = Random(1)
    shapes = [hour_row(rng, (0, 0, 0, 0), rng.randrange(2, 16), rng.uniform(4, 20)) for _ in range(SHAPES)]
    tickets = days = 0
    day = local(pages.clock.now_ms()).date()
    with closing(sqlite3.connect(path)) as store:
        while tickets * EVENTS_A_TICKET < EVENTS:
            day -= timedelta(days=1)
            if day.weekday() < 5:
                rows = day_of_the_city(pages.every, day, shapes, days)
                store.executemany(f"INSERT INTO hour_figures ({COLUMNS}) VALUES ({MARKS})", rows)
                tickets, days = tickets + sum(row[4] for row in rows), days + 1
        roll_everything(store)
        store.commit()
        store.execute("ANALYZE")
    return tickets, days


def day_of_the_city(
    every: list[town.Unit], day: date, shapes: list[tuple[int, ...]], turn: int
) -> list[tuple[int, ...]]:
    number = day_number(day)
    return [
        (unit.number, number, hour, service, *shapes[(unit.number * 7 + hour * 5 + service * 3 + turn) % SHAPES][4:])
        for unit in every
        for hour in town.HOURS
        for service in range(1, len(town.SERVICES) + 1)
    ]


def roll_everything(store: sqlite3.Connection) -> None:
    figures = COLUMNS.split(", ")[4:]
    sums = ", ".join(f"SUM({name})" for name in figures)
    for table, key in (("day_service_figures", "service"), ("day_hour_figures", "hour")):
        names = f"centre, day, {key}, {', '.join(figures)}"
        what = f"SELECT centre, day, {key}, {sums} FROM hour_figures GROUP BY centre, day, {key}"
        store.execute(f"INSERT INTO {table} ({names}) {what}")


def timed(name: str, ask: Callable[[], int]) -> float:
    """Median of ``ROUNDS``, in ms, after one to warm up."""
    took = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        assert ask() == 200
        took.append((time.perf_counter() - start) * 1000)
    median = statistics.median(took[1:])
    print(f"  {name:<34} {median:7.1f} ms   slowest {max(took[1:]):7.1f} ms")
    return median


def test_pages_are_quick_with_a_hundred_million_events(pages: Pages) -> None:
    who, month = "thanh-pho", "from=2026-10-01&to=2026-10-31"

    def fresh(path: str) -> Callable[[], int]:
        def ask() -> int:
            pages.parts.shared.forget()
            return pages.get(path, who).status_code

        return ask

    city = timed("city, read anew", fresh("/city"))
    timed("city, shared by all who watch", lambda: pages.get("/city", who).status_code)
    centre = timed("a centre now", fresh(f"/centre/{MINE}"))
    of_centre = timed("a centre's month", fresh(f"/figures?centre={MINE}&{month}"))
    timed("a centre's year", fresh(f"/figures?centre={MINE}&from=2025-11-24&to=2026-11-22"))
    timed("a centre's report as PDF", fresh(f"/report.pdf?centre={MINE}&month=2026-10"))
    timed("the city's month", fresh(f"/figures?{month}"))
    assert city <= 100
    assert centre <= 100
    assert of_centre <= 300
