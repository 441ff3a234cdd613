"""What an action does to a ticket: a value in, a new value or a refusal out. The table of ``states`` has the last word.

A ticket keeps its number, its promise and its place in the line (``queue_ms``) through everything that happens to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.queueing.model import AT_COUNTER, CounterId, QueueRule, ServiceId, Ticket, TicketState, Turn
from kiosk.queueing.states import Action, step


class Refusal(StrEnum):
    """Why an action changed nothing."""

    WRONG_STATE = "wrong_state"  #: the table does not allow it
    OTHER_COUNTER = "other_counter"  #: the ticket is at another counter
    TOO_FEW_RECALLS = "too_few_recalls"
    NO_COUNTER = "no_counter"  #: a call needs a counter
    SAME_SERVICE = "same_service"
    TOO_LATE = "too_late"  #: the time for undo is over
    CHANGED_SINCE = "changed_since"  #: something else happened to the ticket after the action to undo
    NOTHING_TO_UNDO = "nothing_to_undo"


@dataclass(frozen=True, slots=True)
class Command:
    """An action by a counter; ``counter`` is None when the house itself or a supervisor acts."""

    action: Action
    counter: CounterId | None = None
    service: ServiceId | None = None  #: where to, for a transfer


@dataclass(frozen=True, slots=True)
class Undo:
    """What it takes to put one action back: stored with the ticket, one level deep."""

    action: Action
    by: CounterId
    done_ms: int
    before: Ticket
    turn: Turn  #: of the counter, before the action


#: A recall has been heard by the whole hall, and the close of the day is not a slip.
UNDOABLE = frozenset(Action) - {Action.RECALL, Action.EXPIRE}


def apply(ticket: Ticket, command: Command, rule: QueueRule, now_ms: int) -> Ticket | Refusal:
    """The ticket after the command, or why not."""
    state = step(ticket.state, command.action)
    if state is None:
        return Refusal.WRONG_STATE
    refusal = _refusal(ticket, command, rule)
    if refusal is not None:
        return refusal
    change = _CHANGES.get(command.action, _unchanged)
    return replace(change(ticket, command, now_ms), state=state, changed_ms=now_ms)


def remember(ticket: Ticket, command: Command, turn: Turn, now_ms: int) -> Undo | None:
    """What to store so that ``command``, done to ``ticket`` at ``now_ms``, can be undone; None where it cannot."""
    if command.action not in UNDOABLE or command.counter is None:
        return None
    return Undo(action=command.action, by=command.counter, done_ms=now_ms, before=ticket, turn=turn)


def undo(ticket: Ticket, last: Undo | None, by: CounterId, rule: QueueRule, now_ms: int) -> Ticket | Refusal:
    """The ticket exactly as it was before its last action: for the counter that did it, within ``rule.undo_s``."""
    if last is None or last.before.id != ticket.id:
        return Refusal.NOTHING_TO_UNDO
    if ticket.changed_ms != last.done_ms or not _is_as_left(ticket, last):
        return Refusal.CHANGED_SINCE
    if last.by != by:
        return Refusal.OTHER_COUNTER
    if now_ms > undoable_until_ms(last, rule):
        return Refusal.TOO_LATE
    return last.before


def _is_as_left(ticket: Ticket, last: Undo) -> bool:
    """The clock alone does not tell: it may step back, and two counters may press in the same millisecond."""
    is_elsewhere = ticket.state in AT_COUNTER and ticket.counter != last.by
    return ticket.state is step(last.before.state, last.action) and not is_elsewhere


def undoable_until_ms(last: Undo, rule: QueueRule) -> int:
    return last.done_ms + rule.undo_s * 1000


def _refusal(ticket: Ticket, command: Command, rule: QueueRule) -> Refusal | None:
    at_other = ticket.state in AT_COUNTER and command.counter not in (None, ticket.counter)
    if at_other:
        return Refusal.OTHER_COUNTER
    if command.action is Action.CALL and command.counter is None:
        return Refusal.NO_COUNTER
    if command.action is Action.NO_SHOW and ticket.recalls < rule.recalls_before_no_show:
        return Refusal.TOO_FEW_RECALLS
    if command.action is Action.TRANSFER and command.service in (None, ticket.service):
        return Refusal.SAME_SERVICE
    return None


def _unchanged(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return ticket


def _called(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return replace(_back_in_line(ticket, command, now_ms), counter=command.counter, called_ms=now_ms)


def _recalled(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return replace(ticket, recalls=ticket.recalls + 1)


def _arrived(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return replace(ticket, started_ms=now_ms)


def _ended(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    """Staff who forget "arrived" and press "finish" have served since the call."""
    started_ms = ticket.started_ms
    if started_ms is None and command.action is Action.FINISH:
        started_ms = ticket.called_ms
    return replace(ticket, started_ms=started_ms, ended_ms=now_ms)


def _expired(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    """At close: whoever is being served counts as served; a ticket that was called or waited has simply run out."""
    bound = ticket.counter if ticket.state is TicketState.SERVING else None
    return replace(ticket, counter=bound, ended_ms=now_ms)


def _back_in_line(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return replace(ticket, counter=None, called_ms=None, started_ms=None, ended_ms=None, recalls=0)


def _transferred(ticket: Ticket, command: Command, now_ms: int) -> Ticket:
    return replace(_back_in_line(ticket, command, now_ms), service=command.service or ticket.service)


_CHANGES: dict[Action, Callable[[Ticket, Command, int], Ticket]] = {
    Action.CALL: _called,
    Action.RECALL: _recalled,
    Action.ARRIVE: _arrived,
    Action.FINISH: _ended,
    Action.NO_SHOW: _ended,
    Action.CANCEL: _ended,
    Action.EXPIRE: _expired,
    Action.REQUEUE: _back_in_line,
    Action.TRANSFER: _transferred,
}
