"""Which lanes share their counters, where the log tells how many serve a lane and not which ones.

Two lanes that are always staffed with the same number of counters are served by the same people, as a rule: whoever
waits in one of them holds up the other. Numbers below two say nothing, since many lanes have one counter.
"""

from collections.abc import Iterable

from kiosk.queueing.model import ServiceId
from kiosk.queueing.waits.pace import Ratio

_MEMORY = 330
_CALM = 3.0  #: times that two lanes are taken to differ, until seen
_CHANCE = 0.5  #: lanes with counters of their own agree that often, too

Pair = tuple[ServiceId, ServiceId]


class Sharing:
    """How often lanes were staffed alike lately."""

    def __init__(self) -> None:
        self._alike: dict[Pair, Ratio] = {}

    def observe(self, service: ServiceId, counters: int, others: Iterable[tuple[ServiceId, int]]) -> None:
        """A lane is staffed with so many counters now; ``others``: the lanes and their counters."""
        if counters < 2:
            return
        for other, theirs in others:
            if other != service and theirs > 1:
                self._alike.setdefault(_pair(service, other), Ratio(_MEMORY)).add(float(theirs == counters), 1.0)

    def share(self, service: ServiceId, other: ServiceId) -> float:
        """From 0, nothing to do with each other, to 1, the same counters."""
        alike = self._alike.get(_pair(service, other))
        return 0.0 if alike is None else max(alike.value(0.0, _CALM) - _CHANCE, 0.0) / (1 - _CHANCE)


def _pair(one: ServiceId, other: ServiceId) -> Pair:
    return (one, other) if one < other else (other, one)
