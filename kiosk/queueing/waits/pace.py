"""How fast things go: decayed counts and averages that need a few numbers each and no history."""

from math import exp


class Rate:
    """Events per second, remembered for about ``memory_s``: an exponentially decayed count (a leaky bucket)."""

    __slots__ = ("_at_s", "_memory_s", "_value")

    def __init__(self, memory_s: float) -> None:
        self._memory_s, self._value, self._at_s = memory_s, 0.0, 0.0

    def add(self, at_s: float, amount: float = 1.0) -> None:
        self._value = self.at(at_s) + amount / self._memory_s
        self._at_s = max(at_s, self._at_s)

    def at(self, now_s: float) -> float:
        return self._value * exp(-max(now_s - self._at_s, 0.0) / self._memory_s)


class Ratio:
    """Decayed sum over decayed sum, pulled towards a prior while there are few data.

    A ratio of sums and not a mean of ratios: one person with nobody ahead must not weigh as much as one with twenty.
    """

    __slots__ = ("_above", "_below", "_keep")

    def __init__(self, memory: float) -> None:
        """``memory``: how many observations count."""
        self._keep, self._above, self._below = 1.0 - 1.0 / memory, 0.0, 0.0

    def add(self, above: float, below: float) -> None:
        self._above = self._above * self._keep + above
        self._below = self._below * self._keep + below

    def value(self, prior: float, weight: float) -> float:
        """The ratio, as if ``weight`` of the lower sum had been seen at ``prior``."""
        return (self._above + prior * weight) / (self._below + weight)


class Level:
    """A decayed mean that moves by what each observation is off, calmly at first."""

    __slots__ = ("_calm", "_count", "_memory", "value")

    def __init__(self, memory: float, calm: float, start: float = 0.0) -> None:
        """``memory``: how many observations count; ``calm``: how many the start counts for."""
        self._memory, self._calm, self._count, self.value = memory, calm, 0.0, start

    def add(self, off: float) -> None:
        self._count += 1
        self.value += off / min(self._count + self._calm, self._memory)
