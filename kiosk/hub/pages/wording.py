"""How the hub says waits and papers; durations and devices are in ``kiosk.web.wording``. Pure."""

from dataclasses import dataclass

from kiosk.hub.usecases.views import KioskRow, TicketRow
from kiosk.queueing.promise import wait_words
from kiosk.web.i18n import Words
from kiosk.wire.kiosk_api import DeviceState, WaitRange

PAPER_SAID_MS = 30 * 60_000


def wait_told(wait: WaitRange | None, t: Words) -> str:
    """A wait in the words that citizens are told everywhere; staff read the same."""
    if wait is None:
        return t("time.unknown")
    words = wait_words(wait.low_min, wait.high_min)
    return words.vi if t.language == "vi" else words.en


@dataclass(frozen=True, slots=True)
class PaperSaid:
    """``word``: waiting (for the printer's answer), taken, still_out, or unknown: it says nothing of paper."""

    word: str
    at_ms: int


def paper_change(kiosk: KioskRow, printer: DeviceState, now_ms: int) -> PaperSaid | None:
    """What became of the paper that somebody put in; None when nobody did, or long ago."""
    told = kiosk.paper
    if told is None or now_ms - told.told_ms > PAPER_SAID_MS:
        return None
    if told.checked_ms is None:
        return PaperSaid("waiting", told.told_ms)
    words = {"full": "taken", "low": "taken", "unknown": "unknown"}
    return PaperSaid(words.get(printer.paper, "still_out"), told.checked_ms)


def paper(ticket: TicketRow, t: Words) -> str:
    """What happened to the paper of a ticket."""
    if ticket.print_outcome == "not_printed":
        return t("supervisor.print_not_printed", reason=t(f"reason.{ticket.print_reason or 'error'}"))
    return t(f"supervisor.print_{ticket.print_outcome or 'waiting'}")
