"""One centre now: today by hour and service, who waits, who is at which counter, and how its devices are."""

from dataclasses import dataclass
from datetime import date

import msgspec

from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Choice, Known
from kiosk.central.views.figures import OverTime, Period, date_of, read_over_time
from kiosk.central.views.now import CentreNow, DaySums, Waiting, centre_now
from kiosk.clock import day_of
from kiosk.config.warning import Warnings
from kiosk.wire.central_api import Heartbeat

WAITING, CALLED, SERVING, ASIDE = range(4)  #: open_ticket.state


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket that is not ended, by its number: nobody's name. ``counter``: "" until it is called."""

    label: str
    service: str
    counter: str
    state: int
    issued_ms: int
    called_ms: int | None
    started_ms: int | None
    high_min: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter and the ticket that is there; None while nobody is."""

    counter: str
    ticket: OpenTicket | None


@dataclass(frozen=True, slots=True)
class CentreToday:
    """``health``: None when the centre never told, or told what this version cannot read."""

    now_ms: int
    day: date
    now: CentreNow
    figures: OverTime
    waiting: tuple[OpenTicket, ...]
    aside: int
    desks: tuple[Desk, ...]
    health: Heartbeat | None


def read_today(tx: Transaction, known: Known, warnings: Warnings, now_ms: int) -> CentreToday:
    day, centre = day_of(now_ms), known.centre.id
    tickets = [_ticket(row) for row in tx.rows("figures.open_tickets", centre=centre, day=day)]
    waiting = tuple(each for each in tickets if each.state == WAITING)
    figures = read_over_time(tx, Period(date_of(day), date_of(day)), Choice(centre=centre))
    sums = DaySums(figures.total.issued, figures.total.called, figures.total.served, figures.total.kept)
    counters = [str(row[0]) for row in tx.rows("figures.counters", centre=centre)]
    return CentreToday(
        now_ms=now_ms,
        day=date_of(day),
        now=centre_now(known, [Waiting(t.service, 1, t.issued_ms, t.due_ms) for t in waiting], sums, warnings, now_ms),
        figures=figures,
        waiting=waiting,
        aside=sum(each.state == ASIDE for each in tickets),
        desks=desks(counters, tickets),
        health=heartbeat(tx.rows("figures.health", centre=centre)[0][0] if known.line else None),
    )


def desks(counters: list[str], tickets: list[OpenTicket]) -> tuple[Desk, ...]:
    """Counters in the order of their numbers, as people count: 2 before 10."""
    there = {each.counter: each for each in tickets if each.state in (CALLED, SERVING) and each.counter}
    return tuple(Desk(each, there.get(each)) for each in sorted(counters, key=lambda name: (len(name), name)))


def heartbeat(health: bytes | memoryview | None) -> Heartbeat | None:
    """A newer hub may tell what this version does not know: then the page does without."""
    try:
        return msgspec.json.decode(bytes(health), type=Heartbeat) if health else None
    except msgspec.DecodeError:
        return None


def _ticket(row: tuple[object, ...]) -> OpenTicket:
    label, service, counter, *rest = row
    return OpenTicket(label, service, counter or "", *rest)  # type: ignore[arg-type]  # the columns of figures.open_tickets
