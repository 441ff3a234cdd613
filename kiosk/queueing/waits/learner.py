"""What past days teach: quantiles of the wait, learnt as a factor on the first guess.

The target is log((wait + c) / (guess + c)): trees then correct a guess that already knows the queue, long waits do not
drown short ones, and quantiles stay quantiles. ``c`` goes with the centre's usual wait: minutes and seconds are alike.
The median is the mean of what trees, networks and a smooth surface say: they are wrong in different places. Where
nothing was played, the trees start from another first guess than the others, for the same reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.boosting import BoostedTrees, Settings, train
from kiosk.queueing.waits.features import second_guesses, was_played
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


@dataclass(frozen=True, slots=True)
class Example:
    """One ticket that was called: what was seen at its issue, the first guess and the wait, in minutes.

    ``row``: an array of single precision in a hub, which keeps thousands of them: a sixth of a tuple's memory.
    """

    row: Sequence[float]
    guess: float
    waited: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """A trained model."""

    calm: float
    low: BoostedTrees
    middle: BoostedTrees
    high: BoostedTrees
    networks: Networks  #: the median again; the mean of all three is better than each
    ridge: Ridge

    def quantiles(self, rows: Sequence[Sequence[float]], guesses: Sequence[float]) -> list[Quantiles]:
        """p10, p50 and p90 in minutes of each person, in order and not negative."""
        vectors, starts = np.array(rows), np.array(guesses)
        scale = starts + self.calm
        low, middle, high = (trees.predict(vectors) for trees in (self.low, self.middle, self.high))
        middle += np.log((second_guesses(vectors, starts) + self.calm) / scale)
        known = np.column_stack([vectors, starts])
        found = np.stack([low, (middle + self.networks.predict(known) + self.ridge.predict(known)) / 3, high])
        minutes = np.maximum(scale * np.exp(found) - self.calm, 0.0)
        minutes[1] = np.where(was_played(vectors), minutes[1], self._unpulled(minutes[1]))
        minutes.sort(axis=0)
        return [(p10, p50, p90) for p10, p50, p90 in minutes.T.tolist()]

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
    targets = np.log((waits + calm) / (guesses + calm))
    by_calls = np.log((waits + calm) / (second_guesses(rows, guesses) + calm))
    known = np.column_stack([rows, guesses])
    return Learnt(
        calm,
        train(rows, targets, 0.1, _ENDS),
        train(rows, by_calls, 0.5, _MIDDLE),
        train(rows, targets, 0.9, _ENDS),
        train_networks(known, targets, 0.5),
        fit_ridge(known, targets),
    )
