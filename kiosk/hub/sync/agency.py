"""Whether this centre's agency code is its own: two centres with one would give the same codes to dossiers.

Asked when the hub starts, when the agency changes and once an hour. While central cannot be asked, what it said last
holds; at first, that it is.
"""

import logging
from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.errors import CentralUnreachable
from kiosk.hub.dossiers.ports import CentralSays, City
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import AgencyReply, ClaimAgency

log = logging.getLogger(__name__)

CLAIM = "/v1/dossiers/agency"
EVERY_S, AGAIN_S = 3600.0, 60.0


class AgencyCheck:
    """``look`` from one thread; ``taken_by`` from any: the name of the centre that has it, None: it is ours."""

    def __init__(self, city: City, agency: Callable[[], str], clock: Clock) -> None:
        self._city, self._agency, self._clock = city, agency, clock
        self._asked, self._next_s = "", 0.0
        self.taken_by: Text | None = None

    def is_ours(self) -> bool:
        return self.taken_by is None

    def look(self) -> None:
        agency, now_s = self._agency(), self._clock.monotonic_s()
        if not agency or (agency == self._asked and now_s < self._next_s):
            return
        self._asked, self._next_s = agency, now_s + AGAIN_S
        try:
            self.taken_by = self._city.ask(CLAIM, ClaimAgency(agency=agency), AgencyReply).taken_by
        except (CentralUnreachable, CentralSays) as error:
            log.info("Whose the agency code is could not be asked: %s", error)
            return
        if self.taken_by is None:
            self._next_s = now_s + EVERY_S
        else:
            log.error("The agency code %s belongs to %s: no dossier is taken here", agency, self.taken_by.vi)
