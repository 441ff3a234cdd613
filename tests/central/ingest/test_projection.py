"""What events make of waiting tickets and of an hour's figures."""

from collections.abc import Sequence

import pytest

from kiosk.central.layout import SERVICE, Words
from kiosk.central.projection import ASIDE, CALLED, FIGURES, SERVING, WAITING, Course, Projection, day_and_hour
from kiosk.central.rollup import bin_of
from kiosk.wire import events
from kiosk.wire.events import Event, KeptPromises
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import COUNTERS, MINUTE_MS, SERVICES, arrived, called, finished, issued, missed, undone

Told = Sequence[tuple[float, Event]]


def told(rows: Told, believed: bool = True) -> Projection:
    """``rows``: minutes after nine, and what happened."""
    projection = Projection(Words())
    for minute, event in rows:
        projection.apply(event, MONDAY_9_00 + round(minute * MINUTE_MS), believed)
    return projection


def figures(projection: Projection) -> dict[str, int]:
    """All hours and services together, those that are not 0."""
    total: dict[str, int] = {}
    names = [*FIGURES, *(f"w{n}" for n in range(24))]
    for row in projection.figures.values():
        for name, value in zip(names, row, strict=True):
            total[name] = total.get(name, 0) + value
    return {name: value for name, value in total.items() if value}


def course(projection: Projection, ticket: int = 1) -> Course:
    return projection.courses[ticket]


def test_a_ticket_waits_from_its_issue_until_its_promise() -> None:
    it = course(told([(0, issued(1, high_min=12))]))
    assert (it.state, it.is_open, it.called_ms, it.day) == (WAITING, True, None, 20261123)
    assert it.due_ms == MONDAY_9_00 + 12 * MINUTE_MS


@pytest.mark.parametrize(("waited_min", "kept", "late"), [(10, 1, 0), (10.02, 0, 0), (25, 0, 0), (25.02, 0, 1)])
def test_a_promise_is_kept_or_broken_at_the_first_call(waited_min: float, kept: int, late: int) -> None:
    found = figures(told([(0, issued(1, high_min=10)), (waited_min, called(1))]))
    assert (found.get("kept", 0), found.get("late", 0), found["called"]) == (kept, late, 1)
    assert found["wait_s"] == round(waited_min * 60)
    assert found[f"w{bin_of(waited_min * 60)}"] == 1


def test_how_promises_were_kept_is_told_by_the_hub_for_each_day_and_service() -> None:
    told_kept = KeptPromises(service="sao-y", called=20, modelled=20, under_p10=2, under_p50=11, under_p90=18, late=1)
    event = events.CalibrationMeasured(day=20261122, services=[told_kept])
    projection = told([(0, event), (1, event)])
    assert projection.promises == {(20261122, projection.words.of[SERVICE]["sao-y"]): told_kept}
    assert told([(0, event)], believed=False).promises == {}


def test_a_ticket_that_is_served_counts_once_in_the_hour_of_its_issue() -> None:
    projection = told(
        [(0, issued(1)), (5, called(1)), (6, called(1, recalls=1)), (7, arrived(1)), (70, finished(1, 90))]
    )
    assert not course(projection).is_open
    assert figures(projection) == {
        "issued": 1, "called": 1, "kept": 1, "wait_s": 300, f"w{bin_of(300)}": 1, "served": 1, "service_s": 90
    }  # fmt: skip
    assert [day_and_hour(hours) for hours, _ in projection.figures] == [(20261123, 9)]


def test_who_comes_back_was_not_missed() -> None:
    projection = told([(0, issued(1)), (5, called(1)), (9, missed(1))])
    assert (course(projection).state, figures(projection)["missed"]) == (ASIDE, 1)
    projection.apply(events.TicketRequeued(ticket=1, counter="1"), MONDAY_9_00, True)
    assert (course(projection).state, figures(projection).get("missed", 0)) == (WAITING, 0)
    projection.apply(called(1), MONDAY_9_00 + 60 * MINUTE_MS, True)
    assert figures(projection)["called"] == 1, "its wait ended at the first call"


def test_who_is_missed_twice_is_missed_once() -> None:
    projection = told([(0, issued(1)), (5, called(1)), (9, missed(1)), (10, called(1)), (14, missed(1))])
    assert figures(projection)["missed"] == 1


def test_a_parked_ticket_is_aside_and_may_be_called_again() -> None:
    projection = told(
        [(0, issued(1)), (5, called(1)), (6, arrived(1)), (8, events.TicketParked(ticket=1, counter="1"))]
    )
    assert (course(projection).state, course(projection).counter) == (ASIDE, None)
    projection.apply(called(1), MONDAY_9_00 + 9 * MINUTE_MS, True)
    assert course(projection).state == CALLED


def test_a_transferred_ticket_waits_for_another_service_where_it_is_served() -> None:
    move = events.TicketTransferred(ticket=1, counter="1", from_service=SERVICES[0], to_service=SERVICES[1])
    projection = told([(0, issued(1)), (5, called(1)), (6, move), (9, called(1)), (12, finished(1))])
    first, second = (projection.words.of[1][service] for service in SERVICES[:2])
    by_service = {service: row for (_, service), row in projection.figures.items()}
    assert by_service[first][FIGURES.index("issued")] == 1
    assert by_service[first][FIGURES.index("called")] == 1
    assert by_service[second][FIGURES.index("served")] == 1
    assert course(projection).service == second


