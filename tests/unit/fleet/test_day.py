"""A simulated day is a possible day: in order, complete, reproducible, with the rush of a real morning."""

from collections import Counter
from datetime import datetime

from kiosk.clock import local, to_ms
from kiosk.fleet.day import Shape, day_rows, shapes
from kiosk.wire import events
from kiosk.wire.central_api import Happened

MIDNIGHT_MS = to_ms(datetime(2026, 11, 23))
SHAPE = Shape("phuong-thu", tickets=120, counters=3)
ENDS = (events.TicketFinished, events.TicketMissed, events.TicketCancelled, events.TicketExpired)


def day(shape: Shape = SHAPE, seed: str = "1", first_ticket: int = 1) -> list[Happened]:
    return list(day_rows(shape, MIDNIGHT_MS, seed, first_ticket))


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    assert day() == day()
    assert day() != day(seed="2")
    assert day() != day(Shape("phuong-khac", tickets=120, counters=3))


def test_rows_follow_each_other_in_time() -> None:
    instants = [row.at_ms for row in day()]
    assert instants == sorted(instants)


def test_every_ticket_is_issued_once_and_ends_once() -> None:
    rows = [row.event for row in day(first_ticket=70_001)]
    issued = [event.ticket for event in rows if isinstance(event, events.TicketIssued)]
    ended = Counter(event.ticket for event in rows if isinstance(event, ENDS))
    assert issued == list(range(70_001, 70_001 + len(issued)))
    assert ended == Counter(issued)


def test_a_ticket_is_called_before_it_is_served_and_never_by_two_counters() -> None:
    serving: dict[str, int] = {}
    for event in (row.event for row in day()):
        if isinstance(event, events.TicketCalled) and event.recalls == 0:
            assert event.counter not in serving
            serving[event.counter] = event.ticket
        elif isinstance(event, events.TicketArrived):
            assert serving[event.counter] == event.ticket
        elif isinstance(event, events.TicketFinished | events.TicketMissed):
            assert serving.pop(event.counter) == event.ticket


def test_about_as_many_come_as_on_an_ordinary_day_and_most_before_ten() -> None:
    hours = [local(row.at_ms).hour for row in day() if isinstance(row.event, events.TicketIssued)]
    assert 80 <= len(hours) <= 160
    assert sum(hour < 10 for hour in hours) > len(hours) / 3
    assert min(hours) == 7
    assert 12 not in hours, "at noon no tickets are given"


def test_some_do_not_come_and_some_wait_longer_than_they_were_told() -> None:
    many = [row for shape in shapes([f"c{n}" for n in range(40)], 4000, "s") for row in day(shape)]
    assert any(isinstance(row.event, events.TicketMissed) for row in many)
    assert any(isinstance(row.event, events.CounterPaused) for row in many)
    promised = {}
    late = 0
    for row in many:
        if isinstance(row.event, events.TicketIssued):
            promised[row.event.ticket] = row.at_ms + row.event.high_min * 60_000
        elif isinstance(row.event, events.TicketCalled) and row.event.recalls == 0:
            late += row.at_ms > promised[row.event.ticket] + 15 * 60_000
    assert late > 0


def test_the_centres_of_a_fleet_differ_in_size_and_share_the_tickets() -> None:
    made = shapes([f"c{n}" for n in range(100)], 6400, "s")
    assert 6200 <= sum(shape.tickets for shape in made) <= 6600
    assert len({shape.tickets for shape in made}) > 20
    assert all(shape.counters >= 1 for shape in made)
