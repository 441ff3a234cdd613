"""Who is next at a counter. The rule that citizens can read on the wall, and nothing else.

1. First come, first served within a class: by ``queue_ms``, then by id.
2. While both classes wait, a counter calls ``priority_share`` priority citizens, then ``others_share`` others, in turn.
3. Nobody is overtaken for long: whoever was first overtaken more than ``max_overtaken_s`` ago goes before everybody who
   came later.

Only the head of each lane (service and class) matters: all in a lane can be called by the same counters, so a call that
overtakes somebody overtakes everybody who stands before them in that lane, and protection reaches the head first.
"""

from collections.abc import Iterable, Sequence

from kiosk.queueing.model import QueueRule, ServiceId, Ticket, TicketClass, TicketState, Turn

Place = tuple[int, int]


def place(ticket: Ticket) -> Place:
    """The order in which people came; the id decides between two tickets of the same millisecond."""
    return ticket.queue_ms, ticket.id


def next_ticket(heads: Sequence[Ticket], turn: Turn, rule: QueueRule, now_ms: int) -> Ticket | None:
    """Whom a counter calls next, or None when nobody waits for it.

    ``heads``: the oldest waiting ticket of each (service, class) lane that the counter can serve; more tickets of the
    same lanes change nothing.
    """
    candidates = _not_after_protected(lane_heads(heads), rule, now_ms)
    first = {
        kind: min((t for t in candidates if t.ticket_class is kind), key=place, default=None) for kind in TicketClass
    }
    priority, other = first[TicketClass.PRIORITY], first[TicketClass.NORMAL]
    if priority is None or other is None:
        return priority or other
    return priority if priority_is_due(turn, rule) else other


def after_call(turn: Turn, called: TicketClass) -> Turn:
    """The counter's turn after it called a ticket of that class."""
    if called is TicketClass.PRIORITY:
        return Turn(priority_run=turn.priority_run + 1, others_run=0)
    return Turn(priority_run=0, others_run=turn.others_run + 1)


def priority_is_due(turn: Turn, rule: QueueRule) -> bool:
    """Whether a counter calls a priority citizen next while others wait too."""
    if turn.others_run:
        return turn.others_run >= rule.others_share
    return turn.priority_run < rule.priority_share


def overtaken(waiting: Iterable[Ticket], called: Ticket, services: frozenset[ServiceId]) -> tuple[Ticket, ...]:
    """Whom the call of ``called`` overtakes: they came earlier, still wait, and this counter could have served them.

    ``services``: what the calling counter serves. The first such moment of each ticket is its ``overtaken_ms``.
    """
    return tuple(
        t for t in waiting if t.state is TicketState.WAITING and t.service in services and place(t) < place(called)
    )


def is_protected(ticket: Ticket, rule: QueueRule, now_ms: int) -> bool:
    """Whether the ticket was overtaken for so long that nobody who came later may go before it."""
    return ticket.overtaken_ms is not None and now_ms - ticket.overtaken_ms > rule.max_overtaken_s * 1000


def lane_heads(tickets: Iterable[Ticket]) -> list[Ticket]:
    """The oldest waiting ticket of each service and class."""
    heads: dict[tuple[ServiceId, TicketClass], Ticket] = {}
    for ticket in tickets:
        if ticket.state is not TicketState.WAITING:
            continue
        lane = ticket.service, ticket.ticket_class
        if lane not in heads or place(ticket) < place(heads[lane]):
            heads[lane] = ticket
    return list(heads.values())


def _not_after_protected(heads: list[Ticket], rule: QueueRule, now_ms: int) -> list[Ticket]:
    protected = [place(t) for t in heads if is_protected(t, rule, now_ms)]
    if not protected:
        return heads
    limit = min(protected)
    return [t for t in heads if place(t) <= limit]
