"""What the pages are given by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from kiosk.clock import Clock
from kiosk.dossier.plain import PlainWords
from kiosk.hub.pages.city import city_words
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.hub.pages.dossier_view import day_said, status_name, status_tone
from kiosk.hub.pages.wording import paper, paper_change, wait_told
from kiosk.hub.usecases.guide import Guide
from kiosk.hub.usecases.ports import Changes, Desks, Reader
from kiosk.web import wording
from kiosk.web.kit import PageKit
from kiosk.web.live import Streams
from kiosk.web.ports import TokenDirectory
from kiosk.web.signin import SignIn
from kiosk.wire.common import Text

ROOM = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PageParts:
    """``in_use`` notes that somebody did something: their session is not idle. An open page alone does not count.

    ``patience_min``: how much longer than promised somebody may wait before staff are warned.
    ``dossiers``: None where there are none.
    """

    kit: PageKit
    sign_in: SignIn
    streams: Streams
    reader: Reader
    changes: Changes
    tokens: TokenDirectory
    clock: Clock
    desks: Desks
    guide: Guide
    plain: PlainWords
    in_use: Callable[[Request], None]
    patience_min: Callable[[], int] = lambda: 15
    dossiers: DossierParts | None = None


def hub_kit(assets: Path, centre: Text) -> PageKit:
    """The page kit with the hub's templates, words and filters."""
    kit = PageKit(assets, centre, rooms=[ROOM], locales=("pages", "desk"))
    kit.add_filters(
        {
            "city_words": city_words,
            "duration": wording.duration,
            "short": wording.short,
            "wait_told": wait_told,
            "clock_time": wording.clock_time,
            "long_date": wording.long_date,
            "percent": wording.percent,
            "paper": paper,
            "paper_change": paper_change,
            "device_line": wording.device_line,
            "dossier_status": status_name,
            "dossier_tone": status_tone,
            "day_said": day_said,
        }
    )
    return kit
