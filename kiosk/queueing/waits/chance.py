"""Random numbers that belong to whom they are drawn for, the same in every estimate.

A person keeps the numbers of their ticket, a counter those of its place, so that one more of them leaves all others
theirs, and a screen that is told anew every few seconds moves with the queue and not with the dice. In each row the
runs are strata in a random order (stratified sampling; McKay, Beckman & Conover 1979): few runs see rare things in due
number.
"""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RUNS = 80
MOST_OVERTAKERS = 40

_ROWS = 1024  #: people or counters with numbers of their own; then they are used again
_SEED = 5


def _table(purpose: int, rows: int) -> Floats:
    """(rows, RUNS) uniform numbers, one of each row in each stratum."""
    chance = np.random.Generator(np.random.PCG64((_SEED, purpose)))
    found: Floats = chance.permuted((np.arange(RUNS) + chance.random((rows, RUNS))) / RUNS, axis=1)
    return found


_PEOPLE, _BUSY, _GAPS, _DESKS = (_table(purpose, _ROWS) for purpose in range(4))

#: Standard normal, one for each run.
PACE = np.array([NormalDist().inv_cdf(u) for u in _table(4, 1)[0].tolist()])
#: (people, RUNS) of those who still come: when, in people of the usual number; what they want; how long it takes.
COMES: Floats = -np.log1p(-_table(5, MOST_OVERTAKERS)).cumsum(axis=0)
WANTED, TAKES = _table(6, MOST_OVERTAKERS), _table(7, MOST_OVERTAKERS)


def of_people(tickets: Sequence[int]) -> Floats:
    """(tickets, RUNS): how long their services take."""
    return _rows(_PEOPLE, tickets)


def of_busy(ticket: int) -> tuple[Floats, Floats]:
    """(RUNS,) each: what is left of a service that goes on, and the time until the next call."""
    return _BUSY[ticket % _ROWS], _GAPS[ticket % _ROWS]


def of_desks(counters: Sequence[int]) -> Floats:
    """(counters, RUNS): which of its past days a counter will be like."""
    return _rows(_DESKS, counters)


def _rows(table: Floats, numbers: Sequence[int]) -> Floats:
    found: Floats = table.take(np.array(numbers, dtype=np.int64) % _ROWS, axis=0)
    return found
