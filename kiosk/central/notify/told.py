"""Who was told of an incident, how that ended and what it ran into: for the pages."""

from dataclasses import dataclass
from typing import Any

from kiosk.central.notify.notices import NoticeState
from kiosk.central.ports import Transaction

_NEVER_MS = 4_102_444_800_000  #: the year 2100: no incident was closed since then


@dataclass(frozen=True, slots=True)
class Told:
    """``problem``: of the last try, in English, without secrets. ``done_ms``: when it was sent or given up."""

    channel: str
    kind: str
    level: int
    state: NoticeState
    made_ms: int
    due_ms: int
    tries: int
    done_ms: int | None
    problem: str

    @property
    def is_late(self) -> bool:
        """Tried, and not through yet."""
        return self.state is NoticeState.WAITING and self.problem != ""


def read_told(tx: Transaction, incident: int) -> tuple[Told, ...]:
    """In the order in which they were made."""
    rows = tx.rows("notify.of_incidents", only=incident, closed_since_ms=0)
    return tuple(_told(row) for row in rows)


def read_all_told(tx: Transaction) -> dict[int, tuple[Told, ...]]:
    """Of all open incidents, by their id."""
    found: dict[int, tuple[Told, ...]] = {}
    for row in tx.rows("notify.of_incidents", only=0, closed_since_ms=_NEVER_MS):
        found[row[0]] = (*found.get(row[0], ()), _told(row))
    return found


def _told(row: tuple[Any, ...]) -> Told:
    _incident, channel, kind, level, state, *rest = row
    return Told(channel, kind, level, NoticeState(state), *rest)
