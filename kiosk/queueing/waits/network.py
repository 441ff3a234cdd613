"""Small neural networks that learn a quantile, beside the trees: smooth where those go in steps, and wrong elsewhere.

One hidden layer each, trained by the gradient of the pinball loss with a rounded corner (Koenker & Bassett 1978) and
Adam (Kingma & Ba 2015); several from different starts are averaged, because one alone depends on its start.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.scaling import Scaling, scaling_of, with_one

Floats = NDArray[np.float64]

_NETWORKS = 3
_HIDDEN = 24
_ROUNDS = 25  #: times that every ticket is looked at
_BATCH = 128
_RATE = 3e-3
_PULL = 1e-3  #: towards zero, for every weight and step
_CORNER = 0.1  #: errors below this count as nearly nothing, in units of the target
_SEED = 1


@dataclass(frozen=True, slots=True)
class Networks:
    """Trained networks; a prediction is bounded, whatever is asked."""

    scaling: Scaling
    inner: Floats  #: (networks, numbers + 1, hidden), the last row is added
    outer: Floats  #: (networks, hidden + 1, 1), the last one is added

    def predict(self, rows: Floats) -> Floats:
        """The quantile for each feature vector; ``rows``: (people, numbers)."""
        seen = with_one(self.scaling.apply(rows))
        found: Floats = (with_one(np.tanh(seen @ self.inner)) @ self.outer)[:, :, 0].mean(axis=0)
        return found


class _Descent:
    """Adam for one array of weights."""

    def __init__(self, weights: Floats) -> None:
        self.weights = weights
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)
        self._steps = 0

    def step(self, slope: Floats, rate: float) -> None:
        self._steps += 1
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.01 * (slope**2 - self._square)
        mean = self._mean / (1 - 0.9**self._steps)
        square = self._square / (1 - 0.99**self._steps)
        self.weights -= rate * mean / (np.sqrt(square) + 1e-8)


def train_networks(rows: Floats, targets: Floats, quantile: float) -> Networks:
    """Learn the ``quantile`` of ``targets`` from ``rows`` (tickets, numbers); deterministic for the same input."""
    chance = np.random.default_rng(_SEED)
    scaling = scaling_of(rows)
    seen = with_one(scaling.apply(rows))
    inner, outer = _start(chance, seen.shape[1], float(np.quantile(targets, quantile)))
    batches = max(len(seen) // _BATCH, 1)
    for turn in range(_ROUNDS):
        rate = _RATE * 0.5 * (1 + np.cos(np.pi * turn / _ROUNDS))
        order = np.stack([chance.permutation(len(seen)) for _ in range(_NETWORKS)])
        for batch in np.array_split(order, batches, axis=1):
            _learn(inner, outer, seen[batch], targets[batch], (quantile, rate))
    return Networks(scaling, inner.weights, outer.weights)


def _start(chance: np.random.Generator, numbers: int, usual: float) -> tuple[_Descent, _Descent]:
    inner = chance.normal(0, 1 / np.sqrt(numbers), (_NETWORKS, numbers, _HIDDEN))
    outer = chance.normal(0, 0.1 / np.sqrt(_HIDDEN), (_NETWORKS, _HIDDEN + 1, 1))
    inner[:, -1], outer[:, -1] = 0.0, usual
    return _Descent(inner), _Descent(outer)


def _learn(inner: _Descent, outer: _Descent, seen: Floats, targets: Floats, how: tuple[float, float]) -> None:
    """One step of all networks; ``how``: the quantile and the rate."""
    quantile, rate = how
    hidden = with_one(np.tanh(seen @ inner.weights))
    off = targets - (hidden @ outer.weights)[:, :, 0]
    slope = (-(np.tanh(off / _CORNER) + 2 * quantile - 1) / off.shape[1])[:, :, None]
    within = slope * outer.weights[:, :-1].transpose(0, 2, 1) * (1 - hidden[:, :, :-1] ** 2)
    inner_slope, outer_slope = seen.transpose(0, 2, 1) @ within, hidden.transpose(0, 2, 1) @ slope
    inner_slope[:, :-1] += _PULL * inner.weights[:, :-1]
    outer_slope[:, :-1] += _PULL * outer.weights[:, :-1]
    inner.step(inner_slope, rate)
    outer.step(outer_slope, rate)
