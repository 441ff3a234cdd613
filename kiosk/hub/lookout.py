"""The thread that looks ahead for the pages, lets the estimator learn, and keeps what was learnt.

It asks the write thread for a fork and computes apart from it, so that no ticket waits for a page. Nothing that fails
here stops anything else; the pages then show the plain estimate.
"""

import logging
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from kiosk.clock import Clock
from kiosk.errors import StoreUnavailable
from kiosk.hub.usecases.outlook import Outlook

log = logging.getLogger(__name__)

T = TypeVar("T")
_GAP_S = 2.0
_LEARNS_AGAIN_S = 3600.0
_KEPT_EVERY_S = 3600.0  #: after a power cut, what happened since is taken in again: a few hundred tickets a second


class WaitStore(Protocol):
    """The part of the store that the outlook lives in. Every method raises StoreUnavailable."""

    def ask_outlook(self, question: Callable[[], T]) -> T: ...

    def recall_waits(self) -> None: ...

    def make_up_for_waits(self) -> bool: ...

    def keep_waits(self) -> None: ...


class Lookout:
    """``start`` and ``stop`` once; ``look`` is one round. ``on_change``: the pages show something else now."""

    def __init__(self, outlook: Outlook, store: WaitStore, clock: Clock, on_change: Callable[[], None]) -> None:
        self._outlook, self._store, self._clock, self._on_change = outlook, store, clock, on_change
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="hub-lookout", daemon=True)
        self._kept_s = float("-inf")
        self._learns_from_s = float("-inf")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """After the round that is under way; a training of a second or two is waited for."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def look(self) -> None:
        """Raises StoreUnavailable."""
        if self._outlook.is_doubted:
            self._store.recall_waits()
        fork = self._store.ask_outlook(self._outlook.fork)
        if self._outlook.show(fork, self._clock.now_ms(), self._clock.monotonic_s()):
            self._on_change()
        while self._store.make_up_for_waits() and not self._ending.is_set():
            pass
        learnt = self._learn()
        now_s = self._clock.monotonic_s()
        if learnt or now_s - self._kept_s >= _KEPT_EVERY_S:
            self._kept_s = now_s
            self._store.keep_waits()

    def _learn(self) -> bool:
        now_s = self._clock.monotonic_s()
        study = self._store.ask_outlook(self._outlook.study) if now_s >= self._learns_from_s else None
        if study is None:
            return False
        try:
            learnt = study()
        except Exception:
            log.exception("Nothing could be learnt from past waits; what was known is used, and tried again in an hour")
            self._learns_from_s = now_s + _LEARNS_AGAIN_S
            return False
        self._store.ask_outlook(lambda: self._outlook.adopt(learnt))
        return True

    def _work(self) -> None:
        while not self._ending.wait(_GAP_S):
            try:
                self.look()
            except StoreUnavailable:
                continue  # the writer has said so; the next round may succeed
            except Exception:
                log.exception("The hours ahead could not be looked at; trying again")
