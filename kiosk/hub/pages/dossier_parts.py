"""What the pages on dossiers are given by the composition root; a hub without them has no such pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.hub import Centre
from kiosk.dossier.deadline import WorkCalendar
from kiosk.dossier.form import FormField
from kiosk.hub.desk.desk import Desk
from kiosk.hub.desk.pictures import PaperDesk
from kiosk.hub.desk.reasons import Reasons
from kiosk.hub.dossiers.acting import Acted
from kiosk.hub.dossiers.keeping import Kept
from kiosk.hub.dossiers.ports import Submitted
from kiosk.hub.dossiers.receiving import Receiving
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.common import Text
from kiosk.wire.submission_api import Receipt


@dataclass(frozen=True, slots=True)
class DossierParts:
    """``fields``: what the form of a procedure asks; ``office``: this centre, as printed on forms. As they are now.

    ``receiving``: what somebody brings on paper; ``unsent``: what is kept here because central does not have it;
    ``agency_taken_by``: the other centre with this one's agency code; ``renumber``: another code for one that is kept;
    ``kept``: the same for officers, with names; ``note``: what officers did, for the hub's log.
    """

    desk: Desk
    reasons: Reasons
    calendar: Callable[[], WorkCalendar]
    fields: Callable[[str], tuple[FormField, ...]]
    assets: Path
    office: Callable[[], Centre]
    paper_desk: PaperDesk
    receiving: Receiving | None = None
    agency_taken_by: Callable[[], Text | None] = lambda: None
    renumber: Callable[[str], Receipt | Refused] = lambda _code: Refused(Why.CHANGED_SINCE)
    note: Callable[[Acted], None] = lambda _acted: None
    kept: Callable[[], Sequence[Kept]] = tuple
    unsent: Callable[[], Sequence[Submitted]] = tuple
