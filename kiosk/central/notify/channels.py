"""Which channels are told of what. Pure."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.clock import VIETNAM
from kiosk.config.hub import WEEKDAYS
from kiosk.config.parts import DAY_MIN
from kiosk.config.warning import Channel, NoticeKind


def covers(channel: Channel, centre: str, group: str) -> bool:
    """Whether it is about this centre at all."""
    return not (channel.centres or channel.groups) or centre in channel.centres or group in channel.groups


def is_on_call(channel: Channel, now_ms: int) -> bool:
    """A night's duty that began on one of the channel's days goes on into the next morning."""
    moment = datetime.fromtimestamp(now_ms / 1000, VIETNAM).astimezone(ZoneInfo(channel.time_zone))
    minute, today = moment.hour * 60 + moment.minute, moment.weekday()
    began = ((WEEKDAYS[today], minute), (WEEKDAYS[today - 1], minute + DAY_MIN))
    return any(
        day in channel.days and any(span.start_min <= at < span.until_min for span in channel.hours)
        for day, at in began
    )


def is_always_on_call(channel: Channel) -> bool:
    return set(channel.days) == set(WEEKDAYS) and any(
        span.start_min == 0 and span.until_min >= DAY_MIN for span in channel.hours
    )


def told(
    channels: Iterable[Channel], kind: NoticeKind, level: int, centre: tuple[str, str], now_ms: int
) -> tuple[Channel, ...]:
    """Who is told now that an incident of ``centre`` (id and group) is at ``level``.

    An escalation also reminds those who were told before: it says that nobody has answered.
    """
    return tuple(
        channel
        for channel in channels
        if kind in channel.kinds and channel.level <= level and covers(channel, *centre) and is_on_call(channel, now_ms)
    )


def top_level(channels: Iterable[Channel], centre: tuple[str, str]) -> int:
    """At least 2: what nobody acknowledged is said once more, even where all channels are of level 1."""
    return max([2, *(channel.level for channel in channels if covers(channel, *centre))])
