"""``hub.toml``: the centre, its hours, services, counters and counter displays."""

from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from kiosk.config.parts import DeviceSection, Section, Slug, TimeSpan, WorkDays
from kiosk.dossier.code import AGENCY
from kiosk.queueing.hours import Schedule, Window
from kiosk.queueing.model import CounterId, QueueRule, ServiceId
from kiosk.wire.common import Text
from kiosk.words import FIXED_HOLIDAYS, Words

#: Consonants that no Vietnamese input method turns into something else (typing A105 with VNI gives Á05).
Prefix = Literal["B", "C", "D", "G", "H", "K", "L", "M", "N", "P", "T", "V"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Minutes = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100)]
PROCEDURE = r"^\d\.\d{6}$"  #: a procedure's number in the national database
_RULE = QueueRule()
_ALL_DAY = Window(opens=0, closes=24 * 60, tickets_from=0, last_ticket=24 * 60)


class Centre(Section, frozen=True):
    id: Slug
    name: Text
    address: Text


class Listen(Section, frozen=True):
    """Where the hub answers. ``public_url`` is what phones and kiosks of the centre's network call it by."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    public_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""


class Rule(Section, frozen=True):
    """Who is next; see ``kiosk.queueing.model.QueueRule``."""

    priority_share: Count = _RULE.priority_share
    others_share: Count = _RULE.others_share
    max_overtaken_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = _RULE.max_overtaken_s
    recalls_before_no_show: Annotated[int, msgspec.Meta(ge=0, le=20)] = _RULE.recalls_before_no_show
    undo_s: Annotated[int, msgspec.Meta(ge=0, le=600)] = _RULE.undo_s

    def queue_rule(self) -> QueueRule:
        return QueueRule(**msgspec.structs.asdict(self))


class DayHours(Section, frozen=True):
    """Windows of reception in order, each with its stretch of ``tickets``.

    Without ``tickets``: from the start of reception to ``last_ticket_min`` before its end.
    """

    reception: Annotated[tuple[TimeSpan, ...], msgspec.Meta(min_length=1)]
    tickets: tuple[TimeSpan, ...] = ()

    def windows(self, last_ticket_min: int) -> tuple[Window, ...]:
        tickets = self.tickets or tuple(_shortened(span, last_ticket_min) for span in self.reception)
        return tuple(
            Window(span.start_min, span.end_min, given.start_min, given.end_min)
            for span, given in zip(self.reception, tickets, strict=True)
        )


class WeekHours(DayHours, frozen=True, kw_only=True):
    """The same hours on some days of the week."""

    days: Annotated[tuple[Weekday, ...], msgspec.Meta(min_length=1)]


class SpecialDay(DayHours, frozen=True, kw_only=True):
    """Other hours on one date; wins over the week and over holidays."""

    date: date


class Holiday(Section, frozen=True):
    """A closed day besides the four of fixed date (1/1, 30/4, 1/5, 2/9): Tết, Giỗ Tổ, days off in lieu."""

    date: date
    name: Text


class Hours(Section, frozen=True):
    """A day that no ``week`` names is closed. Without any ``week`` the centre is always open, also on the four holidays
    of fixed date, but not outside the hours of ``special_days`` and not on ``holidays``, which somebody has named.
    """

    week: tuple[WeekHours, ...] = ()
    last_ticket_min: Minutes = 15
    holidays: tuple[Holiday, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()

    def schedule(self) -> Schedule:
        """The hours as the domain knows them."""
        week = {
            WEEKDAYS.index(day) + 1: hours.windows(self.last_ticket_min) for hours in self.week for day in hours.days
        }
        return Schedule(
            week=week or dict.fromkeys(range(1, 8), (_ALL_DAY,)),
            fixed_holidays=FIXED_HOLIDAYS if week else {},
            holidays={day_number(each.date): Words(each.name.vi, each.name.en) for each in self.holidays},
            special_days={day_number(each.date): each.windows(self.last_ticket_min) for each in self.special_days},
        )


class Field(Section, frozen=True):
    """What the citizen chooses first. ``icon`` is a name of assets/icons/icons.toml."""

    id: Slug
    name: Text
    icon: str
    prefix: Prefix


class Service(Section, frozen=True):
    """What a ticket is taken for."""

    id: Slug
    field: Slug
    name: Text
    prefix: Prefix | None = None
    expected_service_min: Annotated[float, msgspec.Meta(gt=0, le=240)] = 10.0
    priority_question: bool = True
    needs_identity: bool = False
    procedures: tuple[Annotated[str, msgspec.Meta(pattern=PROCEDURE)], ...] = ()
    bring: tuple[Text, ...] = ()


class Counter(Section, frozen=True):
    """``services`` and ``fields`` together say what it can serve; ``services = ["*"]`` is everything."""

    id: Slug
    name: Text
    services: tuple[str, ...] = ()
    fields: tuple[Slug, ...] = ()


class PriorityGroup(Section, frozen=True):
    """``from_age``: completed years that put somebody into the group, so that an ID card can suggest it."""

    id: Slug
    name: Text
    icon: str
    from_age: Annotated[int, msgspec.Meta(ge=1, le=120)] | None = None


class Staff(Section, frozen=True):
    """How long a sign-in lasts: without a touch of the page, and at most."""

    idle_min: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 60
    max_h: Annotated[int, msgspec.Meta(ge=1, le=24)] = 12


class CityAccess(Section, frozen=True):
    """Central as this hub reaches it. Without ``url``: as it was named at ``kiosk hub enrol``, if it ever was.

    ``ca_file``: PEM of the authority that signed central's certificate; without it those that browsers know.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+)?$")] = ""
    ca_file: Path | None = None
    allow_plain_http: bool = False

    def lets_listen(self, url: str) -> bool:
        """Whether others could read along on the way to ``url``, and nobody said that this is meant."""
        parts = urlsplit(url)
        return parts.scheme != "https" and not self.allow_plain_http and not _is_this_machine(parts.hostname or "")


