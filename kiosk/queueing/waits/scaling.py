"""Numbers as smooth learners want them: logarithms, of equal spread, and nothing farther than was ever seen.

Logarithms, because twice the line counts the same for a short line and a long one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FARTHEST = 3.0  #: standard deviations; what is farther was never seen and counts as that far
_CONSTANT = 1e-3  #: a number that varies less than this has nothing to tell


@dataclass(frozen=True, slots=True)
class Scaling:
    middle: Floats  #: (numbers,) mean of each number, as a logarithm
    spread: Floats  #: (numbers,) its standard deviation; infinite where it never varied

    def apply(self, rows: Floats) -> Floats:
        """``rows``: (people, numbers)."""
        return np.clip((_logarithms(rows) - self.middle) / self.spread, -_FARTHEST, _FARTHEST)


def scaling_of(rows: Floats) -> Scaling:
    numbers = _logarithms(rows)
    middle, spread = numbers.mean(axis=0), numbers.std(axis=0)
    spread[spread < _CONSTANT] = np.inf
    return Scaling(middle, spread)


def with_one(numbers: Floats) -> Floats:
    """Another number that is always 1, for what is added."""
    return np.concatenate([numbers, np.ones((*numbers.shape[:-1], 1))], axis=-1)


def _logarithms(rows: Floats) -> Floats:
    found: Floats = np.sign(rows) * np.log1p(np.abs(rows))
    return found
