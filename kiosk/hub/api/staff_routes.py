"""What the staff pages call. One command, one request id, one transaction."""

from kiosk.hub.api import errors
from kiosk.hub.api.endpoint import Answer, ApiRoute, Ask, Who
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.calling import command_counter
from kiosk.hub.usecases.catalogue import catalogue_mark
from kiosk.hub.usecases.once import fingerprint, once
from kiosk.hub.usecases.refused import Refused
from kiosk.hub.usecases.supervise import supervise
from kiosk.queueing.model import CounterId
from kiosk.wire.staff_api import CounterCommand, CounterReply, FiguresReply, SupervisorCommand, SupervisorReply

_LONGEST_PERIOD = 2_00_00  #: two years, as days are counted: 20261122


async def counter_command(ask: Ask[CounterCommand]) -> Answer:
    parts, body, now_ms = ask.parts, ask.body, ask.parts.clock.now_ms()
    counter, staff = CounterId(ask.path["counter"]), ask.caller.name
    mark = fingerprint(staff, ask.url, body)

    return await parts.ledger.write(
        lambda book: once(
            book,
            body.request_id,
            mark,
            now_ms,
            lambda: command_counter(book, parts.centre, counter, staff, body, now_ms),
        )
    )


async def supervisor_command(ask: Ask[SupervisorCommand]) -> Answer:
    parts, body, now_ms = ask.parts, ask.body, ask.parts.clock.now_ms()
    mark = fingerprint(ask.caller.name, ask.url, body)

    def carry_out(book: TicketBook) -> SupervisorReply | Refused:
        reply = supervise(book, parts.centre, body, ask.caller.name, now_ms)
        book.put_catalogue(catalogue_mark(book, parts.centre, now_ms))
        return reply

    return await parts.ledger.write(lambda book: once(book, body.request_id, mark, now_ms, lambda: carry_out(book)))


async def show_figures(ask: Ask[None]) -> Answer:
    first, last = (_day(ask.path[name]) for name in ("first_day", "last_day"))
    if not first <= last <= first + _LONGEST_PERIOD:
        raise errors.malformed("expected first_day <= last_day, two years apart at most")
    return ask.parts.figures.figures(first, last)


def _day(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 8):
        raise errors.malformed("expected a day like 20261122")
    return int(text)


ROUTES = (
    ApiRoute(
        "GET",
        "/v1/figures/{first_day}/{last_day}",
        "Waits, service times and idle times of a period",
        Who.SUPERVISOR,
        FiguresReply,
        show_figures,
    ),
    ApiRoute(
        "POST",
        "/v1/counters/{counter}/commands",
        "Call, recall, arrive, finish … at a counter",
        Who.STAFF,
        CounterReply,
        counter_command,
        CounterCommand,
    ),
    ApiRoute(
        "POST",
        "/v1/supervisor/commands",
        "Open and close, assign services, reprint",
        Who.SUPERVISOR,
        SupervisorReply,
        supervisor_command,
        SupervisorCommand,
    ),
)
