"""What the pages are given by the composition root."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import Clock
from kiosk.hub.pages import wording
from kiosk.hub.usecases.ports import Changes, Reader
from kiosk.queueing.model import CounterId
from kiosk.web.kit import PageKit
from kiosk.web.live import Streams
from kiosk.web.ports import TokenDirectory
from kiosk.web.signin import SignIn
from kiosk.wire.common import ErrorReply, Text

ROOM = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PageParts:
    """``hold`` gives a counter to an officer or says why not (held, unknown); ``leave`` gives it back."""

    kit: PageKit
    sign_in: SignIn
    streams: Streams
    reader: Reader
    changes: Changes
    tokens: TokenDirectory
    clock: Clock
    hold: Callable[[CounterId, str], Awaitable[ErrorReply | None]]
    leave: Callable[[CounterId, str], Awaitable[None]]


def hub_kit(assets: Path, centre: Text) -> PageKit:
    """The page kit with the hub's templates, words and filters."""
    kit = PageKit(assets, centre, rooms=[ROOM], locales=("pages",))
    kit.add_filters(
        {
            "duration": wording.duration,
            "short": wording.short,
            "wait_range": wording.wait_range,
            "clock_time": wording.clock_time,
            "long_date": wording.long_date,
            "percent": wording.percent,
            "paper": wording.paper,
            "device_line": wording.device_line,
        }
    )
    return kit
