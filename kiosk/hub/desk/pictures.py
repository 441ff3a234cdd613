"""Papers at the desk: pictures of what central has, and a plain PDF of what an officer scanned.

Pages are drawn by the process that opens hostile files (``kiosk.papers.worker``), and kept in memory only: a few
papers, for the officer who looks at them now.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.papers.intake import NotTakenIn, TakenIn, take_in
from kiosk.papers.kinds import HEAD_BYTES, Kind, Refusal, kind_of

_KEPT_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Scanned:
    content: bytes
    pages: int


class PaperDesk:
    """``workplace``: an empty folder, gone at the end; one paper is drawn at a time."""

    def __init__(self, workplace: Callable[[], AbstractContextManager[Path]]) -> None:
        self._workplace = workplace
        self._kept: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()
        self._drawing, self._keeping = threading.Lock(), threading.Lock()

    def pictures(self, sha256: str, fetch: Callable[[], bytes]) -> tuple[bytes, ...]:
        """A JPEG of each page of the file with that digest; none if it cannot be drawn. Raises as ``fetch``."""
        if (known := self._find(sha256)) is not None:
            return known
        with self._drawing:
            if (known := self._find(sha256)) is not None:
                return known
            with self._taken([fetch()]) as taken:
                drawn = () if isinstance(taken, NotTakenIn) else tuple(each.read_bytes() for each in taken.thumbnails)
            self._keep(sha256, drawn)
            return drawn

    def plain_pdf(self, files: Sequence[bytes], *, is_result: bool) -> Scanned | Refusal:
        """One paper of what an officer brings, in that order, looked at page by page.

        A result is kept as it is, because writing it anew would break the signature in it; so it must be a PDF already,
        and one that runs nothing on the citizen's phone.
        """
        if is_result and (len(files) != 1 or (files[0] and kind_of(files[0][:HEAD_BYTES]) is not Kind.PDF)):
            return Refusal.UNKNOWN_KIND
        with self._taken(files) as taken:
            if isinstance(taken, NotTakenIn):
                return taken.refusal
            if is_result and taken.acts:
                return Refusal.ACTS
            return Scanned(files[0] if is_result else taken.pdf.read_bytes(), len(taken.thumbnails))

    @contextmanager
    def _taken(self, files: Sequence[bytes]) -> Iterator[TakenIn | NotTakenIn]:
        with self._workplace() as place:
            sources, made = [place / f"in-{number:02d}" for number in range(len(files))], place / "made"
            for source, content in zip(sources, files, strict=True):
                source.write_bytes(content)
            made.mkdir()
            yield take_in(sources, made)

    def _find(self, sha256: str) -> tuple[bytes, ...] | None:
        with self._keeping:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
            return self._kept.get(sha256)

    def _keep(self, sha256: str, drawn: tuple[bytes, ...]) -> None:
        with self._keeping:
            self._kept[sha256] = drawn
            while len(self._kept) > 1 and sum(len(page) for each in self._kept.values() for page in each) > _KEPT_BYTES:
                self._kept.popitem(last=False)
