"""What a hub tells the estimator beside the ordinary course of a ticket, and the fork that pages look ahead with."""

from dataclasses import replace

from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Issued
from tests.unit.queueing.waits.made_day import NINE_MS, SERVICES, made_days

ONE = CounterId("1")
BIRTH, NORMAL = SERVICES[0], TicketClass.NORMAL


def one_open_counter() -> WaitEstimator:
    estimator = WaitEstimator(QueueRule())
    estimator.observe(CounterOpened(NINE_MS, ONE, frozenset({BIRTH})))
    return estimator


def test_who_was_parked_before_keeps_a_counter_busy_and_teaches_nothing_of_waiting() -> None:
    estimator = one_open_counter()
    estimator.observe(Called(NINE_MS, 1, ONE, BIRTH))
    assert estimator.hall.desks[ONE].busy_with == BIRTH
    assert estimator.hall.whole.mean_wait.value(600, 1) == 600
    estimator.observe(Ended(NINE_MS + 300_000, 1))
    assert estimator.hall.desks[ONE].busy_with is None


def test_a_call_that_was_taken_back_teaches_no_service_time() -> None:
    estimator = one_open_counter()
    estimator.observe(Issued(NINE_MS, 1, BIRTH))
    estimator.observe(Called(NINE_MS + 60_000, 1, ONE))
    estimator.observe(Ended(NINE_MS + 60_000 - 1, 1))
    assert estimator.hall.desks[ONE].busy_with is None
    assert estimator.hall.lane(BIRTH).service_s.value(480, 1) == 480


def test_a_counter_that_has_not_opened_is_known_with_what_it_would_serve() -> None:
    estimator = WaitEstimator(QueueRule())
    estimator.observe(CounterClosed(NINE_MS, ONE, frozenset({BIRTH})))
    desk = estimator.hall.desks[ONE]
    assert (desk.open, desk.services) == (False, {BIRTH})


def test_a_fork_answers_the_same_and_goes_its_own_way() -> None:
    estimator = WaitEstimator(QueueRule())
    for event in made_days(2):
        estimator.issue(event) if isinstance(event, Issued) else estimator.observe(event)
    now_ms = estimator.hall.day_started_ms + 5 * 3_600_000
    estimator.observe(CounterOpened(now_ms, ONE, frozenset(SERVICES)))
    twin = estimator.fork()
    assert twin.estimate(BIRTH, NORMAL, now_ms) == estimator.estimate(BIRTH, NORMAL, now_ms)
    for number in range(20):
        twin.issue(replace(Issued(now_ms, 0, BIRTH), ticket=10_000_000 + number))
    assert estimator.hall.waiting == 0
    assert twin.estimate(BIRTH, NORMAL, now_ms).p50_s > estimator.estimate(BIRTH, NORMAL, now_ms).p50_s


def test_a_fork_tells_what_one_more_counter_would_do() -> None:
    estimator = one_open_counter()
    for number in range(12):
        estimator.observe(Issued(NINE_MS + number, number, ServiceId(BIRTH)))
    more = estimator.fork()
    more.observe(CounterOpened(NINE_MS + 20, CounterId("2"), frozenset({BIRTH})))
    before, after = estimator.refresh(NINE_MS + 20), more.refresh(NINE_MS + 20)
    assert after[11].p50_s < before[11].p50_s
