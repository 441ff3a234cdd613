"""A whole day by the pure rules alone, against a plain list of who came: nobody is lost, doubled or renumbered."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from kiosk.queueing.model import (
    AT_COUNTER,
    OPEN,
    CounterId,
    QueueRule,
    ServiceId,
    Ticket,
    TicketClass,
    TicketState,
    Turn,
)
from kiosk.queueing.numbering import next_number
from kiosk.queueing.policy import after_call, next_ticket, overtaken
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, Refusal, Undo, apply, remember, undo
from tests.unit.queueing.made import MORNING_MS, ticket

RULE = QueueRule(max_overtaken_s=600, recalls_before_no_show=1)
SERVICES = tuple(map(ServiceId, ("khai-sinh", "chung-thuc", "dat-dai")))
SKILLS = {
    CounterId("1"): frozenset(SERVICES[:2]),
    CounterId("2"): frozenset(SERVICES[1:]),
    CounterId("3"): frozenset(SERVICES),
}
counters = st.sampled_from(sorted(SKILLS))


class WholeDay(RuleBasedStateMachine):
    """The book is what the rules make of the day; ``came`` is the list of who took a number, and nothing else."""

    awaiting = Bundle("awaiting")

    def __init__(self) -> None:
        super().__init__()
        self.now_ms = MORNING_MS
        self.book: dict[int, Ticket] = {}
        self.came: list[tuple[int, str, ServiceId]] = []
        self.turns = dict.fromkeys(SKILLS, Turn())
        self.undos: dict[int, Undo] = {}
        self.closed = False

    def later(self) -> int:
        self.now_ms += 7_000
        return self.now_ms

    def at(self, counter: CounterId) -> Ticket | None:
        return next((t for t in self.book.values() if t.counter == counter and t.state in AT_COUNTER), None)

    def act(self, before: Ticket, command: Command) -> Ticket | Refusal:
        now_ms = self.later()
        after = apply(before, command, RULE, now_ms)
        if isinstance(after, Ticket):
            self.book[after.id] = after
            memory = remember(before, command, self.turns.get(command.counter or CounterId(""), Turn()), now_ms)
            if memory is not None:
                self.undos[after.id] = memory
        return after

    @precondition(lambda self: not self.closed)
    @rule(target=awaiting, service=st.sampled_from(SERVICES), kind=st.sampled_from(TicketClass))
    def somebody_takes_a_number(self, service: ServiceId, kind: TicketClass) -> int:
        number = next_number(max((t.number for t in self.book.values()), default=None))
        assert number is not None
        taken = ticket(number, service=service, ticket_class=kind, came_ms=self.later())
        self.book[taken.id] = taken
        self.came.append((taken.id, taken.label, service))
        return taken.id

    @rule(counter=counters)
    def call_next(self, counter: CounterId) -> None:
        if self.at(counter) is not None:
            return
        mine = [t for t in self.book.values() if t.service in SKILLS[counter]]
        called = next_ticket(mine, self.turns[counter], RULE, self.now_ms)
        if called is None:
            assert not any(t.state is TicketState.WAITING for t in mine)
            return
        for passed in overtaken(mine, called, SKILLS[counter]):
            self.book[passed.id] = replace(passed, overtaken_ms=passed.overtaken_ms or self.now_ms)
        after = self.act(called, Command(Action.CALL, counter))
        assert isinstance(after, Ticket)
        assert after.counter == counter
        self.turns[counter] = after_call(self.turns[counter], after.ticket_class)

    @rule(counter=counters, action=st.sampled_from(Action), to=st.sampled_from(SERVICES))
    def do_something_with_the_ticket_at_the_counter(self, counter: CounterId, action: Action, to: ServiceId) -> None:
        current = self.at(counter)
        if current is not None:
            self.act(current, Command(action, counter, to))

    @rule(ticket_id=awaiting, counter=counters)
    def try_to_call_a_chosen_one(self, ticket_id: int, counter: CounterId) -> None:
        if self.at(counter) is None:
            chosen = self.book[ticket_id]
            after = self.act(chosen, Command(Action.CALL, counter))
            callable_states = (TicketState.WAITING, TicketState.PARKED, TicketState.NO_SHOW)
            assert isinstance(after, Ticket) == (chosen.state in callable_states)

    @rule(ticket_id=awaiting, action=st.sampled_from((Action.REQUEUE, Action.PARK, Action.CANCEL)))
    def do_something_with_a_chosen_one(self, ticket_id: int, action: Action) -> None:
        self.act(self.book[ticket_id], Command(action))

    @rule(ticket_id=awaiting, counter=counters)
    def undo_a_slip(self, ticket_id: int, counter: CounterId) -> None:
        memory = self.undos.get(ticket_id)
        if memory is not None and memory.before.state in AT_COUNTER and self.at(memory.by) is not None:
            return
        back = undo(self.book[ticket_id], memory, counter, RULE, self.now_ms)
        if isinstance(back, Ticket):
            assert memory is not None
            assert back == memory.before
            self.book[ticket_id] = back
            del self.undos[ticket_id]

    @rule()
    def close_the_day(self) -> None:
        self.closed = True
        for open_ticket in [t for t in self.book.values() if t.state in OPEN]:
            assert isinstance(self.act(open_ticket, Command(Action.EXPIRE)), Ticket)
        assert not any(t.state in OPEN for t in self.book.values())

    @invariant()
    def everybody_who_came_is_in_the_book_once_with_their_number(self) -> None:
        assert sorted((t.id, t.label) for t in self.book.values()) == sorted((i, label) for i, label, _ in self.came)
        assert len({label for _, label, _ in self.came}) == len(self.came)

    @invariant()
    def a_counter_has_at_most_one_ticket(self) -> None:
        busy = [t.counter for t in self.book.values() if t.state in AT_COUNTER]
        assert None not in busy
        assert len(busy) == len(set(busy))


WholeDay.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWholeDay = WholeDay.TestCase
