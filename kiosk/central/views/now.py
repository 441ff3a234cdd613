"""The city now: how each centre stands, worst first.

A centre that is not heard from is silent, and not late: what it told last may have changed since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.central.alarms.rules import limits_of
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Centre, Fleet, Known, read_fleet
from kiosk.clock import day_of
from kiosk.config.warning import Warnings


class Light(StrEnum):
    """Most urgent first."""

    OVER = "over"  #: somebody has waited longer than told and allowed on top
    LATE = "late"  #: somebody has waited longer than told
    SILENT = "silent"
    GOOD = "good"
    ABSENT = "absent"  #: no hub was ever enrolled


URGENCY = tuple(Light)


@dataclass(frozen=True, slots=True)
class Waiting:
    """For one service of a centre: how many, since when the first, and when the first promise ends."""

    service: str
    people: int
    first_ms: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class DaySums:
    issued: int = 0
    called: int = 0
    served: int = 0
    kept: int = 0

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.called if self.called else None

    def __add__(self, other: "DaySums") -> "DaySums":
        mine = (self.issued, self.called, self.served, self.kept)
        return DaySums(*map(int.__add__, mine, (other.issued, other.called, other.served, other.kept)))


@dataclass(frozen=True, slots=True)
class CentreNow:
    """``beyond_s``: how long the first promise has been over; None while none is."""

    known: Known
    light: Light
    people: int
    longest_s: float | None
    beyond_s: float | None
    today: DaySums

    @property
    def centre(self) -> Centre:
        return self.known.centre

    @property
    def heard_ms(self) -> int | None:
        return self.known.line.heard_ms if self.known.line else None


@dataclass(frozen=True, slots=True)
class CityNow:
    now_ms: int
    fleet: Fleet
    centres: tuple[CentreNow, ...]

    def count(self, light: Light) -> int:
        return sum(each.light is light for each in self.centres)

    @property
    def people(self) -> int:
        return sum(each.people for each in self.centres)

    @property
    def worst(self) -> CentreNow | None:
        """Where somebody waits longest."""
        return max((each for each in self.centres if each.people), key=lambda each: each.longest_s or 0, default=None)

    @property
    def today(self) -> DaySums:
        return sum((each.today for each in self.centres), DaySums())

    def of(self, fleet: Fleet) -> "CityNow":
        """The part that somebody may see."""
        mine = {centre.id for centre in fleet.centres}
        return CityNow(self.now_ms, fleet, tuple(each for each in self.centres if each.centre.id in mine))


def read_city(tx: Transaction, warnings: Warnings, now_ms: int) -> CityNow:
    fleet, day = read_fleet(tx), day_of(now_ms)
    waiting: dict[int, list[Waiting]] = {}
    for centre, *rest in tx.rows("figures.waiting", day=day):
        waiting.setdefault(centre, []).append(Waiting(*rest))
    today = {row[0]: DaySums(*row[1:]) for row in tx.rows("figures.of_the_day", day=day)}
    every = (
        centre_now(known, waiting.get(known.centre.id, ()), today.get(known.centre.id, DaySums()), warnings, now_ms)
        for known in fleet.known
    )
    return CityNow(now_ms, fleet, tuple(sorted(every, key=urgency)))


def urgency(each: CentreNow) -> tuple[int, float, str]:
    """For sorting: the light, then the longest wait, then the name."""
    return URGENCY.index(each.light), -(each.longest_s or 0.0), each.centre.name.vi


def centre_now(known: Known, waiting: Iterable[Waiting], today: DaySums, warnings: Warnings, now_ms: int) -> CentreNow:
    waiting = tuple(waiting)
    light = light_of(known, waiting, warnings, now_ms)
    if not waiting:
        return CentreNow(known, light, 0, None, None, today)
    beyond_s = (now_ms - min(each.due_ms for each in waiting)) / 1000
    longest_s = max(0.0, (now_ms - min(each.first_ms for each in waiting)) / 1000)
    people = sum(each.people for each in waiting)
    return CentreNow(known, light, people, longest_s, beyond_s if beyond_s > 0 else None, today)


def light_of(known: Known, waiting: Iterable[Waiting], warnings: Warnings, now_ms: int) -> Light:
    if known.line is None:
        return Light.ABSENT
    if now_ms - known.line.heard_ms > warnings.silent_s * 1000:
        return Light.SILENT
    light = Light.GOOD
    for each in waiting:
        allowed_s = limits_of(warnings, known.centre.code, each.service).over_s
        if now_ms >= each.due_ms + allowed_s * 1000:
            return Light.OVER
        if now_ms > each.due_ms:
            light = Light.LATE
    return light
