"""What every message shares: bilingual text, request ids and the one shape of an error."""

from typing import Annotated

import msgspec

#: Made by the caller, one for each intention: a retry repeats it, a second tap of the same button too.
RequestId = Annotated[str, msgspec.Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
#: What JavaScript and SQLite can both hold.
TicketNumber = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Message(msgspec.Struct, frozen=True, omit_defaults=False, kw_only=True):
    """Root of all messages. A field that is not known is ignored and kept nowhere, and a new field has a default:
    central, hubs and kiosks are renewed in any order. A word that is new to a field of words (``Literal``) is refused.
    """


class Text(Message, frozen=True):
    """The same words in Vietnamese and English."""

    vi: str
    en: str


class ErrorReply(Message, frozen=True):
    """Body of every answer with a status of 400 or more."""

    error: str  #: stable word for programs: "service_closed", "counter_held", …
    message: Text  #: a sentence for the person concerned
    detail: str = ""  #: for the log: which field was wrong


class Done(Message, frozen=True):
    """Carried out; there is nothing more to say."""

    ok: bool = True
