"""Asks the hub what belongs to a dossier, in order, in a thread of its own, and keeps the draft's name for a crash.

1. A patient ask is repeated until it is answered, refused or its errand is over; what comes after it waits.
2. The same question that still waits is not asked twice, and of searches only the newest counts.
3. An answer of another shape than agreed is none. A page has an id, so that sent again it is the same page.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable

from kiosk.errors import HubUnreachable
from kiosk.touch.dossier.asks import Ask, What
from kiosk.touch.events import Event, HubAway, HubDenied, HubSaid
from kiosk.touch.hub_line import HubAddress, HubStumbled, Line, Refused

log = logging.getLogger(__name__)
PAUSES_S = (0.05, 0.3, 0.6, 1.2, 2.0, 3.0)
#: A hub that fails over one request again and again: the others have waited long enough.
MOST_STUMBLES = 5
_NEWEST_COUNTS = frozenset({What.FIND, What.STATE, What.SAVE, What.THUMBNAIL})


class Clerk:
    """``tell`` is called from its thread. Every method returns at once."""

    def __init__(self, address: HubAddress, tell: Callable[[Event], None], stop: threading.Event) -> None:
        self._address, self._tell, self._stop = address, tell, stop
        self._waiting: deque[Ask] = deque()
        self._over: set[str] = set()
        self._change = threading.Condition()

    def add(self, ask: Ask) -> None:
        with self._change:
            if ask.what in _NEWEST_COUNTS:
                same = [each for each in self._waiting if (each.what, each.path) == (ask.what, ask.path)]
                for each in same:
                    self._waiting.remove(each)
            self._waiting.append(ask)
            self._change.notify()

    def drop(self, errand: str) -> None:
        with self._change:
            self._waiting = deque(ask for ask in self._waiting if ask.errand != errand)
            self._over.add(errand)
            self._change.notify()

    def wake(self) -> None:
        with self._change:
            self._change.notify()

    def run(self) -> None:
        line = Line(self._address)
        while (ask := self._next()) is not None:
            self._obtain(line, ask)
        line.close()

    def _next(self) -> Ask | None:
        with self._change:
            while not self._waiting and not self._stop.is_set():
                self._over.clear()
                self._change.wait()
            return None if self._stop.is_set() else self._waiting.popleft()

    def _obtain(self, line: Line, ask: Ask) -> None:
        attempt = stumbles = 0
        while not self._is_over(ask):
            try:
                self._tell(HubSaid(ask, _exchange(line, ask)))
                return
            except Refused as refusal:
                log.warning("The hub refused: %s", refusal, extra={"ask": ask.what.value})
                self._tell(HubDenied(ask, refusal.reply.error, refusal.reply.message))
                return
            except HubUnreachable as error:
                # Its words hold the path, and with it the draft, which is as good as a key.
                log.warning("No answer: %s", type(error).__name__, extra={"ask": ask.what.value})
                stumbles += isinstance(error, HubStumbled)
            if attempt > 0 or not ask.patient:
                self._tell(HubAway(ask))
            if not ask.patient or (stumbles >= MOST_STUMBLES and ask.what is What.LEAVE):
                return
            self._pause(ask, PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
            attempt += 1

    def _is_over(self, ask: Ask) -> bool:
        with self._change:
            return self._stop.is_set() or ask.errand in self._over

    def _pause(self, ask: Ask, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._stop.is_set() or ask.errand in self._over, timeout=seconds)


def _exchange(line: Line, ask: Ask) -> object:
    if ask.reply is None:
        return line.get_bytes(ask.path)
    if ask.body is None:
        return line.get(ask.path, ask.reply)
    if isinstance(ask.body, bytes):
        return line.send_bytes(ask.path, ask.body, ask.reply)
    return line.post(ask.path, ask.body, ask.reply)
