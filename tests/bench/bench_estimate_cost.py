"""What the wait estimates cost: one estimate, all of a full hall, learning at start, memory, import.

Run: ``make bench``. Processor time, so that other work on the machine counts little. The orders: 5 ms p99, 50 ms, 2 s
for a year of history, 20 MB, 60 MB.
"""

import pickle
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import pytest

from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Event, Issued
from tests.unit.queueing.waits.made_day import DAY_MS, MIDNIGHT_MS

SERVICES = tuple(map(ServiceId, ("khai-sinh", "chung-thuc", "dat-dai", "cu-tru", "kinh-doanh", "bao-tro")))
SKILLS = {CounterId(str(n)): frozenset({SERVICES[n % 6], SERVICES[(n + 1) % 6]}) for n in range(12)}
OPENS_MS, CLOSES_MS = 27_000_000, 61_200_000
DAYS, TICKETS, WAITING = 20, 420, 300
YEAR, TICKETS_A_YEAR = 250, 60_000  #: working days
IMPORT = """
import os
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before = resident()
import kiosk.queueing.waits.estimator
print(resident() - before)
"""


def full_day(day: int, chance: random.Random, tickets: int = TICKETS) -> list[Event]:
    """One day of a centre that is just full: everybody is called after some wait at a counter that can serve them."""
    midnight_ms, first = MIDNIGHT_MS + day * DAY_MS, day * 10_000
    events: list[Event] = [CounterOpened(midnight_ms + OPENS_MS, c, skills) for c, skills in SKILLS.items()]
    free = {counter: midnight_ms + OPENS_MS for counter in SKILLS}
    for number, at_ms in enumerate(sorted(chance.randrange(27_000_000) for _ in range(tickets))):
        issued_ms, service = midnight_ms + OPENS_MS + at_ms, chance.choice(SERVICES)
        counter = min((c for c in SKILLS if service in SKILLS[c]), key=lambda c: free[c])
        called_ms = max(free[counter], issued_ms) + 20_000
        free[counter] = called_ms + int(chance.lognormvariate(6.3, 0.6) * 1000)
        kind = TicketClass.PRIORITY if chance.random() < 0.1 else TicketClass.NORMAL
        events += [Issued(issued_ms, first + number, service, kind), Called(called_ms, first + number, counter)]
        events.append(Ended(free[counter], first + number))
    events += [CounterClosed(midnight_ms + CLOSES_MS, counter) for counter in SKILLS]
    return sorted(events, key=lambda event: event.at_ms)


@pytest.fixture(scope="module")
def full_hall() -> tuple[WaitEstimator, int]:
    """After some weeks of learning: 300 people wait at 12 busy counters. And the time."""
    estimator, chance = WaitEstimator(QueueRule(priority_share=1_000_000, others_share=1)), random.Random(1)
    for day in range(DAYS):
        for event in full_day(day, chance):
            estimator.issue(event) if isinstance(event, Issued) else estimator.observe(event)
    estimator.adopt(estimator.study()())
    opens_ms = MIDNIGHT_MS + DAYS * DAY_MS + OPENS_MS
    for counter, skills in SKILLS.items():
        estimator.observe(CounterOpened(opens_ms, counter, skills))
    for number in range(WAITING + len(SKILLS)):
        kind = TicketClass.PRIORITY if chance.random() < 0.1 else TicketClass.NORMAL
        estimator.observe(Issued(opens_ms + number * 12_000, 9_000_000 + number, chance.choice(SERVICES), kind))
    line = [waiter for lane in estimator.hall.lanes.values() for waiter in lane.line.values()]
    for counter, skills in SKILLS.items():
        first = next(w for w in line if w.service in skills and w.ticket_class is TicketClass.NORMAL)
        line.remove(first)
        estimator.observe(Called(opens_ms + 3_700_000, first.ticket, counter))
    return estimator, opens_ms + 3_800_000


def spent_ms(work: Callable[[], object]) -> float:
    start_s = time.process_time()
    work()
    return (time.process_time() - start_s) * 1000


def observe_all(estimator: WaitEstimator, days: list[list[Event]]) -> None:
    for day in days:
        for event in day:
            estimator.observe(event)


@pytest.mark.bench
def test_one_estimate_and_all_of_a_full_hall(full_hall: tuple[WaitEstimator, int]) -> None:
    estimator, now_ms = full_hall
    kinds = tuple(TicketClass)
    one = sorted(
        spent_ms(partial(estimator.estimate, SERVICES[n % 6], kinds[n % 10 == 0], now_ms + n)) for n in range(500)
    )
    everybody = sorted(spent_ms(partial(estimator.refresh, now_ms + n)) for n in range(40))
    print(f"\nwaiting {estimator.hall.waiting}, counters {len(SKILLS)}", end=": ")
    print(
        f"one estimate {one[250]:.1f} ms, p99 {one[495]:.1f}; all anew {everybody[20]:.1f} ms, p95 {everybody[37]:.1f}"
    )
    assert len(estimator.refresh(now_ms)) == WAITING


@pytest.mark.bench
def test_learning_and_the_size_of_what_is_known(full_hall: tuple[WaitEstimator, int]) -> None:
    estimator, _ = full_hall
    learning_ms = spent_ms(estimator.study())
    year = WaitEstimator(QueueRule(priority_share=1_000_000, others_share=1))
    chance = random.Random(2)
    days = [full_day(day, chance, TICKETS_A_YEAR // YEAR) for day in range(YEAR)]
    taking_in_ms = spent_ms(lambda: observe_all(year, days))
    size_mb = len(pickle.dumps(estimator)) / 1e6
    print(f"\ntraining on {DAYS * TICKETS} tickets {learning_ms / 1000:.1f} s", end="; ")
    print(f"a year of {TICKETS_A_YEAR} tickets taken in {taking_in_ms / 1000:.1f} s; state {size_mb:.1f} MB")
    assert year.hall.days_seen == YEAR


@pytest.mark.bench
def test_memory_that_the_import_takes() -> None:
    """In an empty process: the hub has part of it loaded anyway."""
    grown = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout
    print(f"\nimport {int(grown) / 1e6:.0f} MB")
    assert int(grown) > 0
