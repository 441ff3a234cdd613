"""Which half to believe: each voice by how wrong it was lately, in minutes."""

from collections.abc import Mapping, Sequence

Quantiles = tuple[float, float, float]

_KEEP = 1 - 1 / 5000  #: tickets that count; a short memory runs after chance and is worse than either voice
_SHARPNESS = 20.0  #: a voice with a twentieth more error weighs a third
_UNHEARD = 1.05  #: over the worst: what a voice that was never heard is believed to be


class Blend:
    """A weighted mean of several estimates, by voice name."""

    def __init__(self) -> None:
        self._errors: dict[str, tuple[float, float]] = {}

    def learn(self, said: Mapping[str, Quantiles], waited: float) -> None:
        """Compare what each voice said at the issue of a ticket with what happened."""
        for voice, (_, p50, _) in said.items():
            total, count = self._errors.get(voice, (0.0, 0.0))
            self._errors[voice] = total * _KEEP + abs(p50 - waited), count * _KEEP + 1

    def mix(self, said: Mapping[str, Quantiles]) -> Quantiles:
        """One estimate from all that were given (at least one); one that was never heard counts as a little worse."""
        weights = self._weights(list(said))
        p10, p50, p90 = (sum(weights[v] * said[v][i] for v in said) for i in range(3))
        return p10, p50, p90

    def _weights(self, voices: Sequence[str]) -> dict[str, float]:
        errors = {
            v: (total + 1e-3) / count for v in voices for total, count in [self._errors.get(v, (0.0, 0.0))] if count
        }
        worst = max(errors.values(), default=1.0)
        raw = {v: (worst / errors.get(v, _UNHEARD * worst)) ** _SHARPNESS for v in voices}
        total = sum(raw.values())
        return {v: weight / total for v, weight in raw.items()}
