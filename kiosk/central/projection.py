"""What events make of waiting tickets and of an hour's figures. Pure: tickets before and events in, changes out.

1. Each ticket counts once: as issued, as called (its first call, when its wait is known), and by how it ended. What is
   undone or comes back from having been missed is taken off again, from the very hour and service it was added to.
2. An event whose time cannot be believed changes a ticket's state and no figure.
3. An event about a ticket that is not known is a fact like any other and changes nothing here.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kiosk.central.layout import COUNTER, SERVICE, Words, storable
from kiosk.central.rollup import BINS, bin_of
from kiosk.clock import day_of, local
from kiosk.wire import events

WAITING, CALLED, SERVING, ASIDE = range(4)  #: open_ticket.state
#: Columns of hour_figures behind its key; the bins of waits follow.
FIGURES = ("issued", "called", "served", "missed", "left_queue", "kept", "late", "wait_s", "service_s")
_ISSUED, _FIRST_CALLED, _SERVED, _MISSED, _LEFT, _KEPT, _LATE, _WAIT_S, _SERVICE_S = range(len(FIGURES))
WIDTH = len(FIGURES) + BINS
LATE_S = 15 * 60  #: longer than told by this is late
_HOUR_MS, _DAY_S = 3_600_000, 86_400
_MOST_MIN = 24 * 60
_UNDO_STATES = {"waiting": WAITING, "called": CALLED, "serving": SERVING, "parked": ASIDE, "no_show": ASIDE}

Changes = tuple[tuple[int, int], ...]  #: (figure, by how much)
_ONE_ISSUED: Changes = ((_ISSUED, 1),)


@dataclass(slots=True)
class Course:
    """A ticket on its way. ``service``, ``counter``: words as numbers. ``counts``: when it was issued is known."""

    ticket: int
    day: int
    label: str
    service: int
    issued_ms: int
    high_min: int
    state: int = WAITING
    counter: int | None = None
    called_ms: int | None = None  #: of the first call
    started_ms: int | None = None
    is_missed: bool = False
    counts: bool = True
    is_stored: bool = False  #: has a row in open_ticket
    is_open: bool = True
    is_changed: bool = False
    past: list[tuple[str, "_State", int, Changes]] | None = None  #: kept where something may be taken back

    @property
    def due_ms(self) -> int:
        return self.issued_ms + self.high_min * 60_000


class Projection:
    """The tickets and figures of one centre while its events pass, in their order.

    ``undone``: tickets of which something is going to be taken back; None: it may be any of them.
    """

    def __init__(self, words: Words, known: Iterable[Course] = (), undone: Collection[int] | None = None) -> None:
        self.words, self._to_undo = words, undone
        self.courses = {course.ticket: course for course in known}
        for course in self.courses.values():
            course.past = self._new_past(course.ticket)
        self.figures: dict[tuple[int, int], list[int]] = {}  #: (hours since the epoch, service) -> WIDTH numbers
        self.day_opened: int | None = None
        self.visits: dict[tuple[int, str], tuple[str, int]] = {}  #: (ticket, dossier) -> its procedure, the day
        self.promises: dict[tuple[int, int], events.KeptPromises] = {}  #: how they were kept, by (day, service)

    def apply(self, event: Any, at_ms: int, believed: bool) -> None:
        """``at_ms`` by central's clock."""
        self.apply_all((event,), (at_ms,), (believed,))

    def apply_all(self, told: Iterable[Any], times: Iterable[int], believed: Iterable[bool]) -> None:
        handler_of = _HANDLERS.get
        for event, at_ms, is_believed in zip(told, times, believed, strict=True):
            handler = handler_of(type(event))
            if handler is not None:
                handler(self, event, at_ms, is_believed)

    # --- the life of a ticket

    def _issued(self, event: events.TicketIssued, at_ms: int, believed: bool) -> None:
        if event.ticket in self.courses:
            return
        service, high_min = self.words.of[SERVICE][event.service], min(max(event.high_min, 0), _MOST_MIN)
        course = Course(event.ticket, _day(at_ms), storable(event.label[:20]), service, at_ms, high_min)
        course.is_changed, course.counts, course.past = True, believed, self._new_past(event.ticket)
        self.courses[event.ticket] = course
        self._count(course, service, _ONE_ISSUED)

    def _called(self, event: events.TicketCalled, at_ms: int, believed: bool) -> None:
        course = self._open(event.ticket)
        if course is None or course.state == CALLED:  # called once more: they did not come yet
            return
        before = _before(course)
        changes: Changes = _not_missed(course)
        course.is_missed, course.state = False, CALLED
        course.counter, course.started_ms = self.words.of[COUNTER][event.counter], None
        if course.called_ms is None:
            course.called_ms = at_ms
            if believed and course.counts:
                changes += _waited(course, at_ms)
        self._done(course, "call", before, changes)

    def _arrived(self, event: events.TicketArrived, at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before = _before(course)
            course.state, course.started_ms = SERVING, at_ms
            self._done(course, "arrive", before, ())

    def _finished(self, event: events.TicketFinished, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before = _before(course)
            course.is_open = False
            service_s = round(min(max(event.service_s, 0.0), _DAY_S))
            self._done(course, "finish", before, ((_SERVED, 1), (_SERVICE_S, service_s)))

    def _missed(self, event: events.TicketMissed, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None and not course.is_missed:
            before = _before(course)
            course.state, course.is_missed = ASIDE, True
            self._done(course, "no_show", before, ((_MISSED, 1),))

    def _parked(self, event: events.TicketParked, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before = _before(course)
            course.state, course.counter = ASIDE, None
            self._done(course, "park", before, ())

    def _requeued(self, event: events.TicketRequeued, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before, changes = _before(course), _not_missed(course)
            course.state, course.counter, course.started_ms, course.is_missed = WAITING, None, None, False
            self._done(course, "requeue", before, changes)

    def _transferred(self, event: events.TicketTransferred, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before, service = _before(course), course.service
            course.state, course.counter, course.started_ms = WAITING, None, None
            course.service = self.words.of[SERVICE][event.to_service]
            changes, course.is_missed = _not_missed(course), False
            self._done(course, "transfer", before, changes, service)

    def _left(self, event: events.TicketCancelled | events.TicketWithdrawn, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before, changes = _before(course), _not_missed(course)
            course.is_open = course.is_missed = False
            self._done(course, "cancel", before, (*changes, (_LEFT, 1)))

    def _expired(self, event: events.TicketExpired, _at_ms: int, _believed: bool) -> None:
        if (course := self._open(event.ticket)) is not None:
            before, changes = _before(course), _not_missed(course)
            course.is_open = course.is_missed = False
            ended = _SERVED if event.state == "served" else _LEFT
            self._done(course, "expire", before, (*changes, (ended, 1)))

    def _undone(self, event: events.ActionUndone, _at_ms: int, _believed: bool) -> None:
        course = self.courses.get(event.ticket)
        if course is None:
            return
        course.is_changed = True
        if course.past and course.past[-1][0] == event.action:
            _action, before, service, changes = course.past.pop()
            _put_back(course, before)
            self._count(course, service, tuple((figure, -by) for figure, by in changes))
            return
        course.is_open, course.state = event.state in _UNDO_STATES, _UNDO_STATES.get(event.state, ASIDE)
        if course.state == WAITING:
            course.counter = course.called_ms = None

    def _day_opened(self, _event: events.DayOpened, at_ms: int, believed: bool) -> None:
        """Whoever was missed yesterday does not come any more; nobody says so ticket by ticket."""
        if not believed:
            return
        self.day_opened = day = _day(at_ms)
        for course in self.courses.values():
            if course.day < day and course.is_open:
                course.is_open, course.is_changed = False, True

    def _calibrated(self, event: events.CalibrationMeasured, _at_ms: int, believed: bool) -> None:
        if believed:
            of = self.words.of[SERVICE]
            self.promises |= {(event.day, of[kept.service]): kept for kept in event.services}

    def _visited(self, event: events.DossierSubmitted | events.DossierActed, at_ms: int, believed: bool) -> None:
        if believed and event.visit > 0:
            told = storable(event.procedure), _day(at_ms)
            self.visits.setdefault((event.visit, storable(event.code)), told)

    # --- sums

    def _new_past(self, ticket: int) -> list[tuple[str, "_State", int, Changes]] | None:
        return [] if self._to_undo is None or ticket in self._to_undo else None

    def _open(self, ticket: int) -> Course | None:
        course = self.courses.get(ticket)
        return course if course is not None and course.is_open else None

    def _done(
        self, course: Course, action: str, before: "_State | None", changes: Changes, service: int | None = None
    ) -> None:
        """``service``: that the changes are counted for, where it is not the ticket's own."""
        service = course.service if service is None else service
        course.is_changed = True
        if course.past is not None and before is not None:
            course.past.append((action, before, service, changes))
        if changes:
            self._count(course, service, changes)

    def _count(self, course: Course, service: int, changes: Changes) -> None:
        if not course.counts:
            return
        key = (course.issued_ms // _HOUR_MS, service)
        figures = self.figures.get(key)
        if figures is None:
            figures = self.figures[key] = [0] * WIDTH
        for figure, by in changes:
            figures[figure] += by


@lru_cache(10_000)
def day_and_hour(hours: int) -> tuple[int, int]:
    """The local day and hour of an hour since the epoch."""
    at_ms = hours * _HOUR_MS
    return day_of(at_ms), local(at_ms).hour


def _day(at_ms: int) -> int:
    """Of an instant, by the hour: a busy central asks for the same few hours all day."""
    return day_and_hour(at_ms // _HOUR_MS)[0]


def _waited(course: Course, at_ms: int) -> Changes:
    wait_s = max(at_ms - course.issued_ms, 0) // 1000
    over_s = wait_s - course.high_min * 60
    changes: Changes = ((_FIRST_CALLED, 1), (_WAIT_S, wait_s), (len(FIGURES) + bin_of(wait_s), 1))
    if over_s <= 0:
        return (*changes, (_KEPT, 1))
    return (*changes, (_LATE, 1)) if over_s > LATE_S else changes


def _not_missed(course: Course) -> Changes:
    return ((_MISSED, -1),) if course.is_missed else ()


_State = tuple[int, int, int | None, int | None, int | None, bool, bool]


def _before(course: Course) -> _State | None:
    if course.past is None:
        return None
    return (
        course.service,
        course.state,
        course.counter,
        course.called_ms,
        course.started_ms,
        course.is_missed,
        course.is_open,
    )


def _put_back(course: Course, before: _State) -> None:
    course.service, course.state, course.counter, course.called_ms, course.started_ms = before[:5]
    course.is_missed, course.is_open = before[5:]


_HANDLERS: dict[type[Any], Callable[[Projection, Any, int, bool], None]] = {
    events.TicketIssued: Projection._issued,
    events.TicketCalled: Projection._called,
    events.TicketArrived: Projection._arrived,
    events.TicketFinished: Projection._finished,
    events.TicketMissed: Projection._missed,
    events.TicketParked: Projection._parked,
    events.TicketRequeued: Projection._requeued,
    events.TicketTransferred: Projection._transferred,
    events.TicketCancelled: Projection._left,
    events.TicketWithdrawn: Projection._left,
    events.TicketExpired: Projection._expired,
    events.ActionUndone: Projection._undone,
    events.DayOpened: Projection._day_opened,
    events.CalibrationMeasured: Projection._calibrated,
    events.DossierSubmitted: Projection._visited,
    events.DossierActed: Projection._visited,
}
