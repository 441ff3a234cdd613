"""The bytes of a batch to typed events. What a newer hub tells of is kept as it came; what is wrong is refused."""

from typing import Any, get_args

import msgspec

from kiosk.central.api import errors
from kiosk.central.layout import UnknownEvent
from kiosk.wire.central_api import MAX_ROWS, Batch, Count, Heartbeat, Position
from kiosk.wire.common import Name
from kiosk.wire.events import Event

_KNOWN_KINDS = frozenset(event.__struct_config__.tag for event in get_args(Event))
_MAX_UNKNOWN = 8_192  #: bytes of an event that cannot be checked

Rows = list[tuple[int, Event | UnknownEvent]]


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


_batch = msgspec.json.Decoder(Batch)
_raw_batch = msgspec.json.Decoder(_RawBatch)
_event: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(Event)
_named = msgspec.json.Decoder(_Named)
_heartbeat = msgspec.json.Decoder(Heartbeat)
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decoded_batch(text: bytes) -> tuple[Batch | _RawBatch, Rows]:
    """The frame and its rows. Raises Failure 400, 413."""
    batch: Batch | _RawBatch
    try:
        batch = _batch.decode(text)
        rows: Rows = [(row.at_ms, row.event) for row in batch.rows]
    except _WRONG:
        batch, rows = _one_by_one(text)
    if len(rows) > MAX_ROWS:
        raise errors.too_large(MAX_ROWS, "rows")
    if batch.oldest > batch.first:
        raise errors.malformed("`oldest` is behind `first`")
    return batch, rows


def decoded_heartbeat(text: bytes) -> Heartbeat:
    """Raises Failure 400."""
    try:
        return _heartbeat.decode(text)
    except _WRONG as error:
        raise errors.malformed(str(error)) from error


def _one_by_one(text: bytes) -> tuple[_RawBatch, Rows]:
    """Slower: something in it is wrong, or not known to this version."""
    try:
        batch = _raw_batch.decode(text)
    except _WRONG as error:
        raise errors.malformed(str(error)) from error
    return batch, [(at_ms, _event_of(bytes(raw), batch.first + place)) for place, (at_ms, raw) in enumerate(batch.rows)]


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