class Submitting(WorkDays, frozen=True):
    """``agency``: what the codes of this centre's dossiers begin with; without it none is submitted here."""

    agency: Annotated[str, msgspec.Meta(pattern=rf"^({AGENCY})?$")] = ""


class HubConfig(Section, frozen=True):
    centre: Centre
    fields: Annotated[tuple[Field, ...], msgspec.Meta(min_length=1)]
    services: Annotated[tuple[Service, ...], msgspec.Meta(min_length=1)]
    counters: Annotated[tuple[Counter, ...], msgspec.Meta(min_length=1)]
    priority_groups: tuple[PriorityGroup, ...] = ()
    listen: Listen = Listen()
    data: Path = Path("data")
    warning_min: Minutes = 15
    rule: Rule = Rule()
    hours: Hours = Hours()
    staff: Staff = Staff()
    central: CityAccess = CityAccess()
    dossiers: Submitting = Submitting()
    keep_days: Annotated[int, msgspec.Meta(ge=60, le=3660)] = 400
    devices: tuple[DeviceSection, ...] = ()

    def prefix_of(self, service: Service) -> str:
        """The letter of the service's numbers: its own, else that of its field."""
        return service.prefix or next(field.prefix for field in self.fields if field.id == service.field)

    def services_of(self, counter: Counter) -> frozenset[ServiceId]:
        """What the counter can serve, with "*" and fields spelt out."""
        everything = "*" in counter.services
        return frozenset(
            ServiceId(service.id)
            for service in self.services
            if everything or service.id in counter.services or service.field in counter.fields
        )

    def counter_ids(self) -> tuple[CounterId, ...]:
        return tuple(CounterId(counter.id) for counter in self.counters)


def day_number(day: date) -> int:
    """20261122, as the domain counts days."""
    return day.year * 10_000 + day.month * 100 + day.day


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shortened(span: TimeSpan, by_min: int) -> TimeSpan:
    """The span without its last minutes, at least one minute long."""
    return TimeSpan.of(span.start_min, max(span.end_min - by_min, span.start_min + 1))
