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
from kiosk.hub.dossiers.ports import Submitted
from kiosk.hub.dossiers.receiving import Receiving


@dataclass(frozen=True, slots=True)
class DossierParts:
    """``fields``: what the form of a procedure asks; ``office``: this centre, as printed on forms. As they are now.

    ``receiving``: what somebody brings on paper; ``unsent``: what is kept here because central does not have it.
    """

    desk: Desk
    reasons: Reasons
    calendar: Callable[[], WorkCalendar]
    fields: Callable[[str], tuple[FormField, ...]]
    assets: Path
    office: Callable[[], Centre]
    paper_desk: PaperDesk
    receiving: Receiving | None = None
    unsent: Callable[[], Sequence[Submitted]] = tuple
