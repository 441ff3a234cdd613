"""The queue played forward from its real state, many times at once.

Everybody ahead is taken in the order of the rule and given to the counter that is free first among those that can serve
them: for people who already wait, that is what the counters' own choice of the oldest comes to. All runs are played
together, a few array operations for each person, so three hundred people take a few milliseconds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_FEWEST_BETWEEN, _LOOKS = 4, 10  #: people between two looks for who has overtaken, looks for a long line


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
        self._soonest_close = float(self._first_close.min(initial=gone_s))
        self._speed, self.gone_s = speed, gone_s
        self._row = np.arange(runs) * counters
        self._free = np.maximum(self._opens[:, 0], 0.0)
        self._grid = self._free.reshape(runs, counters)

    def busy(self, counter: int, left_s: Floats) -> None:
        """This counter still needs ``left_s`` in each run."""
        places = self._row + counter
        self._free[places] = self._back_at_work(np.maximum(left_s, self._free[places]), places)

    def take(self, able: Places, duration: Floats) -> Floats:
        """Serve one person at the first free of the ``able`` counters in every run; when it starts."""
        chosen = able.take(self._grid.take(able, axis=1).argmin(axis=1))
        places = self._row + chosen
        start: Floats = self._free.take(places)
        self._free[places] = self._back_at_work(start + duration * self._speed.take(chosen), places)
        return start

    def first_free(self, able: Places) -> Floats:
        """When the first of these counters is free, in every run."""
        free: Floats = self._grid.take(able, axis=1).min(axis=1)
        return free

    def barred(self, able: Sequence[Places]) -> Floats:
        """(services, counters): infinite where the counter cannot serve it, else 0."""
        found = np.full((len(able), self._grid.shape[1]), np.inf)
        for row, places in enumerate(able):
            found[row, places] = 0.0
        return found

    def free(self, barred: Floats, runs: Places) -> tuple[Places, Floats]:
        """The counter that is free first in each of these runs, and when; ``barred``: (runs, counters)."""
        chosen = (self._grid.take(runs, axis=0) + barred).argmin(axis=1)
        return chosen, self._free.take(self._row.take(runs) + chosen)

    def take_at(self, runs: Places, counters: Places, start: Floats, duration: Floats) -> None:
        """Serve somebody at these counters in these runs only."""
        places = self._row.take(runs) + counters
        self._free[places] = self._back_at_work(start + duration * self._speed.take(counters), places)

    def _back_at_work(self, end: Floats, places: Places) -> Floats:
        if end.max(initial=0.0) < self._soonest_close:
            return end
        late = end >= self._first_close.take(places)
        if not late.any():
            return end
        where = places[late]
        then = end[late]
        for window in range(self._windows - 1):
            again = np.maximum(then, self._opens[where, window + 1])
            then = np.where(then >= self._closes[where, window], again, then)
        end[late] = np.where(then >= self._closes[where, -1], self.gone_s, then)
        return end


class Party(NamedTuple):
    """Somebody ahead: the counters that can serve them, and how long it takes in each run."""

    able: Places
    duration: Floats
    can_be_overtaken: bool = True


class Overtakers:
    """People who are not here yet and will go first when they come; all arrays are (people, runs), in order of time."""

    def __init__(self, comes: Floats, durations: Floats, services: Places, able: Sequence[Places]) -> None:
        """``services``: places in ``able``, the counters that can serve each service."""
        nobody = np.full((1, comes.shape[1]), np.inf)
        self._comes = np.vstack([comes, nobody]).ravel()
        self._services = np.vstack([services, services[-1:]]).ravel()
        self._durations, self._able = durations.ravel(), able
        self._barred: Floats | None = None
        self._runs = comes.shape[1]
        self._next = np.arange(self._runs)  #: in each run, the place of the next one to come in the flat arrays

    def go_before(self, floor: Floor, me: Places | None = None) -> None:
        """Serve those who come while all counters that can serve them are busy; or those who come before my turn."""
        if self._barred is None:
            self._barred = floor.barred(self._able)
        runs = np.arange(self._runs)
        while len(runs):
            following = self._next.take(runs)
            comes = self._comes.take(following)
            counters, free_s = floor.free(self._barred.take(self._services.take(following), axis=0), runs)
            turn_s = free_s if me is None else floor.first_free(me).take(runs)
            here = ((comes <= turn_s) & (free_s < floor.gone_s)).nonzero()[0]
            runs, counters, following = runs.take(here), counters.take(here), following.take(here)
            start = np.maximum(free_s, comes).take(here)
            floor.take_at(runs, counters, start, self._durations.take(following))
            self._next[runs] += self._runs


def play(floor: Floor, ahead: Sequence[Party], overtakers: Overtakers | None = None) -> list[Floats]:
    """Start of service of each party in the order given, in seconds from now, for every run."""
    starts = []
    between = max(_FEWEST_BETWEEN, len(ahead) // _LOOKS)
    for number, party in enumerate(ahead):
        if overtakers is not None and party.can_be_overtaken and number % between == 0:
            overtakers.go_before(floor)
        starts.append(floor.take(party.able, party.duration))
    return starts
