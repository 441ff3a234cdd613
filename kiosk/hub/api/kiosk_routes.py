"""What kiosks call. A ticket is answered only after it is on disk."""

import secrets

from kiosk.hub.api import errors
from kiosk.hub.api.endpoint import Answer, ApiRoute, Ask, Who
from kiosk.hub.usecases.issue import Slip, issue_ticket
from kiosk.hub.usecases.once import fingerprint, once
from kiosk.hub.usecases.printing import report_devices, report_print
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.hub.usecases.withdraw import withdraw_ticket
from kiosk.queueing.model import TicketId
from kiosk.wire.common import Done
from kiosk.wire.kiosk_api import (
    Catalogue,
    DeviceReport,
    IssueTicket,
    PrintJobs,
    PrintReport,
    TicketReply,
    WithdrawTicket,
)


async def show_catalogue(ask: Ask[None]) -> Answer:
    return ask.parts.reader.catalogue()


async def take_ticket(ask: Ask[IssueTicket]) -> Answer:
    parts, now_ms, slip = ask.parts, ask.parts.clock.now_ms(), Slip(ask.caller.name, secrets.token_urlsafe(9))
    mark = fingerprint(ask.caller.name, ask.url, ask.body)

    return await parts.ledger.write(
        lambda book: once(
            book,
            ask.body.request_id,
            mark,
            now_ms,
            lambda: issue_ticket(book, parts.centre, parts.promises, ask.body, slip, now_ms),
        )
    )


async def withdraw(ask: Ask[WithdrawTicket]) -> Answer:
    parts, now_ms = ask.parts, ask.parts.clock.now_ms()
    request_id, kiosk = ask.body.request_id, ask.caller.name
    mark = fingerprint(kiosk, ask.url, ask.body)

    return await parts.ledger.write(
        lambda book: withdraw_ticket(book, parts.centre, request_id, mark=mark, kiosk=kiosk, now_ms=now_ms)
    )


async def show_ticket(ask: Ask[None]) -> Answer:
    return ask.parts.reader.ticket(_ticket_id(ask)) or Refused(Why.UNKNOWN_TICKET)


async def print_outcome(ask: Ask[PrintReport]) -> Answer:
    now_ms, ticket = ask.parts.clock.now_ms(), _ticket_id(ask)
    mark = fingerprint(ask.caller.name, ask.url, ask.body)

    return await ask.parts.ledger.write(
        lambda book: once(
            book,
            ask.body.request_id,
            mark,
            now_ms,
            lambda: report_print(book, ticket, ask.body, ask.caller.name, now_ms),
        )
    )


async def show_print_jobs(ask: Ask[None]) -> Answer:
    return ask.parts.reader.print_jobs(ask.caller.name)


async def device_states(ask: Ask[DeviceReport]) -> Answer:
    now_ms = ask.parts.clock.now_ms()
    return await ask.parts.ledger.write(lambda book: report_devices(book, ask.body, ask.caller.name, now_ms))


def _ticket_id(ask: Ask[None] | Ask[PrintReport]) -> TicketId:
    number = ask.path["ticket"]
    if not (number.isascii() and number.isdecimal() and len(number) <= 15):
        raise errors.malformed("ticket: expected a number")
    return TicketId(int(number))


ROUTES = (
    ApiRoute("GET", "/v1/catalogue", "What the touch app shows before a ticket", Who.KIOSK, Catalogue, show_catalogue),
    ApiRoute("POST", "/v1/tickets", "Take a ticket", Who.KIOSK, TicketReply, take_ticket, IssueTicket),
    ApiRoute("POST", "/v1/tickets/withdraw", "Stop waiting for a ticket", Who.KIOSK, Done, withdraw, WithdrawTicket),
    ApiRoute("GET", "/v1/tickets/{ticket}", "One ticket", Who.KIOSK, TicketReply, show_ticket),
    ApiRoute(
        "POST",
        "/v1/tickets/{ticket}/print",
        "Report what happened to the paper",
        Who.KIOSK,
        Done,
        print_outcome,
        PrintReport,
    ),
    ApiRoute("GET", "/v1/print-jobs", "Copies that this kiosk has to print", Who.KIOSK, PrintJobs, show_print_jobs),
    ApiRoute("POST", "/v1/devices", "Report the devices of this kiosk", Who.KIOSK, Done, device_states, DeviceReport),
)
