"""What every family of displays is to the driver: frames to send, and what a reply to each of them means. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What the bytes that came back so far say."""

    WAIT = "wait"  #: no whole reply yet
    GOOD = "good"
    FORGOTTEN = "forgotten"  #: a sound reply, but the display shows something else: it lost power
    REFUSED = "refused"  #: a sound reply: the display does not do this (wrong profile)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One frame, and how to read its reply; ``judge`` is None where the device never answers."""

    frame: bytes
    judge: Callable[[bytes], Verdict] | None = None


class DisplayCodec(Protocol):
    """One display of a family at one address."""

    reply_s: float  #: how long to wait for a reply before it counts as silence
    refresh_s: float  #: how often to say it again to a display that cannot be asked; 0: never
    gap_chars: int  #: character times of silence on the line between two frames

    def greet(self) -> tuple[Exchange, ...]:
        """After the port was opened: modes, brightness."""

    def show(self, text: str) -> tuple[Exchange, ...]:
        """``text`` as "B012"; "" clears."""

    def check(self, text: str) -> tuple[Exchange, ...]:
        """Whether the display is there and still shows ``text``; empty where it cannot be asked."""
