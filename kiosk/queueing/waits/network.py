"""Small neural networks that learn quantiles, beside the trees: smooth where those go in steps, and wrong elsewhere.

One hidden layer each, trained by the gradient of the pinball loss with a rounded corner (Koenker & Bassett 1978) and
Adam (Kingma & Ba 2015); several from different starts are averaged, because one alone depends on its start. A number
that may only lengthen a wait has no negative weight on its way (Sill 1998, "Monotonic networks").
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.queueing.waits.scaling import Scaling, scaling_of, with_one

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

_NETWORKS = 3  #: for each quantile
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
    inner: Floats  #: (quantiles x networks, numbers + 1, hidden), the last row is added
    outer: Floats  #: (quantiles x networks, hidden + 1, 1), the last one is added

    def predict(self, rows: Floats) -> Floats:
        """(quantiles, people) for feature vectors; ``rows``: (people, numbers)."""
        seen = with_one(self.scaling.apply(rows))
        said = (with_one(np.tanh(seen @ self.inner)) @ self.outer)[:, :, 0]
        found: Floats = said.reshape(-1, _NETWORKS, len(rows)).mean(axis=1)
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


class _Bounds:
    """Weights that a number with a direction may not have are none."""

    def __init__(self, directions: Whole) -> None:
        self._up, self._down = np.flatnonzero(directions > 0), np.flatnonzero(directions < 0)

    def keep(self, inner: Floats, outer: Floats) -> None:
        if not (self._up.size or self._down.size):
            return
        np.maximum(outer[:, :-1], 0.0, out=outer[:, :-1])
        inner[:, self._up] = np.maximum(inner[:, self._up], 0.0)
        inner[:, self._down] = np.minimum(inner[:, self._down], 0.0)


def train_networks(rows: Floats, targets: Floats, quantiles: Sequence[float], directions: Whole) -> Networks:
    """Learn the ``quantiles`` of ``targets`` from ``rows`` (tickets, numbers); deterministic for the same input.

    ``directions``: for each number 1 where more of it never lowers what is learnt, -1 where it never raises it, else 0.
    """
    chance = np.random.default_rng(_SEED)
    scaling = scaling_of(rows)
    seen = with_one(scaling.apply(rows))
    wanted = np.repeat(np.array(quantiles), _NETWORKS)[:, None]
    inner, outer = _start(chance, seen.shape[1], np.quantile(targets, wanted), directions)
    bounds, batches = _Bounds(directions), max(len(seen) // _BATCH, 1)
    for turn in range(_ROUNDS):
        rate = _RATE * 0.5 * (1 + np.cos(np.pi * turn / _ROUNDS))
        order = np.stack([chance.permutation(len(seen)) for _ in wanted])
        for batch in np.array_split(order, batches, axis=1):
            _learn(inner, outer, seen[batch], targets[batch], (wanted, rate))
            bounds.keep(inner.weights, outer.weights)
    return Networks(scaling, inner.weights, outer.weights)


def _start(chance: np.random.Generator, numbers: int, usual: Floats, directions: Whole) -> tuple[_Descent, _Descent]:
    inner = chance.normal(0, 1 / np.sqrt(numbers), (len(usual), numbers, _HIDDEN))
    outer = chance.normal(0, 0.1 / np.sqrt(_HIDDEN), (len(usual), _HIDDEN + 1, 1))
    bound = np.flatnonzero(directions)
    inner[:, bound] = np.abs(inner[:, bound]) * directions[bound, None]
    inner[:, -1], outer[:, -1] = 0.0, usual
    if bound.size:
        outer[:, :-1] = np.abs(outer[:, :-1])
    return _Descent(inner), _Descent(outer)


def _learn(inner: _Descent, outer: _Descent, seen: Floats, targets: Floats, how: tuple[Floats, float]) -> None:
    """One step of all networks; ``how``: the quantile of each and the rate."""
    quantiles, rate = how
    hidden = with_one(np.tanh(seen @ inner.weights))
    off = targets - (hidden @ outer.weights)[:, :, 0]
    slope = (-(np.tanh(off / _CORNER) + 2 * quantiles - 1) / off.shape[1])[:, :, None]
    within = slope * outer.weights[:, :-1].transpose(0, 2, 1) * (1 - hidden[:, :, :-1] ** 2)
    inner_slope, outer_slope = seen.transpose(0, 2, 1) @ within, hidden.transpose(0, 2, 1) @ slope
    inner_slope[:, :-1] += _PULL * inner.weights[:, :-1]
    outer_slope[:, :-1] += _PULL * outer.weights[:, :-1]
    inner.step(inner_slope, rate)
    outer.step(outer_slope, rate)
