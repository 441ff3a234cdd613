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

_WAVES = 300
_BEND = 0.1  #: spread of the waves' frequencies for numbers of spread 1: the kernel is about ten of them wide
_STRAIGHT = 0.05  #: how readily the numbers themselves are used, beside the waves
_PULL = 3.0  #: towards "no change", in tickets
_ROUNDS = 3
_CORNER = 0.1  #: errors below this count as this, in units of the target
_SEED = 3


@dataclass(frozen=True, slots=True)
class Ridge:
    """A fitted surface."""

    scaling: Scaling
    waves: Floats  #: (numbers + 1, waves), the last row is added
    weights: Floats  #: of the waves, of the numbers and of one

    def predict(self, rows: Floats) -> Floats:
        """The median for each feature vector; ``rows``: (people, numbers)."""
        found: Floats = _seen(self.scaling.apply(rows), self.waves) @ self.weights
        return found


def fit_ridge(rows: Floats, targets: Floats) -> Ridge:
    """Learn the median of ``targets`` from ``rows`` (tickets, numbers); deterministic for the same input."""
    chance = np.random.default_rng(_SEED)
    scaling = scaling_of(rows)
    scaled = scaling.apply(rows)
    waves: Floats = chance.normal(0.0, _BEND, (scaled.shape[1] + 1, _WAVES))
    waves[-1] = chance.uniform(0.0, 2 * np.pi, _WAVES)
    seen = _seen(scaled, waves)
    pull = np.full(seen.shape[1], _PULL)
    pull[-1] = 1e-6
    weights: Floats = np.zeros(seen.shape[1])
    counts: Floats = np.ones(len(seen))
    for _ in range(_ROUNDS):
        weighted = (seen * counts[:, None]).T
        weights[:] = np.linalg.solve(weighted @ seen + np.diag(pull), weighted @ targets)
        counts = 1 / np.maximum(np.abs(targets - seen @ weights), _CORNER)
        counts /= counts.mean()
    return Ridge(scaling, waves, weights)


def _seen(scaled: Floats, waves: Floats) -> Floats:
    height = np.sqrt(2 / waves.shape[1])
    return with_one(np.hstack([np.cos(with_one(scaled) @ waves) * height, scaled * _STRAIGHT]))
