"""The bytes of a batch to typed events. What a newer hub tells of is kept as it came; what is wrong is refused."""

from typing import Any, NamedTuple, get_args

import msgspec

from kiosk.central.api import errors
from kiosk.central.layout import UnknownEvent
from kiosk.wire.central_api import MAX_ROWS, Batch, Count, Heartbeat, Position
from kiosk.wire.common import Name
from kiosk.wire.events import Event

_KNOWN_KINDS = frozenset(event.__struct_config__.tag for event in get_args(Event))
_MAX_UNKNOWN = 8_192  #: bytes of an event that cannot be checked


class _Named(msgspec.Struct, frozen=True):
    event: Name


class _RawBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch whose events have not been looked at."""

    centre: Name
    epoch: Count
    first: Position
    oldest: Position
    head: Count
    sent_ms: int
    rows: tuple[tuple[int, msgspec.Raw], ...]


class DecodedBatch(NamedTuple):
    """The frame, and side by side when each event happened and what."""

    frame: Batch | _RawBatch
    times: list[int]
    events: list[Event | UnknownEvent]


_batch = msgspec.json.Decoder(Batch)
_raw_batch = msgspec.json.Decoder(_RawBatch)
_event: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(Event)
_named = msgspec.json.Decoder(_Named)
_heartbeat = msgspec.json.Decoder(Heartbeat)
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decoded_batch(text: bytes) -> DecodedBatch:
    """Raises Failure 400, 413."""
    try:
        batch = _batch.decode(text)
        found = DecodedBatch(batch, [row.at_ms for row in batch.rows], [row.event for row in batch.rows])
    except _WRONG:
        found = _one_by_one(text)
    if len(found.events) > MAX_ROWS:
        raise errors.too_large(MAX_ROWS, "rows")
    if found.frame.oldest > found.frame.first:
        raise errors.malformed("`oldest` is behind `first`")
    return found


def decoded_heartbeat(text: bytes) -> Heartbeat:
    """Raises Failure 400."""
    try:
        return _heartbeat.decode(text)
    except _WRONG as error:
        raise errors.malformed(str(error)) from error


def _one_by_one(text: bytes) -> DecodedBatch:
    """Slower: something in it is wrong, or not known to this version."""
    try:
        batch = _raw_batch.decode(text)
    except _WRONG as error:
        raise errors.malformed(str(error)) from error
    told = [_event_of(bytes(raw), seq) for seq, (_, raw) in enumerate(batch.rows, start=batch.first)]
    return DecodedBatch(batch, [at_ms for at_ms, _ in batch.rows], told)


def _event_of(raw: bytes, seq: int) -> Event | UnknownEvent:
    try:
        event: Event = _event.decode(raw)
        return event
    except _WRONG as error:
        wrong = error
    try:
        kind = _named.decode(raw).event
    except _WRONG:
        raise errors.malformed(f"row {seq}: {wrong}") from wrong
    if kind in _KNOWN_KINDS:
        raise errors.malformed(f"row {seq}: {wrong}") from wrong
    if len(raw) > _MAX_UNKNOWN:
        raise errors.too_large(_MAX_UNKNOWN, f"bytes for row {seq}")
    return UnknownEvent(kind, raw)
