"""Dossiers that the city does not have yet, in the words of a supervisor. Nothing personal: codes and times. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.hub.dossiers.ports import UNREADABLE, Submitted
from kiosk.hub.dossiers.submitting import TAKEN

LISTED = 20
#: An ordinary delivery is over by then; until it is, there is nothing to tell.
PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Stuck:
    """``kind``: the key of its words: "refused", "paper_refused", "unreadable", "code_taken" or "agency_taken".

    ``word``: what central said.
    """

    code: str
    since_ms: int
    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class KeptHere:
    """``stuck``: what somebody must see to, at most ``LISTED``; ``waiting`` are sent by themselves, oldest first."""

    stuck: tuple[Stuck, ...]
    stuck_count: int
    waiting: int
    oldest_ms: int


def kept_here(unsent: Sequence[Submitted], now_ms: int) -> KeptHere | None:
    """None when there is nothing to tell."""
    stuck = [row for row in unsent if row.trouble]
    waiting = [row.submitted_ms for row in unsent if not row.trouble and now_ms - row.submitted_ms > PATIENCE_MS]
    if not stuck and not waiting:
        return None
    return KeptHere(tuple(map(_stuck, stuck[:LISTED])), len(stuck), len(waiting), min(waiting, default=0))


def _stuck(row: Submitted) -> Stuck:
    if row.trouble == UNREADABLE:
        return Stuck(row.code, row.submitted_ms, "unreadable", "")
    if row.trouble in TAKEN and not row.acked:
        return Stuck(row.code, row.submitted_ms, row.trouble, "")
    return Stuck(row.code, row.submitted_ms, "paper_refused" if row.acked else "refused", row.trouble)
