"""``[warning]`` and ``[notify]`` of ``central.toml``: when a wait is too long, and who is told how."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from kiosk.config.hub import WEEKDAYS, Minutes, Weekday
from kiosk.config.parts import Duty, Problem, Section, Slug, TimeSpan

Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
#: What a channel can be told. "escalated": nobody acknowledged in time; "silent": a centre is not heard from.
NoticeKind = Literal["early", "raised", "escalated", "recovered", "silent"]
NOTICE_KINDS: tuple[NoticeKind, ...] = ("early", "raised", "escalated", "recovered", "silent")
ALL_DAY = Duty("00:00-24:00")


class Patience(Section, frozen=True, kw_only=True):
    """Other minutes for some centres and services; an empty list means all. The first that fits is taken."""

    centres: tuple[Slug, ...] = ()
    services: tuple[Slug, ...] = ()
    threshold_min: Minutes = 15
    early_min: Minutes = 5


class Warnings(Section, frozen=True, kw_only=True):
    """``threshold_min`` is on top of the promise, ``early_min`` before that limit but never before the promise ends."""

    threshold_min: Minutes = 15
    early_min: Minutes = 5
    escalate_min: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 10
    calm_s: Seconds = 60
    silent_s: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 90
    silent_hours: tuple[TimeSpan, ...] = (TimeSpan("07:30-17:00"),)
    silent_days: tuple[Weekday, ...] = WEEKDAYS[:5]
    patience: tuple[Patience, ...] = ()


class Channel(Section, frozen=True, kw_only=True):
    """One way to tell somebody. ``url`` as Apprise writes it, or ``url_file`` that holds it: it has a password in it.

    Without ``centres`` and ``groups`` it is told of every centre. ``level`` 1 is told at once, 2 when nobody
    acknowledged, 3 when still nobody did. ``sms``: one short message of 160 letters without accents, or 70 with.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    url: str = ""
    url_file: Path | None = None
    centres: tuple[Slug, ...] = ()
    groups: tuple[Slug, ...] = ()
    kinds: tuple[NoticeKind, ...] = NOTICE_KINDS
    level: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    hours: tuple[Duty, ...] = (ALL_DAY,)
    days: tuple[Weekday, ...] = WEEKDAYS
    time_zone: str = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] = "vi"
    sms: bool = False
    accents: bool = False


class Notify(Section, frozen=True, kw_only=True):
    """``limit_s``: how long one sending may take before it counts as failed."""

    channels: tuple[Channel, ...] = ()
    limit_s: Annotated[int, msgspec.Meta(ge=1, le=120)] = 20
    link_h: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24


def notify_problems(notify: Notify) -> list[Problem]:
    """What is well-formed and makes no sense. Names channels, never their URLs."""
    problems, seen = [], set[str]()
    place = "notify.channels"
    for channel in notify.channels:
        name = f'"{channel.name}"'
        if channel.name in seen:
            problems.append(Problem(place, f"{name} có hai lần", f"{name} stands there twice"))
        seen.add(channel.name)
        if bool(channel.url) == bool(channel.url_file):
            problems.append(
                Problem(place, f"{name}: cần `url` hoặc `url_file`", f"{name}: expected either `url` or `url_file`")
            )
        try:
            ZoneInfo(channel.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = channel.time_zone
            problems.append(
                Problem(
                    place,
                    f'{name}: không có múi giờ "{zone}"',
                    f'{name}: "{zone}" is no time zone; expected such as "Asia/Ho_Chi_Minh"',
                )
            )
    return problems
