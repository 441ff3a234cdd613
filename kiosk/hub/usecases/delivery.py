"""The outbox as the delivery to central sees it. Implemented in ``kiosk.hub.store``."""

from dataclasses import dataclass
from typing import Literal, Protocol

from kiosk.wire.central_api import KioskHealth

#: "none": no city was ever named; "not_enrolled": one was, and the device has no key for it, or no longer;
#: "untrusted": its certificate cannot be checked; "row_refused": it does not take one row; "refused": it lets this
#: device in no more.
CityState = Literal["none", "not_enrolled", "starting", "fine", "failing", "untrusted", "row_refused", "refused"]


@dataclass(frozen=True, slots=True)
class CityLine:
    """How the line to central is. Instants by the hub's clock."""

    state: CityState
    until_ms: int = 0  #: central has everything that happened until then; 0: not known yet
    since_ms: int = 0  #: when ``state`` began
    acked: int = 0  #: central has every row of the outbox up to this one


NO_CITY = CityLine("none")


@dataclass(frozen=True, slots=True)
class Span:
    """The rows that belong to one epoch: ``first`` to ``last``, both included; empty when ``last`` is less."""

    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one span that follow each other without a hole from ``first``; each is (at_ms, event as stored).

    ``oldest``: the lowest row of the span that still exists, or ``first`` where those before it are gone.
    """

    span: Span
    first: int
    oldest: int
    rows: tuple[tuple[int, str], ...]

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


class Outbox(Protocol):
    """Every method is one moment of the database and raises StoreUnavailable."""

    def spans(self) -> tuple[Span, ...]:
        """At least one, in the order in which they happened."""

    def stretch(self, span: Span, after: int, limit: int) -> Stretch:
        """The next rows of ``span`` after row ``after``."""

    def kiosks(self) -> tuple[KioskHealth, ...]:
        """What each kiosk last told."""
