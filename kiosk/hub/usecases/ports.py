"""What the use cases and the pages need from outside. Implemented in ``kiosk.hub.store`` and ``kiosk.hub.boards``."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.refused import Refused
from kiosk.hub.usecases.views import ConsoleView, CounterRow, HallView, StatusView, SupervisorView, TicketRow
from kiosk.queueing.model import CounterId, TicketId
from kiosk.web.ports import Staff
from kiosk.wire.fleet_api import CommandResult, KioskDesired, PartReport
from kiosk.wire.kiosk_api import Catalogue, DeviceState, PrintJobs, TicketReply
from kiosk.wire.staff_api import FiguresReply

T = TypeVar("T")


class Reader(Protocol):
    """Pictures for the pages; cheap (milliseconds), each from one consistent moment of the database."""

    def console(self, counter: CounterId) -> ConsoleView | None: ...

    def counters(self) -> tuple[CounterRow, ...]: ...

    def hall(self) -> HallView: ...

    def supervisor(self) -> SupervisorView: ...

    def status(self, token: str) -> StatusView | None: ...

    def visit(self, day: int, label: str) -> TicketRow | None:
        """The ticket of that day, like 20261122, with that label."""

    def visits_of(self, code: str) -> tuple[TicketRow, ...]:
        """The tickets during which a dossier was handed in or worked on here, first to last."""


class KioskReader(Protocol):
    """What kiosks ask for."""

    def catalogue(self) -> Catalogue: ...

    def catalogue_version(self) -> int: ...

    def ticket(self, ticket: TicketId) -> TicketReply | None: ...

    def print_jobs(self, kiosk: str) -> PrintJobs:
        """Copies that this kiosk still has to print; one that nobody printed for ten minutes is forgotten."""


class FigureReader(Protocol):
    def figures(self, first_day: int, last_day: int) -> FiguresReply:
        """By service and counter; days like 20261122, both included."""


class Ledger(Protocol):
    """Everything that changes the queue goes through here."""

    async def write(self, use_case: Callable[[TicketBook], T]) -> T:
        """Carry out ``use_case`` in one transaction; returns after it is on disk. Raises StoreUnavailable.

        A ``Refused`` result leaves nothing behind.
        """


class Fleet(Protocol):
    """The city's settings and commands as kiosks get them. Implemented in ``kiosk.hub.fleet``; nothing here waits."""

    def desired(self, kiosk: str, version: int, command: int) -> KioskDesired:
        """What is newer than ``version``, and commands after ``command``."""

    def marks(self, kiosk: str) -> tuple[int, int]:
        """Version of the settings and number of the newest command that the kiosk should have."""

    def report(self, kiosk: str, part: PartReport) -> None: ...

    def answer(self, kiosk: str, result: CommandResult) -> None: ...


class Changes(Protocol):
    """Tells live pages that something was committed or a device changed. Slow readers skip, never block a writer."""

    def watch(self) -> AsyncIterator[int]:
        """Yields the current version at once, then the newest after each change."""


class Desks(Protocol):
    """Who works at which counter. One person holds one counter; two people never hold the same."""

    async def hold(self, counter: CounterId, staff: Staff, *, take_over: bool = False) -> Refused | None:
        """None: held. ``take_over`` replaces somebody: a supervisor may, and anybody when that session has ended."""

    async def leave(self, staff: Staff) -> Refused | None:
        """Give up the counter, which closes it. Refused ``not_settled`` while somebody is called or served there."""


class Boards(Protocol):
    """Number displays at the counters. Calls return at once; the latest wins and is sent again after a reconnect."""

    def call(self, counter: CounterId, text: str) -> None:
        """Show a ticket label; "" clears."""

    def states(self) -> tuple[tuple[CounterId, DeviceState], ...]:
        """The display of each counter that has one."""
