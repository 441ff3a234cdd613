"""What came from a hub, checked and not stored yet: how its clock is judged, and what it follows on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.central.layout import UnknownEvent
from kiosk.wire.central_api import Heartbeat
from kiosk.wire.events import Event

#: Two readings of one clock agree within this.
_SAME_CLOCK_MS = 2_000
#: So long a request may be under way, or wait for its turn when all hubs return; its hub's clock was not set for that.
_UNDER_WAY_MS = 60_000
_SAME_MEASURE_MS = 250
#: A hub's clock that was set since may have written times ahead of now, which nothing has.
_AHEAD_MS = 60_000
#: Longer than a hub was ever offline, and as far back as there are partitions.
_BACK_MS = 60 * 86_400_000
#: A hub speaks every 30 s anyway. A moment later, so that it is sent after that instant. A look is taken each second.
_LONG_S, _AFTER_S, _LOOK_S = 40.0, 0.02, 1.0


@dataclass(frozen=True, slots=True)
class ReceivedBatch:
    """``times``: at_ms of each event by the hub's clock. ``received_ms``: when its first byte came."""

    centre: int
    epoch: int
    first: int
    oldest: int
    head: int
    sent_ms: int
    received_ms: int
    times: Sequence[int]
    events: Sequence[Event | UnknownEvent]

    @property
    def weight(self) -> int:
        return len(self.events) + 1


@dataclass(frozen=True, slots=True)
class ReceivedHeartbeat:
    """``text``: the JSON that it came in."""

    centre: int
    heartbeat: Heartbeat
    text: str
    received_ms: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a centre is stored now. ``fits`` is False for a batch that does not follow on that.

    ``look_ms``: when one of its waiting tickets is to be looked at next; None when nobody waits or rows are missing.
    """

    acked: int
    fits: bool = True
    look_ms: int | None = None


def again_s(look_ms: int | None, now_ms: int, pace: float) -> float | None:
    """In how many real seconds a hub is to speak again, for a ticket that is looked at then; None: at its usual time.

    A ticket that is to be looked at now will be within a second, and may then have another moment.
    """
    if look_ms is None:
        return None
    left_s = (look_ms - now_ms) / 1000 / pace
    if left_s > _LONG_S:
        return None
    return round(left_s, 3) + _AFTER_S if left_s > 0 else _LOOK_S


@dataclass(frozen=True, slots=True)
class Link:
    """A row of ``link``. ``offset_ms``: central's clock minus the hub's. ``words``: which of its words are stored."""

    centre: int
    epoch: int
    epoch_no: int
    acked: int
    head: int
    offset_ms: int
    heard_ms: int
    words: int
    lost: int = 0  #: rows that are lost since it was read

    def heard(self, received_ms: int, sent_ms: int, claimed_ms: int | None = None) -> "Link":
        return replace(
            self,
            heard_ms=max(self.heard_ms, received_ms),
            offset_ms=measured_offset(self.offset_ms, received_ms - sent_ms, claimed_ms),
        )


def measured_offset(before_ms: int, raw_ms: int, claimed_ms: int | None = None) -> int:
    """The offset to go on with. ``raw_ms``: central's clock at receipt minus the hub's at sending.

    It is too large by the time under way, and never too small. ``claimed_ms``: what the hub measured with the round
    trip known, believed where it agrees with ``raw_ms``.
    """
    if claimed_ms is not None and abs(raw_ms - claimed_ms) <= _SAME_CLOCK_MS:
        return before_ms if abs(claimed_ms - before_ms) <= _SAME_MEASURE_MS else claimed_ms
    return before_ms if -_SAME_CLOCK_MS <= raw_ms - before_ms <= _UNDER_WAY_MS else raw_ms


def corrected(at_ms: int, offset_ms: int, received_ms: int) -> tuple[int, bool]:
    """An instant of the hub by central's clock, and whether it can be believed. What seems to come is now."""
    at_ms += offset_ms
    if at_ms > received_ms:
        return received_ms, at_ms - received_ms <= _AHEAD_MS
    if at_ms < received_ms - _BACK_MS:
        return max(at_ms, 0), False
    return at_ms, True


def all_corrected(times: Sequence[int], offset_ms: int, received_ms: int) -> tuple[list[int], list[bool]]:
    """The same for many. Nearly always all of them can be believed, which is seen at once."""
    if max(times) + offset_ms <= received_ms and min(times) + offset_ms >= received_ms - _BACK_MS:
        return [at_ms + offset_ms for at_ms in times], [True] * len(times)
    both = [corrected(at_ms, offset_ms, received_ms) for at_ms in times]
    return [at_ms for at_ms, _ in both], [believed for _, believed in both]


@dataclass(frozen=True, slots=True)
class Fit:
    """``skip``: how many rows of the batch are stored already. ``lost``: how many are missing before it for ever."""

    skip: int
    lost: int = 0


def fit(batch: ReceivedBatch, acked: int) -> Fit | None:
    """None: rows are missing between what is stored and this batch, and the hub still has them."""
    if batch.first <= acked + 1:
        return Fit(min(acked + 1 - batch.first, len(batch.events)))
    if batch.first > batch.oldest:
        return None
    return Fit(0, batch.first - acked - 1)
