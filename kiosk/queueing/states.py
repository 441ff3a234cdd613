"""The life of a ticket, in one table. ``step`` is the only way from one state to the next.

Undo is not in the table: it puts back the ticket as it was before the last action, within ``QueueRule.undo_s`` seconds.
"""

from enum import StrEnum
from types import MappingProxyType

from kiosk.queueing.model import TicketState as S


class Action(StrEnum):
    CALL = "call"
    RECALL = "recall"
    ARRIVE = "arrive"
    FINISH = "finish"
    NO_SHOW = "no_show"
    PARK = "park"
    REQUEUE = "requeue"  #: parked or missed: back into the line at its original place
    TRANSFER = "transfer"  #: to another service, at its original place, with its number
    CANCEL = "cancel"
    EXPIRE = "expire"


TABLE = MappingProxyType(
    {
        (S.WAITING, Action.CALL): S.CALLED,
        (S.WAITING, Action.TRANSFER): S.WAITING,
        (S.WAITING, Action.PARK): S.PARKED,
        (S.WAITING, Action.CANCEL): S.CANCELLED,
        (S.WAITING, Action.EXPIRE): S.EXPIRED,
        (S.CALLED, Action.RECALL): S.CALLED,
        (S.CALLED, Action.ARRIVE): S.SERVING,
        (S.CALLED, Action.FINISH): S.SERVED,
        (S.CALLED, Action.NO_SHOW): S.NO_SHOW,
        (S.CALLED, Action.PARK): S.PARKED,
        (S.CALLED, Action.TRANSFER): S.WAITING,
        (S.CALLED, Action.CANCEL): S.CANCELLED,
        (S.CALLED, Action.EXPIRE): S.EXPIRED,
        (S.SERVING, Action.FINISH): S.SERVED,
        (S.SERVING, Action.PARK): S.PARKED,
        (S.SERVING, Action.TRANSFER): S.WAITING,
        (S.SERVING, Action.EXPIRE): S.SERVED,
        (S.PARKED, Action.CALL): S.CALLED,
        (S.PARKED, Action.REQUEUE): S.WAITING,
        (S.PARKED, Action.CANCEL): S.CANCELLED,
        (S.PARKED, Action.EXPIRE): S.EXPIRED,
        (S.NO_SHOW, Action.CALL): S.CALLED,
        (S.NO_SHOW, Action.REQUEUE): S.WAITING,
    }
)


def step(state: S, action: Action) -> S | None:
    """The state after ``action``, or None where the table does not allow it."""
    return TABLE.get((state, action))
