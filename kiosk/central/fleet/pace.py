"""How a rollout goes on: which centres are in which wave, and when it goes on, stops or is done. Pure.

1. First one centre, then 5 %, 25 %, all; a centre that is not reached now comes last and holds nothing up, unless
   nobody has tried the new version yet: what is published at night does not go to all centres for want of one to try.
2. A wave is watched for ``WATCH_S``, the time in which a machine that took it becomes healthy or goes back by itself,
   and until nearly all of it run with the new version.
3. When more of the centres of a wave than the limit are ill, the rollout stops and goes back where it was given.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.central.fleet.layer import LayerName

SHARES = (0.05, 0.25, 1.0)  #: of all centres, after the first
WATCH_S = 60
_ENOUGH = 0.9  #: of a wave's centres that can be reached
HEARD_S = 120  #: who was heard in this time can be reached

RolloutState = Literal["scheduled", "running", "done", "gone_back", "cancelled"]
Outcome = Literal["later", "away", "open", "waiting", "done", "ill"]


@dataclass(frozen=True, slots=True)
class Rollout:
    """A row of ``rollout``. ``wave`` -1: not begun."""

    id: int
    kind: str
    layer: str
    version: int
    before: int
    author: str
    made_ms: int
    start_ms: int
    limit_percent: int
    state: RolloutState
    wave: int
    wave_ms: int
    ended_ms: int
    ended_by: str

    @property
    def name(self) -> LayerName:
        kind: LayerName = LayerName(self.kind, self.layer)  # type: ignore[arg-type]  # a word of KINDS, as it was stored
        return kind

    @property
    def is_open(self) -> bool:
        return self.state in ("scheduled", "running")


@dataclass(frozen=True, slots=True)
class Reachable:
    centre: int
    code: str
    is_heard: bool


def waves_of(centres: Sequence[Reachable], rollout: int, first: str = "", *, at_once: bool = False) -> list[list[int]]:
    """The centres of each wave. ``first``: code of the centre that is to begin; a chance that is always the same
    decides about the others, so that no part of the city is always the first to suffer.
    """
    if at_once:
        return [[each.centre for each in centres]] if centres else []

    def place(each: Reachable) -> tuple[bool, bool, bytes]:
        return each.code != first, not each.is_heard, hashlib.sha256(f"{rollout} {each.centre}".encode()).digest()

    order = [each.centre for each in sorted(centres, key=place)]
    ends = [min(1, len(order)), *(max(1, math.ceil(share * len(order))) for share in SHARES)]
    waves = [order[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    return [wave for wave in waves if wave]


Step = Literal["wait", "next", "done", "stop"]


def next_step(
    outcomes: Mapping[Outcome, int],
    limit_percent: int,
    watched_s: float,
    *,
    is_last: bool,
    earlier_ill: bool = False,
    earlier_done: bool = False,
) -> Step:
    """``outcomes`` of the present wave. ``earlier_ill``: an earlier wave has passed the limit since; ``earlier_done``:
    somebody in an earlier wave runs with it.
    """
    count = sum(outcomes.values())
    if earlier_ill or is_too_ill(outcomes, limit_percent):
        return "stop"
    reached = count - outcomes.get("away", 0)
    good = outcomes.get("done", 0)
    if watched_s < WATCH_S or good < _ENOUGH * reached - outcomes.get("ill", 0):
        return "wait"
    if is_last:
        return "done"
    return "next" if good or earlier_done else "wait"


def is_too_ill(outcomes: Mapping[Outcome, int], limit_percent: int) -> bool:
    return outcomes.get("ill", 0) * 100 > limit_percent * sum(outcomes.values())
