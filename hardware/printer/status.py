"""What status bytes mean, for each family of printers. Pure; any bytes at all are decoded to something.

Sources: Epson ESC/POS reference (DLE EOT, GS a, GS r), Custom VKP80 command manual (DLE EOT 20), Hwasung (DLE EOT 2).
"""

from dataclasses import dataclass
from enum import Enum, auto

from hardware.contracts import Cover, Device, Paper, Reason, Status


class Family(Enum):
    EPSON = "epson"
    CUSTOM = "custom"
    HWASUNG = "hwasung"


@dataclass(frozen=True, slots=True)
class Query:
    """A real-time question and how many bytes its answer has."""

    payload: bytes
    answer_size: int


_EPSON = tuple(Query(bytes([0x10, 0x04, n]), 1) for n in (1, 2, 3, 4))
#: Everything a printer can be asked; the answers together make a ``Status``.
QUERIES: dict[Family, tuple[Query, ...]] = {
    Family.EPSON: _EPSON,
    Family.CUSTOM: (Query(b"\x10\x04\x14", 6),),
    Family.HWASUNG: (Query(b"\x10\x04\x02", 1),),
}
#: Enough to know that it can print. Number 4 too: some clones stay "online" without paper.
QUICK: dict[Family, tuple[Query, ...]] = {**QUERIES, Family.EPSON: (_EPSON[0], _EPSON[3])}
_GS_R = (0x00, 0x03, 0x0C, 0x0F)


class Kind(Enum):
    ANSWER = auto()  #: to a real-time question
    CHANGE = auto()  #: told by itself (GS a), four bytes
    CONFIRMED = auto()  #: answer to GS r: everything before it is done
    FLOW = auto()  #: XON, XOFF that the kernel did not take
    NOISE = auto()


@dataclass(frozen=True, slots=True)
class Event:
    kind: Kind
    payload: bytes


def split(arrived: bytes, family: Family, asked: bool) -> tuple[list[Event], bytes]:
    """What the printer said, and the incomplete rest. ``asked``: a real-time answer is due.

    Told apart by fixed bits: DLE EOT ``0xx1xx10``, GS a ``0xx1xx00`` and three bytes without bit 4, GS r ``0xx0xxxx``,
    of which the near-end pair (bits 0, 1) and the end pair (bits 2, 3) are set together.
    """
    events: list[Event] = []
    while arrived:
        kind, size = _first(arrived, family, asked)
        if size > len(arrived):
            break
        events.append(Event(kind, arrived[:size]))
        asked = asked and kind is not Kind.ANSWER
        arrived = arrived[size:]
    return events, arrived


