"""What an officer does at a counter: whom to call, what becomes of them, and back again after a slip.

1. A counter has one ticket at most; whoever was called must arrive or be missed before the next is called.
2. Only who holds the counter commands it, and only with a page that shows the counter as it is.
3. "Next" while serving finishes the one and calls the other in one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.hub.usecases.book import Desk, TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing import policy, transitions
from kiosk.queueing.model import CounterId, QueueRule, ServiceId, Ticket, TicketId, TicketState
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, Undo
from kiosk.wire import events
from kiosk.wire.staff_api import CalledTicket, CounterCommand, CounterReply

Outcome = Ticket | Refused | None


@dataclass(slots=True)
class _AtDesk:
    """One command under way. ``done`` collects what it takes to undo it."""

    book: TicketBook
    centre: Centre
    desk: Desk
    current: Ticket | None
    command: CounterCommand
    now_ms: int
    done: tuple[Undo, ...] = ()

    @property
    def rule(self) -> QueueRule:
        return self.centre.rule

    @property
    def counter(self) -> CounterId:
        return self.desk.id


def command_counter(
    book: TicketBook, centre: Centre, counter: CounterId, staff: str, command: CounterCommand, now_ms: int
) -> CounterReply | Refused:
    """Carry out one command of who holds the counter."""
    desk = book.desk(counter)
    if desk is None:
        return Refused(Why.UNKNOWN_COUNTER)
    if desk.holder != staff:
        return Refused(Why.NOT_HOLDING)
    current = book.at_counter(counter)
    if _means_current(command) and command.seen != (current.id if current else None):
        return Refused(Why.STALE_PAGE, detail=f"seen: {command.seen}")
    at = _AtDesk(book, centre, desk, current, command, now_ms)
    outcome = _ACTIONS[command.action](at)
    if isinstance(outcome, Refused):
        return outcome
    book.put_desk(replace(at.desk, last_action=at.done))
    note_activity(book, counter, now_ms)
    return CounterReply(counter=counter, action=command.action, ticket=_called_ticket(outcome, now_ms))


def note_activity(book: TicketBook, counter: CounterId, now_ms: int) -> None:
    """For today's figures: what the counter does from now on."""
    desk, current = book.desk(counter), book.at_counter(counter)
    if desk is None or desk.holder is None or not (desk.is_open or current):
        activity = None
    elif current is not None:
        activity = "serving"
    else:
        activity = "idle" if desk.pause_reason is None else "paused"
    book.note_activity(counter, activity, now_ms)


def _call_next(at: _AtDesk) -> Outcome:
    refused = _make_room(at)
    if refused is not None:
        return refused
    ticket = policy.next_ticket(at.book.heads(at.desk.services), at.desk.turn, at.rule, at.now_ms)
    return _call(at, ticket, chosen=False) if ticket else None


def _call_chosen(at: _AtDesk) -> Outcome:
    ticket = _named_ticket(at)
    if isinstance(ticket, Refused):
        return ticket
    if ticket.service not in at.desk.services:
        return Refused(Why.CANNOT_SERVE, detail=f"service: {ticket.service}")
    return _make_room(at) or _call(at, ticket, chosen=True)


def _make_room(at: _AtDesk) -> Refused | None:
    """Finish whoever is being served, so that somebody else can be called; or why nobody can be called now."""
    if not at.desk.is_open:
        return Refused(Why.COUNTER_CLOSED)
    if at.desk.pause_reason is not None:
        return Refused(Why.PAUSED)
    if at.current is None:
        return None
    if at.current.state is TicketState.CALLED:
        return Refused(Why.NOT_SETTLED)
    finished = _apply(at, at.current, Action.FINISH)
    return finished if isinstance(finished, Refused) else None


def _call(at: _AtDesk, ticket: Ticket, *, chosen: bool) -> Outcome:
    called = _apply(at, ticket, Action.CALL, chosen=chosen)
    if isinstance(called, Refused):
        return called
    at.book.overtake(called, at.desk.services, at.now_ms)
    at.book.add_call(called, at.now_ms)
    at.desk = replace(at.desk, turn=policy.after_call(at.desk.turn, called.ticket_class))
    return called


def _recall(at: _AtDesk) -> Outcome:
    ticket = _own(at, Action.RECALL)
    if isinstance(ticket, Ticket):
        at.book.add_call(ticket, at.now_ms)
    return ticket


def _own(at: _AtDesk, action: Action) -> Outcome:
    """An action on whoever is at the counter."""
    return Refused(Why.NOBODY_AT_COUNTER) if at.current is None else _apply(at, at.current, action)


def _own_or_named(at: _AtDesk, action: Action) -> Outcome:
    """An action on the named ticket, or else on whoever is at the counter."""
    if at.command.ticket is None:
        return _own(at, action)
    ticket = _named_ticket(at)
    return ticket if isinstance(ticket, Refused) else _apply(at, ticket, action)


def _transfer(at: _AtDesk) -> Outcome:
    if at.command.service is None:
        return Refused(Why.MISSING_FIELD, detail="service")
    if at.command.service not in at.centre.services:
        return Refused(Why.UNKNOWN_SERVICE, detail=f"service: {at.command.service}")
    return _own_or_named(at, Action.TRANSFER)


