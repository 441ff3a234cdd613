"""What past days teach: quantiles of the wait, learnt as a factor on the first guess.

The target is log((wait + c) / (guess + c)): learners then correct a guess that already knows the queue, long waits do
not drown short ones, and quantiles stay quantiles. ``c`` goes with the centre's usual wait: minutes and seconds are
alike.

Where the queue is played, learning is bound to two rules: more people never shorten a wait, more counters never
lengthen it. There the guess counts only for its power of 0.8, so that a bound learner can still say that a line twice
as long does not take twice as long. Where a log does not tell single counters, the learners are free, and the median is
the mean of what trees, networks and a smooth surface say: they are wrong in different places. The trees start from
another first guess than the others, for the same reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.boosting import BoostedTrees, Settings, train
from kiosk.queueing.waits.features import SIGNS, second_guesses, was_played
from kiosk.queueing.waits.network import Networks, train_networks
from kiosk.queueing.waits.ridge import Ridge, fit_ridge

Floats = NDArray[np.float64]
Quantiles = tuple[float, float, float]

MOST_EXAMPLES = 9000
LEAST_EXAMPLES = 300

_CALM = 0.4  #: ``c`` over the mean wait
_PULLED = 0.07  #: by how much of its distance from there
_USUALLY = 0.55 / _CALM  #: where the learners pull to, over ``c``: the usual wait is below the mean
_LEAST = 0.93
_MIDDLE = Settings()
_ENDS = Settings(rounds=70, depth=4, rate=0.12)
_SHARES = 0.1, 0.5, 0.9
_TRUSTED = 0.8  #: of the guess, in logarithms
_USED = np.array([sign != "x" for sign in SIGNS])  #: by those that are bound
_BOUND = np.array([".+-".index(sign) for sign in f"{SIGNS}+" if sign != "x"])  #: with the guess
_BOUND[_BOUND == 2] = -1
_FREE = np.zeros(len(SIGNS) + 1, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Example:
    """One ticket that was called: what was seen at its issue, the first guess and the wait, in minutes.

    ``row``: an array of single precision in a hub, which keeps thousands of them: a sixth of a tuple's memory.
    """

    row: Sequence[float]
    guess: float
    waited: float


class Learnt(Protocol):
    """A trained model."""

    def quantiles(self, rows: Sequence[Sequence[float]], guesses: Sequence[float]) -> list[Quantiles]:
        """p10, p50 and p90 in minutes of each person, in order and not negative."""
        ...


@dataclass(frozen=True, slots=True)
class Bound:
    """Learnt where the queue is played."""

    calm: float
    networks: Networks
    ridge: Ridge  #: the median again; the mean of both is better than each

    def quantiles(self, rows: Sequence[Sequence[float]], guesses: Sequence[float]) -> list[Quantiles]:
        starts = np.array(guesses)
        known = np.column_stack([np.array(rows)[:, _USED], starts])
        found = self.networks.predict(known)
        found[1] = (found[1] + self.ridge.predict(known)) / 2
        return _in_order((starts + self.calm) ** _TRUSTED * np.exp(found) - self.calm)


@dataclass(frozen=True, slots=True)
class Free:
    """Learnt where it is not."""

    calm: float
    low: BoostedTrees
    middle: BoostedTrees
    high: BoostedTrees
    networks: Networks  #: the median again; the mean of all three is better than each
    ridge: Ridge

    def quantiles(self, rows: Sequence[Sequence[float]], guesses: Sequence[float]) -> list[Quantiles]:
        vectors, starts = np.array(rows), np.array(guesses)
        scale = starts + self.calm
        low, middle, high = (trees.predict(vectors) for trees in (self.low, self.middle, self.high))
        middle += np.log((second_guesses(vectors, starts) + self.calm) / scale)
        known = np.column_stack([vectors, starts])
        found = np.stack([low, (middle + self.networks.predict(known)[0] + self.ridge.predict(known)) / 3, high])
        minutes = scale * np.exp(found) - self.calm
        minutes[1] = self._unpulled(minutes[1])
        return _in_order(minutes)

    def _unpulled(self, middle: Floats) -> Floats:
        """A mean of what several learners say lies nearer to the usual wait than what happens."""
        pivot = _USUALLY * self.calm
        return np.maximum(middle + _PULLED * (middle - pivot), _LEAST * middle)


def learn(examples: Sequence[Example]) -> Learnt | None:
    """Train on the newest examples; None while there are too few. About two seconds, for a thread of its own."""
    if len(examples) < LEAST_EXAMPLES:
        return None
    newest = examples[-MOST_EXAMPLES:]
    rows = np.array([example.row for example in newest], dtype=np.float64)
    waits = np.array([example.waited for example in newest])
    guesses = np.array([example.guess for example in newest])
    calm = max(_CALM * float(waits.mean()), 0.05)
    learner = _learn_bound if was_played(rows).mean() > 0.5 else _learn_free
    return learner(calm, rows, waits, guesses)


def _learn_bound(calm: float, rows: Floats, waits: Floats, guesses: Floats) -> Bound:
    known = np.column_stack([rows[:, _USED], guesses])
    targets = np.log(waits + calm) - _TRUSTED * np.log(guesses + calm)
    return Bound(calm, train_networks(known, targets, _SHARES, _BOUND), fit_ridge(known, targets, _BOUND))


def _learn_free(calm: float, rows: Floats, waits: Floats, guesses: Floats) -> Free:
    targets = np.log((waits + calm) / (guesses + calm))
    by_calls = np.log((waits + calm) / (second_guesses(rows, guesses) + calm))
    known = np.column_stack([rows, guesses])
    return Free(
        calm,
        train(rows, targets, 0.1, _ENDS),
        train(rows, by_calls, 0.5, _MIDDLE),
        train(rows, targets, 0.9, _ENDS),
        train_networks(known, targets, (0.5,), _FREE),
        fit_ridge(known, targets, _FREE),
    )


def _in_order(minutes: Floats) -> list[Quantiles]:
    """``minutes``: (quantiles, people)."""
    found = np.sort(np.maximum(minutes, 0.0), axis=0)
    return [(p10, p50, p90) for p10, p50, p90 in found.T.tolist()]
