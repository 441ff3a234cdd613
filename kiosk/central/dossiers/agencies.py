"""Whose an agency is: what the codes of a centre's dossiers begin with. Two centres with one would give the same codes.

It belongs to the first centre that asks, at its enrolment or when its hub starts, until an administrator moves it.
"""

from kiosk.central.ports import Transaction
from kiosk.wire.common import Text


def claim_agency(tx: Transaction, centre: int, agency: str, now_ms: int) -> Text | None:
    """The name of the other centre that has it; None: it is this one's, from now on."""
    tx.run("dossiers.claim_agency", agency=agency, centre=centre, now_ms=now_ms)
    return other_owner(tx, centre, agency)


def other_owner(tx: Transaction, centre: int, agency: str) -> Text | None:
    """The name of the centre that has it, if that is another one."""
    for owner, vi, en in tx.rows("dossiers.agency_owner", agency=agency):
        if owner != centre:
            return Text(vi=vi, en=en)
    return None


def move_agency(tx: Transaction, centre_code: str, agency: str, now_ms: int) -> bool:
    """Whether there is such a centre."""
    found = tx.rows("fleet.centre_by_code", code=centre_code)
    if found:
        tx.run("dossiers.move_agency", agency=agency, centre=found[0][0], now_ms=now_ms)
    return bool(found)
