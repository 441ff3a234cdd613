"""When a wait is too long, and what becomes of an incident. Pure: instants and configuration in, a decision out."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from kiosk.clock import local
from kiosk.config.hub import WEEKDAYS
from kiosk.config.warning import Warnings

#: ``look_ms`` of a ticket that needs no further look: the year 2100.
NEVER_MS = 4_102_444_800_000
#: A hub speaks every 30 s, and at the moment when a ticket may be late, as central asked it (``received.again_s``).
#: No alarm on the strength of what it said before that moment, nor longer ago than this: it may have changed since.
TRUSTED_S = 40


class Stage(IntEnum):
    """Of a waiting ticket, and of an incident: the worst that it has seen."""

    CALM = 0
    EARLY = 1  #: the limit is about to be passed
    OVER = 2


class Kind(IntEnum):
    """Of an incident."""

    WAIT = 1
    SILENT = 2  #: its centre is not heard from; service 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after the end of the promise."""

    early_s: int
    over_s: int


def limits_of(config: Warnings, centre: str, service: str) -> Limits:
    """``centre`` and ``service`` by their ids in the centre's configuration."""
    for each in config.patience:
        if (not each.centres or centre in each.centres) and (not each.services or service in each.services):
            return _limits(each.threshold_min, each.early_min)
    return _limits(config.threshold_min, config.early_min)


def _limits(threshold_min: int, early_min: int) -> Limits:
    return Limits(early_s=60 * max(0, threshold_min - early_min), over_s=60 * threshold_min)


def stage_of(due_ms: int, limits: Limits, now_ms: int) -> tuple[Stage, int]:
    """How late a waiting ticket is, and when to look at it again."""
    early_ms, over_ms = due_ms + 1000 * limits.early_s, due_ms + 1000 * limits.over_s
    if now_ms >= over_ms:
        return Stage.OVER, NEVER_MS
    return (Stage.EARLY, over_ms) if now_ms >= early_ms else (Stage.CALM, early_ms)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open incident and what is known now. ``near``: who waits beyond the early limit, those over it included."""

    kind: Kind
    stage: Stage
    raised_ms: int | None
    acked_ms: int | None
    level: int  #: 1, and one more with each escalation
    calm_ms: int | None  #: since when nobody has been near the limit
    near: int
    trusted: bool  #: the line is up and everything that the hub has was heard
    is_of_today: bool = True


#: "calm": note that nobody is near the limit any more; "stir": somebody is again. "forget": close, and tell nobody.
Step = Literal["keep", "calm", "stir", "escalate", "close", "forget"]


def next_step(now: Standing, config: Warnings, top_level: int, now_ms: int) -> Step:
    """What is to be done with an incident; ``top_level`` is the highest that can be told of this centre.

    It closes when for ``calm_s`` nobody has been near the limit, and not at the limit itself: a queue that hovers
    there is one incident and not ten. While the line is down it neither closes nor wakes anybody. Of a silent centre
    people are told once: nobody there can do more about it than the next level could. Whoever waited yesterday has
    gone home: what was still open ends with its day, and wakes nobody at midnight.
    """
    if now.kind is Kind.SILENT:
        return "close" if now.trusted else "keep"
    if not now.is_of_today:
        return "forget"
    if not now.trusted:
        return "keep"
    if now.near:
        return "stir" if now.calm_ms is not None else _escalation(now, config, top_level, now_ms)
    if now.calm_ms is None or now.calm_ms > now_ms:  # the clock was set back
        return "calm"
    return "close" if now_ms - now.calm_ms >= 1000 * config.calm_s else "keep"


def _escalation(now: Standing, config: Warnings, top_level: int, now_ms: int) -> Step:
    if now.stage is not Stage.OVER or now.raised_ms is None or now.acked_ms is not None or now.level >= top_level:
        return "keep"
    return "escalate" if now_ms - now.raised_ms >= 60_000 * config.escalate_min * now.level else "keep"


def is_listened_for(config: Warnings, now_ms: int) -> bool:
    """Whether a hub is expected to be on: nobody is told of one that was switched off for the night."""
    moment = local(now_ms)
    minute = moment.hour * 60 + moment.minute
    on_days = WEEKDAYS[moment.weekday()] in config.silent_days
    return on_days and any(span.start_min <= minute < span.end_min for span in config.silent_hours)
