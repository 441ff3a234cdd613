"""A draft as it stands sealed on the disk, and what it means. Pure.

A paper is made of parts, one for each file that came in; ``whole`` is one PDF of all of them.
"""

from typing import Literal

import msgspec

from kiosk.papers.kinds import WORDS, Refusal
from kiosk.wire.common import Text
from kiosk.wire.submission_api import DraftState, PaperState, PaperStateName, Way

MAX_FILES = 60  #: of one draft, all papers together
_MAX_UPLOADS = 4 * MAX_FILES  #: those that were refused or taken back included
MAX_WAITING = 24  #: of one draft at once: the others' files wait behind them
_MAX_HARD = 3  #: no honest paper is too hard for the machine; who sends more is not worked for any longer
Found = Literal["camera", "scanner", "phone"]


class Part(msgspec.Struct, frozen=True):
    """``file``: its name in the vault. ``coarse``: pages (from 1) that the archive would not take."""

    file: str
    thumbnails: str
    pages: int
    coarse: tuple[int, ...]
    size: int
    sha256: str


class Waiting(msgspec.Struct, frozen=True):
    """A file in the vault that nobody has looked at yet. ``upload``: what the sender calls it."""

    file: str
    upload: str


class PaperDraft(msgspec.Struct):
    """``whole_of``: how many parts are in ``whole``. ``refusal``: of the last file that was not taken, until the next
    one comes or the paper is cleared."""

    way: Way = ""
    waiting: list[Waiting] = []
    parts: list[Part] = []
    whole: Part | None = None
    whole_of: int = 0
    refusal: Refusal | None = None

    def finished(self) -> Part | None:
        """The one PDF of the paper; None while there is none."""
        if self.waiting or not self.parts:
            return None
        if len(self.parts) == 1:
            return self.parts[0]
        return self.whole if self.whole_of == len(self.parts) else None

    def needs_joining(self) -> bool:
        return not self.waiting and bool(self.parts) and self.finished() is None

    def files(self) -> list[str]:
        made = [*self.parts, *([self.whole] if self.whole else [])]
        waiting = [each.file for each in self.waiting]
        return [*waiting, *(name for part in made for name in (part.file, part.thumbnails))]


class Knock(msgspec.Struct, frozen=True):
    """A phone that opened the link and waits. ``seat``: hash of its cookie; ``number``: what its page shows."""

    seat: str
    number: str


class PhoneLink(msgspec.Struct):
    """``seat``: hash of the cookie of the one phone whose ``number`` was typed at the kiosk; "" while there is none."""

    token: str
    until_ms: int
    seat: str = ""
    number: str = ""
    knocks: list[Knock] = []


class Draft(msgspec.Struct):
    """``uploads``: ids of uploads that are in; ``refused``: those that were not taken. ``touched_ms``: last change.
    ``answers``: as they were typed."""

    id: str
    kiosk: str
    request_id: str
    procedure: str
    language: Literal["vi", "en"]
    ticket: int | None
    made_ms: int
    touched_ms: int
    papers: dict[str, PaperDraft]
    answers: dict[str, str] = {}
    handled_by: str = ""
    phone: PhoneLink | None = None
    wrong_resumes: int = 0
    uploads: list[str] = []
    refused: dict[str, Refusal] = {}

    def files(self) -> list[str]:
        return [name for paper in self.papers.values() for name in paper.files()]

    def is_full(self) -> bool:
        files = sum(len(paper.parts) + len(paper.waiting) for paper in self.papers.values())
        return files >= MAX_FILES or len(self.uploads) >= _MAX_UPLOADS or self.is_too_hard()

    def is_busy(self) -> bool:
        return sum(len(paper.waiting) for paper in self.papers.values()) >= MAX_WAITING

    def is_too_hard(self) -> bool:
        return list(self.refused.values()).count(Refusal.TOO_HARD) >= _MAX_HARD


def state_of(draft: Draft, public_url: str) -> DraftState:
    phone = draft.phone
    return DraftState(
        draft=draft.id,
        procedure=draft.procedure,
        papers=[paper_state(name, paper) for name, paper in draft.papers.items()],
        phone_url=f"{public_url}/p/{phone.token}" if phone else "",
        phone_until_ms=phone.until_ms if phone else 0,
        phone_seen=bool(phone and phone.seat),
        phone_waits=bool(phone and phone.knocks),
    )


def paper_state(name: str, paper: PaperDraft) -> PaperState:
    coarse, before = list[int](), 0
    for part in paper.parts:
        coarse += [before + page for page in part.coarse]
        before += part.pages
    return PaperState(
        paper=name,
        way=paper.way,
        state=_state(paper),
        pages=before,
        low_resolution=coarse,
        words=Text(vi=WORDS[paper.refusal].vi, en=WORDS[paper.refusal].en) if paper.refusal else None,
    )


def _state(paper: PaperDraft) -> PaperStateName:
    if paper.waiting or paper.needs_joining():
        return "working"
    if paper.finished() is not None:
        return "ready"
    return "refused" if paper.refusal else "empty"
