"""Who works at which counter. One person holds one counter; two people never hold the same."""

from dataclasses import replace

from kiosk.hub.usecases.book import Desk, TicketBook
from kiosk.hub.usecases.calling import note_activity
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing import transitions
from kiosk.queueing.model import CounterId, ServiceId
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, Refusal
from kiosk.web.ports import Staff
from kiosk.wire.events import CounterHeld, CounterLeft, TicketParked


def hold_counter(
    book: TicketBook, counter: CounterId, staff: Staff, *, take_over: bool, idle_s: int, now_ms: int
) -> Refused | None:
    """``take_over`` replaces who holds it: a supervisor may, and anybody when that person's session has ended.

    ``idle_s``: after so long without a command a session counts as ended.
    """
    desk = book.desk(counter)
    if desk is None:
        return Refused(Why.UNKNOWN_COUNTER)
    if desk.holder == staff.name:
        return None
    if not desk.is_open:
        return Refused(Why.COUNTER_CLOSED)
    if desk.holder is not None:
        stale = not book.is_present(desk.holder, now_ms - idle_s * 1000)
        if not take_over or not (stale or staff.role == "supervisor"):
            return Refused(Why.COUNTER_HELD, detail="stale" if stale else "")
    refused = _leave_other(book, staff, now_ms)
    if refused is not None:
        return refused
    book.put_desk(replace(desk, holder=staff.name, held_ms=now_ms, pause_reason=None, last_action=()))
    note_activity(book, counter, now_ms)
    book.record(CounterHeld(counter=counter, taken_over=desk.holder is not None), now_ms)
    return None


def leave_counter(book: TicketBook, staff: Staff, now_ms: int) -> Refused | None:
    """Give up the counter where ``staff`` works; refused while somebody is called or being served there."""
    desk = book.desk_of(staff.name)
    if desk is None:
        return Refused(Why.NOT_HOLDING)
    if book.at_counter(desk.id) is not None:
        return Refused(Why.NOT_SETTLED)
    vacate(book, desk, now_ms)
    return None


def vacate(book: TicketBook, desk: Desk, now_ms: int) -> None:
    """Nobody works there any more."""
    book.put_desk(replace(desk, holder=None, held_ms=None, pause_reason=None, last_action=()))
    note_activity(book, desk.id, now_ms)
    book.record(CounterLeft(counter=desk.id), now_ms)


def park_stranded(book: TicketBook, centre: Centre, now_ms: int) -> None:
    """A counter that the configuration no longer names cannot finish whom it called: any other can call them parked."""
    for desk in book.desks():
        ticket = book.at_counter(desk.id)
        if desk.id in centre.counters or ticket is None:
            continue
        parked = transitions.apply(ticket, Command(Action.PARK, desk.id), centre.rule, now_ms)
        if not isinstance(parked, Refusal):
            book.put(parked)
            book.record(TicketParked(ticket=parked.id, counter=desk.id), now_ms)


def keep_removed_services(book: TicketBook, centre: Centre, before: dict[CounterId, frozenset[ServiceId]]) -> None:
    """People hold today's numbers of a service that the configuration no longer names: who served it still calls them.

    ``before``: what each counter served until now. A service none of whose counters is left is called by every counter.
    """
    removed = book.services_taken(book.day()) - frozenset(centre.services)
    kept = {desk.id: before.get(desk.id, frozenset()) & removed for desk in book.desks()}
    orphans = removed.difference(*kept.values())
    for desk in book.desks():
        services = (desk.services & frozenset(centre.services)) | kept[desk.id] | orphans
        if services != desk.services:
            book.put_desk(replace(desk, services=services))


def _leave_other(book: TicketBook, staff: Staff, now_ms: int) -> Refused | None:
    other = book.desk_of(staff.name)
    if other is None:
        return None
    if book.at_counter(other.id) is not None:
        return Refused(Why.HOLDS_ANOTHER)
    vacate(book, other, now_ms)
    return None
