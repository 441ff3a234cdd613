"""Events as short rows: numbers instead of words, and back again without loss. Pure.

A row is ``kind, ticket, service, counter, detail``. ``detail`` holds the other fields in their order, as MessagePack,
words as numbers; it is empty where there are none. A negative ``kind`` marks an event whose time cannot be believed.
Kind 0 is an event that this version does not know, kept as the JSON it came in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from sys import intern
from typing import Any, NamedTuple

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
    events.SettingsTaken: 29,
    events.CommandCarriedOut: 30,
    events.WordsPutUp: 31,
    events.DossierSubmitted: 32,
    events.PaperChanged: 33,
    events.DossierActed: 34,
    events.DossierRenumbered: 35,
}
_COLUMNS = ("ticket", "service", "counter")
_WORDS = {"kiosk": KIOSK, "device": DEVICE, "from_service": SERVICE, "to_service": SERVICE}
_PLAIN_TEXT = frozenset({"label", "code", "before"})  #: numbers of their own: no word that comes again
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any]).decode


def storable(text: str) -> str:
    """PostgreSQL has no U+0000 in text; one word with it would keep those of all centres in its transaction out."""
    return text.replace("\0", "\ufffd")


class UnknownEvent(msgspec.Struct, frozen=True, gc=False):
    """Of a hub that is newer than this central."""

    kind: str
    json: bytes


class _Numbers(dict[str, int]):
    """Of the words of one kind. Asked for a word that is new it gives the next number and notes it in ``fresh``."""

    __slots__ = ("fresh", "has_overflowed", "kind")

    def __init__(self, kind: int, fresh: list[tuple[int, int, str]], known: Mapping[str, int]) -> None:
        super().__init__(known)
        self.kind, self.fresh, self.has_overflowed = kind, fresh, False

    def __missing__(self, word: str) -> int:
        if "\0" in word:
            return self[storable(word)]
        if len(self) > MAX_WORDS:
            self.has_overflowed = True
            return 0
        number = self[intern(word)] = max(self.values()) + 1
        self.fresh.append((self.kind, number, word))
        return number


class Words:
    """Words of one centre and their numbers: ``of[SERVICE]["khai-sinh"]``. New ones are noted in ``fresh``.

    ``stored``: what the database calls those that it has, see ``link.words``.

    Thousands of centres say the same words, so each is in memory once.
    """

    __slots__ = ("fresh", "of", "stored")

    def __init__(self, known: Mapping[tuple[int, str], int] | None = None, stored: int = 0) -> None:
        self.stored = stored
        self.fresh: list[tuple[int, int, str]] = []  #: (kind, number, word)
        self.of = [_Numbers(kind, self.fresh, {"": 0}) for kind in range(PHRASE + 1)]
        for (kind, word), number in (known or {}).items():
            self.of[kind][intern(word)] = number

    def copy(self) -> "Words":
        other = Words(stored=self.stored)
        other.of = [_Numbers(ids.kind, other.fresh, ids) for ids in self.of]
        return other

    @property
    def has_overflowed(self) -> bool:
        return any(ids.has_overflowed for ids in self.of)

    def names(self) -> dict[tuple[int, int], str]:
        return {(kind, number): word for kind, ids in enumerate(self.of) for word, number in ids.items()}


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


Row = tuple[int, int, int, int, bytes]
_Writer = Callable[[Any, Sequence[_Numbers]], Row]


def _row_writer(shape: _Shape) -> _Writer:
    """Most of what central does is to write rows, so what is known of a type is looked up once and not for each."""
    kind, detail = shape.kind, _detail_writer(shape)
    has_ticket, has_service, has_counter = shape.has_ticket, shape.has_service, shape.has_counter

    def row(event: Any, of: Sequence[_Numbers]) -> Row:
        return (
            kind,
            event.ticket if has_ticket else 0,
            of[SERVICE][event.service] if has_service else 0,
            of[COUNTER][event.counter] if has_counter else 0,
            detail(event, of),
        )

    return row


def _detail_writer(shape: _Shape) -> Callable[[Any, Sequence[_Numbers]], bytes]:
    values, words, first = shape.values, shape.words, _FIRST_OF_REST.get(shape.kind)

    def detail(event: Any, of: Sequence[_Numbers]) -> bytes:
        rest = list(values(event))
        for place, kind in words:
            rest[place] = of[kind][rest[place]]
        if first is not None:
            rest[0] = first(rest[0], of)
        if event.v != VERSION:
            rest.append(event.v)
        return _encode(rest)

    def only_version(event: Any, _of: Sequence[_Numbers]) -> bytes:
        return b"" if event.v == VERSION else _encode([event.v])

    return detail if shape.rest else only_version


_FINISHED = KINDS[events.TicketFinished]
_SERVICES_SET = KINDS[events.CounterServicesSet]
_CALIBRATION = KINDS[events.CalibrationMeasured]
_LONGEST_S = 10.0**9


def _to_ms(service_s: float, _of: Sequence[_Numbers]) -> int:
    if not -_LONGEST_S < service_s < _LONGEST_S:
        service_s = min(max(service_s, -_LONGEST_S), _LONGEST_S)
    return round(1000 * service_s)


def _to_numbers(services: Sequence[str], of: Sequence[_Numbers]) -> list[int]:
    return [of[SERVICE][service] for service in services]


_FIRST_OF_REST: Mapping[int, Callable[[Any, Sequence[_Numbers]], Any]] = {
    _FINISHED: _to_ms,
    _SERVICES_SET: _to_numbers,
}
_SHAPES = {event: _shape(event, kind) for event, kind in KINDS.items()}
_BY_KIND = {shape.kind: shape for shape in _SHAPES.values()}
_WRITERS: Mapping[type[Any], _Writer] = {
    **{event: _row_writer(shape) for event, shape in _SHAPES.items()},
    UnknownEvent: lambda event, _of: (OPAQUE, 0, 0, 0, event.json),
}


def to_row(event: Event | UnknownEvent, words: Words) -> Row:
    """kind, ticket, service, counter, detail."""
    return _WRITERS[type(event)](event, words.of)


class Columns(NamedTuple):
    """Rows that lie side by side: what is the same in many of them is asked of all at once."""

    kinds: Sequence[int]
    tickets: Sequence[int]
    services: Sequence[int]
    counters: Sequence[int]
    details: Sequence[bytes]


def to_columns(told: Iterable[Event | UnknownEvent], words: Words) -> Columns:
    """Of at least one event."""
    of = words.of
    return Columns(*zip(*[_WRITERS[type(event)](event, of) for event in told], strict=True))


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
