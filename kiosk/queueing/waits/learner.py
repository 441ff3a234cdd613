"""What past days teach: quantiles of the wait, learnt as a factor on the first guess.

The target is log((wait + c) / (guess + c)): trees then correct a guess that already knows the queue, long waits do not
drown short ones, and quantiles stay quantiles. ``c`` goes with the centre's usual wait: minutes and seconds are alike.
The median is the mean of what trees and what networks say: they are wrong in different places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.boosting import BoostedTrees, Settings, train
from kiosk.queueing.waits.network import Networks, train_networks

Floats = NDArray[np.float64]
Quantiles = tuple[float, float, float]

MOST_EXAMPLES = 9000
LEAST_EXAMPLES = 300

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
    networks: Networks  #: the median again; the mean of both is better than either

    def quantiles(self, rows: Sequence[Sequence[float]], guesses: Sequence[float]) -> list[Quantiles]:
        """p10, p50 and p90 in minutes of each person, in order and not negative."""
        vectors = np.array(rows)
        scale = np.array(guesses) + self.calm
        low, middle, high = (trees.predict(vectors) for trees in (self.low, self.middle, self.high))
        smooth = self.networks.predict(np.column_stack([vectors, guesses]))
        found = np.stack([low, (middle + smooth) / 2, high])
        minutes = np.sort(np.maximum(scale * np.exp(found) - self.calm, 0.0), axis=0)
        return [(p10, p50, p90) for p10, p50, p90 in minutes.T.tolist()]


def learn(examples: Sequence[Example]) -> Learnt | None:
    """Train on the newest examples; None while there are too few. About two seconds, for a thread of its own."""
    if len(examples) < LEAST_EXAMPLES:
        return None
    newest = examples[-MOST_EXAMPLES:]
    rows = np.array([example.row for example in newest], dtype=np.float64)
    waits = np.array([example.waited for example in newest])
    guesses = np.array([example.guess for example in newest])
    calm = max(0.4 * float(waits.mean()), 0.05)
    targets = np.log((waits + calm) / (guesses + calm))
    return Learnt(
        calm,
        train(rows, targets, 0.1, _ENDS),
        train(rows, targets, 0.5, _MIDDLE),
        train(rows, targets, 0.9, _ENDS),
        train_networks(np.column_stack([rows, guesses]), targets, 0.5),
    )
