"""What the API is given by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from kiosk.clock import Clock
from kiosk.hub.dossiers.room import DossierRoom
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.forecast import Promises
from kiosk.hub.usecases.guide import Guide
from kiosk.hub.usecases.ports import Changes, FigureReader, Fleet, KioskReader, Ledger
from kiosk.web.ports import TokenDirectory
from kiosk.web.signin import SignIn


@dataclass(frozen=True, slots=True)
class ApiParts:
    """``in_use`` notes that the session of a request has been used; ``is_ready`` says whether tickets can be stored."""

    centre: Centre
    clock: Clock
    promises: Promises
    ledger: Ledger
    reader: KioskReader
    figures: FigureReader
    guide: Guide
    tokens: TokenDirectory
    sign_in: SignIn
    changes: Changes
    fleet: Fleet
    dossiers: DossierRoom
    in_use: Callable[[Request], None]
    is_ready: Callable[[], bool]
