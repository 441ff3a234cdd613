"""The city's own system as central sees it. Implemented by ``folder`` (files) and ``portal`` (national messages)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.central.city.deliveries import Outcome
from kiosk.dossier.dossier import Dossier
from kiosk.dossier.status import Status
from kiosk.wire.dossier_api import Applicant, PaperInfo


@dataclass(frozen=True, slots=True)
class Change:
    """A line of ``dossier_change``. ``act``: "submit", "apologise", "city" or a name of ``Act``."""

    number: int
    at_ms: int
    act: str
    status: Status
    done_by: str
    note: str

    @property
    def is_new(self) -> bool:
        return self.act == "submit"


@dataclass(frozen=True, slots=True, repr=False)
class Telling:
    """A change with all that has to be said about it. It does not show itself: it is personal.

    ``links``: by which the files of papers are fetched, by paper; none where nobody may.
    """

    change: Change
    dossier: Dossier
    applicant: Applicant
    papers: tuple[PaperInfo, ...]
    procedure_name: str
    field_name: str
    received_at: str
    handled_by: str
    links: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Telling({self.change.number})"


@dataclass(frozen=True, slots=True)
class Said:
    """What the other side says about a dossier, in its words. ``origin``: for people, e.g. "tinh-trang.csv, line 3"."""

    origin: str
    code: str
    status: str
    at: str = ""
    note: str = ""


class CitySystem(Protocol):
    """Calls block and end within their own limits; ``ask`` and ``keep_report`` may come beside the others. They raise
    nothing for what the other side does."""

    name: str  #: of the consumer
    brings: bool  #: changes that were followed came from it, and are not told to it again

    def tell(self, tellings: Sequence[Telling]) -> list[Outcome]:
        """An outcome for each. After the first that is not reached the others may be given the same outcome untried."""

    def bring(self) -> list[Said]:
        """What it says that has not been settled yet; said again until ``settled`` was called."""

    def settled(self) -> None:
        """What ``bring`` gave last is stored."""

    def ask(self, codes: Sequence[str]) -> list[Said]:
        """What it knows of these dossiers, where it can be asked and answers; for the reconciliation."""

    def keep_report(self, day: int, content: bytes) -> None:
        """The reconciliation of a day as CSV, where the other side wants it."""
