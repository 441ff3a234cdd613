"""A gently bent surface through what was seen: kernel ridge regression, beside trees and networks.

Days are few and much alike, so what bends least learns most from them: on offices that have sixteen days it is the best
single learner. A Gaussian kernel by random waves (Rahimi & Recht 2008, "Random features for large-scale kernel
machines") makes it as cheap as a linear regression; the median instead of the mean by weighing each ticket by one over
how far it is off, a few times (Schlossmacher 1973).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.scaling import Scaling, scaling_of, with_one

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

_WAVES = 300
_BEND = 0.1  #: spread of the waves' frequencies for numbers of spread 1: the kernel is about ten of them wide
_STRAIGHT, _DIRECTED = 0.05, 0.2  #: how readily numbers are used beside the waves, and those that have only this
_PULL = 3.0  #: towards "no change", in tickets
_ROUNDS = 3
_CORNER = 0.1  #: errors below this count as this, in units of the target
_SEED = 3


@dataclass(frozen=True, slots=True)
class Ridge:
    """A fitted surface."""

    scaling: Scaling
    waves: Floats  #: (numbers + 1, waves), the last row is added
    straight: Floats  #: (numbers,) how much of each stands beside the waves
    weights: Floats  #: of the waves, of the numbers and of one

    def predict(self, rows: Floats) -> Floats:
        """The median for each feature vector; ``rows``: (people, numbers)."""
        found: Floats = _seen(self.scaling.apply(rows), self.waves, self.straight) @ self.weights
        return found


def fit_ridge(rows: Floats, targets: Floats, directions: Whole) -> Ridge:
    """Learn the median of ``targets`` from ``rows`` (tickets, numbers); deterministic for the same input.

    ``directions``: for each number 1 where more of it never lowers what is learnt, -1 where it never raises it, else 0.
    """
    chance = np.random.default_rng(_SEED)
    scaling = scaling_of(rows)
    scaled = scaling.apply(rows)
    waves: Floats = chance.normal(0.0, _BEND, (scaled.shape[1] + 1, _WAVES))
    waves[-1] = chance.uniform(0.0, 2 * np.pi, _WAVES)
    waves[:-1][directions != 0] = 0.0
    straight = np.where(directions == 0, _STRAIGHT, _DIRECTED)
    seen = _seen(scaled, waves, straight)
    wanted = np.concatenate([np.zeros(_WAVES), directions, [0]])
    weights: Floats = np.zeros(seen.shape[1])
    counts: Floats = np.ones(len(seen))
    for _ in range(_ROUNDS):
        weighted = (seen * counts[:, None]).T
        weights = _weights(weighted @ seen, weighted @ targets, wanted)
        counts = 1 / np.maximum(np.abs(targets - seen @ weights), _CORNER)
        counts /= counts.mean()
    return Ridge(scaling, waves, straight, weights)


def _weights(products: Floats, sums: Floats, wanted: Floats) -> Floats:
    """The solution of the normal equations with a pull; ``wanted``: the sign of each weight, 0 for any."""
    pull = np.full(len(sums), _PULL)
    pull[-1] = 1e-6
    pulled = products + np.diag(pull)
    used = np.arange(len(sums))
    while True:
        found = np.linalg.solve(pulled[np.ix_(used, used)], sums[used])
        right = found * wanted[used] >= 0
        if right.all():
            weights = np.zeros(len(sums))
            weights[used] = found
            return weights
        used = used[right]


def _seen(scaled: Floats, waves: Floats, straight: Floats) -> Floats:
    height = np.sqrt(2 / waves.shape[1])
    return with_one(np.hstack([np.cos(with_one(scaled) @ waves) * height, scaled * straight]))
