"""What the dossier use cases need from outside. Implemented in ``kiosk.hub.store`` and ``kiosk.hub.sync``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from kiosk.hub.usecases.book import TicketBook
from kiosk.wire.common import Text

T = TypeVar("T")
Reply = TypeVar("Reply", bound=msgspec.Struct)


UNREADABLE = "unreadable here"  #: from this hub's disk; central's words have no spaces


@dataclass(frozen=True, slots=True)
class Submitted:
    """A row of the outbox of dossiers; what is personal stands sealed beside the database, under ``draft``.

    ``acked``: central has the submission; ``papers_sent``: so many of its files too; ``done``: everything.
    """

    number: int
    draft: str
    code: str
    submitted_ms: int
    acked: bool
    papers_sent: int
    done: bool
    trouble: str = ""  #: central's word when it was last refused, or ``UNREADABLE``
    shown: bool = True  #: somebody was given its code


class SubmissionBook(Protocol):
    """Inside a transaction of the hub's database."""

    def of_draft(self, draft: str) -> Submitted | None: ...

    def next_serial(self, day: int) -> int:
        """Of the dossiers of a day, from 1; never the same twice, also after a database was lost."""

    def add(self, draft: str, code: str, now_ms: int) -> Submitted: ...

    def renumber(self, before: Submitted, code: str, *, by_staff: bool) -> bool:
        """Whether it has that code now. Not when central has it; when the first one was shown only ``by_staff``, and
        only while central's last word is that it does not take that one."""

    def note_visit(self, code: str, ticket: int) -> None:
        """That dossier belongs to the visit, too."""


class SubmissionLedger(Protocol):
    """The outbox of dossiers. Every method blocks until it is on disk, and raises StoreUnavailable."""

    def submit(self, use_case: Callable[[TicketBook, SubmissionBook], T]) -> T:
        """In one transaction with the queue and its events; a ``Refused`` leaves nothing behind."""

    def bring_back(self, draft: str, code: str, submitted_ms: int) -> None:
        """A row that was lost with its database."""

    def of_draft(self, draft: str) -> Submitted | None: ...

    def all(self) -> tuple[Submitted, ...]: ...

    def unsent(self) -> tuple[Submitted, ...]:
        """What central does not have whole, oldest first."""

    def next_to_send(self, now_ms: int) -> Submitted | None:
        """The oldest that is not done and not put off."""

    def note_shown(self, draft: str) -> None:
        """Somebody is about to be given its code, which stays from now on."""

    def note_offered(self, number: int, code: str) -> bool:
        """It is on its way to central with that code, which staff cannot change now; False: it has another one."""

    def note_acked(self, number: int) -> None: ...

    def note_papers(self, number: int, sent: int) -> None: ...

    def note_done(self, number: int, now_ms: int) -> None: ...

    def put_off(self, number: int, until_ms: int, trouble: str) -> None: ...

    def forget(self, draft: str) -> None:
        """A done one whose receipt nobody asks for any more."""


_NO_WORDS = Text(vi="Hệ thống thành phố không nhận yêu cầu này.", en="The city's system does not take this request.")


class CentralSays(Exception):
    """Central's refusal in the agreed shape: its status, its word, and the sentence for whoever asked."""

    def __init__(self, status: int, error: str, message: Text = _NO_WORDS) -> None:
        super().__init__(f"status {status}: {error}")
        self.status, self.error, self.message = status, error, message


class City(Protocol):
    """Questions to central that somebody waits for. Every method blocks, and raises CentralUnreachable, CentralSays."""

    def ask(self, target: str, message: msgspec.Struct, reply: type[Reply]) -> Reply: ...

    def put(self, target: str, content: bytes, reply: type[Reply]) -> Reply:
        """``content`` as it is."""

    def file(self, target: str, message: msgspec.Struct) -> Iterator[bytes]:
        """A file as it comes; what breaks in the middle raises CentralUnreachable there."""
