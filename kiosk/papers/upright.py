"""Which way up a page of printed text lies, from the look of its lines alone: nothing is read. Pure.

1. Along lines of print rows with ink alternate with bare ones; across them they do not: so it is known how they run.
2. Above the body of a line (the height of an "x") stand capitals, tall letters and most marks of Vietnamese; below it
   only some tails and dots. So more ink above the bodies than below them means that the page stands on its feet.
3. A wrong turn is worse than none: without clear evidence (few lines, capitals or digits only, a picture) the answer
   is None. Commas hang below rows of digits, too, but their ink is little: as much as tall letters have is asked for.
"""

from typing import cast

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Ink = npt.NDArray[np.bool_]  #: rows x columns
Rows = npt.NDArray[np.float64]  #: the share of ink in each

_LONG_PX = 1400  #: longer side of the copy that is looked at: about 120 dots per inch of A4
_DARKER, _SHARE_OF_DARKEST = 14, 0.3  #: ink is so much darker than the paper around it, of 255 and of the darkest
_AROUND_PX = 18
_LONGEST_STROKE_PX = 70  #: what runs on for longer is a ruled line or the edge of the sheet
_STRIP_PX = 120  #: lines are looked at piece by piece, so that a page may lie a little askew
_SMOOTH_PX, _LINE_PX = 5, 45
_CLEARER = 2.0  #: rendered text has 2.7 to 30 between along and across, pictures 0.8 to 1.1
_BODY_PX = (4, 36)
_LEAST_PIECES = 10
_SURE_BY = 2.5  #: standard deviations of a coin that is tossed for each piece of a line
_LEAST_SHARE = 0.1  #: of the ink above and below, by which one exceeds the other
#: Ink of tall letters and marks by that of the bodies. Vietnamese has 0.09 to 0.14, English 0.07 to 0.09, what hangs
#: below capitals and digits up to 0.06, lines drawn below words (then taken for bodies) 0.3 to 0.5.
_TALL = (0.08, 0.25)


def quarters_to_upright(page: Image.Image) -> int | None:
    """How many quarters to the right make it upright: 0 to 3; None when that is not clear."""
    ink = _ink(page)
    along, across = _stripes(ink), _stripes(ink.T)
    if along > _CLEARER * across:
        return {True: 0, False: 2, None: None}[_stands(ink)]
    if across > _CLEARER * along:
        return {True: 1, False: 3, None: None}[_stands(np.rot90(ink, -1))]
    return None


def _ink(page: Image.Image) -> Ink:
    """What is darker than the paper around it, without ruled lines."""
    grey = page.convert("L")
    grey.thumbnail((_LONG_PX, _LONG_PX), Image.Resampling.BOX)
    paper = grey.filter(ImageFilter.BoxBlur(_AROUND_PX))
    darker = np.asarray(paper, np.int16) - np.asarray(grey, np.int16)
    ink = darker > max(_DARKER, _SHARE_OF_DARKEST * float(np.percentile(darker, 99.7)))
    return ink & ~_long_runs(ink) & ~_long_runs(ink.T).T


def _long_runs(ink: Ink) -> Ink:
    """Those parts of rows that go on for longer than any stroke of a letter."""
    size = _LONGEST_STROKE_PX
    sums = np.cumsum(np.pad(ink, ((0, 0), (size, size))), axis=1, dtype=np.int32)
    whole = sums[:, size:] - sums[:, :-size] == size  # the run of ``size`` that ends here is all ink
    if not whole.any():
        return np.zeros_like(ink)
    ends = np.cumsum(np.pad(whole, ((0, 0), (0, size))), axis=1, dtype=np.int32)
    return (ends[:, size:] - ends[:, :-size] > 0)[:, : ink.shape[1]]


def _strips(ink: Ink) -> list[Rows]:
    """Of each strip of the page, from top to bottom."""
    return [ink[:, left : left + _STRIP_PX].mean(axis=1) for left in range(0, ink.shape[1], _STRIP_PX)]


def _stripes(ink: Ink) -> float:
    """How much rows differ from those around them, at the scale of lines."""
    differ = total = 0.0
    for rows in _strips(ink):
        around = _smooth(rows, _LINE_PX)
        differ += float(np.square(_smooth(rows, _SMOOTH_PX) - around).sum())
        total += float(around.sum())
    return differ / (total or 1.0)


def _smooth(rows: Rows, size: int) -> Rows:
    padded = np.pad(rows, size // 2)
    return cast(Rows, np.convolve(padded, np.full(size, 1 / size), "valid"))


def _stands(ink: Ink) -> bool | None:
    """Whether lines that run from left to right stand on their feet."""
    pieces = [piece for rows in _strips(ink) for piece in _pieces(rows)]
    if len(pieces) < _LEAST_PIECES:
        return None
    above, below, bodies = np.array(pieces).T
    lead = int((above > below).sum()) - int((above < below).sum())
    share = float((above - below).sum()) / (float((above + below).sum()) or 1.0)
    if abs(lead) < _SURE_BY * np.sqrt(len(pieces)) or share * np.sign(lead) < _LEAST_SHARE:
        return None
    tall = float((above if lead > 0 else below).sum()) / (float(bodies.sum()) or 1.0)
    return lead > 0 if _TALL[0] <= tall <= _TALL[1] else None


def _pieces(rows: Rows) -> list[tuple[float, float, float]]:
    """(ink above the body, ink below it, ink of it) of each piece of a line in one strip."""
    body = (rows > 0.45 * _most_around(rows)) & (rows > 0.04)
    edges = np.flatnonzero(np.diff(np.pad(body.astype(np.int8), 1))).tolist()
    begins, ends = edges[::2], edges[1::2]
    found = []
    for begin, end, before, after in zip(begins, ends, [0, *ends], [*begins[1:], len(rows)], strict=False):
        reach = round(0.9 * (end - begin))
        if _BODY_PX[0] <= end - begin <= _BODY_PX[1] and min(begin - before, after - end) >= reach:
            parts = rows[begin - reach : begin], rows[end : end + reach], rows[begin:end]
            found.append((float(parts[0].sum()), float(parts[1].sum()), float(parts[2].sum())))
    return found


def _most_around(rows: Rows) -> Rows:
    """The most ink of any row within a line's height."""
    reach = _BODY_PX[1]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(rows, reach), 2 * reach + 1)
    return cast(Rows, windows.max(axis=1))