@pytest.mark.parametrize(
    "end",
    [
        events.TicketCancelled(ticket=1, counter="1"),
        events.TicketWithdrawn(ticket=1, kiosk="kiosk-1"),
        events.TicketExpired(ticket=1, state="expired"),
    ],
)
def test_who_leaves_before_being_served_left_the_queue(end: Event) -> None:
    projection = told([(0, issued(1)), (5, end)])
    assert (course(projection).is_open, figures(projection)) == (False, {"issued": 1, "left_queue": 1})


def test_who_is_being_served_at_close_was_served() -> None:
    projection = told(
        [(0, issued(1)), (5, called(1)), (6, arrived(1)), (9, events.TicketExpired(ticket=1, state="served"))]
    )
    assert figures(projection)["served"] == 1
    assert "left_queue" not in figures(projection)


@pytest.mark.parametrize(
    ("before", "slip", "action", "state"),
    [
        ([], called(1), "call", "waiting"),
        ([called(1)], missed(1), "no_show", "called"),
        ([called(1)], arrived(1), "arrive", "called"),
        ([called(1), arrived(1)], finished(1, 77), "finish", "serving"),
        ([called(1), arrived(1)], events.TicketParked(ticket=1, counter="1"), "park", "serving"),
        ([called(1), missed(1)], events.TicketRequeued(ticket=1, counter="1"), "requeue", "no_show"),
        ([called(1), missed(1)], called(1), "call", "no_show"),
        ([], events.TicketCancelled(ticket=1, counter="1"), "cancel", "waiting"),
        (
            [called(1)],
            events.TicketTransferred(ticket=1, counter="1", from_service=SERVICES[0], to_service=SERVICES[1]),
            "transfer",
            "called",
        ),
    ],
)
def test_a_slip_that_is_taken_back_leaves_no_trace(
    before: list[Event], slip: Event, action: str, state: events.TicketStateName
) -> None:
    rows: Told = [(0, issued(1)), *enumerate(before, start=3)]
    without, with_slip = told(rows), told([*rows, (20, slip), (20.2, undone(1, action, state))])
    assert figures(with_slip) == figures(without)
    for name in ("state", "counter", "called_ms", "started_ms", "is_missed", "is_open", "service"):
        assert getattr(course(with_slip), name) == getattr(course(without), name), name


def test_next_while_serving_is_taken_back_for_both() -> None:
    rows: Told = [(0, issued(1)), (0, issued(2)), (3, called(1)), (4, arrived(1))]
    slip: Told = [
        (9, finished(1)),
        (9, called(2)),
        (9.1, undone(2, "call", "waiting")),
        (9.1, undone(1, "finish", "serving")),
    ]
    found = told([*rows, *slip])
    assert figures(found) == figures(told(rows))
    assert (course(found, 1).state, course(found, 2).state) == (SERVING, WAITING)


def test_who_was_missed_yesterday_is_gone_with_the_new_day() -> None:
    projection = told([(0, issued(1)), (5, called(1)), (9, missed(1)), (15 * 60 + 1, events.DayOpened(day=20261124))])
    assert projection.day_opened == 20261124
    assert not course(projection).is_open
    assert figures(projection)["missed"] == 1


def test_a_time_that_cannot_be_believed_changes_the_state_and_no_figure() -> None:
    projection = told([(0, issued(1)), (0, issued(2))])
    projection.apply(called(1), MONDAY_9_00, False)
    assert course(projection).state == CALLED
    assert figures(projection) == {"issued": 2}
    projection = told([(0, issued(1)), (5, called(1)), (6, finished(1))], believed=False)
    assert (figures(projection), course(projection).is_open) == ({}, False)


def test_a_call_before_the_issue_is_no_negative_wait() -> None:
    """The clock of the hub was set back in between."""
    assert figures(told([(30, issued(1)), (2, called(1))])) == {"issued": 1, "called": 1, "kept": 1, "w0": 1}


@pytest.mark.parametrize("event", [called(7), finished(7), undone(7, "call", "waiting"), missed(7)])
def test_an_event_about_an_unknown_ticket_changes_nothing(event: Event) -> None:
    projection = told([(0, event)])
    assert (projection.courses, figures(projection)) == ({}, {})


@pytest.mark.parametrize(("high_min", "told_min"), [(-5, 0), (10**9, 24 * 60)])
def test_a_promise_that_makes_no_sense_is_limited(high_min: int, told_min: int) -> None:
    assert course(told([(0, issued(1, high_min=high_min))])).high_min == told_min


@pytest.mark.parametrize("service_s", [-5.0, 1e300])
def test_a_service_time_that_makes_no_sense_is_limited(service_s: float) -> None:
    found = figures(told([(0, issued(1)), (1, called(1, COUNTERS[0])), (2, finished(1, service_s))]))
    assert 0 <= found.get("service_s", 0) <= 86_400
