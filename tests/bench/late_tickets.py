"""When each warning of a simulated nation should have been raised, beside what central's database says was raised."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

from kiosk.central.store.database import database_at
from kiosk.wire import events
from kiosk.wire.central_api import Happened

THRESHOLD_MS = 15 * 60_000
Queue = tuple[str, str]  #: centre, service


@dataclass(frozen=True)
class Incident:
    raised_ms: int
    closed_ms: int | None
    joined: int


@dataclass(frozen=True)
class Late:
    """A ticket that nobody had called at ``over_ms``; ``ended_ms``: when somebody did."""

    over_ms: int
    ended_ms: int


@dataclass(frozen=True)
class Verdict:
    raised: int
    lateness_ms: list[int]  #: from the moment that a queue's first ticket passed its limit
    problems: list[str]


def late_tickets(rows: Iterable[Happened]) -> dict[str, list[Late]]:
    """By service, in the order of their moments."""
    due: dict[int, tuple[str, int]] = {}
    late: defaultdict[str, list[Late]] = defaultdict(list)
    for row in rows:
        event = row.event
        if isinstance(event, events.TicketIssued):
            due[event.ticket] = (event.service, row.at_ms + event.high_min * 60_000 + THRESHOLD_MS)
        elif isinstance(event, events.TicketCalled | events.TicketCancelled | events.TicketExpired):
            service, over_ms = due.pop(event.ticket, ("", row.at_ms + 1))
            if over_ms < row.at_ms:
                late[service].append(Late(over_ms, row.at_ms))
    for service, over_ms in due.values():
        late[service].append(Late(over_ms, 2**60))
    return {service: sorted(tickets, key=lambda ticket: ticket.over_ms) for service, tickets in late.items()}


def read_incidents(url: str) -> dict[Queue, list[Incident]]:
    """Those that were raised, in order."""
    found: defaultdict[Queue, list[Incident]] = defaultdict(list)
    database = database_at(url)
    database.open()
    with closing(database):
        for row in database.read_now(lambda tx: tx.rows("alarms.listed", only=0, closed_since_ms=0)):
            kind, raised_ms, joined, closed_ms, centre, service = row[2], row[6], row[8], row[13], row[14], row[18]
            if kind == 1 and raised_ms is not None:
                found[centre, service].append(Incident(raised_ms, closed_ms, joined))
    return {queue: sorted(those, key=lambda each: each.raised_ms) for queue, those in found.items()}


def judge(
    late: Mapping[Queue, list[Late]], incidents: Mapping[Queue, list[Incident]], span_ms: tuple[int, int], slack_ms: int
) -> Verdict:
    """``span_ms``: from … to; before it central was told late of everything.

    A ticket that was called within ``slack_ms`` of its moment need not have been seen, and a call need not have been
    heard of within as long.
    """
    begins_ms, ends_ms = span_ms
    lateness, problems, raised = [], [], 0
    for queue in late.keys() | incidents.keys():
        tickets, those = late.get(queue, []), incidents.get(queue, [])
        problems += [f"{queue}: {what}" for what in _overlaps(those)]
        passed = [ticket for ticket in tickets if ticket.over_ms <= ends_ms - slack_ms]
        sure = sum(ticket.ended_ms - max(ticket.over_ms, begins_ms) > slack_ms for ticket in passed)
        possible = sum(ticket.over_ms <= ends_ms + slack_ms for ticket in tickets)
        joined = sum(each.joined for each in those)
        if not sure <= joined <= possible:
            problems.append(f"{queue}: {joined} tickets joined, expected {sure} to {possible}")
        free_ms = 0
        for each in those:
            waiting = [it for it in tickets if it.over_ms >= free_ms and it.ended_ms > each.raised_ms - slack_ms]
            waiting.sort(key=lambda it: it.ended_ms <= each.raised_ms)  # those who wait still are what was raised for
            first = waiting[0].over_ms if waiting else None
            if first is None or first > each.raised_ms + slack_ms:
                problems.append(f"{queue}: raised at {each.raised_ms} and nobody was late")
            elif first >= begins_ms:
                raised += 1
                lateness.append(each.raised_ms - first)
            free_ms = each.closed_ms if each.closed_ms is not None else 2**60
    return Verdict(raised, sorted(lateness), problems)


def _overlaps(those: list[Incident]) -> Iterable[str]:
    for before, after in pairwise(those):
        if before.closed_ms is None or after.raised_ms < before.closed_ms:
            yield "two incidents at the same time"
