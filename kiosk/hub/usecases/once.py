"""Every command carries a request id: a double tap, a retry after a timeout or a lost answer is one intention.

The same id with the same content gets the same answer, byte for byte; with other content it is refused. A refusal
changed nothing and is not kept: the same press may succeed later.
"""

import hashlib
from collections.abc import Callable

import msgspec

from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.refused import Refused, Why
from kiosk.wire.common import Message


def fingerprint(principal: str, path: str, message: Message) -> bytes:
    """Who asked for what: another kiosk's or person's request never gets this one's answer."""
    return hashlib.sha256(b"\0".join((principal.encode(), path.encode(), msgspec.json.encode(message)))).digest()


def once(
    book: TicketBook, request_id: str, mark: bytes, now_ms: int, carry_out: Callable[[], Message | Refused]
) -> bytes | Refused:
    """The answer of ``carry_out`` as JSON, or the one that was given before."""
    known = book.answered(request_id)
    if known is not None:
        return known[1] if known[0] == mark else Refused(Why.REQUEST_ID_REUSED)
    outcome = carry_out()
    if isinstance(outcome, Refused):
        return outcome
    answer = msgspec.json.encode(outcome)
    book.keep_answer(request_id, mark, answer, now_ms)
    return answer
