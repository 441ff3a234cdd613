"""Takes in what a citizen hands over, in a process that may fail: ``kiosk.papers.worker``."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.papers.kinds import Refusal
from kiosk.papers.verdict import UPRIGHT, Verdict

MAX_BYTES = 40 << 20  #: of all files of one paper together
#: From its first instruction on, with the seconds that it gets: reading the libraries alone takes half a second of a
#: processor. What is idle gives the processor up at once (sched(7)), which the lowest ordinary rank does not promise;
#: on a machine that never rests it would wait for ever, so the next try has that rank.
_LAST_IN_LINE = ((("nice", "-n", "19", "chrt", "--idle", "0"), 15), (("nice", "-n", "19"), 90))


@dataclass(frozen=True, slots=True)
class TakenIn:
    """``pdf`` and the small pictures of its pages, in the folder that was given."""

    pdf: Path
    thumbnails: tuple[Path, ...]
    low_resolution: tuple[int, ...]  #: pages, from 1
    acts: bool = False  #: what was given runs something; the new PDF does not


@dataclass(frozen=True, slots=True)
class NotTakenIn:
    refusal: Refusal


def take_in(sources: Sequence[Path], folder: Path, *, upright: bool = False) -> TakenIn | NotTakenIn:
    """One paper of one or more files (pictures of its pages, PDF files) in their order. Takes seconds.

    ``upright``: pages whose print shows that they lie on their side or head are turned.
    ``folder`` is empty and belongs to the caller, who removes it whatever the answer.
    """
    sizes = [source.stat().st_size for source in sources]
    if not sizes or 0 in sizes:
        return NotTakenIn(Refusal.EMPTY)
    if sum(sizes) > MAX_BYTES:
        return NotTakenIn(Refusal.TOO_LARGE)
    verdict = _ask_worker([*([UPRIGHT] if upright else []), str(folder), *map(str, sources)])
    if verdict.refusal is not None:
        return NotTakenIn(verdict.refusal)
    return TakenIn(folder / "paper.pdf", tuple(sorted(folder.glob("page-*.jpg"))), verdict.low_resolution, verdict.acts)


def _alone() -> dict[str, str]:
    """One thread of its own: the library of numbers makes one for each core, each with memory that the worker lacks."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def _ask_worker(arguments: Sequence[str]) -> Verdict:
    worker = [sys.executable, "-m", "kiosk.papers.worker", *arguments]
    for rank, timeout_s in _LAST_IN_LINE:
        try:
            done = subprocess.run([*rank, *worker], capture_output=True, timeout=timeout_s, check=False, env=_alone())
        except subprocess.TimeoutExpired:
            continue
        if done.returncode != 0:
            break  # out of memory or time, or worse: no honest paper does that
        return msgspec.json.decode(done.stdout, type=Verdict)
    return Verdict(refusal=Refusal.TOO_HARD)
