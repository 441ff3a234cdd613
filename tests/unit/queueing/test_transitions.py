"""What happens to a ticket: the table is closed, and undo puts everything back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.model import AT_COUNTER, OPEN, CounterId, QueueRule, ServiceId, Ticket, TicketState, Turn
from kiosk.queueing.states import TABLE, Action, step
from kiosk.queueing.transitions import UNDOABLE, Command, Refusal, Undo, apply, remember, undo, undoable_until_ms
from tests.unit.queueing.made import MORNING_MS, ticket

RULE = QueueRule()
ONE, TWO = CounterId("1"), CounterId("2")
OTHER_SERVICE = ServiceId("dat-dai")

commands = st.builds(
    Command,
    action=st.sampled_from(Action),
    counter=st.sampled_from((ONE, TWO, None)),
    service=st.sampled_from((OTHER_SERVICE, ServiceId("khai-sinh"), None)),
)


def do(at: Ticket, *actions: Action, counter: CounterId | None = ONE, seconds: int = 10) -> Ticket:
    for action in actions:
        now_ms = at.changed_ms + seconds * 1000
        after = apply(at, Command(action, counter, OTHER_SERVICE), RULE, now_ms)
        assert isinstance(after, Ticket), (action, after)
        at = after
    return at


@given(st.sampled_from(TicketState), st.sampled_from(Action))
def test_the_table_answers_for_every_state_and_action(state: TicketState, action: Action) -> None:
    after = step(state, action)
    assert after is None or isinstance(after, TicketState)


def test_every_open_state_can_end_and_finished_states_stay_finished() -> None:
    for state in OPEN:
        assert step(state, Action.EXPIRE) not in OPEN
    for state in (TicketState.SERVED, TicketState.CANCELLED, TicketState.EXPIRED):
        assert all(step(state, action) is None for action in Action)


def test_every_state_can_be_reached_from_waiting() -> None:
    reached = {TicketState.WAITING}
    while True:
        more = {after for (before, _), after in TABLE.items() if before in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(TicketState)


@given(st.lists(commands, max_size=12))
def test_whatever_happens_a_ticket_keeps_number_place_class_and_promise(steps: list[Command]) -> None:
    first = at = ticket()
    for number, command in enumerate(steps, 1):
        after = apply(at, command, RULE, MORNING_MS + number * 1000)
        if isinstance(after, Refusal):
            continue
        assert after.state is step(at.state, command.action)
        at = after
        kept = (at.id, at.day, at.label, at.queue_ms, at.issued_ms, at.ticket_class, at.promise)
        assert kept == (
            first.id,
            first.day,
            first.label,
            first.queue_ms,
            first.issued_ms,
            first.ticket_class,
            first.promise,
        )
        assert (at.counter is not None) >= (at.state in AT_COUNTER)
        if at.state is TicketState.WAITING:
            assert (at.counter, at.called_ms, at.started_ms, at.ended_ms, at.recalls) == (None, None, None, None, 0)


@given(st.lists(commands, max_size=8), commands, st.integers(0, 40_000))
def test_undo_restores_exactly_within_its_time_and_for_its_counter(
    before: list[Command], last: Command, later_ms: int
) -> None:
    at = ticket()
    for number, command in enumerate(before, 1):
        after = apply(at, command, RULE, MORNING_MS + number * 1000)
        at = at if isinstance(after, Refusal) else after
    done_ms = MORNING_MS + 60_000
    after = apply(at, last, RULE, done_ms)
    if isinstance(after, Refusal):
        return
    memory = remember(at, last, Turn(1, 0), done_ms)
    back = undo(after, memory, ONE, RULE, done_ms + later_ms)
    if last.action not in UNDOABLE or last.counter is None:
        assert back is Refusal.NOTHING_TO_UNDO
    elif last.counter != ONE:
        assert back is Refusal.OTHER_COUNTER
    elif later_ms > RULE.undo_s * 1000:
        assert back is Refusal.TOO_LATE
    else:
        assert back == at


def test_an_action_cannot_be_undone_after_something_else_happened() -> None:
    called = do(ticket(), Action.CALL)
    memory = remember(ticket(), Command(Action.CALL, ONE), Turn(), called.changed_ms)
    recalled = do(called, Action.RECALL)
    assert undo(recalled, memory, ONE, RULE, recalled.changed_ms) is Refusal.CHANGED_SINCE


def test_undo_takes_nobody_away_from_another_counter_that_called_in_the_same_millisecond() -> None:
    called = do(ticket(), Action.CALL)
    parked = do(called, Action.PARK)
    memory = remember(called, Command(Action.PARK, ONE), Turn(), parked.changed_ms)
    elsewhere = apply(parked, Command(Action.CALL, TWO), RULE, parked.changed_ms)
    assert isinstance(elsewhere, Ticket)
    assert undo(elsewhere, memory, ONE, RULE, parked.changed_ms) is Refusal.CHANGED_SINCE


def test_undo_of_another_ticket_or_of_nothing_is_refused() -> None:
    assert undo(ticket(), None, ONE, RULE, MORNING_MS) is Refusal.NOTHING_TO_UNDO
    other = Undo(Action.CALL, ONE, MORNING_MS, ticket(2), Turn())
    assert undo(ticket(1), other, ONE, RULE, MORNING_MS) is Refusal.NOTHING_TO_UNDO
    assert undoable_until_ms(other, RULE) == MORNING_MS + RULE.undo_s * 1000


def test_no_show_needs_the_configured_recalls() -> None:
    called = do(ticket(), Action.CALL, Action.RECALL)
    assert apply(called, Command(Action.NO_SHOW, ONE), RULE, MORNING_MS) is Refusal.TOO_FEW_RECALLS
    assert do(called, Action.RECALL, Action.NO_SHOW).state is TicketState.NO_SHOW
    strict = replace(RULE, recalls_before_no_show=0)
    assert isinstance(apply(do(ticket(), Action.CALL), Command(Action.NO_SHOW, ONE), strict, MORNING_MS), Ticket)


@pytest.mark.parametrize("action", [Action.RECALL, Action.ARRIVE, Action.FINISH, Action.PARK, Action.CANCEL])
def test_a_ticket_at_a_counter_is_not_another_counters_business(action: Action) -> None:
    called = do(ticket(), Action.CALL)
    assert apply(called, Command(action, TWO), RULE, MORNING_MS) is Refusal.OTHER_COUNTER
    assert isinstance(apply(called, Command(action, None), RULE, MORNING_MS), Ticket)


def test_a_call_needs_a_counter() -> None:
    assert apply(ticket(), Command(Action.CALL), RULE, MORNING_MS) is Refusal.NO_COUNTER


def test_a_transferred_ticket_waits_for_its_new_service_at_its_original_place() -> None:
    moved = do(ticket(), Action.CALL, Action.ARRIVE, Action.TRANSFER)
    assert (moved.state, moved.service, moved.queue_ms) == (TicketState.WAITING, OTHER_SERVICE, MORNING_MS)
    here = Command(Action.TRANSFER, ONE, ServiceId("khai-sinh"))
    assert apply(do(ticket(), Action.CALL), here, RULE, MORNING_MS) is Refusal.SAME_SERVICE


def test_a_missed_or_parked_ticket_goes_back_to_its_original_place() -> None:
    missed = do(ticket(), Action.CALL, Action.RECALL, Action.RECALL, Action.NO_SHOW)
    parked = do(ticket(), Action.CALL, Action.ARRIVE, Action.PARK)
    for away in (missed, parked):
        back = do(away, Action.REQUEUE)
        assert (back.state, back.queue_ms, back.recalls) == (TicketState.WAITING, MORNING_MS, 0)


def test_finish_without_arrival_counts_the_service_from_the_call() -> None:
    called = do(ticket(), Action.CALL)
    served = do(called, Action.FINISH)
    assert (served.started_ms, served.ended_ms) == (called.called_ms, served.changed_ms)


def test_at_close_who_is_served_is_served_and_who_waits_has_expired() -> None:
    close = Command(Action.EXPIRE)
    serving = do(ticket(), Action.CALL, Action.ARRIVE)
    served = apply(serving, close, RULE, MORNING_MS)
    assert isinstance(served, Ticket)
    assert (served.state, served.counter) == (TicketState.SERVED, ONE)
    called = apply(do(ticket(), Action.CALL), close, RULE, MORNING_MS)
    assert isinstance(called, Ticket)
    assert (called.state, called.counter) == (TicketState.EXPIRED, None)
