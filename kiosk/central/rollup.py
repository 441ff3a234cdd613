"""Waits counted in bins, so that a quantile over a month of a city is a sum and not a sort."""

from bisect import bisect_right
from collections.abc import Sequence

#: Upper edges of the bins ``w0`` … ``w22``; ``w23`` is everything longer.
_EDGES_MIN = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 25, 30, 35, 40, 50, 60, 75, 90, 120, 180, 240)
EDGES_S = tuple(60 * minutes for minutes in _EDGES_MIN)
BINS = len(EDGES_S) + 1


def bin_of(wait_s: float) -> int:
    return bisect_right(EDGES_S, wait_s)


def quantile_s(counts: Sequence[int], share: float) -> float | None:
    """The wait that ``share`` of the people did not exceed, linear within a bin; None when there are none.

    Beyond the last edge the answer is that edge: "at least four hours".
    """
    total = sum(counts)
    if total == 0:
        return None
    rank, below = share * total, 0
    for place, count in enumerate(counts[: len(EDGES_S)]):
        if count and below + count >= rank:
            start = EDGES_S[place - 1] if place else 0
            return start + (EDGES_S[place] - start) * max(0.0, rank - below) / count
        below += count
    return float(EDGES_S[-1])