def _undo(at: _AtDesk) -> Outcome:
    """Put everything back that the counter's last action changed, newest first."""
    if not at.desk.last_action:
        return Refused(Why.NOTHING_TO_UNDO)
    restored: list[Ticket] = []
    for last in reversed(at.desk.last_action):
        now = at.book.ticket(last.before.id)
        before = (
            transitions.undo(now, last, at.counter, at.rule, at.now_ms) if now else transitions.Refusal.CHANGED_SINCE
        )
        if isinstance(before, transitions.Refusal):
            return Refused(Why(before.value))
        at.book.put(before)
        if last.action is Action.CALL:
            at.book.drop_calls(before.id, last.done_ms)
        at.book.record(_undone(last, at.counter), at.now_ms)
        restored.append(before)
    at.desk = replace(at.desk, turn=at.desk.last_action[0].turn)
    return at.book.at_counter(at.counter) or restored[-1]


def _pause(at: _AtDesk) -> Outcome:
    at.desk = replace(at.desk, pause_reason=at.command.reason)
    at.done = at.desk.last_action
    at.book.record(events.CounterPaused(counter=at.counter, reason=at.command.reason), at.now_ms)
    return at.current


def _resume(at: _AtDesk) -> Outcome:
    at.desk = replace(at.desk, pause_reason=None)
    at.done = at.desk.last_action
    at.book.record(events.CounterResumed(counter=at.counter), at.now_ms)
    return at.current


_ACTIONS: dict[str, Callable[[_AtDesk], Outcome]] = {
    "call_next": _call_next,
    "call": _call_chosen,
    "recall": _recall,
    "arrive": lambda at: _own(at, Action.ARRIVE),
    "finish": lambda at: _own(at, Action.FINISH),
    "no_show": lambda at: _own(at, Action.NO_SHOW),
    "park": lambda at: _own_or_named(at, Action.PARK),
    "requeue": lambda at: _own_or_named(at, Action.REQUEUE),
    "transfer": _transfer,
    "cancel": lambda at: _own_or_named(at, Action.CANCEL),
    "undo": _undo,
    "pause": _pause,
    "resume": _resume,
}
_NAME_A_TICKET = frozenset({"park", "requeue", "transfer", "cancel"})
_MEAN_THE_COUNTER = frozenset({"pause", "resume"})


def _means_current(command: CounterCommand) -> bool:
    """Whether the command is about whoever the page shows at the counter."""
    if command.action in _NAME_A_TICKET:
        return command.ticket is None
    return command.action not in _MEAN_THE_COUNTER


def _named_ticket(at: _AtDesk) -> Ticket | Refused:
    if at.command.ticket is None:
        return Refused(Why.MISSING_FIELD, detail="ticket")
    ticket = at.book.ticket(TicketId(at.command.ticket))
    if ticket is None or ticket.day != at.book.day():
        return Refused(Why.UNKNOWN_TICKET, detail=f"ticket: {at.command.ticket}")
    return ticket


def _apply(at: _AtDesk, ticket: Ticket, action: Action, *, chosen: bool = False) -> Ticket | Refused:
    """The action on the ticket, its event, and how to undo it."""
    service = ServiceId(at.command.service) if action is Action.TRANSFER and at.command.service else None
    command = Command(action, at.counter, service)
    changed = transitions.apply(ticket, command, at.rule, at.now_ms)
    if isinstance(changed, transitions.Refusal):
        return Refused(Why(changed.value), detail=f"{action} of a ticket that is {ticket.state}")
    at.book.put(changed)
    at.book.record(_event(action, ticket, changed, at.counter, chosen=chosen), at.now_ms)
    undo = transitions.remember(ticket, command, at.desk.turn, at.now_ms)
    at.done = (*at.done, undo) if undo else ()
    return changed


def _event(action: Action, before: Ticket, after: Ticket, counter: CounterId, *, chosen: bool) -> events.Event:
    ticket = after.id
    if action in (Action.CALL, Action.RECALL):
        return events.TicketCalled(
            ticket=ticket, counter=counter, service=after.service, recalls=after.recalls, chosen=chosen
        )
    if action is Action.FINISH:
        service_s = ((after.ended_ms or 0) - (after.started_ms or 0)) / 1000
        return events.TicketFinished(ticket=ticket, counter=counter, service=after.service, service_s=service_s)
    if action is Action.TRANSFER:
        return events.TicketTransferred(
            ticket=ticket, counter=counter, from_service=before.service, to_service=after.service
        )
    return _PLAIN_EVENTS[action](ticket=ticket, counter=counter)


def _undone(last: Undo, counter: CounterId) -> events.Event:
    before = last.before
    return events.ActionUndone(ticket=before.id, counter=counter, action=last.action.value, state=before.state.value)


_PLAIN_EVENTS: dict[Action, Callable[..., events.Event]] = {
    Action.ARRIVE: events.TicketArrived,
    Action.NO_SHOW: events.TicketMissed,
    Action.PARK: events.TicketParked,
    Action.REQUEUE: events.TicketRequeued,
    Action.CANCEL: events.TicketCancelled,
}


def _called_ticket(ticket: Ticket | None, now_ms: int) -> CalledTicket | None:
    if ticket is None:
        return None
    return CalledTicket(
        id=ticket.id,
        label=ticket.label,
        service=ticket.service,
        ticket_class=ticket.ticket_class.value,
        state=ticket.state.value,
        recalls=ticket.recalls,
        waited_s=max((ticket.called_ms or now_ms) - ticket.issued_ms, 0) // 1000,
    )
