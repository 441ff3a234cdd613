"""The plain estimate of the wait, from the queue as it is at this moment: what answers when the model does not.

``outlook.Outlook`` asks the model first.
"""

from typing import Protocol

from kiosk.hub.usecases.book import Queue
from kiosk.hub.usecases.centre import Centre
from kiosk.queueing.estimate import Situation, estimate
from kiosk.queueing.hours import breaks_ahead_s, reception_opens_in_s
from kiosk.queueing.model import CounterView, Lane, Promise, ServiceId, TicketClass, TicketId
from kiosk.queueing.promise import make_promise
from kiosk.wire.kiosk_api import WaitRange


class Promises(Protocol):
    def promise(self, ticket: TicketId, service: ServiceId, ticket_class: TicketClass, now: Situation) -> Promise:
        """For the ticket that is being issued, behind everybody who waits. Never raises."""


def situation(queue: Queue, centre: Centre, now_ms: int) -> Situation:
    return situation_of(queue.lanes(), queue.counter_views(), centre, now_ms)


def situation_of(lanes: tuple[Lane, ...], counters: tuple[CounterView, ...], centre: Centre, now_ms: int) -> Situation:
    return Situation(
        lanes=lanes,
        counters=counters,
        rule=centre.rule,
        now_ms=now_ms,
        service_s=centre.service_s,
        opens_in_s=reception_opens_in_s(centre.schedule, now_ms),
        breaks_s=breaks_ahead_s(centre.schedule, now_ms),
    )


def promise(service: ServiceId, ticket_class: TicketClass, now: Situation) -> Promise:
    """For somebody who joins the line of ``service`` behind everybody who waits."""
    guess = estimate(service, ticket_class, now)
    return make_promise(people_ahead(service, ticket_class, now), guess.quantiles_s, guess.basis)


def wait_range(service: ServiceId, ticket_class: TicketClass, now: Situation) -> WaitRange:
    told = promise(service, ticket_class, now)
    return WaitRange(low_min=told.low_min, high_min=told.high_min)


def wait_ranges(now: Situation, centre: Centre) -> dict[ServiceId, WaitRange]:
    """For every service of the centre, as a newcomer who is no priority would be told.

    Services that the same counters serve in the same time wait equally long: each such group is estimated once.
    """
    groups: dict[tuple[frozenset[str], float], WaitRange] = {}
    ranges = {}
    for service, service_s in centre.service_s.items():
        group = frozenset(counter.id for counter in now.counters if service in counter.services), service_s
        if not group[0]:
            ranges[service] = wait_range(service, TicketClass.NORMAL, now)
            continue
        if group not in groups:
            groups[group] = wait_range(service, TicketClass.NORMAL, now)
        ranges[service] = groups[group]
    return ranges


def is_staffed(service: ServiceId, now: Situation) -> bool:
    """Whether somebody works at a counter for it."""
    return any(counter.open and service in counter.services for counter in now.counters)


def people_ahead(service: ServiceId, ticket_class: TicketClass, now: Situation) -> int:
    """How many are called before: all of the same class that wait for the same counters, and who goes between them."""
    rivals = {other for counter in now.counters if service in counter.services for other in counter.services} | {
        service
    }
    waiting = {kind: 0 for kind in TicketClass}
    for lane in now.lanes:
        if lane.service in rivals:
            waiting[lane.ticket_class] += lane.waiting
    same = waiting[ticket_class]
    if ticket_class is TicketClass.PRIORITY:
        between = same * now.rule.others_share // now.rule.priority_share
        return same + min(between, waiting[TicketClass.NORMAL])
    turns = same // now.rule.others_share + 1
    return same + min(turns * now.rule.priority_share, waiting[TicketClass.PRIORITY])
