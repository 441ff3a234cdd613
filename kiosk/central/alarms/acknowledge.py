"""Taking an incident on from the link in a message: whoever has the link was told, and needs no sign-in for that."""

from dataclasses import dataclass

from kiosk.central.alarms.rules import Kind, Stage
from kiosk.central.notify.told import Told, read_told
from kiosk.central.ports import Transaction
from kiosk.wire.common import Text

NAME_LETTERS = 60


@dataclass(frozen=True, slots=True)
class LinkedIncident:
    """What the link shows. ``people`` and ``longest_s``: now, or all that was seen when it has ended."""

    place: int
    id: int
    channel: str  #: that the message was sent to
    centre: Text
    service: str
    kind: Kind
    stage: Stage
    opened_ms: int
    since_ms: int
    people: int
    longest_s: int
    acked_ms: int | None
    acked_by: str
    closed_ms: int | None
    told: tuple[Told, ...]

    @property
    def can_be_taken(self) -> bool:
        return self.acked_ms is None and self.closed_ms is None


def read_linked(tx: Transaction, notice: int, now_ms: int) -> LinkedIncident | None:
    """The incident that a notice is about; None when there is none (any more)."""
    for place, incident, channel in tx.rows("notify.of_link", id=notice):
        for row in tx.rows("alarms.listed", only=incident, closed_since_ms=0):
            number, id_, kind, _word, stage, opened_ms, _raised_ms, since_ms, joined, longest_s, _level, *rest = row
            acked_ms, acked_by, closed_ms, _code, _group, name_vi, name_en, service, people, first_ms = rest
            if number != place:
                continue
            waited_s = 0 if first_ms is None else (now_ms - first_ms) // 1000
            return LinkedIncident(
                place=place,
                id=id_,
                channel=channel,
                centre=Text(vi=name_vi, en=name_en),
                service=service,
                kind=Kind(kind),
                stage=Stage(stage),
                opened_ms=opened_ms,
                since_ms=since_ms,
                people=people or joined,
                longest_s=max(longest_s, waited_s),
                acked_ms=acked_ms,
                acked_by=acked_by or "",
                closed_ms=closed_ms,
                told=read_told(tx, incident),
            )
    return None


def take_on_by_link(tx: Transaction, notice: int, name: str, now_ms: int) -> LinkedIncident | None:
    """``name``: as that person calls themselves; without one the channel stands for them. The first one stays it."""
    found = read_linked(tx, notice, now_ms)
    if found is None:
        return None
    by = "".join(sign for sign in name.strip() if sign.isprintable())[:NAME_LETTERS] or found.channel
    tx.run("alarms.acknowledge", centre=found.place, id=found.id, now_ms=now_ms, by=by)
    return read_linked(tx, notice, now_ms)
