"""Boosted trees that learn a quantile, small enough to be trained anew every night and to answer in microseconds.

The trees are oblivious: all nodes of one depth ask the same question, so a tree is ``depth`` questions and 2**depth
answers, and a leaf is found by counting in binary (Kohavi 1994; used by CatBoost, Prokhorenkova et al. 2018). Each tree
follows the gradient of the pinball loss, each leaf takes the quantile of its residuals (Friedman 2001, "Greedy function
approximation", TreeBoost for absolute loss).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bins = NDArray[np.uint8]

_BINS = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """How trees are grown. The defaults are modest on purpose: a centre has thousands of tickets and not millions."""

    rounds: int = 150
    depth: int = 5
    rate: float = 0.06
    rows: float = 0.6  #: share of the tickets that one tree sees
    columns: float = 0.6  #: share of the features that one tree may ask
    calm: float = 20.0  #: tickets by which a leaf is pulled towards "no change"
    seed: int = 7


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """A trained forest: ``predict`` is a few array operations over all trees at once."""

    start: float
    questions: NDArray[np.intp]  #: (trees, depth) feature that is asked
    limits: Floats  #: (trees, depth) answer is yes above this value
    answers: Floats  #: (trees, 2**depth)

    def predict(self, rows: Floats) -> Floats:
        """The quantile for each feature vector; ``rows``: (people, features)."""
        bits = rows[:, self.questions] > self.limits
        leaves = bits @ (1 << np.arange(self.questions.shape[1]))
        found: Floats = self.start + self.answers[np.arange(leaves.shape[1]), leaves].sum(axis=1)
        return found


def train(rows: Floats, targets: Floats, quantile: float, settings: Settings | None = None) -> BoostedTrees:
    """Learn the ``quantile`` of ``targets`` from ``rows`` (tickets, features); deterministic for the same input."""
    how = settings or Settings()
    rng = np.random.default_rng(how.seed)
    edges = _edges(rows)
    bins = np.stack([np.searchsorted(e, column, side="left") for e, column in zip(edges, rows.T, strict=True)]).astype(
        np.uint8
    )
    start = float(np.quantile(targets, quantile))
    fitted = np.full(len(targets), start)
    trees = []
    for _ in range(how.rounds):
        seen = rng.random(len(targets)) < how.rows
        asked = np.flatnonzero(rng.random(len(bins)) < how.columns)
        if not len(asked) or not seen.any():
            continue
        residuals = targets - fitted
        slope = np.where(residuals > 0, quantile, quantile - 1.0)
        questions, cuts, leaves = _grow(bins, slope, seen, asked, how.depth)
        answers = _leaf_quantiles(residuals, leaves, seen, quantile, how)
        fitted += answers[leaves]
        trees.append((questions, [_limit(edges[q], c) for q, c in zip(questions, cuts, strict=True)], answers))
    depth = how.depth
    return BoostedTrees(
        start,
        np.array([t[0] for t in trees], dtype=np.intp).reshape(-1, depth),
        np.array([t[1] for t in trees], dtype=float).reshape(-1, depth),
        np.array([t[2] for t in trees], dtype=float).reshape(-1, 1 << depth),
    )


def _edges(rows: Floats) -> list[Floats]:
    """Cut points of each feature at its quantiles: at most ``_BINS`` - 1, at least one."""
    steps = np.linspace(0, 1, _BINS + 1)[1:-1]
    return [np.unique(np.quantile(column, steps)) for column in rows.T]


def _limit(edges: Floats, cut: int) -> float:
    """A cut behind the last edge parts nothing: chosen where no question helps."""
    return float(edges[cut]) if cut < len(edges) else np.inf


def _grow(
    bins: Bins, slope: Floats, seen: NDArray[np.bool_], asked: NDArray[np.intp], depth: int
) -> tuple[list[int], list[int], NDArray[np.intp]]:
    """The questions of one tree, the bin after which each is answered yes, and the leaf of every ticket."""
    sample, pull = bins[np.ix_(asked, np.flatnonzero(seen))].astype(np.intp), slope[seen]
    leaf = np.zeros(sample.shape[1], dtype=np.intp)
    everywhere = np.zeros(bins.shape[1], dtype=np.intp)
    questions, cuts = [], []
    for level in range(depth):
        best, cut = _best_split(sample, leaf, pull, 1 << level)
        leaf += (sample[best] > cut).astype(np.intp) << level
        question = int(asked[best])
        everywhere += (bins[question] > cut).astype(np.intp) << level
        questions.append(question)
        cuts.append(cut)
    return questions, cuts, everywhere


def _best_split(sample: NDArray[np.intp], leaf: NDArray[np.intp], pull: Floats, leaves: int) -> tuple[int, int]:
    """The feature and the bin that part the slopes best, over all leaves together."""
    features = len(sample)
    offset = (np.arange(features) * leaves * _BINS)[:, None]
    cell = (sample + (leaf * _BINS)[None, :] + offset).ravel()
    size = features * leaves * _BINS
    shape = features, leaves, _BINS
    count = np.bincount(cell, minlength=size).reshape(shape).cumsum(axis=2)
    total = np.bincount(cell, np.broadcast_to(pull, sample.shape).ravel(), minlength=size).reshape(shape).cumsum(axis=2)
    rest, rest_total = count[:, :, -1:] - count, total[:, :, -1:] - total
    gain = (total**2 / (count + 5.0) + rest_total**2 / (rest + 5.0)).sum(axis=1)[:, :-1]
    best, cut = divmod(int(gain.argmax()), _BINS - 1)
    return best, cut


def _leaf_quantiles(
    residuals: Floats, leaves: NDArray[np.intp], seen: NDArray[np.bool_], quantile: float, how: Settings
) -> Floats:
    """The step of each leaf: the quantile of its residuals, shrunk where it has few tickets."""
    answers = np.zeros(1 << how.depth)
    order = np.lexsort((residuals[seen], leaves[seen]))
    ranked, where = residuals[seen][order], leaves[seen][order]
    names, first, count = np.unique(where, return_index=True, return_counts=True)
    middle = first + np.minimum((count * quantile).astype(np.intp), count - 1)
    answers[names] = how.rate * ranked[middle] * count / (count + how.calm)
    return answers
