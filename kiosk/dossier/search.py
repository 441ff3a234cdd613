"""Finding a procedure from the words that people use: without accents, abbreviated, misspelt, half typed.

1. Everything is compared without accents; a query that has them prefers what agrees with them.
2. A phrase counts more than its syllables: "khai sinh" is a word, "khai" is in half of the catalogue.
3. Short and everyday forms are rewritten first (``Vocabulary``), each reading being tried and the best one counted.
4. The last syllable may be half typed; one that is unknown may be one letter wrong.
5. When several procedures fit equally well they are all asked back (``Found.ambiguous``), not guessed.

Scores: inverse document frequency of shared syllables and pairs, over a document's own weight (BM25 without a corpus).
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MAX_QUERY = 200  #: characters; the rest of a longer one is not read
_MAX_READINGS = 24
_PAIR_WEIGHT = 1.6
_PREFIX_TRUST = 0.7
_TYPO_TRUST = 0.55
_ACCENT_BONUS = 0.15
_REREAD = 50  #: names whose accents are compared
_NOT_HERE = 0.85
_LENGTH_PULL = 0.55  #: how much a long name is held against it: 0 not at all, 1 in proportion
_CLOSE = 0.8  #: a score this near to the best is as good
_FAR = 0.25  #: and below this share of the best it only wastes the reader's time
_SYLLABLE = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, without accents, đ as d."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d")


def syllables(text: str) -> tuple[str, ...]:
    return tuple(_SYLLABLE.findall(text))


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure as it can be found: ``names`` are its official name first, then what people call it."""

    code: str
    names: tuple[str, ...]
    offered: bool = True  #: at this centre; the others come after those that fit as well


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``rewrites``: folded phrase to the phrases it may stand for; ``dropped``: folded syllables that say nothing."""

    rewrites: Mapping[str, tuple[str, ...]]
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """``matches`` best first; ``ambiguous``: the first ones fit equally well, so the citizen is asked which."""

    matches: tuple[Match, ...]
    ambiguous: tuple[str, ...] = ()


class ProcedureSearch:
    """Built once per catalogue (2,251 procedures: well under a second); a query takes a few milliseconds."""

    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self._codes, self._vocabulary = [entry.code for entry in entries], vocabulary
        self._longest = max((len(phrase.split()) for phrase in vocabulary.rewrites), default=0)
        names = [name for entry in entries for name in entry.names]
        terms = [_terms(syllables(fold(name))) for name in names]
        self._weights = _weights(terms)
        self._accented = [frozenset(syllables(name.lower())) for name in names]
        self._holders = _holders(terms)
        weight = np.array([sum(self._weights[term] for term in each) for each in terms])
        self._typical = float(weight.mean()) if len(weight) else 1.0
        self._length = self._typical * (1 - _LENGTH_PULL) + _LENGTH_PULL * weight
        self._starts = np.cumsum([0, *(len(entry.names) for entry in entries)])[:-1]
        self._favour = np.array([1.0 if entry.offered else _NOT_HERE for entry in entries])
        self._words = sorted(term for term in self._holders if " " not in term)
        self._near = _near_misses(self._words)

    def find(self, query: str, limit: int = 10) -> Found:
        """The procedures that fit ``query``, at most ``limit``; nothing when nothing fits."""
        text = unicodedata.normalize("NFC", query[:MAX_QUERY]).lower()
        words = syllables(fold(text))
        if not words or not self._codes:
            return Found(())
        accented = frozenset(s for s in syllables(text) if fold(s) != s)
        scores = np.max([self._score(reading) for reading in self._readings(words)], axis=0)
        self._prefer_accents(scores, accented)
        best = np.maximum.reduceat(scores, self._starts) * self._favour
        ranked = np.argsort(-best, kind="stable")[:limit]
        matches = tuple(
            Match(self._codes[n], round(float(best[n]), 4)) for n in ranked if best[n] > _FAR * best[ranked[0]]
        )
        close = tuple(m.code for m in matches if m.score >= _CLOSE * matches[0].score)
        return Found(matches, close if len(close) > 1 else ())

    def _readings(self, words: tuple[str, ...]) -> set[tuple[str, ...]]:
        """The query as it stands, and with everyday words replaced in every way, up to a limit."""
        plain = tuple(w for w in words if w not in self._vocabulary.dropped) or words
        readings = {plain}
        open_: list[tuple[tuple[str, ...], int]] = [((), 0)]
        while open_ and len(readings) < _MAX_READINGS:
            done, place = open_.pop()
            if place == len(words):
                readings.add(done or words)
                continue
            open_ += [((*done, *meant), place + used) for used, meant in self._choices(words, place)]
        return readings

    def _choices(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """How many words from ``place`` on are replaced by what; the longest replacement last, to be tried first."""
        word = words[place]
        yield 1, () if word in self._vocabulary.dropped else (word,)
        for length in range(1, min(self._longest, len(words) - place) + 1):
            for meant in self._vocabulary.rewrites.get(" ".join(words[place : place + length]), ()):
                yield length, tuple(meant.split())

    def _score(self, words: tuple[str, ...]) -> NDArray[np.float64]:
        """By name: how much of the query it covers, and how much of it the query covers."""
        shared = np.zeros(len(self._length))
        unknown = self._weights[""]
        asked = sum(self._weights.get(word, unknown) for word in words)
        for place, word in enumerate(words):
            for known, trust in self._expanded(word, place == len(words) - 1).items():
                shared[self._holders[known]] += trust * self._weights[known]
        for pair in _terms(words)[len(words) :]:
            if pair in self._holders:
                shared[self._holders[pair]] += self._weights[pair]
        return shared / (asked + self._length)

    def _prefer_accents(self, scores: NDArray[np.float64], accented: frozenset[str]) -> None:
        if accented:
            for name in np.argsort(-scores)[:_REREAD]:
                scores[name] *= 1 + _ACCENT_BONUS * len(accented & self._accented[name]) / len(accented)

    def _expanded(self, word: str, last: bool) -> dict[str, float]:
        """The known syllables that ``word`` may be, with how much each is trusted."""
        if word in self._holders:
            return {word: 1.0}
        if last:
            begun = [known for known in self._words if known.startswith(word)]
            if begun:
                return dict.fromkeys(begun, _PREFIX_TRUST)
        return dict.fromkeys(self._near.get(word, ()) or _one_letter_off(word, self._near), _TYPO_TRUST)


def _terms(words: Sequence[str]) -> list[str]:
    """The syllables, then the pairs of neighbours."""
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _weights(documents: Sequence[Sequence[str]]) -> dict[str, float]:
    """By term, its inverse document frequency, more for a pair; "" is what a term that nobody has weighs."""
    counts: dict[str, int] = defaultdict(int)
    for terms in documents:
        for term in set(terms):
            counts[term] += 1
    total = len(documents)
    weights = {"": math.log(1 + (total + 0.5) / 0.5)}
    for term, count in counts.items():
        weights[term] = math.log(1 + (total - count + 0.5) / (count + 0.5)) * (_PAIR_WEIGHT if " " in term else 1.0)
    return weights


def _holders(documents: Sequence[Sequence[str]]) -> dict[str, NDArray[np.intp]]:
    """By term, the names that have it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, terms in enumerate(documents):
        for term in set(terms):
            holders[term].append(number)
    return {term: np.array(numbers, dtype=np.intp) for term, numbers in holders.items()}


def _near_misses(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By each word of four letters and more, and by it with one letter left out: the words it may be."""
    near: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= 4:
            for form in (word, *_shorter(word)):
                near[form].add(word)
    return {form: tuple(sorted(each)) for form, each in near.items()}


def _one_letter_off(word: str, near: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if len(word) < 4:
        return ()
    return tuple(sorted({known for form in _shorter(word) for known in near.get(form, ()) if known != word}))


def _shorter(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
