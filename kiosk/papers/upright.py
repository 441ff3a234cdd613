"""Which way up a page of printed text lies, from the look of its lines alone: nothing is read. Pure.

1. Along lines of print dense rows alternate with bare ones; across them they do not: so it is known how the lines run.
2. Above the body of a line (the height of an "x") stand capitals, tall letters and most marks of Vietnamese; below it
   only some tails and dots. So more ink above the bodies than below them means that the page stands on its feet.
3. A wrong turn is worse than none: without clear evidence (few lines, capitals only, handwriting, a picture) the answer
   is None.
"""

from typing import cast

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Ink = npt.NDArray[np.bool_]  #: rows x columns
Numbers = npt.NDArray[np.float64]

_LONG_PX = 1400  #: longer side of the copy that is looked at: about 120 dots per inch of A4
_DARKER = 14  #: than the paper around it, of 255
_AROUND_PX = 18
_LONGEST_STROKE_PX = 70  #: what runs on for longer is a ruled line or the edge of the sheet
_STRIP_PX = 120  #: lines are looked at piece by piece, so that a page may lie a little askew
_LINES_CLEARER = 1.6
_BODY_PX = (4, 36)
_LEAST_LINES = 14
_SURE_BY = 4.0  #: standard deviations of tossing a coin for each line
_SHARE = 0.12


def quarters_to_upright(page: Image.Image) -> int | None:
    """How many quarters to the right make it upright: 0 to 3; None when that is not clear."""
    ink = _ink(page)
    along, across = _stripes(ink), _stripes(ink.T)
    if along > _LINES_CLEARER * across:
        return {True: 0, False: 2, None: None}[_stands(ink)]
    if across > _LINES_CLEARER * along:
        return {True: 1, False: 3, None: None}[_stands(cast(Ink, np.rot90(ink, -1)))]
    return None


def _ink(page: Image.Image) -> Ink:
    """What is darker than the paper around it, without ruled lines."""
    grey = page.convert("L")
    grey.thumbnail((_LONG_PX, _LONG_PX), Image.Resampling.BOX)
    paper = grey.filter(ImageFilter.BoxBlur(_AROUND_PX))
    ink = np.asarray(paper, np.int16) - np.asarray(grey, np.int16) > _DARKER
    return cast(Ink, ink & ~_long_runs(ink) & ~_long_runs(ink.T).T)


def _long_runs(ink: Ink) -> Ink:
    """Those parts of rows that go on for longer than any stroke of a letter."""
    size = _LONGEST_STROKE_PX
    sums = np.cumsum(np.pad(ink, ((0, 0), (size, size))), axis=1, dtype=np.int32)
    whole = sums[:, size:] - sums[:, :-size] == size  # the run of ``size`` that ends here is all ink
    ends = np.cumsum(whole, axis=1, dtype=np.int32)
    return cast(Ink, (ends[:, size:] - ends[:, :-size] > 0)[:, -ink.shape[1] :]) if whole.any() else np.zeros_like(ink)


def _strips(ink: Ink) -> list[Numbers]:
    """Of each strip of the page from top to bottom, the share of ink in every row."""
    width = ink.shape[1]
    edges = range(0, max(width - _STRIP_PX, 1), _STRIP_PX)
    return [ink[:, left : left + _STRIP_PX].mean(axis=1) for left in edges]


def _stripes(ink: Ink) -> float:
    """How sharply rows with and without ink alternate."""
    strips = _strips(ink)
    changes = sum(float(np.square(np.diff(rows)).sum()) for rows in strips)
    return changes / (sum(float(rows.sum()) for rows in strips) or 1.0)


def _stands(ink: Ink) -> bool | None:
    """Whether lines that run from left to right stand on their feet."""
    pieces = [piece for rows in _strips(ink) for piece in _lines(rows)]
    if len(pieces) < _LEAST_LINES:
        return None
    above, below = np.array(pieces).T
    lead = int((above > below).sum()) - int((above < below).sum())
    share = float((above - below).sum()) / (float((above + below).sum()) or 1.0)
    if abs(lead) < _SURE_BY * np.sqrt(len(pieces)) or abs(share) < _SHARE or (lead > 0) is not (share > 0):
        return None
    return lead > 0


def _lines(rows: Numbers) -> list[tuple[float, float]]:
    """(ink above the body, ink below it) of each piece of a line in one strip."""
    around = _most_around(rows)
    body = (rows > 0.45 * around) & (rows > 0.04)
    begins, ends = _runs(body)
    found = []
    for place, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        height = end - begin
        before = begin - (ends[place - 1] if place else 0)
        after = (begins[place + 1] if place + 1 < len(begins) else len(rows)) - end
        reach = round(0.9 * height)
        if not _BODY_PX[0] <= height <= _BODY_PX[1] or min(before, after) < reach:
            continue
        found.append((float(rows[begin - reach : begin].sum()), float(rows[end : end + reach].sum())))
    return found


def _most_around(rows: Numbers) -> Numbers:
    """The most ink of any row within a line's height."""
    reach = _BODY_PX[1]
    padded = np.pad(rows, reach)
    return cast(Numbers, np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1))


def _runs(mask: npt.NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    edges = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1)))
    return edges[::2].tolist(), edges[1::2].tolist()
