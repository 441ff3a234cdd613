"""How the hub says waits and papers; durations and devices are in ``kiosk.web.wording``. Pure."""

from kiosk.hub.usecases.views import TicketRow
from kiosk.queueing.promise import wait_words
from kiosk.web.i18n import Words
from kiosk.wire.kiosk_api import WaitRange


def wait_told(wait: WaitRange | None, t: Words) -> str:
    """A wait in the words that citizens are told everywhere; staff read the same."""
    if wait is None:
        return t("time.unknown")
    words = wait_words(wait.low_min, wait.high_min)
    return words.vi if t.language == "vi" else words.en


def paper(ticket: TicketRow, t: Words) -> str:
    """What happened to the paper of a ticket."""
    if ticket.print_outcome == "not_printed":
        return t("supervisor.print_not_printed", reason=t(f"reason.{ticket.print_reason or 'error'}"))
    return t(f"supervisor.print_{ticket.print_outcome or 'waiting'}")
