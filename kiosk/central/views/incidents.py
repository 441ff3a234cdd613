"""Open incidents as people see them, and taking one on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.central.access import Scope
from kiosk.central.alarms.rules import NEVER_MS, Kind, Stage
from kiosk.central.notify.notices import NoticeState
from kiosk.central.notify.told import Told, read_all_told
from kiosk.central.ports import Transaction
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """``people`` and ``first_ms``: who waits beyond the limit now. ``centre``, ``group``: their codes."""

    id: int
    place: int
    centre: str
    centre_name: Text
    group: str
    service: str
    kind: Kind
    stage: Stage
    opened_ms: int
    since_ms: int
    longest_s: int
    level: int
    acked_ms: int | None
    acked_by: str
    people: int
    first_ms: int | None
    told: tuple[Told, ...] = ()

    @property
    def names_told(self) -> tuple[str, ...]:
        """Channels that got at least one message."""
        return _names(each for each in self.told if each.state is NoticeState.SENT)

    @property
    def names_untold(self) -> tuple[str, ...]:
        """Channels that a message could not be sent to, or not yet."""
        return _names(each for each in self.told if each.is_late or each.state is NoticeState.GIVEN_UP)

    @property
    def is_silence(self) -> bool:
        return self.kind is Kind.SILENT

    @property
    def is_early(self) -> bool:
        return self.stage is Stage.EARLY

    def longest_now_s(self, now_ms: int) -> float:
        """Of those who still wait; of all that were seen when nobody waits any more."""
        return self.longest_s if self.first_ms is None else max(0.0, (now_ms - self.first_ms) / 1000)


def _names(told: Iterable[Told]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.channel for each in told))


def read_open(tx: Transaction) -> tuple[OpenIncident, ...]:
    """What nobody has taken on yet comes first, then what is gravest, then the oldest."""
    told = read_all_told(tx)
    rows = tx.rows("alarms.listed", only=0, closed_since_ms=NEVER_MS)
    found = [replace(each, told=told.get(each.id, ())) for each in map(_incident, rows)]
    return tuple(sorted(found, key=lambda each: (each.acked_ms is not None, -each.stage, each.kind, each.opened_ms)))


def take_on(tx: Transaction, incident: int, scope: Scope, by: str, now_ms: int) -> bool:
    """False for an incident that there is not within ``scope``. One that somebody has already taken on stays theirs."""
    for row in tx.rows("alarms.listed", only=incident, closed_since_ms=0):
        found = _incident(row)
        if scope.covers(found.centre, found.group):
            tx.run("alarms.acknowledge", centre=found.place, id=incident, now_ms=now_ms, by=by)
            return True
    return False


def _incident(row: tuple[Any, ...]) -> OpenIncident:
    place, id_, kind, _word, stage, opened_ms, _raised_ms, since_ms, _joined, longest_s, level, *rest = row
    acked_ms, acked_by, _closed_ms, code, group, name_vi, name_en, service, people, first_ms = rest
    return OpenIncident(
        id=id_,
        place=place,
        centre=code,
        centre_name=Text(vi=name_vi, en=name_en),
        group=group,
        service=service,
        kind=Kind(kind),
        stage=Stage(stage),
        opened_ms=opened_ms,
        since_ms=since_ms,
        longest_s=longest_s,
        level=level,
        acked_ms=acked_ms,
        acked_by=acked_by or "",
        people=people,
        first_ms=first_ms,
    )
