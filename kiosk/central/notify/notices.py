"""Notices as rows: made once, claimed with a lease by one worker, settled by how the sending ended."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import get_args

from kiosk.central.notify.links import NUMBER_BITS
from kiosk.central.ports import Transaction
from kiosk.config.warning import Channel, NoticeKind

#: Seconds until the next try, after each failed one; the last is repeated. Then it is given up.
PAUSES_S = (5, 15, 30, 60, 120, 300)
TRIES = 12  #: about half an hour: later than that the news is old, and the escalation has gone out long since
_PROBLEM_LETTERS = 300


class NoticeState(IntEnum):
    WAITING = 0
    SENT = 1
    GIVEN_UP = 2
    NOT_NEEDED = 3  #: overtaken by events before it could be sent


@dataclass(frozen=True, slots=True)
class Incident:
    """Its key."""

    centre: int
    id: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this worker sends, until its lease ends."""

    id: int
    incident: Incident
    channel: str
    kind: NoticeKind
    level: int
    tries: int  #: this one included


@dataclass(frozen=True, slots=True)
class Ended:
    """How one sending ended; ``problem`` is for people and has no secret in it."""

    state: NoticeState
    problem: str = ""


def make_notices(
    tx: Transaction, incident: Incident, channels: Iterable[Channel], news: tuple[NoticeKind, int], now_ms: int
) -> None:
    kind, level = news
    for channel in channels:
        tx.run(
            "notify.make",
            centre=incident.centre,
            incident=incident.id,
            channel=channel.name,
            kind=kind,
            level=level,
            id=secrets.randbits(NUMBER_BITS),
            now_ms=now_ms,
        )


def channels_told(tx: Transaction, incident: Incident) -> frozenset[str]:
    """Who was told of it, or is about to be."""
    rows = tx.rows("notify.channels_told", centre=incident.centre, incident=incident.id)
    return frozenset(str(channel) for (channel,) in rows)


def channels_asked(tx: Transaction, incident: Incident) -> frozenset[str]:
    """Who was asked to do something about it, also where that could not be sent."""
    rows = tx.rows("notify.channels_asked", centre=incident.centre, incident=incident.id)
    return frozenset(str(channel) for (channel,) in rows)


def waiting_channels(tx: Transaction, now_ms: int, lease_s: int) -> frozenset[str]:
    """That have something to send now."""
    rows = tx.rows("notify.waiting_channels", now_ms=now_ms, longest_ms=2000 * lease_s)
    return frozenset(str(channel) for (channel,) in rows)


def claim(tx: Transaction, channel: str, most: int, lease_s: int, now_ms: int) -> list[Claimed]:
    """The oldest ``most``; nobody else gets them for ``lease_s``. A lease from a clock that ran ahead is void."""
    rows = tx.rows(
        "notify.claim",
        channel=channel,
        most=most,
        now_ms=now_ms,
        lease_ms=now_ms + 1000 * lease_s,
        longest_ms=2000 * lease_s,
    )
    return [
        Claimed(id_, Incident(centre, incident), channel, _kind(kind), level, tries)
        for id_, centre, incident, kind, level, tries in rows
    ]


def settle(tx: Transaction, notice: Claimed, ended: Ended, now_ms: int) -> Ended:
    """Note the end of a try; a failed one waits for the next, unless it was the last. Gives what was noted."""
    if ended.state is NoticeState.WAITING and notice.tries >= TRIES:
        ended = Ended(NoticeState.GIVEN_UP, ended.problem)
    waits = ended.state is NoticeState.WAITING
    tx.run(
        "notify.settle",
        id=notice.id,
        tries=notice.tries,
        state=ended.state,
        due_ms=now_ms + (pause_ms(notice.tries) if waits else 0),
        done_ms=None if waits else now_ms,
        problem=ended.problem[:_PROBLEM_LETTERS],
    )
    return ended


def pause_ms(tries: int) -> int:
    return 1000 * PAUSES_S[min(tries, len(PAUSES_S)) - 1]


def _kind(text: str) -> NoticeKind:
    kind: NoticeKind
    for kind in get_args(NoticeKind):
        if kind == text:
            return kind
    raise ValueError(text)
