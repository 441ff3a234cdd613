"""What the use cases and the pages need from outside. Implemented in ``kiosk.hub.store`` and ``kiosk.hub.boards``."""

from collections.abc import AsyncIterator
from typing import Protocol

from kiosk.hub.usecases.views import ConsoleView, CounterRow, HallView, StatusView, SupervisorView
from kiosk.queueing.model import CounterId


class Reader(Protocol):
    """Pictures for the pages; cheap (milliseconds), each from one consistent moment of the database."""

    def console(self, counter: CounterId) -> ConsoleView | None: ...

    def counters(self) -> tuple[CounterRow, ...]: ...

    def hall(self) -> HallView: ...

    def supervisor(self) -> SupervisorView: ...

    def status(self, token: str) -> StatusView | None: ...


class Changes(Protocol):
    """Tells live pages that something was committed or a device changed. Slow readers skip, never block a writer."""

    def watch(self) -> AsyncIterator[int]:
        """Yields the current version at once, then the newest after each change."""
