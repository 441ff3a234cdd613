"""The likely waits that pages and kiosks show: of the newest picture of the hours ahead, else the plain estimate."""

from kiosk.clock import Clock
from kiosk.hub.store.remembered import Remembered
from kiosk.hub.usecases.book import Queue
from kiosk.hub.usecases.catalogue import Waits
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.forecast import situation, wait_ranges
from kiosk.hub.usecases.lookahead import Picture
from kiosk.hub.usecases.outlook import Outlook

_KEPT_S = 1.0  #: plain waits of all services cost up to 20 ms, and every screen asks for them


class LikelyWaits:
    """Shared by all readers; used under the gate of ``Readings``."""

    def __init__(self, outlook: Outlook, centre: Centre, clock: Clock) -> None:
        self._outlook, self._centre, self._clock = outlook, centre, clock
        self._plain: Remembered[Waits] = Remembered(clock, _KEPT_S)

    def picture(self) -> Picture:
        return self._outlook.shown(self._clock.monotonic_s())

    def of_newcomers(self, queue: Queue, now_ms: int) -> Waits:
        """For somebody without priority who would take a ticket now."""
        modelled, centre = self.picture().newcomers, self._centre.fixed()
        if modelled.keys() >= centre.services.keys():
            return dict(modelled)
        plain = self._plain.get(lambda: wait_ranges(situation(queue, centre, now_ms), centre))
        return {**plain, **modelled}
