"""What happened to the paper, and to the devices of a kiosk. Nothing here changes a ticket's place or number."""

from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.queueing.model import TicketId
from kiosk.wire.common import Done
from kiosk.wire.events import DeviceChanged, SlipReported
from kiosk.wire.kiosk_api import DeviceReport, DeviceState, PrintReport


def report_print(book: TicketBook, ticket: TicketId, report: PrintReport, kiosk: str, now_ms: int) -> Done | Refused:
    """Kept with the ticket, so that staff see whose paper did not come. Only the kiosk that prints it can tell."""
    if book.slip_kiosk(ticket, report.reprint) != kiosk:
        return Refused(Why.UNKNOWN_TICKET, detail=f"ticket: {ticket}")
    book.report_print(ticket, report.outcome, report.reason, report.reprint)
    if report.reprint:
        book.end_copy(ticket, report.reprint, now_ms)
    book.record(
        SlipReported(ticket=ticket, kiosk=kiosk, outcome=report.outcome, reason=report.reason, reprint=report.reprint),
        now_ms,
    )
    return Done()


def report_devices(book: TicketBook, report: DeviceReport, kiosk: str, now_ms: int) -> Done:
    """The last state of each device, and an event for each change; the same state again is no event."""
    before = {state.id: _condition(state) for state in book.devices(kiosk)}
    for state in report.devices:
        if before.get(state.id) != _condition(state):
            book.record(_changed(kiosk, state), now_ms)
    book.put_devices(kiosk, tuple(report.devices), now_ms)
    if report.printer_check:
        book.paper_checked(kiosk, report.printer_check, now_ms)
    return Done()


def _condition(state: DeviceState) -> tuple[str, ...]:
    return state.kind, state.state, state.device, state.paper, state.cover


def _changed(kiosk: str, state: DeviceState) -> DeviceChanged:
    return DeviceChanged(
        kiosk=kiosk,
        device=state.id,
        kind=state.kind,
        state=state.state,
        condition=state.device,
        paper=state.paper,
        cover=state.cover,
    )
