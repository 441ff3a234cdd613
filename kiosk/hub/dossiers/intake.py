"""Files become papers, in the background: one thread, one file at a time, in a process that comes last.

1. What waits is bounded; it stands sealed on the disk and is found again after a crash. Drafts take turns, a file each:
   who sends many, or files on which the machine works long, keeps nobody else waiting for all of them.
2. A file is looked at once, when it came; when all files of a paper are in, they are joined into one PDF.
3. What a draft no longer wants, because it was cleared or wiped meanwhile, is thrown away.
"""

import hashlib
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.hub.dossiers.draft import Draft, PaperDraft, Part, Waiting
from kiosk.hub.dossiers.inbox import Inbox
from kiosk.hub.dossiers.shelf import DraftGone, DraftShelf
from kiosk.hub.dossiers.turns import Turns
from kiosk.papers.intake import NotTakenIn, TakenIn, take_in
from kiosk.papers.kinds import Refusal
from kiosk.papers.vault import PaperLost, VaultFull

log = logging.getLogger(__name__)

MAX_WAITING = 120
_STOP_S = 2.0


@dataclass(frozen=True, slots=True)
class _Job:
    """``file``: a new one of the paper; "": join what there is."""

    draft: str
    paper: str
    file: str = ""


class PaperIntake:
    def __init__(self, shelf: DraftShelf, inbox: Inbox) -> None:
        self._shelf, self._inbox = shelf, inbox
        self._jobs: Turns[_Job] = Turns()
        self._thread = threading.Thread(target=self._work, name="paper-intake", daemon=True)
        self._stopping = False

    def start(self) -> None:
        """With what a crash left undone."""
        for draft in self._shelf.all():
            for name, paper in draft.papers.items():
                for waiting in paper.waiting:
                    self.take(draft.id, name, waiting.file)
                if paper.needs_joining():
                    self.take(draft.id, name, "")
        self._thread.start()

    def stop(self) -> None:
        """What is under way is done again after the next start."""
        self._stopping = True
        self._jobs.close()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def is_full(self) -> bool:
        return len(self._jobs) >= MAX_WAITING

    def take(self, draft: str, paper: str, file: str) -> None:
        """A sealed file of the vault that ``draft`` already names as waiting."""
        self._jobs.put(draft, _Job(draft, paper, file))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopping:
            try:
                self._do(job)
            except DraftGone:
                continue
            except VaultFull as error:
                log.error("A paper could not be kept: %s", error)
                self._refuse(job, Refusal.NO_SPACE)
            except Exception:
                log.exception("A file that was handed in could not be worked on")
                self._refuse(job, Refusal.TOO_HARD)

    def _do(self, job: _Job) -> None:
        sources = self._sources(job)
        if not sources:
            return
        if job.file and self._is_too_hard(job):
            self._refuse(job, Refusal.TOO_HARD)
            return
        with self._inbox.workplace() as place:
            result = self._taken(sources, place, upright=bool(job.file) and self._is_from_phone(job))
            if self._stopping:
                return
            if isinstance(result, NotTakenIn):
                self._refuse(job, result.refusal)
            elif job.file:
                self._add(job, result)
            else:
                self._join(job, result, len(sources))

    def _sources(self, job: _Job) -> list[str]:
        """Empty: it is no longer wanted."""
        draft = self._shelf.find(job.draft)
        paper = draft.papers.get(job.paper) if draft else None
        if paper is None:
            return []
        if job.file:
            return [job.file] if _of(paper, job.file) else []
        return [part.file for part in paper.parts] if paper.needs_joining() else []

    def _is_too_hard(self, job: _Job) -> bool:
        draft = self._shelf.find(job.draft)
        return draft is not None and draft.is_too_hard()

    def _is_from_phone(self, job: _Job) -> bool:
        """Pages of a kiosk were shown and turned there; what its owner sends from a phone lies as it lies."""
        draft = self._shelf.find(job.draft)
        return draft is not None and draft.papers[job.paper].way == "phone"

    def _taken(self, sources: Sequence[str], place: Path, *, upright: bool) -> TakenIn | NotTakenIn:
        opened = []
        for number, name in enumerate(sources):
            path = place / f"in-{number:03d}"
            try:
                with path.open("wb") as file:
                    file.writelines(self._shelf.vault.stream(name))
            except PaperLost:
                return NotTakenIn(Refusal.DAMAGED)
            opened.append(path)
        made = place / "made"
        made.mkdir()
        return take_in(opened, made, upright=upright)

    def _sealed(self, draft: str, result: TakenIn) -> Part:
        if not self._shelf.has_room():
            raise VaultFull("what is free is the queue's")
        name = self._shelf.new_name(draft)
        part = Part(
            file=name,
            thumbnails=f"{name}t",
            pages=len(result.thumbnails),
            coarse=result.low_resolution,
            size=result.pdf.stat().st_size,
            sha256=_digest(result.pdf),
        )
        with result.pdf.open("rb") as file:
            self._shelf.vault.put(part.file, file, is_named_later=True)
        pictures = [path.read_bytes() for path in result.thumbnails]
        self._shelf.vault.put(part.thumbnails, msgspec.msgpack.encode(pictures), is_named_later=True)
        return part

    def _add(self, job: _Job, result: TakenIn) -> None:
        part = self._sealed(job.draft, result)
        with self._shelf.change(job.draft) as draft:
            paper = draft.papers[job.paper]
            waiting = _of(paper, job.file)
            if waiting is not None:
                paper.waiting.remove(waiting)
                paper.parts.append(part)
        self._throw_away(*([job.file] if waiting else [part.file, part.thumbnails]))
        self._join_when_complete(draft, job.paper)

    def _join(self, job: _Job, result: TakenIn, parts: int) -> None:
        whole = self._sealed(job.draft, result)
        with self._shelf.change(job.draft) as draft:
            paper = draft.papers[job.paper]
            before, wanted = paper.whole, paper.needs_joining() and len(paper.parts) == parts
            if wanted:
                paper.whole, paper.whole_of = whole, parts
        outdated = before if wanted else whole
        if outdated is not None:
            self._throw_away(outdated.file, outdated.thumbnails)

    def _refuse(self, job: _Job, refusal: Refusal) -> None:
        try:
            with self._shelf.change(job.draft) as draft:
                paper = draft.papers[job.paper]
                if waiting := _of(paper, job.file):
                    paper.waiting.remove(waiting)
                    draft.refused[waiting.upload] = refusal
                paper.refusal = refusal
                if not job.file:
                    _give_up_parts(paper)
        except (DraftGone, OSError, VaultFull):
            return  # wiped; or no space even for that: it is tried again after the next start
        if job.file:
            self._throw_away(job.file)
            self._join_when_complete(draft, job.paper)

    def _join_when_complete(self, draft: Draft, name: str) -> None:
        if draft.papers[name].needs_joining():
            self.take(draft.id, name, "")

    def _throw_away(self, *names: str) -> None:
        for name in names:
            self._shelf.vault.remove(name)


def _of(paper: PaperDraft, file: str) -> Waiting | None:
    return next((each for each in paper.waiting if each.file == file), None)


def _give_up_parts(paper: PaperDraft) -> None:
    """Together they are too much: the citizen starts this paper again. The files go with the draft."""
    paper.parts, paper.whole, paper.whole_of = [], None, 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
