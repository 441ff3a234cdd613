"""What the pages show of the hours ahead, from a fork of the estimator, computed beside the write thread.

Nothing here is a promise: what was told at issue stays with the ticket.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.memory import LEAST_DAYS, Estimator
from kiosk.hub.usecases.witness import Known, Staffing
from kiosk.queueing.estimate import Estimate
from kiosk.queueing.hours import reception_ends_in_s, windows_of
from kiosk.queueing.model import CounterId, ServiceId, TicketClass, TicketId
from kiosk.queueing.promise import round_range, within_today
from kiosk.queueing.quieter import TicketHours, UsualDay
from kiosk.queueing.waits.events import CounterOpened
from kiosk.wire.kiosk_api import WaitRange

_WARNED_MS = 45 * 60_000  #: further ahead the model knows too little to send for somebody
_TRIED = 4  #: counters whose opening is played through
_VOICES = ("simulated", "learnt")


class Plainly(StrEnum):
    """Why the plain estimate answers instead of the model."""

    NEW = "new"  #: too few people have been called since the centre began
    FAILED = "failed"
    CROWD = "crowd"  #: so many came at once that not everybody could be asked about
    UNSTAFFED = "unstaffed"  #: no counter for it works yet, and too few days are known to say when one will
    RECALLING = "recalling"  #: what was learnt is being read again


@dataclass(frozen=True, slots=True)
class LateLane:
    """People of a field who will pass their promise and the patience on top of it, unless something changes."""

    field: str
    in_min: int  #: until the first of them does
    people: int
    counter: CounterId | None = None  #: that would help most if it opened now
    people_then: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """``made_s`` is of the monotonic clock: an old picture is not shown."""

    made_s: float = float("-inf")
    plainly: Plainly | None = Plainly.NEW
    newcomers: Mapping[ServiceId, WaitRange] = field(default_factory=dict)
    waiting: Mapping[TicketId, WaitRange] = field(default_factory=dict)  #: what is left of each wait
    quieter_min: Mapping[ServiceId, int] = field(default_factory=dict)  #: a better time today, minutes after midnight
    late: tuple[LateLane, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork:
    """All that a picture is made from, apart from the write thread."""

    estimator: Estimator
    usual: UsualDay
    waiting: tuple[tuple[TicketId, Known], ...]
    desks: Mapping[CounterId, Staffing]
    plainly: Plainly | None


def is_modelled(found: Estimate) -> bool:
    """Whether the queue was played or past days were asked: the bare pace of a line knows less than the plain one."""
    return any(voice in found.basis for voice in _VOICES)


def picture_of(fork: Fork, centre: Centre, now_ms: int, made_s: float) -> Picture:
    """Raises whatever the estimator raises."""
    if fork.plainly is not None:
        return Picture(made_s, fork.plainly)
    ends_in_s = reception_ends_in_s(centre.schedule, now_ms)
    newcomers: dict[ServiceId, WaitRange] = {}
    quieter: dict[ServiceId, int] = {}
    for line in _lines(fork.desks, centre):
        if fork.usual.days < LEAST_DAYS and not any(
            desk.works and line & desk.services for desk in fork.desks.values()
        ):
            continue
        found = fork.estimator.estimate(fork.usual.busiest(line), TicketClass.NORMAL, now_ms)
        if is_modelled(found):
            newcomers.update(dict.fromkeys(line, _range(found, ends_in_s)))
            better = fork.usual.quieter_min(line, found.p50_s, now_ms, _ticket_hours(centre, now_ms))
            quieter.update({} if better is None else dict.fromkeys(line, better))
    left = fork.estimator.refresh(now_ms)
    waiting = {ticket: _range(left[ticket], ends_in_s) for ticket, _ in fork.waiting if ticket in left}
    return Picture(made_s, None, newcomers, waiting, quieter, late_lanes(fork, centre, left, now_ms))


def late_lanes(fork: Fork, centre: Centre, left: Mapping[int, Estimate], now_ms: int) -> tuple[LateLane, ...]:
    """The soonest first."""
    late = _late(fork, centre, left, now_ms)
    by_field: dict[str, list[Known]] = {}
    for known in late.values():
        by_field.setdefault(_field_of(known.service, centre), []).append(known)
    if not by_field:
        return ()
    tried = _with_one_more(fork, centre, late.values(), now_ms)
    patience_ms = centre.config.warning_min * 60_000
    lanes = []
    for name, people in by_field.items():
        in_ms = min(known.promised_ms for known in people) + patience_ms - now_ms
        counter, then = _best(name, len(people), tried, centre)
        lanes.append(LateLane(name, max(in_ms // 60_000, 0), len(people), counter, then))
    return tuple(sorted(lanes, key=lambda lane: (lane.in_min, lane.field)))


def _late(fork: Fork, centre: Centre, left: Mapping[int, Estimate], now_ms: int) -> dict[TicketId, Known]:
    """Who will probably be called too late, and is not late already."""
    patience_ms = centre.config.warning_min * 60_000
    return {
        ticket: known
        for ticket, known in fork.waiting
        if ticket in left
        and now_ms < known.promised_ms + patience_ms < min(now_ms + left[ticket].p50_s * 1000, now_ms + _WARNED_MS)
    }


def _with_one_more(
    fork: Fork, centre: Centre, late: Collection[Known], now_ms: int
) -> dict[CounterId, dict[TicketId, Known]]:
    """Who would be late if that counter, which does not work now, opened."""
    wanted = {known.service for known in late}
    able = {
        counter: len(wanted & staffing.services)
        for counter, staffing in fork.desks.items()
        if not staffing.works and wanted & staffing.services
    }
    tried = {}
    for counter in sorted(able, key=lambda c: (-able[c], c))[:_TRIED]:
        more = fork.estimator.fork()
        more.observe(CounterOpened(now_ms, counter, fork.desks[counter].services))
        tried[counter] = _late(fork, centre, more.refresh(now_ms), now_ms)
    return tried


def _best(
    field_id: str, people: int, tried: Mapping[CounterId, Mapping[TicketId, Known]], centre: Centre
) -> tuple[CounterId | None, int]:
    """The counter that leaves the fewest of that field late, if it helps at all."""
    left = {
        counter: (sum(_field_of(known.service, centre) == field_id for known in late.values()), len(late))
        for counter, late in tried.items()
    }
    best = min(left, key=lambda counter: (left[counter], counter), default=None)
    return (best, left[best][0]) if best is not None and left[best][0] < people else (None, people)


def _lines(desks: Mapping[CounterId, Staffing], centre: Centre) -> list[frozenset[ServiceId]]:
    """Services that the same counters serve in the same time wait equally long: one estimate answers for all."""
    lines: dict[tuple[frozenset[CounterId], float], set[ServiceId]] = {}
    for service, service_s in centre.service_s.items():
        able = frozenset(counter for counter, staffing in desks.items() if service in staffing.services)
        if able:
            lines.setdefault((able, service_s), set()).add(service)
    return [frozenset(services) for services in lines.values()]


def _ticket_hours(centre: Centre, now_ms: int) -> list[TicketHours]:
    return [TicketHours(window.tickets_from, window.last_ticket) for window in windows_of(centre.schedule, now_ms)]


def _range(found: Estimate, ends_in_s: float) -> WaitRange:
    p10_s, _, p90_s = within_today(found.quantiles_s, ends_in_s)
    low_min, high_min = round_range(p10_s, p90_s)
    return WaitRange(low_min=low_min, high_min=high_min)


def _field_of(service: ServiceId, centre: Centre) -> str:
    known = centre.services.get(service)
    return known.field if known else ""
