"""What a person does about a dossier, and what the machine tells about one; part of ``kiosk.touch.events``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SheetSource = Literal["camera", "scanner"]
SheetTrouble = Literal["gone", "empty", "failed"]


class Of(StrEnum):
    """What was picked from a list."""

    PROCEDURE = "procedure"
    FIELD = "field"  #: to find procedures by
    CONSENT = "consent"
    ANSWER = "answer"  #: a choice of the question on the screen
    HANDLER = "handler"
    QUESTION = "question"  #: to answer it again
    PAPER = "paper"
    WAY = "way"
    SEARCH_BY = "search_by"
    FOUND = "found"
    RESULT = "result"


@dataclass(frozen=True, slots=True, repr=False)
class Pick:
    of: Of
    id: str

    def __repr__(self) -> str:
        return f"Pick({self.of})"


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key of the keyboard on the screen: a letter, a digit, or the name of a key such as "erase"."""

    key: str


@dataclass(frozen=True, slots=True, repr=False)
class SheetCame:
    """A page from the document camera or the scanner, as JPEG. ``is_cut``: a sheet was found and straightened.
    ``turned``: quarters to the right from how it lay; None: how it should lie could not be seen, so it was left."""

    source: SheetSource
    picture: bytes
    is_cut: bool
    turned: int | None = None


@dataclass(frozen=True, slots=True)
class SheetFailed:
    source: SheetSource
    why: SheetTrouble


@dataclass(frozen=True, slots=True)
class SheetReadersChanged:
    """Whether papers can be photographed and scanned here."""

    camera: bool
    scanner: bool


@dataclass(frozen=True, slots=True)
class DraftFound:
    """The touch app began anew while somebody was handing in a dossier a moment ago."""

    draft: str


# Effects


@dataclass(frozen=True, slots=True)
class ShowDesk:
    """Begin or end to show what lies under the document camera."""

    on: bool


@dataclass(frozen=True, slots=True)
class TakeSheet:
    """Photograph, or scan, what lies there. Answered by ``SheetCame`` (one for each page) or ``SheetFailed``."""

    source: SheetSource


@dataclass(frozen=True, slots=True, repr=False)
class TurnSheet:
    """The page so many quarters to the right; answered by ``SheetCame``, which then is so far ``turned``."""

    source: SheetSource
    picture: bytes
    is_cut: bool
    quarters: int
    turned: int


@dataclass(frozen=True, slots=True)
class DropAsks:
    """The errand is over: what was not answered yet is not asked any more."""

    errand: str


@dataclass(frozen=True, slots=True)
class RememberDraft:
    """Where a crash would find it; "" forgets."""

    draft: str
