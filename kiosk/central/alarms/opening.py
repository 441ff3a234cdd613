"""Tickets become late, centres fall silent: incidents are opened, raised and joined. Jobs of one transaction."""

import secrets
from collections import defaultdict
from dataclasses import dataclass

from kiosk.central.alarms.parts import Happened, Place, Rules, heard_since_ms, tell
from kiosk.central.alarms.rules import Kind, Stage, limits_of, stage_of
from kiosk.central.ports import Transaction
from kiosk.clock import day_of
from kiosk.config.warning import NoticeKind

INCIDENT_BITS = 40
_MOST = 1000  #: tickets in one look; what is left comes with the next
_MANY = 3  #: centres


class IncidentHasJustEnded(Exception):
    """Another worker closed it between two of our statements: nothing of this look is stored, the next opens anew."""


@dataclass(frozen=True, slots=True)
class _Late:
    place: Place
    service: int
    word: str
    stage: Stage
    issued_ms: int


def is_ticket_due(tx: Transaction, rules: Rules, now_ms: int) -> bool:
    return _query_of_due(tx, _moment(rules, now_ms)) is not None


def _query_of_due(tx: Transaction, moment: dict[str, int]) -> str | None:
    """Which query finds what is due; None when there is nothing.

    The oldest that are due anywhere are nearly always all there are. Only where lines that are down leave so many that
    they may hide others is it worth asking for each centre: that costs milliseconds in a nation.
    """
    found, believed = tx.rows("alarms.due_head", **moment, most=_MOST)[0]
    if believed:
        return "alarms.due_for_look"
    return "alarms.due_of_each" if found == _MOST and tx.rows("alarms.is_due", **moment) else None


def look_at_tickets(tx: Transaction, rules: Rules, now_ms: int) -> list[Happened]:
    """Every ticket whose moment has come: mark what was seen, and tell of those that became late."""
    moment = _moment(rules, now_ms)
    query = _query_of_due(tx, moment)
    if query is None:
        return []
    late: defaultdict[tuple[int, int], list[_Late]] = defaultdict(list)
    looked = []
    for centre, code, group, epoch, ticket, service, word, issued_ms, due_ms, was in tx.rows(
        query, **moment, most=_MOST
    ):
        seen, look_ms = stage_of(due_ms, limits_of(rules.warnings, code, word), now_ms)
        stage = max(seen, Stage(was))  # a threshold that was raised takes no warning back
        looked.append({"centre": centre, "epoch": epoch, "ticket": ticket, "stage": stage, "look_ms": look_ms})
        if stage > was:
            late[centre, service].append(_Late(Place(centre, code, group), service, word, stage, issued_ms))
    tx.many("alarms.mark_looked", looked)
    # In one order for all workers: else two that raise for the same two queues would wait for each other.
    return [each for queue in sorted(late) for each in _join(tx, late[queue], rules, now_ms)]


def _moment(rules: Rules, now_ms: int) -> dict[str, int]:
    """Only today's: what a hub left open yesterday and has not ended yet waits for nobody."""
    return {"now_ms": now_ms, "day": day_of(now_ms), "heard_since_ms": heard_since_ms(rules, now_ms)}


def _join(tx: Transaction, late: list[_Late], rules: Rules, now_ms: int) -> list[Happened]:
    """Tickets of one queue have become late: into its incident, which they open or raise if need be."""
    first, stage = late[0], max(each.stage for each in late)
    oldest_ms = min(each.issued_ms for each in late)
    queue = {"centre": first.place.number, "service": first.service}
    opened = _New(Kind.WAIT, first.place.number, first.service, stage, oldest_ms).open(tx, now_ms) is not None
    raised = not opened and stage is Stage.OVER and tx.run("alarms.raise_incident", **queue, now_ms=now_ms) == 1
    found = tx.rows(
        "alarms.join_incident",
        **queue,
        joined=sum(each.stage is Stage.OVER for each in late),
        since_ms=oldest_ms,
        longest_s=max(0, now_ms - oldest_ms) // 1000,
    )
    if not found:
        raise IncidentHasJustEnded(f"{first.place.code}, {first.word}")
    if not (opened or raised):
        return []
    incident, level = found[0]
    kind: NoticeKind = "raised" if stage is Stage.OVER else "early"
    told = tell(tx, rules, first.place, incident, (kind, level), now_ms)
    return [Happened(kind, first.place.code, first.word, incident, told)]


@dataclass(frozen=True, slots=True)
class _New:
    """An incident that is about to be opened."""

    kind: Kind
    centre: int
    service: int
    stage: Stage
    since_ms: int

    def open(self, tx: Transaction, now_ms: int) -> int | None:
        """Its number if it was us who opened it, and not another worker before."""
        number = secrets.randbits(INCIDENT_BITS)
        values = {name: getattr(self, name) for name in self.__slots__}
        raised_ms = now_ms if self.stage is Stage.OVER else None
        opened = tx.run("alarms.open_incident", id=number, now_ms=now_ms, raised_ms=raised_ms, **values)
        return number if opened else None


def is_nobody_heard(tx: Transaction, rules: Rules, now_ms: int) -> bool:
    """So many centres do not fall silent at once, each by itself."""
    centres, last_ms = tx.rows("alarms.last_heard")[0]
    return bool(centres >= _MANY and last_ms < now_ms - 1000 * rules.warnings.silent_s)


def are_silent(tx: Transaction, rules: Rules, now_ms: int) -> list[tuple[Place, int]]:
    """Centres of whose silence nobody knows yet, and when each was last heard."""
    rows = tx.rows("alarms.newly_silent", heard_before_ms=now_ms - 1000 * rules.warnings.silent_s)
    return [(Place(centre, code, group), heard_ms) for centre, code, group, heard_ms in sorted(rows)]


def open_silent(tx: Transaction, rules: Rules, now_ms: int) -> list[Happened]:
    happened = []
    for place, heard_ms in are_silent(tx, rules, now_ms):
        incident = _New(Kind.SILENT, place.number, 0, Stage.OVER, heard_ms).open(tx, now_ms)
        if incident is not None:
            told = tell(tx, rules, place, incident, ("silent", 1), now_ms)
            happened.append(Happened("silent", place.code, "", incident, told))
    return happened
