"""Whether central has exactly what it acknowledged: every row once, none more, and the figures that follow."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from kiosk.central.store.database import database_at
from kiosk.fleet.day import Shape
from kiosk.fleet.fleet import Days, Told
from kiosk.wire import events
from kiosk.wire.central_api import Happened

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Stored:
    """Of one centre, as central's database has it."""

    epoch: int
    acked: int
    rows: int
    different: int
    first: int
    last: int
    lost: int
    issued: int
    called: int
    served: int


def read_stored(url: str) -> dict[str, Stored]:
    """By the centre's code; raises StoreUnavailable, ConfigError."""
    database = database_at(url)
    database.open()
    with closing(database):
        return {code: Stored(*rest) for code, *rest in database.read_now(lambda tx: tx.rows("checks.stored"))}


def problems(told: Iterable[Told], stored: Mapping[str, Stored], shapes: Sequence[Shape], days: Days) -> list[str]:
    """Empty when everything was stored exactly once."""
    by_code = {shape.code: shape for shape in shapes}
    found = []
    for each in told:
        rows = islice(days.rows(by_code[each.centre]), each.acked)
        found += [f"{each.centre}: {what}" for what in _wrong(each, stored.get(each.centre), rows)]
    return found


def summary(found: Sequence[str], told: Sequence[Told]) -> str:
    if not found:
        return f"exactly once: {sum(each.acked for each in told)} events of {len(told)} centres are stored, none twice"
    return "\n".join([f"WRONG in {len(found)} ways:", *found[:_SHOWN]])


def _wrong(told: Told, stored: Stored | None, rows: Iterable[Happened]) -> Iterable[str]:
    if stored is None:
        if told.acked:
            yield f"nothing is stored, {told.acked} rows were acknowledged"
        return
    if stored.epoch != told.epoch:
        yield f"central has epoch {stored.epoch}, the hub is at {told.epoch}"
        return
    whole = Stored(told.epoch, told.acked, told.acked, told.acked, 1, told.acked, 0, *_counted(rows))
    for name in Stored.__slots__:
        has, expected = getattr(stored, name), getattr(whole, name)
        if has != expected:
            yield f"{name} is {has}, expected {expected}"


def _counted(rows: Iterable[Happened]) -> tuple[int, int, int]:
    """Tickets issued, called for the first time and served."""
    issued = called = served = 0
    for row in rows:
        kind = type(row.event)
        issued += kind is events.TicketIssued
        called += kind is events.TicketCalled and getattr(row.event, "recalls", 0) == 0
        served += kind is events.TicketFinished
    return issued, called, served
