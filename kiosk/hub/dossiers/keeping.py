"""Dossiers that central does not have yet, as an officer sees them. They can be acted on when they are there."""

from dataclasses import dataclass

from kiosk.hub.dossiers.submitting import Submitting
from kiosk.papers.vault import PaperLost

MOST = 100


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """``trouble``: central's word when it was refused; "": it waits for the line. It is personal."""

    code: str
    procedure: str
    applicant: str
    submitted_ms: int
    trouble: str


def kept_dossiers(submitting: Submitting) -> tuple[Kept, ...]:
    """The oldest first, at most ``MOST``. Blocks. Raises StoreUnavailable."""
    found = list[Kept]()
    for row in submitting.ledger.unsent():
        if row.acked or len(found) == MOST:
            continue
        try:
            said = submitting.outgoing(row).submission
        except PaperLost:
            found.append(Kept(row.code, "", "", row.submitted_ms, row.trouble))
        else:
            found.append(Kept(row.code, said.procedure, said.applicant.full_name, row.submitted_ms, row.trouble))
    return tuple(found)
