"""The queue played forward from its real state, many times at once.

Everybody ahead is taken in the order of the rule and given to the counter that is free first among those that can serve
them: for people who already wait, that is what the counters' own choice of the oldest comes to. All runs are played
together, a few array operations for each person, so three hundred people take a few milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Floor:
    """The counters in all runs. Times are seconds from now.

    A service that has begun is finished; nobody begins between two windows of work; after the last window the counter
    is gone for the day (``gone_s``, later than every window).
    """

    def __init__(self, opens: Floats, closes: Floats, speed: Floats, gone_s: float) -> None:
        """``opens``, ``closes``: (runs, counters, windows) in order of time; ``speed``: (counters,) 1 is the mean."""
        runs, counters, self._windows = opens.shape
        self._opens, self._closes = opens.reshape(runs * counters, -1), closes.reshape(runs * counters, -1)
        self._first_close = np.ascontiguousarray(self._closes[:, 0])
        self._speed, self._gone_s = speed, gone_s
        self._row = np.arange(runs) * counters
        self._free = np.maximum(self._opens[:, 0], 0.0)
        self._grid = self._free.reshape(runs, counters)

    def busy(self, counter: int, left_s: Floats) -> None:
        """This counter still needs ``left_s`` in each run."""
        places = self._row + counter
        self._free[places] = self._back_at_work(np.maximum(left_s, self._free[places]), places)

    def take(self, able: Places, duration: Floats) -> Floats:
        """Serve one person at the first free of the ``able`` counters in every run; when it starts."""
        chosen = able[self._grid.take(able, axis=1).argmin(axis=1)]
        places = self._row + chosen
        start: Floats = self._free.take(places)
        self._free[places] = self._back_at_work(start + duration * self._speed.take(chosen), places)
        return start

    def take_if(self, able: Places, duration: Floats, comes: Floats, before: Places) -> bool:
        """Serve somebody who comes later, in the runs in which that is before one of ``before`` is free."""
        runs = np.flatnonzero(comes < self.first_free(before))
        if not len(runs):
            return False
        chosen = able[self._grid[runs][:, able].argmin(axis=1)]
        places = self._row[runs] + chosen
        start = np.maximum(self._free[places], comes[runs])
        self._free[places] = self._back_at_work(start + duration[runs] * self._speed[chosen], places)
        return True

    def first_free(self, able: Places) -> Floats:
        """When the first of these counters is free, in every run."""
        free: Floats = self._grid.take(able, axis=1).min(axis=1)
        return free

    def last_close(self, able: Places) -> Floats:
        """When the last of these counters goes home, in every run."""
        closes = np.where(self._closes < self._gone_s, self._closes, 0.0).max(axis=1)
        latest: Floats = closes.reshape(self._grid.shape).take(able, axis=1).max(axis=1)
        return latest

    def _back_at_work(self, end: Floats, places: Places) -> Floats:
        late = end >= self._first_close.take(places)
        if not late.any():
            return end
        where = places[late]
        then = end[late]
        for window in range(self._windows - 1):
            again = np.maximum(then, self._opens[where, window + 1])
            then = np.where(then >= self._closes[where, window], again, then)
        end[late] = np.where(then >= self._closes[where, -1], self._gone_s, then)
        return end


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody ahead: the counters that can serve them, and how long it takes in each run."""

    able: Places
    duration: Floats
    comes: Floats | None = None  #: seconds from now, for those who are expected but not here yet


def play(floor: Floor, ahead: Sequence[Party]) -> list[Floats]:
    """Start of service of each party in the order given, in seconds from now, for every run."""
    return [floor.take(party.able, party.duration) for party in ahead]


def play_overtakers(floor: Floor, me: Places, expected: Sequence[Party]) -> None:
    """Those who may still come and go first: they count in the runs in which they come before my turn."""
    for party in expected:
        if party.comes is None or not floor.take_if(party.able, party.duration, party.comes, me):
            return
