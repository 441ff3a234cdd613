"""What the files share: the strict section, ids, times of day, devices, and what makes no sense."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec

from hardware.contracts import DeviceSettings
from kiosk.dossier.deadline import WorkCalendar

#: Lower-case words with hyphens: "khai-sinh", "1", "kiosk-1".
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Slug = Annotated[str, msgspec.Meta(pattern=SLUG, max_length=40)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a configuration file; unknown keys are refused."""


class WorkDays(Section, frozen=True):
    """``days_off``: besides weekends and the four fixed holidays, as the government sets them for each year."""

    days_off: tuple[date, ...] = ()
    working_weekends: tuple[date, ...] = ()

    def calendar(self) -> WorkCalendar:
        by_year = {year: frozenset(day for day in self.days_off if day.year == year) for year in self._years()}
        return WorkCalendar(days_off=by_year, extra_days=frozenset(self.working_weekends))

    def _years(self) -> set[int]:
        return {day.year for day in self.days_off}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something well-formed that makes no sense: where, and what was expected, for who edits the file or the form."""

    place: str
    vi: str
    en: str

    def __str__(self) -> str:
        return f"`{self.place}`: {self.en}"


DAY_MIN = 24 * 60


class TimeSpan(str):
    """Part of a day, written "07:30-11:30", local time; the end is not included. Made by ``decode_value``."""

    __slots__ = ()

    @classmethod
    def of(cls, start_min: int, end_min: int) -> "TimeSpan":
        return cls("-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (start_min, end_min)))

    @property
    def start_min(self) -> int:
        """Minutes after midnight."""
        return _minute(self.partition("-")[0])

    @property
    def end_min(self) -> int:
        return _minute(self.partition("-")[2])


class Duty(TimeSpan):
    """Part of a day that may end the next morning: "22:00-06:00"."""

    __slots__ = ()

    @property
    def until_min(self) -> int:
        """Minutes after the midnight before ``start_min``."""
        return self.end_min if self.end_min > self.start_min else self.end_min + DAY_MIN


#: Their ``port`` is a name that the driver knows, and no path.
NAMED_KINDS = frozenset({"document.sane"})


class DeviceSection(Section, frozen=True):
    """One device on a line. ``counter`` is for displays: the counter whose calls it shows."""

    id: Slug
    kind: str
    port: str
    profile: str = ""
    baud: Annotated[int, msgspec.Meta(ge=300, le=1_000_000)] | None = None
    address: Annotated[int, msgspec.Meta(ge=0, le=255)] | None = None
    counter: Slug | None = None
    options: dict[str, str | int | float | bool] = {}

    def settings(self) -> DeviceSettings:
        return DeviceSettings(
            id=self.id,
            kind=self.kind,
            port=self.port,
            profile=self.profile,
            baud=self.baud,
            address=self.address,
            options=dict(self.options),
        )


def decode_value(kind: type, value: Any) -> Any:
    """The types that TOML has not: paths and spans of a day."""
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    if kind is TimeSpan:
        return _time_span(value)
    if kind is Duty:
        return _duty(value)
    if issubclass(kind, Path):
        return Path(value)
    raise NotImplementedError(kind)  # how a decoding hook tells msgspec that it does not know the type


def _time_span(text: str) -> TimeSpan:
    span = TimeSpan(text)
    if "-" not in text or span.start_min >= span.end_min:
        raise ValueError(f'Expected a part of a day such as "07:30-11:30", got "{text}"')
    return span


def _duty(text: str) -> Duty:
    duty = Duty(text)
    if "-" not in text or duty.start_min == duty.end_min:
        raise ValueError(f'Expected hours such as "07:30-17:00" or "22:00-06:00", got "{text}"')
    return duty


def _minute(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError(f'Expected a time of day such as "07:30", got "{text}"')
    if int(minute) > 59 or int(hour) * 60 + int(minute) > 24 * 60:
        raise ValueError(f'Expected a time of day up to "24:00", got "{text}"')
    return int(hour) * 60 + int(minute)
