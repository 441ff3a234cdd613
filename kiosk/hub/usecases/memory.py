"""What the hub has learnt about waiting: the estimator, what it was told, the usual day. One value, kept as a whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.hub.usecases.book import Desk
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.witness import Place, Witness
from kiosk.queueing.estimate import Estimate
from kiosk.queueing.hours import windows_of
from kiosk.queueing.model import ServiceId, TicketClass, TicketId
from kiosk.queueing.quieter import UsualDay
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Called, Issued
from kiosk.queueing.waits.events import Event as Heard
from kiosk.queueing.waits.learner import Learnt
from kiosk.queueing.waits.timetable import Span
from kiosk.wire import events

ASKED_EVERY_MS = (
    2000  #: one estimate costs milliseconds of the write thread: in a rush, a line is asked about this often
)
MOST_WAITING = 800  #: with more, playing the queue for everybody would take seconds
LEAST_CALLS = 12  #: before so many the configured service times know more than the model
LEAST_DAYS = 4  #: before so many nobody knows when the counters usually open
_WEEK_DAYS = 7
_DAY_MS = 86_400_000

Line = tuple[ServiceId, TicketClass]


class Estimator(Protocol):
    """``kiosk.queueing.waits.estimator.WaitEstimator``."""

    def observe(self, event: Heard) -> None: ...

    def observe_time(self, now_ms: int) -> None: ...

    def issue(self, event: Issued) -> Estimate: ...

    def estimate(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Estimate: ...

    def refresh(self, now_ms: int) -> dict[int, Estimate]: ...

    @property
    def learning_is_due(self) -> bool: ...

    def study(self) -> Callable[[], Learnt | None]: ...

    def adopt(self, learnt: Learnt | None) -> None: ...

    def fork(self) -> "Estimator": ...


MakeEstimator = Callable[[Centre, int], Estimator]


def make_estimator(centre: Centre, now_ms: int) -> Estimator:
    return WaitEstimator(centre.rule, usual_hours(centre, now_ms))


def usual_hours(centre: Centre, now_ms: int) -> tuple[Span, ...]:
    """Reception of the next day that has any, in seconds of the day."""
    for ahead in range(_WEEK_DAYS):
        windows = windows_of(centre.schedule, now_ms + ahead * _DAY_MS)
        if windows:
            return tuple((window.opens * 60.0, window.closes * 60.0) for window in windows)
    return ()


@dataclass(slots=True)
class Memory:
    """``hear`` in the order of the outbox. Every method may raise whatever the estimator raises."""

    estimator: Estimator
    witness: Witness = field(default_factory=Witness)
    usual: UsualDay = field(default_factory=UsualDay)
    calls: int = 0
    day: int = 0
    _asked_ms: dict[Line, int] = field(default_factory=dict)

    def know_desks(self, desks: Iterable[Desk], now_ms: int) -> None:
        for heard in self.witness.know_desks(desks, now_ms):
            self.estimator.observe(heard)

    def issue(self, event: Issued) -> Estimate | None:
        """The estimate for a ticket that is being issued; None: its line was asked about a moment ago, or too many
        wait. What was seen at each issue is remembered until the call, and fifty thousand would fill the memory."""
        line = event.service, event.ticket_class
        is_crowd = self.witness.in_line > MOST_WAITING
        if is_crowd or 0 <= event.at_ms - self._asked_ms.get(line, 0) < ASKED_EVERY_MS:
            self.estimator.observe(event)
            return None
        self._asked_ms[line] = event.at_ms
        return self.estimator.issue(event)

    def ask_anew(self) -> None:
        """Nobody was asked about a moment ago."""
        self._asked_ms.clear()

    def hear(self, event: events.Event, at_ms: int, *, is_taken_in: bool = False, is_old: bool = False) -> None:
        """``is_taken_in``: an issue that ``issue`` has seen. ``is_old``: one of too many to ask about each."""
        if isinstance(event, events.DayOpened):
            self.day = event.day
            self._asked_ms.clear()
            self.estimator.observe_time(at_ms)
        known = self.witness.tickets.get(TicketId(event.ticket)) if isinstance(event, events.TicketCalled) else None
        for heard in self.witness.tell(event, at_ms):
            if not isinstance(event, events.TicketIssued) or is_old:
                self.estimator.observe(heard)
            elif isinstance(heard, Issued) and not is_taken_in:
                self.issue(heard)
            self.calls += isinstance(heard, Called)
        if known is not None and known.place is Place.LINE:
            self.usual.learn(known.service, known.issued_ms, (at_ms - known.issued_ms) / 1000)
