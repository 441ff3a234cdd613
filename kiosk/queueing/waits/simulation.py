"""The queue played forward from its real state, many times at once.

Everybody ahead is taken in the order of the rule and given to the counter that is free first among those that can serve
them: for people who already wait, that is what the counters' own choice of the oldest comes to. All runs are played
together, a few array operations for each person, so three hundred people take two milliseconds.

Times are whole microseconds from now in the upper bits of 64, the lower 16 tell which counter of which run it is: the
smaller of two numbers is the sooner counter and its name at once, and sums keep the name.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Named = NDArray[np.int64]  #: times with their places

_FEWEST_BETWEEN, _FARTHER = 4, 4  #: people between two looks for who has overtaken; of a long line, a fourth part
_FEW = 8
_SHIFT = 16
_PLACES = (1 << _SHIFT) - 1
_TICKS_A_S = 1e6
_SPEED_UNIT = 1000
_NOBODY_S = 1e7  #: when somebody comes who does not come


class Able:
    """The counters that can serve somebody, as places on the floor."""

    def __init__(self, counters: Places) -> None:
        self.counters = counters
        self.names = tuple(counters.tolist())


class Floor:
    """The counters in all runs.

    A service that has begun is finished; nobody begins between two windows of work; after the last window the counter
    is gone for the day (``gone_s``, later than every window).
    """

    def __init__(self, opens: Floats, closes: Floats, speed: Floats, gone_s: float) -> None:
        """``opens``, ``closes``: (runs, counters, windows) in order of time; ``speed``: (counters,) 1 is the mean."""
        self.runs, counters, windows = opens.shape
        if self.runs * counters > _PLACES:
            raise ValueError("more counters than can be played")
        self._name = np.arange(counters * self.runs).reshape(counters, self.runs)
        flat = windows, counters * self.runs
        self._opens = (whole(opens).T + self._name).reshape(flat)
        self._closes = whole(closes).T.reshape(flat)
        self._gone = int(gone_s * _TICKS_A_S) << _SHIFT
        self.gone_s = gone_s
        #: Whole arrays, because an operation with a single number takes twice as long.
        self._only_name = np.full(self.runs, _PLACES)
        self._soonest_close = np.full(self.runs, self._closes[0].min(initial=self._gone))
        self._speed = np.repeat((speed * _SPEED_UNIT).astype(np.int64), self.runs)
        self._grid = np.maximum(whole(opens[..., 0]).T, 0) + self._name
        self._free = self._grid.reshape(-1)
        self._rows: list[Named] = list(self._grid)

    def busy(self, left_s: Floats) -> None:
        """The counters still need so long, (counters, runs); 0: they are free."""
        end = np.maximum(whole(left_s) + self._name, self._grid)
        self._free[:] = self._back_at_work(end.reshape(-1), self._name.reshape(-1))

    def take(self, able: Able, duration: Named) -> Named:
        """Serve one person at the first free of the ``able`` counters in every run; when and where it starts."""
        start = self.first(able)
        places = start & self._only_name
        end = self._speed.take(places)
        end *= duration
        end += start
        if np.count_nonzero(end >= self._soonest_close):
            end = self._back_at_work(end, places)
        self._free[places] = end
        return start

    def first(self, able: Able) -> Named:
        """When and where the first of these counters is free, in every run."""
        names, rows = able.names, self._rows
        found: Named
        if len(names) > _FEW:
            found = np.minimum.reduce(self._grid.take(able.counters, axis=0))
            return found
        found = rows[names[0]] if len(names) > 1 else rows[names[0]].copy()
        for name in names[1:]:
            found = np.minimum(found, rows[name])
        return found

    def first_free_s(self, able: Able) -> Floats:
        return times_s(self.first(able))

    def barred(self, able: Sequence[Able]) -> Named:
        """(counters, services): never where the counter cannot serve it, else 0."""
        found = np.full((len(self._rows), len(able)), self._gone)
        for column, each in enumerate(able):
            found[each.counters, column] = 0
        return found

    def first_of_each(self, barred: Named) -> Named:
        """As ``first``, for somebody else in every run; ``barred``: (counters, runs)."""
        found: Named = np.minimum.reduce(self._grid + barred)
        return found

    def is_gone(self, free: Named) -> NDArray[np.bool_]:
        """Where nobody works any more."""
        return free >= self._gone

    def take_at(self, here: NDArray[np.bool_], free: Named, comes: Named, duration: Named) -> None:
        """Serve somebody who comes then at the places named by ``free``, in the runs that are ``here``."""
        places = free & self._only_name
        end = self._speed.take(places)
        end *= duration
        end += np.maximum(free, comes + places)
        self._free[places] = np.where(here, self._back_at_work(end, places), free)

    def _back_at_work(self, end: Named, places: Places) -> Named:
        late = end >= self._closes[0][places]
        if not np.count_nonzero(late):
            return end
        where, then = places[late], end[late]
        for closes, opens in zip(self._closes[:-1], self._opens[1:], strict=True):
            then = np.where(then >= closes[where], np.maximum(then, opens[where]), then)
        end[late] = np.where(then >= self._closes[-1][where], self._gone + where, then)
        return end


class Party(NamedTuple):
    """Somebody ahead: the counters that can serve them, and how long it takes in each run (``work``)."""

    able: Able
    duration: Named
    can_be_overtaken: bool = True


class Overtakers:
    """People who are not here yet and will go first when they come; all arrays are (people, runs), in order of time."""

    def __init__(self, comes: Floats, durations: Named, services: Places, able: Sequence[Able]) -> None:
        """``comes``: seconds from now; ``services``: places in ``able``, the counters that can serve each service."""
        self._runs = comes.shape[1]
        nobody = np.full((1, self._runs), _NOBODY_S)
        self._comes = whole(np.minimum(np.vstack([comes, nobody]), _NOBODY_S)).ravel()
        self._services = np.vstack([services, services[-1:]]).ravel()
        self._durations, self._able = np.vstack([durations, durations[-1:]]).ravel(), able
        self._barred: Named | None = None
        self._next = np.arange(self._runs)  #: in each run, the place of the next one to come in the flat arrays

    def go_before(self, floor: Floor, me: Able | None = None) -> None:
        """Serve those who come while all counters that can serve them are busy; or those who come before my turn.

        While others stand between, who came together with others can wait for the next look.
        """
        if self._barred is None:
            self._barred = floor.barred(self._able)
        few = 0 if me is not None else self._runs // 2
        while True:
            comes = self._comes.take(self._next)
            free = floor.first_of_each(self._barred.take(self._services.take(self._next), axis=1))
            here = (comes <= (free if me is None else floor.first(me))) & ~floor.is_gone(free)
            count = np.count_nonzero(here)
            if count:
                floor.take_at(here, free, comes, self._durations.take(self._next))
                self._next += here * self._runs
            if count <= few:
                return


def play(floor: Floor, ahead: Sequence[Party], overtakers: Overtakers | None = None) -> list[Named]:
    """Start of service of each party in the order given, for every run.

    When is looked for who has overtaken depends on nobody behind: one more at the end changes nothing before.
    """
    starts, next_look = [], 0
    for number, party in enumerate(ahead):
        if overtakers is not None and number >= next_look and party.can_be_overtaken:
            overtakers.go_before(floor)
            next_look = number + max(_FEWEST_BETWEEN, number // _FARTHER)
        starts.append(floor.take(party.able, party.duration))
    return starts


def times_s(named: Named) -> Floats:
    """The times without their places, in seconds from now."""
    found: Floats = (named >> _SHIFT) / _TICKS_A_S
    return found


def work(durations_s: Floats) -> Named:
    """How long services take at a counter of mean speed, to be multiplied by a speed in whole numbers."""
    return whole(durations_s / _SPEED_UNIT)


def whole(times_s: Floats) -> Named:
    """Whole ticks, with no place yet."""
    found: Named = (times_s * _TICKS_A_S).astype(np.int64) << _SHIFT
    return found
