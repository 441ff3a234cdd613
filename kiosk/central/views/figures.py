"""Figures over time: sums of ``hour_figures`` and what follows from them. No page reads a single event.

1. A quantile comes from the bins of ``kiosk.central.rollup``: sums add up, medians do not.
2. What was not counted is None and never 0: no tickets, no promise kept or broken.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from kiosk.central.ports import Transaction
from kiosk.central.rollup import BINS, quantile_s
from kiosk.central.views.centres import Choice

K = TypeVar("K", date, int, tuple[int, int])
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over hours, in the order of the columns. ``bins``: waits of those who were called."""

    issued: int = 0
    called: int = 0
    served: int = 0
    missed: int = 0
    left: int = 0
    kept: int = 0
    late: int = 0
    wait_s: int = 0
    service_s: int = 0
    bins: tuple[int, ...] = (0,) * BINS

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.issued + other.issued,
            self.called + other.called,
            self.served + other.served,
            self.missed + other.missed,
            self.left + other.left,
            self.kept + other.kept,
            self.late + other.late,
            self.wait_s + other.wait_s,
            self.service_s + other.service_s,
            tuple(map(int.__add__, self.bins, other.bins)),
        )

    @property
    def median_s(self) -> float | None:
        return quantile_s(self.bins, 0.5)

    @property
    def p90_s(self) -> float | None:
        return quantile_s(self.bins, 0.9)

    @property
    def kept_share(self) -> float | None:
        """Of those called: not later than they were told."""
        return self.kept / self.called if self.called else None

    @property
    def late_share(self) -> float | None:
        """Of those called: more than 15 minutes later than they were told."""
        return self.late / self.called if self.called else None

    @property
    def missed_share(self) -> float | None:
        """Of those called: did not come to the counter."""
        return self.missed / self.called if self.called else None

    @property
    def wait_mean_s(self) -> float | None:
        return self.wait_s / self.called if self.called else None

    @property
    def service_mean_s(self) -> float | None:
        return self.service_s / self.served if self.served else None


@dataclass(frozen=True, slots=True)
class Promises:
    """How promises were kept: of those called, how many waited no longer than each end of what they were told."""

    called: int = 0
    under_p10: int = 0
    under_p50: int = 0
    under_p90: int = 0
    late: int = 0

    def __add__(self, other: "Promises") -> "Promises":
        return Promises(*map(int.__add__, astuple(self), astuple(other)))

    def share(self, count: int) -> float | None:
        return count / self.called if self.called else None


@dataclass(frozen=True, slots=True)
class Spent:
    """Visits for dossiers of one procedure, and how long people were served in them."""

    visits: int
    spent_s: int

    @property
    def mean_s(self) -> float | None:
        return self.spent_s / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def first_day(self) -> int:
        return day_number(self.first)

    @property
    def last_day(self) -> int:
        return day_number(self.last)


def month_of(year: int, month: int) -> Period:
    """Raises ValueError for a month that there is not."""
    first = date(year, month, 1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def date_of(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


@dataclass(frozen=True, slots=True)
class OverTime:
    """``weeks``: by (weekday, hour), Monday is 0. Days on which nothing happened are missing.

    ``promises``: by service, ``procedures``: by code, most visits first; of the days whose end the hubs have told.
    """

    total: Figures
    days: dict[date, Figures]
    hours: dict[int, Figures]
    weekdays: dict[int, Figures]
    weeks: dict[tuple[int, int], Figures]
    services: dict[str, Figures]
    centres: dict[str, Figures]
    promises: dict[str, Promises] = field(default_factory=dict)
    procedures: dict[str, Spent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A line of the spreadsheet."""

    day: date
    centre: str
    service: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayRows:
    """Many lines of a spreadsheet, each made when it is asked for: a city's month at once would be 50 MB."""

    found: list[tuple[Any, ...]]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[DayRow]:
        return (DayRow(date_of(row[0]), row[1], row[2], _figures(row[3:])) for row in self.found)


def read_over_time(tx: Transaction, period: Period, choice: Choice) -> OverTime:
    """Every sum is taken from the database once; hours, weekdays and days are sums of the same rows."""
    values = _values(period, choice)
    # All of the city is read from the sums of whole days; sums of hours are not kept by service.
    days, hours = ("", "") if choice.centre else ("city_", "" if choice.service else "city_")
    found = tx.rows(f"figures.{hours}by_day_and_hour", **values)
    rows = [(date_of(row[0]), row[1], _figures(row[2:])) for row in found]
    centres = {} if choice.centre else {r[0]: _figures(r[1:]) for r in tx.rows("figures.city_by_centre", **values)}
    return OverTime(
        total=sum((figures for _, _, figures in rows), Figures()),
        days=_sums(rows, lambda day, _hour: day),
        hours=_sums(rows, lambda _day, hour: hour),
        weekdays=_sums(rows, lambda day, _hour: day.weekday()),
        weeks=_sums(rows, lambda day, hour: (day.weekday(), hour)),
        services={row[0]: _figures(row[1:]) for row in tx.rows(f"figures.{days}by_service", **values)},
        centres=centres,
        promises={row[0]: Promises(*row[1:]) for row in tx.rows("figures.kept_promises", **values)},
        procedures={} if choice.service else _spent(tx, values),
    )


def _spent(tx: Transaction, values: dict[str, Any]) -> dict[str, Spent]:
    return {row[0]: Spent(*row[1:]) for row in tx.rows("figures.by_procedure", **values)}


def read_day_rows(tx: Transaction, period: Period, choice: Choice, most: int) -> DayRows:
    """At most ``most``, the first days first."""
    query = "figures.by_day_centre_service" if choice.centre else "figures.city_by_day_centre_service"
    return DayRows(tx.rows(query, **_values(period, choice), most=most))


def read_services(tx: Transaction, choice: Choice) -> tuple[str, ...]:
    """The services that anybody took a ticket for, where somebody asks about."""
    return tuple(row[0] for row in tx.rows("figures.services", centre=choice.centre, group_id=choice.group))


def _values(period: Period, choice: Choice) -> dict[str, Any]:
    days = {"first_day": period.first_day, "last_day": period.last_day}
    return days | {"centre": choice.centre, "group_id": choice.group, "service": choice.service}


def _sums(rows: Iterable[tuple[date, int, Figures]], key: Callable[[date, int], K]) -> dict[K, Figures]:
    found: dict[K, Figures] = {}
    for day, hour, figures in rows:
        at = key(day, hour)
        found[at] = found[at] + figures if at in found else figures
    return dict(sorted(found.items()))


def _figures(row: tuple[int, ...]) -> Figures:
    issued, called, served, missed, left, kept, late, wait_s, service_s, *bins = row
    return Figures(issued, called, served, missed, left, kept, late, wait_s, service_s, tuple(bins))
