"""What a simulated fleet measured: how much was sent and acknowledged, how long answers took, what went wrong."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Figures:
    """``*_s``: seconds from the first byte sent to the answer read, for each POST of that kind that was answered."""

    happened: int = 0  #: rows that the centres wrote
    sent: int = 0  #: rows in batches, repeated ones counted again
    acked: int = 0
    events_s: "array[float]" = field(default_factory=lambda: array("d"))
    heartbeats_s: "array[float]" = field(default_factory=lambda: array("d"))
    retries: int = 0
    refused: Counter[str] = field(default_factory=Counter)  #: e.g. "429" or "unreachable" -> times

    def text(self) -> str:
        trouble = ", ".join(f"{what}: {times}" for what, times in sorted(self.refused.items())) or "none"
        return (
            f"events: {self.happened} happened, {self.sent} sent, {self.acked} acknowledged; retries: {self.retries}; "
            f"refused: {trouble}\nevents, {spread(self.events_s)}\nheartbeats, {spread(self.heartbeats_s)}"
        )


def quantile(values: Sequence[float], share: float) -> float:
    """0 for none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def spread(values: Sequence[float]) -> str:
    p50, p99 = (1000 * quantile(values, share) for share in (0.5, 0.99))
    return f"{len(values)} POSTs: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {1000 * max(values, default=0):.0f} ms"
