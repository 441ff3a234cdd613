"""What every ticket book does, the real one on SQLite and the one in memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.hub.store.connection import connect
from kiosk.hub.store.database import prepare
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.usecases.book import Desk, Kept, TicketBook
from kiosk.queueing import transitions
from kiosk.queueing.model import (
    CounterId,
    CounterView,
    Lane,
    QueueRule,
    ServiceId,
    Ticket,
    TicketClass,
    TicketId,
    TicketState,
    Turn,
)
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, remember
from kiosk.wire.events import CounterLeft
from kiosk.wire.kiosk_api import CardMark, DeviceState
from tests.fakes.clock import MONDAY_9_00, FakeClock
from tests.fakes.ticket_book import FakeTicketBook
from tests.fakes.tickets import a_ticket

ONE, TWO = CounterId("1"), CounterId("2")
BIRTH, COPY = ServiceId("khai-sinh"), ServiceId("sao-y")
PRIORITY, NORMAL = TicketClass.PRIORITY, TicketClass.NORMAL
DAY = 20261123


@pytest.fixture(params=["sqlite", "memory"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketBook]:
    """With counters 1 (births) and 2 (everything), on a Monday."""
    if request.param == "memory":
        desks = {ONE: Desk(ONE, frozenset({BIRTH})), TWO: Desk(TWO, frozenset({BIRTH, COPY}))}
        yield FakeTicketBook(places=desks)
        return
    with closing(connect(prepare(tmp_path, "centre", FakeClock()))) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE meta SET day = ?", (DAY,))
        for counter, services in (("1", '["khai-sinh"]'), ("2", '["khai-sinh","sao-y"]')):
            connection.execute(
                "INSERT INTO counter VALUES (?1, ?2, ?2, 1, NULL, NULL, NULL, 0, 0, NULL)", (counter, services)
            )
        yield SqliteTicketBook(connection)
        connection.execute("ROLLBACK")


def test_each_slip_and_copy_has_its_kiosk(book: TicketBook) -> None:
    ticket = add(book, 1)
    taken_at = book.slip_kiosk(ticket.id, 0)
    assert (book.add_copy(ticket.id, None, 0).reprint, book.add_copy(ticket.id, "kiosk-9", 0).reprint) == (1, 2)
    assert [book.slip_kiosk(ticket.id, reprint) for reprint in (1, 2, 3)] == [taken_at, "kiosk-9", None]
    assert taken_at is not None
    assert book.slip_kiosk(TicketId(4711), 0) is None


def test_what_the_tickets_of_a_day_are_for_is_known(book: TicketBook) -> None:
    add(book, 1)
    add(book, 2, day=DAY - 1, service=COPY)
    assert book.services_taken(DAY) == {BIRTH}


def add(book: TicketBook, number: int, **changes: object) -> Ticket:
    """A ticket that came ``number`` minutes after nine."""
    at_ms = MONDAY_9_00 + number * 60_000
    return book.add(a_ticket(number=number, issued_ms=at_ms, queue_ms=at_ms, **changes), "secret", "kiosk-1")


def act(book: TicketBook, ticket: Ticket, action: Action, counter: CounterId, now_ms: int = MONDAY_9_00) -> Ticket:
    changed = transitions.apply(ticket, Command(action, counter), QueueRule(recalls_before_no_show=0), now_ms)
    assert isinstance(changed, Ticket)
    book.put(changed)
    return changed


def test_a_ticket_comes_back_as_it_was_stored(book: TicketBook) -> None:
    ticket = add(book, 1)
    assert book.ticket(ticket.id) == ticket
    called = act(book, ticket, Action.CALL, ONE)
    assert book.ticket(ticket.id) == called


def test_an_unknown_ticket_is_nothing(book: TicketBook) -> None:
    assert book.ticket(a_ticket(id=4711).id) is None


def test_numbers_are_remembered_by_day_and_prefix(book: TicketBook) -> None:
    add(book, 7)
    assert book.last_number(DAY, "B") == 7
    assert book.last_number(DAY, "C") is None
    assert book.last_number(DAY + 1, "B") is None


def test_numbers_of_a_day_go_on_above_those_of_another(book: TicketBook) -> None:
    add(book, 7)
    assert (book.last_day_before(DAY), book.last_day_before(DAY + 1)) == (None, DAY)
    book.continue_numbers(DAY - 1, after=DAY)
    book.continue_numbers(DAY - 2, after=DAY + 1)
    assert (book.last_number(DAY - 1, "C"), book.last_number(DAY - 2, "C")) == (7, None)


def test_lanes_count_who_waits_and_follow_every_change(book: TicketBook) -> None:
    first, second = add(book, 1), add(book, 2)
    add(book, 3, ticket_class=PRIORITY)
    called = act(book, first, Action.CALL, ONE)
    book.put(replace(second, service=COPY))
    assert set(book.lanes()) == {Lane(COPY, NORMAL, 1), Lane(BIRTH, PRIORITY, 1)}
    act(book, act(book, called, Action.PARK, ONE), Action.REQUEUE, ONE)
    assert Lane(BIRTH, NORMAL, 1) in book.lanes()


def test_heads_are_the_oldest_of_each_lane_of_these_services(book: TicketBook) -> None:
    older, _, other, copy = add(book, 1), add(book, 2), add(book, 3, ticket_class=PRIORITY), add(book, 4, service=COPY)
    assert set(book.heads(frozenset({BIRTH}))) == {older, other}
    assert set(book.heads(frozenset({BIRTH, COPY}))) == {older, other, copy}
    assert book.heads(frozenset()) == ()


def test_of_two_tickets_of_the_same_moment_the_lower_id_is_the_head(book: TicketBook) -> None:
    first = add(book, 1)
    book.put(replace(add(book, 2), queue_ms=first.queue_ms))
    assert [ticket.id for ticket in book.heads(frozenset({BIRTH}))] == [first.id]


def test_a_call_marks_whom_it_overtakes_and_only_for_the_first_time(book: TicketBook) -> None:
    early, marked, called, late = (add(book, number) for number in (1, 2, 3, 4))
    book.put(replace(marked, overtaken_ms=5))
    copy = add(book, 0, service=COPY)
    book.overtake(act(book, called, Action.CALL, ONE), frozenset({BIRTH}), 99)
    stored = [book.ticket(ticket.id) for ticket in (early, marked, called, late, copy)]
    assert [ticket.overtaken_ms for ticket in stored if ticket] == [99, 5, None, None, None]


def test_who_is_at_a_counter(book: TicketBook) -> None:
    called = act(book, add(book, 1), Action.CALL, ONE)
    assert book.at_counter(ONE) == called
    assert book.at_counter(TWO) is None
    act(book, called, Action.FINISH, ONE)
    assert book.at_counter(ONE) is None


def test_the_estimator_sees_open_and_busy_counters(book: TicketBook) -> None:
    book.put_desk(Desk(ONE, frozenset({BIRTH}), holder="an"))
    act(book, add(book, 1), Action.CALL, ONE, now_ms=123)
    assert book.counter_views() == (
        CounterView(ONE, frozenset({BIRTH}), True, BIRTH, 123),
        CounterView(TWO, frozenset({BIRTH, COPY}), False),
    )


@pytest.mark.parametrize(
    ("state", "is_left"),
    [(state, state not in ("served", "no_show", "cancelled", "expired")) for state in TicketState],
)
def test_yesterdays_open_tickets_are_left_open(book: TicketBook, state: TicketState, is_left: bool) -> None:
    ticket = book.add(a_ticket(day=DAY - 1, state=state), "secret", "kiosk-1")
    assert (ticket.id in {left.id for left in book.left_open(DAY)}) is is_left
    assert book.left_open(DAY - 1) == ()


def test_a_desk_comes_back_as_it_was_stored_with_what_it_takes_to_undo(book: TicketBook) -> None:
    ticket = add(book, 1)
    undo = remember(ticket, Command(Action.CALL, ONE), Turn(1, 0), 7)
    assert undo is not None
    desk = Desk(ONE, frozenset({BIRTH, COPY}), False, "an", 5, "lunch", Turn(0, 2), (undo,))
    book.put_desk(desk)
    assert book.desk(ONE) == desk
    assert book.desk_of("an") == desk
    assert book.desk_of("binh") is None
    assert [each.id for each in book.desks()] == [ONE, TWO]


def test_an_unknown_counter_is_nothing(book: TicketBook) -> None:
    assert book.desk(CounterId("99")) is None


def test_copies_of_a_ticket_are_numbered(book: TicketBook) -> None:
    ticket = add(book, 1)
    first, second = book.add_copy(ticket.id, None, 1), book.add_copy(ticket.id, "kiosk-2", 2)
    assert (first.kiosk, first.reprint) == ("kiosk-1", 1)
    assert (second.kiosk, second.reprint) == ("kiosk-2", 2)
    book.end_copy(ticket.id, 1, 3)


def test_marks_of_cards_are_kept_apart_and_forgotten_together(book: TicketBook) -> None:
    first, second, other = (add(book, number) for number in (1, 2, 3))
    same, another = CardMark(keyed_hash="a" * 64, last4="0011"), CardMark(keyed_hash="b" * 64, last4="0012")
    for ticket, mark in ((first, same), (second, same), (other, another)):
        book.keep_card(ticket.id, mark)
    assert book.card(first.id) == same
    assert book.card(TicketId(4711)) is None
    assert book.tickets_of_card(same.keyed_hash) == (first.id, second.id)
    book.forget_cards()
    assert (book.card(first.id), book.tickets_of_card(same.keyed_hash)) == (None, ())


def test_what_is_switched_off_is_off(book: TicketBook) -> None:
    book.switch("kiosk_closed", True, "chi", 1)
    book.switch("kiosk_closed", True, "chi", 2)
    assert book.switched() == {"kiosk_closed"}
    book.switch("kiosk_closed", False, "chi", 3)
    assert book.switched() == frozenset()


def test_devices_are_those_of_the_last_report(book: TicketBook) -> None:
    state = DeviceState(id="printer", kind="printer", state="ready", device="online", paper="low")
    assert book.devices("kiosk-1") == ()
    book.put_devices("kiosk-1", (state,), 1)
    assert book.devices("kiosk-1") == (state,)


def test_an_answer_is_kept_until_it_is_forgotten(book: TicketBook) -> None:
    assert book.answered("a") is None
    book.keep_answer("a", b"mark", b"answer", 5)
    assert book.answered("a") == (b"mark", b"answer")
    book.forget_answers(5)
    assert book.answered("a") == (b"mark", b"answer")
    book.forget_answers(6)
    assert book.answered("a") is None


def test_the_day_is_the_one_that_was_opened(book: TicketBook) -> None:
    assert book.day() == DAY
    book.open_day(DAY + 1)
    assert book.day() == DAY + 1


def test_an_event_can_be_recorded(book: TicketBook) -> None:
    book.record(CounterLeft(counter="1"), 1)


@pytest.fixture
def real_book(tmp_path: Path) -> Iterator[TicketBook]:
    with closing(connect(prepare(tmp_path, "centre", FakeClock()))) as connection:
        yield SqliteTicketBook(connection)


def test_the_database_itself_refuses_a_number_given_twice(real_book: TicketBook) -> None:
    add(real_book, 1)
    with pytest.raises(sqlite3.IntegrityError):
        add(real_book, 1)


def test_the_database_itself_refuses_two_tickets_at_one_counter(real_book: TicketBook) -> None:
    first, second = add(real_book, 1), add(real_book, 2)
    act(real_book, first, Action.CALL, ONE)
    with pytest.raises(sqlite3.IntegrityError):
        act(real_book, second, Action.CALL, ONE)


def test_how_promises_were_kept_is_counted_by_service(book: TicketBook) -> None:
    def called_after(number: int, seconds: int, **changes: object) -> None:
        ticket = add(book, number, **changes)
        book.put(replace(ticket, state=TicketState.SERVED, called_ms=ticket.issued_ms + seconds * 1000))

    model = replace(a_ticket(number=0).promise, p10_s=10, p50_s=60, p90_s=300, high_min=5, basis="simulated")
    called_after(1, 5, promise=model)
    called_after(2, 61, promise=model)
    called_after(3, 1300, promise=replace(model, basis="plain:new"))
    called_after(4, 5, service=COPY)
    called_after(5, 5, day=DAY - 1)
    add(book, 6)
    first, second = book.kept(DAY, DAY, 900)
    assert first == Kept(BIRTH, called=3, modelled=2, under_p10=1, under_p50=1, under_p90=2, late=1)
    assert (second.service, second.called) == (COPY, 1)
    assert book.kept(DAY + 1, DAY + 2, 900) == ()


def test_the_next_ticket_is_known_before_it_is_added(book: TicketBook) -> None:
    expected = book.next_id()
    assert add(book, 1).id == expected
    assert book.next_id() == expected + 1