def _first(arrived: bytes, family: Family, asked: bool) -> tuple[Kind, int]:
    """Kind and size of the event at the beginning; a size greater than what is there: wait for more."""
    first = arrived[0]
    if first in (0x11, 0x13):
        return Kind.FLOW, 1
    if family is Family.HWASUNG and asked and not first & 0xC0:
        return Kind.ANSWER, 1  # its bits are all in use, so only the order tells it from the answer to GS r
    if family is Family.CUSTOM and first == 0x10:
        return (Kind.ANSWER, 6) if arrived[1:2] in (b"", b"\x0f") else (Kind.NOISE, 1)
    if first & 0x93 == 0x12 and family is Family.EPSON:
        return Kind.ANSWER, 1
    if first & 0x93 == 0x10 and family is Family.EPSON:
        return (Kind.NOISE, 1) if any(each & 0x90 for each in arrived[1:4]) else (Kind.CHANGE, 4)
    return (Kind.CONFIRMED, 1) if first in _GS_R else (Kind.NOISE, 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be read from any family."""

    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    jammed: bool = False
    broken: bool = False  #: an error that only staff or the maker can clear
    recovering: bool = False  #: goes away by itself: head too hot, waiting, paper being fed by hand
    offline: bool = False


def status_of(facts: Facts) -> Status:
    """XFS words; the cause that staff have to clear first wins."""
    paper = Paper.OUT if facts.paper_out else Paper.LOW if facts.paper_low else Paper.FULL
    cover = Cover.OPEN if facts.cover_open else Cover.CLOSED
    if facts.cover_open or facts.paper_out:
        return Status(Device.USER_ERROR, paper, cover)
    if facts.jammed:
        return Status(Device.HARDWARE_ERROR, Paper.JAMMED, cover, "cutter or paper jam")
    if facts.broken:
        return Status(Device.HARDWARE_ERROR, paper, cover, "the printer reports an error")
    if facts.recovering:
        return Status(Device.DEVICE_BUSY, paper, cover)
    return Status(Device.OFFLINE if facts.offline else Device.ONLINE, paper, cover)


def facts_from_answers(family: Family, answers: tuple[bytes, ...]) -> Facts:
    """``answers`` to ``QUERIES[family]``, in their order."""
    match family:
        case Family.EPSON:
            return _epson(*(answer[0] for answer in answers))
        case Family.CUSTOM:
            return _custom(answers[0])
        case Family.HWASUNG:
            return _hwasung(answers[0][0])


def facts_from_quick(family: Family, answers: tuple[bytes, ...]) -> Facts:
    """``answers`` to ``QUICK[family]``: a cause may be missing, that there is one is not."""
    if family is Family.EPSON:
        return _epson(answers[0][0], 0x12, 0x12, answers[1][0])
    return facts_from_answers(family, answers)


def facts_from_change(report: bytes) -> Facts:
    """The four bytes of Epson's automatic status back."""
    printer, errors, paper, _ = report
    return Facts(
        cover_open=bool(printer & 0x20),
        paper_out=bool(paper & 0x0C),
        paper_low=bool(paper & 0x03),
        jammed=bool(errors & 0x08),
        broken=bool(errors & 0x24),
        recovering=bool(errors & 0x41 or printer & 0x40),
        offline=bool(printer & 0x08),
    )


def _epson(printer: int, cause: int, errors: int, paper: int) -> Facts:
    return Facts(
        cover_open=bool(cause & 0x04),
        paper_out=bool(paper & 0x60 or cause & 0x20),
        paper_low=bool(paper & 0x0C),
        jammed=bool(errors & 0x08),
        broken=bool(errors & 0x24),
        recovering=bool(errors & 0x40 or printer & 0x60 or cause & 0x08),
        offline=bool(printer & 0x08),
    )


def _custom(report: bytes) -> Facts:
    """``10 0F paper user recoverable unrecoverable``. Paper bit 20h is a ticket still in the mouth: no trouble."""
    paper, user, recoverable, unrecoverable = report[2:6]
    return Facts(
        cover_open=bool(user & 0x03),
        paper_out=bool(paper & 0x01),
        paper_low=bool(paper & 0x04),
        jammed=bool(unrecoverable & 0x01),
        broken=bool(unrecoverable & ~0x01),
        recovering=bool(recoverable & 0x09),
        offline=False,
    )


def _hwasung(bits: int) -> Facts:
    return Facts(
        cover_open=bool(bits & 0x02),
        paper_out=bool(bits & 0x01),
        paper_low=bool(bits & 0x08),
        jammed=bool(bits & 0x24),
        recovering=False,  # bit 10h, printing, is the ordinary state in the middle of a ticket
    )


def reason_of(status: Status) -> Reason:
    """Why a printer in this state prints nothing."""
    if status.paper is Paper.OUT:
        return Reason.PAPER_OUT
    if status.cover is Cover.OPEN:
        return Reason.COVER_OPEN
    if status.paper is Paper.JAMMED:
        return Reason.JAMMED
    return {
        Device.NO_DEVICE: Reason.NO_DEVICE,
        Device.OFFLINE: Reason.OFFLINE,
        Device.DEVICE_BUSY: Reason.BUSY,
        Device.STARTING: Reason.BUSY,
    }.get(status.device, Reason.ERROR)
