"""Events as short rows: numbers instead of words, and back again without loss. Pure.

A row is ``kind, ticket, service, counter, detail``. ``detail`` holds the other fields in their order, as MessagePack,
words as numbers; it is empty where there are none. A negative ``kind`` marks an event whose time cannot be believed.
Kind 0 is an event that this version does not know, kept as the JSON it came in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from sys import intern
from typing import Any

import msgspec

from kiosk.wire import events
from kiosk.wire.events import VERSION, Event

SERVICE, COUNTER, KIOSK, DEVICE, PHRASE = 1, 2, 3, 4, 5  #: kinds of words
MAX_WORDS = 4_000  #: of one kind at one centre; what comes after is number 0, which is no word
OPAQUE = 0
#: Stored numbers: never change one, never use one again.
KINDS: Mapping[type[Any], int] = {
    events.TicketIssued: 1,
    events.TicketCalled: 2,
    events.TicketArrived: 3,
    events.TicketFinished: 4,
    events.TicketMissed: 5,
    events.TicketParked: 6,
    events.TicketRequeued: 7,
    events.TicketTransferred: 8,
    events.TicketCancelled: 9,
    events.TicketWithdrawn: 10,
    events.TicketExpired: 11,
    events.ActionUndone: 12,
    events.SlipReported: 13,
    events.ReprintAsked: 14,
    events.CounterHeld: 15,
    events.CounterLeft: 16,
    events.CounterPaused: 17,
    events.CounterResumed: 18,
    events.CounterOpened: 19,
    events.CounterClosed: 20,
    events.CounterServicesSet: 21,
    events.ServiceClosed: 22,
    events.ServiceOpened: 23,
    events.KioskClosed: 24,
    events.KioskOpened: 25,
    events.DeviceChanged: 26,
    events.DayOpened: 27,
    events.CalibrationMeasured: 28,
}
_COLUMNS = ("ticket", "service", "counter")
_WORDS = {"kiosk": KIOSK, "device": DEVICE, "from_service": SERVICE, "to_service": SERVICE}
_PLAIN_TEXT = frozenset({"label"})  #: a number of its own: no word that comes again
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any]).decode


class UnknownEvent(msgspec.Struct, frozen=True):
    """Of a hub that is newer than this central."""

    kind: str
    json: bytes


class Words:
    """Words of one centre and their numbers. A word that is new gets the next number and is noted in ``fresh``.

    Thousands of centres say the same words, so each is in memory once.
    """

    __slots__ = ("_ids", "fresh", "has_overflowed")

    def __init__(self, known: Mapping[tuple[int, str], int] | None = None) -> None:
        self._ids: list[dict[str, int]] = [{"": 0} for _ in range(PHRASE + 1)]
        for (kind, word), number in (known or {}).items():
            self._ids[kind][intern(word)] = number
        self.fresh: list[tuple[int, int, str]] = []  #: (kind, number, word)
        self.has_overflowed = False

    def copy(self) -> "Words":
        other = Words()
        other._ids = [dict(ids) for ids in self._ids]
        return other

    def count(self) -> int:
        return sum(len(ids) - 1 for ids in self._ids)

    def number(self, kind: int, word: str) -> int:
        ids = self._ids[kind]
        found = ids.get(word)
        if found is not None:
            return found
        if len(ids) > MAX_WORDS:
            self.has_overflowed = True
            return 0
        number = ids[intern(word)] = max(ids.values()) + 1
        self.fresh.append((kind, number, word))
        return number

    def names(self) -> dict[tuple[int, int], str]:
        return {(kind, number): word for kind, ids in enumerate(self._ids) for word, number in ids.items()}


@dataclass(frozen=True, slots=True)
class _Shape:
    """How events of one type are written. ``rest``: fields of ``detail``; ``words``: which of them are words."""

    kind: int
    event: type[Any]
    has_ticket: bool
    has_service: bool
    has_counter: bool
    rest: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    words: tuple[tuple[int, int], ...]


def _shape(event: type[Any], kind: int) -> _Shape:
    names = [field.name for field in msgspec.structs.fields(event) if field.name != "v"]
    rest = tuple(name for name in names if name not in _COLUMNS)
    types = {field.name: field.type for field in msgspec.structs.fields(event)}
    words = tuple(
        (place, _WORDS.get(name, PHRASE))
        for place, name in enumerate(rest)
        if name not in _PLAIN_TEXT and _is_text(types[name])
    )
    get = attrgetter(*rest) if rest else tuple
    values: Any = get if len(rest) != 1 else lambda event: (get(event),)
    has_ticket, has_service, has_counter = (name in names for name in _COLUMNS)
    return _Shape(kind, event, has_ticket, has_service, has_counter, rest, values, words)


def _is_text(kind: Any) -> bool:
    info = msgspec.inspect.type_info(kind)
    if isinstance(info, msgspec.inspect.LiteralType):
        return True
    return isinstance(info, msgspec.inspect.StrType)


_SHAPES = {event: _shape(event, kind) for event, kind in KINDS.items()}
_BY_KIND = {shape.kind: shape for shape in _SHAPES.values()}
Row = tuple[int, int, int, int, bytes]


def to_row(event: Event | UnknownEvent, words: Words) -> Row:
    """kind, ticket, service, counter, detail."""
    if isinstance(event, UnknownEvent):
        return OPAQUE, 0, 0, 0, event.json
    shape = _SHAPES[type(event)]
    it: Any = event
    ticket = it.ticket if shape.has_ticket else 0
    service = words.number(SERVICE, it.service) if shape.has_service else 0
    counter = words.number(COUNTER, it.counter) if shape.has_counter else 0
    if not shape.rest and it.v == VERSION:
        return shape.kind, ticket, service, counter, b""
    rest = list(shape.values(event)) if shape.rest else []
    for place, kind in shape.words:
        rest[place] = words.number(kind, rest[place])
    if shape.kind == _FINISHED:
        rest[0] = _to_ms(rest[0])
    elif shape.kind == _SERVICES_SET:
        rest[0] = [words.number(SERVICE, service) for service in rest[0]]
    if it.v != VERSION:
        rest.append(it.v)
    return shape.kind, ticket, service, counter, _encode(rest)


def from_row(row: Row, names: Mapping[tuple[int, int], str]) -> Event | None:
    """The event again; None for one that this version does not know."""
    kind, ticket, service, counter, detail = row
    shape = _BY_KIND.get(abs(kind))
    if shape is None:
        return None
    rest = _decode(detail) if detail else []
    for place, word in shape.words:
        rest[place] = names.get((word, rest[place]), "")
    if shape.kind == _FINISHED:
        rest[0] = rest[0] / 1000
    elif shape.kind == _SERVICES_SET:
        rest[0] = [names.get((SERVICE, number), "") for number in rest[0]]
    elif shape.kind == _CALIBRATION:
        rest[1] = msgspec.convert(rest[1], list[events.KeptPromises])
    values = dict(zip((*shape.rest, "v"), rest, strict=False))
    columns = ((shape.has_ticket, "ticket", ticket), (shape.has_service, "service", names.get((SERVICE, service), "")))
    values |= {name: value for has, name, value in columns if has}
    if shape.has_counter:
        values["counter"] = names.get((COUNTER, counter), "")
    event: Event = shape.event(**values)
    return event


_FINISHED = KINDS[events.TicketFinished]
_SERVICES_SET = KINDS[events.CounterServicesSet]
_CALIBRATION = KINDS[events.CalibrationMeasured]
_LONGEST_S = 10.0**9


def _to_ms(service_s: float) -> int:
    return round(1000 * min(max(service_s, -_LONGEST_S), _LONGEST_S))
