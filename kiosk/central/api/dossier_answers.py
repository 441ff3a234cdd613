"""What is read of a request about a dossier, and the refusals that every such route shares."""

from typing import TypeVar

import msgspec

from kiosk.central.api import errors
from kiosk.central.dossiers.parts import Unknown
from kiosk.dossier.dossier import NotAllowed
from kiosk.wire.common import ErrorReply, Message, Text

AnyMessage = TypeVar("AnyMessage", bound=Message)
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decoded(text: bytes, kind: type[AnyMessage]) -> AnyMessage:
    """Raises Failure 400."""
    try:
        return msgspec.json.decode(text, type=kind)
    except _WRONG as error:
        raise errors.malformed(_place_of(error)) from error


def from_query(query: dict[str, str], kind: type[AnyMessage]) -> AnyMessage:
    """Raises Failure 400."""
    try:
        return msgspec.convert(query, kind, strict=False)
    except msgspec.ValidationError as error:
        raise errors.malformed(_place_of(error)) from error


def known(found: AnyMessage | NotAllowed | Unknown) -> AnyMessage:
    """Raises Failure: 404 for what is unknown to this centre, 409 with the reason for what may not be done now."""
    if isinstance(found, Unknown):
        raise unknown()
    if isinstance(found, NotAllowed):
        raise conflict(found.why.value, Text(vi=found.words.vi, en=found.words.en))
    return found


def unknown() -> errors.Failure:
    reply = ErrorReply(error="unknown_dossier", message=Text(vi="Không có hồ sơ này.", en="No such dossier."))
    return errors.Failure(404, reply)


def conflict(error: str, message: Text) -> errors.Failure:
    return errors.Failure(409, ErrorReply(error=error, message=message))


def agency_words(owner: Text) -> Text:
    return Text(
        vi=f"Mã cơ quan này là của {owner.vi}. Trung tâm này cần mã của mình (dossiers.agency).",
        en=f"This agency code belongs to {owner.en}. This centre needs one of its own (dossiers.agency).",
    )


def _place_of(error: Exception) -> str:
    """Where it is wrong, never what stood there: it may be somebody's name. msgspec names the place after a dash."""
    _, dash, place = str(error).rpartition(" - at ")
    return f"wrong at {place}" if dash else "not a message of this kind"
