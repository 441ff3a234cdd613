"""The two rules of a wait, kept by the answer that is told: simulated, learnt, mixed, corrected and rounded.

Opening a counter that can serve you never lengthens it, and more people ahead do not shorten it: where the log tells
single counters, as every hub's does; without exception where nobody is expected to cut in.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.queueing.estimate import Estimate
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.promise import make_promise
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Event, Issued
from tests.unit.queueing.waits.made_day import DAY_MS, MIDNIGHT_MS, SERVICES, SKILLS, Skills, made_days

P, N = TicketClass.PRIORITY, TicketClass.NORMAL
PRIORITY_FIRST = QueueRule(priority_share=1_000_000, others_share=1)
DAYS = 8
TEN_MS = MIDNIGHT_MS + DAYS * DAY_MS + 36_000_000
NEW = CounterId("new")

ALIKE: Skills = {CounterId(str(number)): frozenset(SERVICES) for number in range(1, 4)}

short_lines = st.lists(st.tuples(st.sampled_from(SERVICES), st.sampled_from((N, N, N, P))), max_size=20)
people = st.lists(st.tuples(st.sampled_from(SERVICES), st.sampled_from((N, N, N, P))), max_size=40)
counters = st.sets(st.sampled_from(sorted(SKILLS)))
skills = st.frozensets(st.sampled_from(SERVICES), min_size=1)


def taught(events: list[Event]) -> WaitEstimator:
    """An estimator that has learnt from past days, and been corrected by what became of its promises."""
    estimator = WaitEstimator(PRIORITY_FIRST)
    for event in events:
        estimator.observe_time(event.at_ms)
        if estimator.learning_is_due:
            estimator.adopt(estimator.study()())
        estimator.issue(event) if isinstance(event, Issued) else estimator.observe(event)
    estimator.observe_time(TEN_MS - 7_200_000)
    return estimator


@pytest.fixture(scope="module")
def centre() -> WaitEstimator:
    return taught(made_days(DAYS))


def with_line(known: WaitEstimator, line: list[tuple[ServiceId, TicketClass]]) -> WaitEstimator:
    """That many people have come in the last two hours."""
    estimator = known.fork()
    for number, (service, kind) in enumerate(line):
        estimator.observe(Issued(TEN_MS - (len(line) - number) * 150_000, 10**6 + number, service, kind))
    return estimator


def told(estimator: WaitEstimator, basis: str) -> dict[tuple[ServiceId, TicketClass], Estimate]:
    found = {(service, kind): estimator.estimate(service, kind, TEN_MS) for service in SERVICES for kind in (N, P)}
    assert {one.basis for one in found.values()} <= {basis}
    return found


def is_longer(one: Estimate, other: Estimate) -> bool:
    """In any quantile, or in the words on the slip, ``one`` is longer than ``other``."""
    said, said_other = (make_promise(0, each.quantiles_s, each.basis) for each in (one, other))
    pairs = zip(
        (*one.quantiles_s, said.low_min, said.high_min),
        (*other.quantiles_s, said_other.low_min, said_other.high_min),
        strict=True,
    )
    return any(a > b + 1e-6 for a, b in pairs)


def opened(estimator: WaitEstimator, working: set[CounterId]) -> None:
    for counter in sorted(working):
        estimator.observe(CounterOpened(TEN_MS - 3_600_000, counter, SKILLS[counter]))


def test_more_people_shorten_what_is_told_seldom_and_by_less_than_a_minute(
    centre: WaitEstimator,
) -> None:
    """Not never: where skills differ, one more can send a later priority citizen to a counter that is not mine."""
    chance, shorter, asked = random.Random(3), [], 0
    for _ in range(25):
        line = [(chance.choice(SERVICES), chance.choice((N, N, N, P))) for _ in range(chance.randrange(30))]
        estimator = with_line(centre, line)
        opened(estimator, set(chance.sample(sorted(SKILLS), chance.randrange(3))))
        before = told(estimator, "simulated+learnt")
        for number in range(8):
            estimator.observe(Issued(TEN_MS, 2 * 10**6 + number, chance.choice(SERVICES)))
            after = told(estimator, "simulated+learnt")
            asked += len(after)
            shorter += [before[who].p50_s - after[who].p50_s for who in before if is_longer(before[who], after[who])]
            before = after
    assert len(shorter) <= asked / 300
    assert max(shorter, default=0.0) < 60


@pytest.fixture(scope="module", params=[ALIKE, SKILLS], ids=["counters alike", "counters that differ"])
def without_priority(request: pytest.FixtureRequest) -> tuple[Skills, WaitEstimator]:
    """A centre to which nobody with priority has come on past days, so that nobody is expected to cut in."""
    return request.param, taught(made_days(DAYS, priority=0.0, skills=request.param))


@settings(max_examples=50, deadline=None)
@given(short_lines, st.lists(st.sampled_from(SERVICES), min_size=1, max_size=4), st.integers(0, 4), st.integers(0, 4))
def test_where_nobody_will_cut_in_more_people_never_shorten_what_is_told(
    without_priority: tuple[Skills, WaitEstimator],
    line: list[tuple[ServiceId, TicketClass]],
    more: list[ServiceId],
    working: int,
    busy: int,
) -> None:
    """Without exception, as long as all can be served before the day ends."""
    served, known = without_priority
    estimator = with_line(known, line)
    at_work = sorted(served)[:working]
    for counter in at_work:
        estimator.observe(CounterOpened(TEN_MS - 3_600_000, counter, served[counter]))
    for number, counter in enumerate(at_work[: min(busy, len(line))]):
        estimator.observe(Called(TEN_MS - 60_000 * (number + 1), 10**6 + number, counter))
    before = told(estimator, "simulated+learnt")
    for number, service in enumerate(more):
        estimator.observe(Issued(TEN_MS, 2 * 10**6 + number, service))
        after = told(estimator, "simulated+learnt")
        assert [who for who in before if is_longer(before[who], after[who])] == []
        before = after


@settings(max_examples=40, deadline=None)
@given(people, counters, st.sampled_from((*sorted(SKILLS), NEW)), skills)
def test_a_counter_that_opens_lengthens_nothing_that_is_told_to_those_it_serves(
    centre: WaitEstimator,
    line: list[tuple[ServiceId, TicketClass]],
    working: set[CounterId],
    counter: CounterId,
    served: frozenset[ServiceId],
) -> None:
    estimator = with_line(centre, line)
    opened(estimator, working - {counter})
    before = told(estimator, "simulated+learnt")
    serves = SKILLS.get(counter, served)
    estimator.observe(CounterOpened(TEN_MS, counter, serves))
    after = told(estimator, "simulated+learnt")
    assert [who for who in after if who[0] in serves and is_longer(after[who], before[who])] == []


def test_the_answers_do_move_with_people_and_counters(centre: WaitEstimator) -> None:
    """So that the rules above are not kept by telling everybody the same."""
    estimator = with_line(centre, [(SERVICES[0], N)] * 4)
    opened(estimator, {CounterId("1")})
    few = estimator.estimate(SERVICES[0], N, TEN_MS)
    for number in range(8):
        estimator.observe(Issued(TEN_MS, 2 * 10**6 + number, SERVICES[0]))
    many = estimator.estimate(SERVICES[0], N, TEN_MS)
    estimator.observe(CounterOpened(TEN_MS, NEW, frozenset({SERVICES[0]})))
    helped = estimator.estimate(SERVICES[0], N, TEN_MS)
    estimator.observe(CounterClosed(TEN_MS, NEW))
    assert many.p50_s > 1.5 * few.p50_s
    assert helped.p50_s < 0.8 * many.p50_s
