"""What the outbox tells is retold to the estimator in its own words, and a slip that was taken back never happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hub.usecases.book import Desk
from kiosk.hub.usecases.witness import Witness
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Called, CounterClosed, CounterOpened, Ended, Issued, Left
from kiosk.queueing.waits.events import Event as Heard
from kiosk.wire import events
from tests.fakes.clock import MONDAY_9_00

ONE, BIRTH, COPY = CounterId("1"), ServiceId("khai-sinh"), ServiceId("sao-y")
NORMAL = TicketClass.NORMAL
T = MONDAY_9_00

ISSUED = events.TicketIssued(
    ticket=1,
    day=20261123,
    label="B001",
    service=BIRTH,
    ticket_class="normal",
    kiosk="kiosk-1",
    people_ahead=0,
    p10_s=0,
    p50_s=60,
    p90_s=120,
    low_min=0,
    high_min=2,
    basis="simulated",
)
CALLED = events.TicketCalled(ticket=1, counter="1", service=BIRTH)
FINISHED = events.TicketFinished(ticket=1, counter="1", service=BIRTH, service_s=60)
MISSED, PARKED = events.TicketMissed(ticket=1, counter="1"), events.TicketParked(ticket=1, counter="1")
REQUEUED = events.TicketRequeued(ticket=1, counter="1")
TRANSFERRED = events.TicketTransferred(ticket=1, counter="1", from_service=BIRTH, to_service=COPY)
CANCELLED = events.TicketCancelled(ticket=1, counter="1")


def undone(action: str, state: str = "waiting") -> events.ActionUndone:
    return events.ActionUndone(ticket=1, counter="1", action=action, state=state)  # type: ignore[arg-type]


def a_witness() -> Witness:
    witness = Witness()
    witness.know_desks([Desk(ONE, frozenset({BIRTH, COPY}))], T)
    return witness


def told(*happened: events.Event) -> list[Heard]:
    """What is told of the last of these events, one each second."""
    witness, heard = a_witness(), []
    for second, event in enumerate(happened):
        heard = witness.tell(event, T + second * 1000)
    return heard


def test_an_issue_a_call_and_an_end_with_or_without_the_person() -> None:
    assert told(ISSUED) == [Issued(T, 1, BIRTH, NORMAL)]
    assert told(ISSUED, CALLED) == [Called(T + 1000, 1, ONE, BIRTH)]
    assert told(ISSUED, CALLED, FINISHED) == [Ended(T + 2000, 1)]
    assert told(ISSUED, CALLED, MISSED) == [Ended(T + 2000, 1, came=False)]


def test_a_recall_an_arrival_and_paper_are_not_told() -> None:
    recalled = events.TicketCalled(ticket=1, counter="1", service=BIRTH, recalls=1)
    assert told(ISSUED, CALLED, recalled) == []
    assert told(ISSUED, CALLED, events.TicketArrived(ticket=1, counter="1")) == []
    assert told(ISSUED, events.SlipReported(ticket=1, kiosk="k", outcome="printed", reason="", reprint=0)) == []


@pytest.mark.parametrize(
    "event",
    [PARKED, CANCELLED, events.TicketWithdrawn(ticket=1, kiosk="k"), events.TicketExpired(ticket=1, state="expired")],
    ids=lambda event: type(event).__name__,
)
def test_who_leaves_the_line_has_left(event: events.Event) -> None:
    assert told(ISSUED, event) == [Left(T + 1000, 1)]


def test_a_return_to_the_line_keeps_the_place() -> None:
    assert told(ISSUED, PARKED, REQUEUED) == [Issued(T + 2000, 1, BIRTH, NORMAL, T)]
    assert told(ISSUED, TRANSFERRED) == [Issued(T + 1000, 1, COPY, NORMAL, T)]
    assert told(ISSUED, CALLED, TRANSFERRED) == [Ended(T + 2000, 1), Issued(T + 2000, 1, COPY, NORMAL, T)]


def test_somebody_parked_who_is_called_keeps_a_counter_busy() -> None:
    assert told(ISSUED, PARKED, CALLED) == [Called(T + 2000, 1, ONE, BIRTH)]


def test_a_call_that_is_undone_ends_before_it_began_and_the_place_is_as_before() -> None:
    assert told(ISSUED, CALLED, undone("call")) == [Ended(T + 999, 1), Issued(T, 1, BIRTH, NORMAL, T)]


@pytest.mark.parametrize("end", [FINISHED, MISSED, PARKED], ids=lambda event: type(event).__name__)
def test_an_end_that_is_undone_makes_the_counter_busy_since_the_call(end: events.Event) -> None:
    assert told(ISSUED, CALLED, end, undone("finish", "called")) == [Called(T + 1000, 1, ONE, BIRTH)]


def test_an_undone_transfer_or_cancellation_brings_back_the_line() -> None:
    assert told(ISSUED, TRANSFERRED, undone("transfer")) == [Issued(T, 1, BIRTH, NORMAL, T)]
    assert told(ISSUED, CANCELLED, undone("cancel")) == [Issued(T, 1, BIRTH, NORMAL, T)]
    assert told(ISSUED, CALLED, TRANSFERRED, undone("transfer", "serving")) == [
        Left(T + 3000, 1),
        Called(T + 1000, 1, ONE, BIRTH),
    ]


def test_an_undone_recall_or_arrival_changes_nothing() -> None:
    assert told(ISSUED, CALLED, undone("recall")) == told(ISSUED, CALLED, undone("arrive")) == []


def test_a_counter_works_when_it_is_open_held_and_not_paused() -> None:
    witness, services = a_witness(), frozenset({BIRTH, COPY})
    steps: list[tuple[events.Event, list[Heard]]] = [
        (events.CounterHeld(counter="1"), [CounterOpened(T, ONE, services)]),
        (events.CounterPaused(counter="1", reason="lunch"), [CounterClosed(T, ONE, services)]),
        (events.CounterResumed(counter="1"), [CounterOpened(T, ONE, services)]),
        (events.CounterClosed(counter="1"), [CounterClosed(T, ONE, services)]),
        (events.CounterOpened(counter="1"), [CounterOpened(T, ONE, services)]),
        (events.CounterServicesSet(counter="1", services=[COPY]), [CounterOpened(T, ONE, frozenset({COPY}))]),
        (events.CounterHeld(counter="1", taken_over=True), []),
        (events.CounterLeft(counter="1"), [CounterClosed(T, ONE, frozenset({COPY}))]),
    ]
    for event, expected in steps:
        assert witness.tell(event, T) == expected, event


def test_a_counter_is_told_of_from_the_day_that_somebody_works_at_it() -> None:
    witness, services = Witness(), frozenset({BIRTH, COPY})
    assert witness.know_desks([Desk(ONE, services)], T) == []
    assert witness.tell(events.CounterOpened(counter="1"), T) == []
    assert witness.tell(events.CounterHeld(counter="1"), T) == [CounterOpened(T, ONE, services)]
    witness.tell(events.DayOpened(day=20261124), T)
    assert witness.know_desks([Desk(ONE, frozenset({COPY}))], T) == [CounterClosed(T, ONE, frozenset({COPY}))]


def test_a_counter_that_the_centre_no_longer_has_is_not_told_of() -> None:
    witness = a_witness()
    assert witness.tell(events.CounterHeld(counter="9"), T) == []
    witness.tell(ISSUED, T)
    assert witness.tell(events.TicketCalled(ticket=1, counter="9", service=BIRTH), T) == [Called(T, 1, None, BIRTH)]


def test_a_new_day_begins_with_nobody_in_the_hall_and_nobody_at_work() -> None:
    witness = a_witness()
    for event in (ISSUED, events.CounterHeld(counter="1"), events.DayOpened(day=20261124)):
        witness.tell(event, T)
    assert (witness.waiting(), witness.desks[ONE].works) == ([], False)


HAPPENED = st.sampled_from(
    [
        ISSUED,
        CALLED,
        FINISHED,
        MISSED,
        PARKED,
        REQUEUED,
        TRANSFERRED,
        CANCELLED,
        undone("call"),
        undone("finish", "serving"),
        events.CounterHeld(counter="1"),
        events.CounterLeft(counter="1"),
        events.DayOpened(day=20261124),
    ]
)


@given(st.lists(st.tuples(HAPPENED, st.integers(-3600, 86_400)), max_size=40))
def test_no_order_of_events_however_wrong_breaks_the_estimator(happened: list[tuple[events.Event, int]]) -> None:
    witness, estimator, at_ms = a_witness(), WaitEstimator(QueueRule()), T
    for event, seconds in happened:
        at_ms += seconds * 1000
        for heard in witness.tell(event, at_ms):
            estimator.observe(heard)
    assert witness.in_line == len(witness.waiting())
    low, middle, high = estimator.estimate(BIRTH, NORMAL, at_ms).quantiles_s
    assert 0 <= low <= middle <= high < 10 * 3600 + 1
