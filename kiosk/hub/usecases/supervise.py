"""What a supervisor does: counters, services, the kiosk, and copies of a ticket."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.hub.usecases.book import Desk, TicketBook
from kiosk.hub.usecases.calling import note_activity
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.desks import vacate
from kiosk.hub.usecases.opening import ANNOUNCEMENT, KIOSK_CLOSED, service_switch
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing.model import CounterId, ServiceId, TicketId
from kiosk.wire import events
from kiosk.wire.common import Text
from kiosk.wire.staff_api import SupervisorCommand, SupervisorReply

Outcome = SupervisorReply | Refused


@dataclass(frozen=True, slots=True)
class _Order:
    book: TicketBook
    centre: Centre
    command: SupervisorCommand
    by: str
    now_ms: int


def supervise(book: TicketBook, centre: Centre, command: SupervisorCommand, by: str, now_ms: int) -> Outcome:
    return _ACTIONS[command.action](_Order(book, centre, command, by, now_ms))


def _open_counter(order: _Order) -> Outcome:
    return _change_desk(order, lambda desk: replace(desk, is_open=True), events.CounterOpened)


def _close_counter(order: _Order) -> Outcome:
    """Whoever is being served there is served to the end; nobody else is called."""
    reply = _change_desk(order, lambda desk: replace(desk, is_open=False), events.CounterClosed)
    desk = _desk(order)
    if isinstance(desk, Desk) and desk.holder is not None and order.book.at_counter(desk.id) is None:
        vacate(order.book, desk, order.now_ms)
    return reply


def _set_counter_services(order: _Order) -> Outcome:
    services = order.command.services
    if services is None:
        return Refused(Why.MISSING_FIELD, detail="services")
    unknown = sorted(set(services) - set(order.centre.services))
    if unknown:
        return Refused(Why.UNKNOWN_SERVICE, detail=f"services: {', '.join(unknown)}")
    desk = _desk(order)
    if isinstance(desk, Refused):
        return desk
    kept = desk.services - frozenset(order.centre.services)  # of numbers that people hold; no page can offer them
    order.book.put_desk(replace(desk, services=frozenset(map(ServiceId, services)) | kept))
    order.book.record(events.CounterServicesSet(counter=desk.id, services=sorted(services)), order.now_ms)
    return _done(order)


def _close_service(order: _Order) -> Outcome:
    return _switch_service(order, on=True)


def _open_service(order: _Order) -> Outcome:
    return _switch_service(order, on=False)


def _switch_service(order: _Order, *, on: bool) -> Outcome:
    service = order.command.service
    if service is None:
        return Refused(Why.MISSING_FIELD, detail="service")
    if service not in order.centre.services:
        return Refused(Why.UNKNOWN_SERVICE, detail=f"service: {service}")
    order.book.switch(service_switch(ServiceId(service)), on, order.by, order.now_ms)
    event = events.ServiceClosed(service=service) if on else events.ServiceOpened(service=service)
    order.book.record(event, order.now_ms)
    return _done(order)


def _close_kiosk(order: _Order) -> Outcome:
    order.book.switch(KIOSK_CLOSED, True, order.by, order.now_ms, _words(order))
    order.book.record(events.KioskClosed(), order.now_ms)
    return _done(order)


def _open_kiosk(order: _Order) -> Outcome:
    order.book.switch(KIOSK_CLOSED, False, order.by, order.now_ms)
    order.book.record(events.KioskOpened(), order.now_ms)
    return _done(order)


def _announce(order: _Order) -> Outcome:
    if order.command.words is None:
        return Refused(Why.MISSING_FIELD, detail="words")
    return _put_up(order, up=True)


def _end_announcement(order: _Order) -> Outcome:
    return _put_up(order, up=False)


def _put_up(order: _Order, *, up: bool) -> Outcome:
    order.book.switch(ANNOUNCEMENT, up, order.by, order.now_ms, _words(order))
    order.book.record(events.WordsPutUp(place="texts.announcement", up=up), order.now_ms)
    return _done(order)


def _words(order: _Order) -> Text | None:
    """Who had no time for English says it in Vietnamese to everybody."""
    words = order.command.words
    return None if words is None else Text(vi=words.vi, en=words.en or words.vi)


def _reprint(order: _Order) -> Outcome:
    if order.command.ticket is None:
        return Refused(Why.MISSING_FIELD, detail="ticket")
    ticket = order.book.ticket(TicketId(order.command.ticket))
    if ticket is None or ticket.day != order.book.day():
        return Refused(Why.UNKNOWN_TICKET, detail=f"ticket: {order.command.ticket}")
    if order.command.kiosk is not None and not order.book.devices(order.command.kiosk):
        return Refused(Why.UNKNOWN_KIOSK, detail=f"kiosk: {order.command.kiosk}")
    copy = order.book.add_copy(ticket.id, order.command.kiosk, order.now_ms)
    order.book.record(events.ReprintAsked(ticket=ticket.id, kiosk=copy.kiosk, reprint=copy.reprint), order.now_ms)
    return SupervisorReply(action=order.command.action, kiosk=copy.kiosk, reprint=copy.reprint)


def _paper_changed(order: _Order) -> Outcome:
    """Nothing is believed: the kiosk asks its printer, which stays without paper while it says so."""
    kiosk = order.command.kiosk
    if kiosk is None:
        return Refused(Why.MISSING_FIELD, detail="kiosk")
    if not order.book.devices(kiosk):
        return Refused(Why.UNKNOWN_KIOSK, detail=f"kiosk: {kiosk}")
    order.book.paper_changed(kiosk, order.by, order.now_ms)
    order.book.record(events.PaperChanged(kiosk=kiosk), order.now_ms)
    return SupervisorReply(action=order.command.action, kiosk=kiosk)


_ACTIONS: dict[str, Callable[[_Order], Outcome]] = {
    "open_counter": _open_counter,
    "close_counter": _close_counter,
    "set_counter_services": _set_counter_services,
    "close_service": _close_service,
    "open_service": _open_service,
    "close_kiosk": _close_kiosk,
    "open_kiosk": _open_kiosk,
    "announce": _announce,
    "end_announcement": _end_announcement,
    "reprint": _reprint,
    "paper_changed": _paper_changed,
}


def _change_desk(
    order: _Order,
    change: Callable[[Desk], Desk],
    event: type[events.CounterOpened] | type[events.CounterClosed],
) -> Outcome:
    desk = _desk(order)
    if isinstance(desk, Refused):
        return desk
    order.book.put_desk(change(desk))
    note_activity(order.book, desk.id, order.now_ms)
    order.book.record(event(counter=desk.id), order.now_ms)
    return _done(order)


def _desk(order: _Order) -> Desk | Refused:
    if order.command.counter is None:
        return Refused(Why.MISSING_FIELD, detail="counter")
    return order.book.desk(CounterId(order.command.counter)) or Refused(Why.UNKNOWN_COUNTER)


def _done(order: _Order) -> SupervisorReply:
    return SupervisorReply(action=order.command.action)
