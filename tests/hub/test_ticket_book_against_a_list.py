"""Everything that can happen to a queue, in any order, with retries and crashes, against a plain list."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.config.hub import Rule
from kiosk.hub.store.store import Store
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.calling import command_counter
from kiosk.hub.usecases.centre import make_centre
from kiosk.hub.usecases.desks import hold_counter
from kiosk.hub.usecases.issue import Slip, issue_ticket
from kiosk.hub.usecases.once import fingerprint, once
from kiosk.hub.usecases.refused import Refused
from kiosk.queueing.model import CounterId
from kiosk.web.ports import Staff
from kiosk.wire.common import Message
from kiosk.wire.kiosk_api import IssueTicket, TicketReply
from kiosk.wire.staff_api import CounterCommand, CounterReply
from tests.fakes.clock import FakeClock
from tests.fakes.small_centre import small_centre

T = TypeVar("T")
SERVES = {"1": {"khai-sinh", "ket-hon"}, "2": {"khai-sinh", "ket-hon", "sao-y"}, "3": {"sao-y"}}
COUNTERS, SERVICES = st.sampled_from(sorted(SERVES)), st.sampled_from(["khai-sinh", "ket-hon", "sao-y"])
#: Where each action of a counter leads, from the two states at a counter; the model's own table.
LEADS = {
    ("called", "arrive"): "serving",
    ("called", "finish"): "served",
    ("called", "no_show"): "no_show",
    ("called", "park"): "parked",
    ("serving", "finish"): "served",
    ("serving", "park"): "parked",
}


@dataclass(frozen=True)
class Line:
    """One ticket of the model."""

    state: str
    service: str
    kind: str
    counter: str | None = None


class QueueMachine(RuleBasedStateMachine):
    """``tickets`` is the model, in the order of issue; ``before`` is what each counter's undo leads back to."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="queue-"))
        self.folders = [self.folder]
        self.clock, self.ids = FakeClock(), itertools.count()
        self.tickets: dict[int, Line] = {}
        self.before: dict[str, dict[int, Line] | None] = dict.fromkeys(SERVES)
        self.last: tuple[str, CounterCommand, bytes] | None = None
        self._open(self.folder)
        for counter in SERVES:
            staff = Staff(f"staff-{counter}", "", "officer", "")
            refused = self._write(
                lambda book, c=counter, s=staff: hold_counter(
                    book, CounterId(c), s, take_over=False, idle_s=0, now_ms=0
                )
            )
            assert refused is None

    def _open(self, folder: Path) -> None:
        config = small_centre(folder, rule=Rule(recalls_before_no_show=0))
        self.centre = make_centre(config, "http://hub.test")
        self.store = Store(self.centre, self.clock)
        self.store.open()

    def teardown(self) -> None:
        self.store.close()
        for folder in self.folders:
            shutil.rmtree(folder)

    @rule(service=SERVICES, kind=st.sampled_from(["normal", "priority"]), retries=st.integers(1, 3))
    def issue(self, service: str, kind: Any, retries: int) -> None:
        ask = IssueTicket(request_id=self._id(), service=service, ticket_class=kind)
        answers = {self._once("kiosk-1", ask, lambda book: self._issue(book, ask)) for _ in range(retries)}
        assert len(answers) == 1
        ticket = msgspec.json.decode(answers.pop(), type=TicketReply)
        assert ticket.id not in self.tickets
        self.tickets[ticket.id] = Line("waiting", service, kind)

    @rule(service=SERVICES, kind=st.sampled_from(["normal", "priority"]), people=st.integers(2, 5))
    def a_crowd_comes(self, service: str, kind: Any, people: int) -> None:
        for _ in range(people):
            self.issue(service=service, kind=kind, retries=1)

    @rule(counter=COUNTERS)
    def call_next(self, counter: str) -> None:
        current = self._current(counter)
        waiting = [n for n, line in self.tickets.items() if line.state == "waiting" and line.service in SERVES[counter]]
        reply = self._command(counter, "call_next")
        if current is not None and self.tickets[current].state == "called":
            assert isinstance(reply, Refused)
            return
        assert isinstance(reply, CounterReply)
        changed: dict[int, Line] = {}
        if current is not None:
            changed[current] = replace(self.tickets[current], state="served")
        if reply.ticket is None:
            assert waiting == []
        else:
            called = self.tickets[reply.ticket.id]
            assert reply.ticket.id == min(n for n in waiting if self.tickets[n].kind == called.kind)
            changed[reply.ticket.id] = replace(called, state="called", counter=counter)
        self._changed(counter, changed)

    @rule(counter=COUNTERS, action=st.sampled_from(["arrive", "finish", "no_show", "park"]))
    def settle(self, counter: str, action: str) -> None:
        current = self._current(counter)
        leads_to = LEADS.get((self.tickets[current].state, action)) if current is not None else None
        reply = self._command(counter, action)
        assert isinstance(reply, Refused) is (leads_to is None)
        if current is not None and leads_to is not None:
            self._changed(counter, {current: replace(self.tickets[current], state=leads_to)})

    @rule(counter=COUNTERS, service=SERVICES)
    def transfer(self, counter: str, service: str) -> None:
        current = self._current(counter)
        reply = self._command(counter, "transfer", service=service)
        if current is None or self.tickets[current].service == service:
            assert isinstance(reply, Refused)
        else:
            self._changed(counter, {current: Line("waiting", service, self.tickets[current].kind)})

    @precondition(lambda self: self.tickets)
    @rule(counter=COUNTERS, data=st.data(), action=st.sampled_from(["requeue", "cancel"]))
    def put_aside(self, counter: str, data: st.DataObject, action: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        line = self.tickets[number]
        reply = self._command(counter, action, ticket=number)
        allowed = {"requeue": ("parked", "no_show"), "cancel": ("waiting", "parked")}[action]
        if line.state == "called" and action == "cancel" and line.counter == counter:
            allowed = ("called",)
        assert isinstance(reply, CounterReply) is (line.state in allowed)
        if line.state in allowed:
            left = (
                replace(line, state="waiting", counter=None)
                if action == "requeue"
                else replace(line, state="cancelled")
            )
            self._changed(counter, {number: left})

    @rule(counter=COUNTERS)
    def undo(self, counter: str) -> None:
        before = self.before[counter]
        reply = self._command(counter, "undo")
        assert isinstance(reply, CounterReply) is bool(before)
        self.before[counter] = None if isinstance(reply, CounterReply) else before
        self.tickets |= before or {}

    @precondition(lambda self: self.last)
    @rule()
    def retry_the_last_command(self) -> None:
        """The answer got lost: the same bytes, and nothing happens twice."""
        assert self.last is not None
        counter, command, answer = self.last
        assert self._send(counter, command) == answer

    @rule()
    def crash(self) -> None:
        """What is on disk is all that is left; a store that was killed never closes."""
        folder = Path(tempfile.mkdtemp(prefix="queue-"))
        for file in self.folders[-1].glob("hub.sqlite*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        self.store.close()
        self.folders.append(folder)
        self._open(folder)

    @invariant()
    def the_database_says_what_the_list_says(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.readings.moment() as connection:
            rows = connection.execute(
                "SELECT id, state, service, class, counter, prefix, number FROM ticket"
            ).fetchall()
            lanes = {tuple(row) for row in connection.execute("SELECT * FROM lane WHERE waiting > 0")}
        stored = {row["id"]: Line(row["state"], row["service"], row["class"], row["counter"]) for row in rows}
        assert stored == self.tickets
        waiting = [(line.service, line.kind) for line in self.tickets.values() if line.state == "waiting"]
        assert lanes == {(*lane, waiting.count(lane)) for lane in waiting}
        for prefix in "BC":
            numbers = [row["number"] for row in rows if row["prefix"] == prefix]
            assert numbers == list(range(1, len(numbers) + 1))

    def _issue(self, book: TicketBook, ask: IssueTicket) -> TicketReply | Refused:
        now_ms = self.clock.now_ms()
        return issue_ticket(book, self.centre, self.store.outlook, ask, Slip("kiosk-1", "secret"), now_ms)

    def _command(self, counter: str, action: Any, **more: Any) -> CounterReply | Refused:
        command = CounterCommand(request_id=self._id(), action=action, seen=self._current(counter), **more)
        answer = self._send(counter, command)
        if isinstance(answer, Refused):
            return answer
        self.last = counter, command, answer
        return msgspec.json.decode(answer, type=CounterReply)

    def _send(self, counter: str, command: CounterCommand) -> bytes | Refused:
        staff, now_ms = f"staff-{counter}", self.clock.now_ms()
        return self._once(
            staff,
            command,
            lambda book: command_counter(book, self.centre, CounterId(counter), staff, command, now_ms),
        )

    def _once(self, who: str, message: Any, act: Callable[[TicketBook], Message | Refused]) -> bytes | Refused:
        mark, now_ms = fingerprint(who, "path", message), self.clock.now_ms()
        return self._write(lambda book: once(book, message.request_id, mark, now_ms, lambda: act(book)))

    def _write(self, use_case: Callable[[TicketBook], T]) -> T:
        self.clock.advance(1)
        return self.store.submit(use_case).result(10)

    def _id(self) -> str:
        return f"request-{next(self.ids):06d}"

    def _current(self, counter: str) -> int | None:
        at = [n for n, line in self.tickets.items() if line.counter == counter and line.state in ("called", "serving")]
        return at[0] if at else None

    def _changed(self, counter: str, changed: dict[int, Line]) -> None:
        """The counter can undo this, and no other counter can undo what it did to these tickets."""
        for other, before in self.before.items():
            if other != counter and before and before.keys() & changed.keys():
                self.before[other] = None
        self.before[counter] = {number: self.tickets[number] for number in changed}
        self.tickets |= changed


QueueMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestQueueAgainstAList = QueueMachine.TestCase
