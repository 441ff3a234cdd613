"""What figures somebody asks for, from the address of a page. Pure.

Whatever stands in the address, nobody gets figures from outside of their scope: it decides last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.central.access import Scope
from kiosk.central.pages.parts import query_text
from kiosk.central.views.centres import Centre, Choice, Fleet
from kiosk.central.views.figures import MAX_DAYS, Period, month_of

USUAL_DAYS = 30
MONTHS_SHOWN = 13
_FIRST_YEAR = 2000
_LETTERS = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """``centre`` and ``group``: "" is all that the asker may see. ``problem``: a key of the words, or ""."""

    period: Period
    centre: str = ""
    group: str = ""
    service: str = ""
    problem: str = ""

    @property
    def query(self) -> str:
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return query_text(centre=self.centre, group=self.group, service=self.service, **days)


def asked_by(query: Mapping[str, str], today: date) -> Asked:
    usual = Period(today - timedelta(days=USUAL_DAYS - 1), today)
    names = {name: _name(query, name) for name in ("centre", "group", "service")}
    try:
        first = date.fromisoformat(query["from"]) if query.get("from") else usual.first
        last = date.fromisoformat(query["to"]) if query.get("to") else usual.last
    except ValueError:
        return Asked(usual, **names, problem="problem_dates")
    period = Period(first, last)
    if first > last:
        return Asked(period, **names, problem="problem_order")
    return Asked(period, **names, problem="problem_long" if period.days > MAX_DAYS else "")


def month_by(query: Mapping[str, str], today: date) -> Asked:
    """``month=2026-11``; last month when nothing is said."""
    last_month = today.replace(day=1) - timedelta(days=1)
    names = {name: _name(query, name) for name in ("centre", "group")}
    usual = month_of(last_month.year, last_month.month)
    year, dash, month = query.get("month", "").partition("-")
    try:
        period = month_of(int(year), int(month)) if dash else usual
    except (ValueError, OverflowError):
        return Asked(usual, **names, problem="problem_month")
    if period.first.year < _FIRST_YEAR:
        return Asked(usual, **names, problem="problem_month")
    if period.first > today:
        return Asked(usual, **names, problem="problem_future")
    return Asked(replace(period, last=min(period.last, today)), **names)


def _name(query: Mapping[str, str], name: str) -> str:
    """What is asked for; PostgreSQL has no text with a NUL in it."""
    return "".join(filter(str.isprintable, query.get(name, "")))[:_LETTERS]


def last_months(today: date) -> list[date]:
    """The first days of this month and of those before it."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS_SHOWN:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def choice_for(asked: Asked, scope: Scope, fleet: Fleet) -> Choice | None:
    """``fleet``: what ``scope`` covers. None for a centre or a group that is not in it."""
    if scope.kind == "centre":
        return _one(asked, fleet, asked.centre or scope.id)
    if asked.centre:
        return _one(asked, fleet, asked.centre)
    if asked.group and asked.group not in fleet.groups:
        return None
    group = scope.id if scope.kind == "group" else asked.group
    return Choice(group=group, service=asked.service)


def centre_of(choice: Choice, fleet: Fleet) -> Centre | None:
    return next((each for each in fleet.centres if each.id == choice.centre), None)


def _one(asked: Asked, fleet: Fleet, code: str) -> Choice | None:
    known = fleet.find(code)
    return Choice(centre=known.centre.id, service=asked.service) if known else None
