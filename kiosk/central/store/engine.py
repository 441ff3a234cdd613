"""What one kind of database has to offer so that ``threads`` can run jobs on it."""

from enum import Enum
from typing import Protocol

from kiosk.central.ports import Transaction
from kiosk.central.store.queries import EngineName


class Failure(Enum):
    """What an error of the driver means for the jobs of the transaction."""

    AGAIN = "again"  #: another transaction stood in the way: the same jobs can simply be carried out again
    UNAVAILABLE = "unavailable"  #: the database cannot go on; the connection is given up
    OWN = "own"  #: a wrong statement: the fault of the job that made it, and of nobody else


class Session(Transaction, Protocol):
    """One connection with its transaction; used by one thread at a time."""

    def begin(self, *, read_only: bool) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def savepoint(self) -> None: ...

    def rollback_to_savepoint(self) -> None: ...

    def release_savepoint(self) -> None: ...

    def script(self, text: str) -> None:
        """Statements of a migration, inside the transaction."""

    def close(self) -> None: ...


class Engine(Protocol):
    """``address`` is for people: without a password."""

    name: EngineName
    address: str
    writers: int

    def connect(self, *, read_only: bool = False) -> Session:
        """Raises what ``failure`` understands. ``read_only``: nothing will be written with it."""

    def failure(self, error: Exception) -> Failure | None:
        """None: not an error of the driver."""

    def lock_for_migration(self, session: Session) -> None:
        """Inside the transaction: the others wait until it ends."""

    def version(self, session: Session) -> int:
        """The newest migration that was carried out; 0 for an empty database."""

    def set_version(self, session: Session, version: int) -> None: ...
