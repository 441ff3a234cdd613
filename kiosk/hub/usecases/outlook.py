"""The hub's view of the waits: promises for new tickets, and a picture of the hours ahead for the pages.

1. The estimator belongs to the write thread: whatever changes it, or forks it, runs there.
2. A ticket is never held up: when the model fails, has seen too little or was asked a moment ago, the plain estimate
   answers, or carries the last answer on, and ``basis`` says so.
3. A transaction that was not stored leaves the estimator in doubt; it is then recalled from what is stored.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kiosk.hub.usecases.book import Desk
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.forecast import is_staffed, people_ahead
from kiosk.hub.usecases.lookahead import Fork, Picture, Plainly, is_modelled, picture_of
from kiosk.hub.usecases.memory import LEAST_CALLS, LEAST_DAYS, MOST_WAITING, Line, MakeEstimator, Memory, make_estimator
from kiosk.queueing.estimate import Estimate, Situation, estimate
from kiosk.queueing.hours import reception_ends_in_s
from kiosk.queueing.model import Promise, ServiceId, TicketClass, TicketId
from kiosk.queueing.promise import make_promise, within_today
from kiosk.queueing.waits.events import Issued
from kiosk.queueing.waits.learner import Learnt
from kiosk.wire import events

log = logging.getLogger(__name__)

_TOLD_AGAIN_MS = 60_000  #: a failure is not told for every ticket
_NOT_SHOWN_S = 20.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the model last said of a line, and what the plain estimate said at that moment."""

    modelled: Estimate
    plain: Estimate


class Outlook:
    """Implements ``forecast.Promises``. Use it in the write thread, except ``picture`` and ``show``."""

    def __init__(self, centre: Centre, make: MakeEstimator = make_estimator) -> None:
        self._centre, self._make = centre, make
        self.picture = Picture()
        self.is_doubted = False
        self.is_partial = False  #: the memory is not to be asked, a whole one follows
        self._memory = Memory(make(centre, 0))
        self._answers: dict[Line, _Answer] = {}
        self._taken: TicketId | None = None
        self._failed = False
        self._failure_told_ms = -_TOLD_AGAIN_MS

    def promise(self, ticket: TicketId, service: ServiceId, ticket_class: TicketClass, now: Situation) -> Promise:
        """For the ticket that is being issued, behind everybody who waits. Never raises."""
        plain = estimate(service, ticket_class, now)
        told = self._ask(Issued(now.now_ms, ticket, service, ticket_class), plain, is_staffed(service, now))
        quantiles_s = within_today(told.quantiles_s, reception_ends_in_s(self._centre.schedule, now.now_ms))
        return make_promise(people_ahead(service, ticket_class, now), quantiles_s, told.basis)

    def _ask(self, issued: Issued, plain: Estimate, staffed: bool) -> Estimate:
        self._taken = TicketId(issued.ticket)
        line = issued.service, issued.ticket_class
        try:
            found = self._memory.issue(issued)
        except Exception:  # noqa: BLE001 - a ticket is never held up by its estimate
            self._note_failure(issued.at_ms)
            return _plainly(plain, Plainly.FAILED)
        if found is not None:
            self._failed = found.basis == "plain"
        why = self._why_plainly(found, line)
        if why is None and not staffed and self._memory.usual.days < LEAST_DAYS:
            why = Plainly.UNSTAFFED
        if why is not None:
            return _plainly(plain, why)
        if found is None:
            return _carried(self._answers[line], plain)
        self._answers[line] = _Answer(found, plain)
        return found

    def _why_plainly(self, found: Estimate | None, line: Line) -> Plainly | None:
        """Why ``found`` is not told; None: it is, or the last answer carried on."""
        if self.is_doubted or self.is_partial:
            return Plainly.RECALLING
        if self._failed:
            return Plainly.FAILED
        if self._memory.calls < LEAST_CALLS:
            return Plainly.NEW
        if found is None:
            return None if line in self._answers else Plainly.CROWD
        return None if is_modelled(found) else Plainly.NEW

    def observe(self, stored: Iterable[tuple[events.Event, int]]) -> None:
        """Take in what a command has recorded, with the instants."""
        for event, at_ms in stored:
            taken = isinstance(event, events.TicketIssued) and event.ticket == self._taken
            if isinstance(event, events.DayOpened) and event.day < self._memory.day:
                self.is_doubted = True  # the clock had run ahead, and what was learnt lives in that future
            try:
                self._memory.hear(event, at_ms, is_taken_in=taken)
            except Exception:  # noqa: BLE001 - what is stored is stored
                self._note_failure(at_ms)

    def doubt(self) -> None:
        """Something that was observed has not been stored."""
        self.is_doubted = True

    def know_desks(self, desks: Sequence[Desk], now_ms: int) -> None:
        try:
            self._memory.know_desks(desks, now_ms)
        except Exception:  # noqa: BLE001 - the hub starts, whatever the estimator does
            self._note_failure(now_ms)

    def blank(self, now_ms: int) -> Memory:
        """That of a centre that has seen nothing."""
        return Memory(self._make(self._centre, now_ms))

    @property
    def memory(self) -> Memory:
        return self._memory

    def recall(self, memory: Memory, *, is_partial: bool = False) -> None:
        """From now on, ``memory`` is what was learnt."""
        self._memory, self.is_doubted, self.is_partial = memory, False, is_partial
        memory.ask_anew()
        self._answers.clear()
        self._taken = None

    def fork(self) -> Fork:
        memory = self._memory
        waiting = memory.witness.waiting()
        plainly = self._plainly_now()
        own = memory.estimator if plainly else memory.estimator.fork()
        return Fork(own, memory.usual.copy(), tuple(waiting), dict(memory.witness.desks), plainly)

    def _plainly_now(self) -> Plainly | None:
        if self.is_doubted or self.is_partial:
            return Plainly.RECALLING
        if self._failed:
            return Plainly.FAILED
        if self._memory.calls < LEAST_CALLS:
            return Plainly.NEW
        return Plainly.CROWD if self._memory.witness.in_line > MOST_WAITING else None

    def study(self) -> Callable[[], Learnt | None] | None:
        """What is to be computed in another thread, when learning is due."""
        estimator = self._memory.estimator
        return estimator.study() if estimator.learning_is_due else None

    def adopt(self, learnt: Learnt | None) -> None:
        self._memory.estimator.adopt(learnt)

    def show(self, fork: Fork, now_ms: int, now_s: float) -> bool:
        """Make the picture of the hours ahead, in any thread; whether the pages show something else now."""
        try:
            made = picture_of(fork, self._centre.fixed(), now_ms, now_s)
        except Exception:
            log.exception("The hours ahead cannot be played; pages show the plain estimate")
            made = Picture(now_s, Plainly.FAILED)
        before, self.picture = self.picture, made
        return _shown(before) != _shown(made)

    def shown(self, now_s: float) -> Picture:
        """The newest picture, or an empty one where that is too old."""
        made = self.picture
        return made if now_s - made.made_s <= _NOT_SHOWN_S else Picture(plainly=made.plainly)

    def _note_failure(self, now_ms: int) -> None:
        """For an exception under way."""
        self._failed = True
        if now_ms - self._failure_told_ms >= _TOLD_AGAIN_MS:
            self._failure_told_ms = now_ms
            log.exception("The wait estimate failed; the plain one answers")


def _plainly(plain: Estimate, why: Plainly) -> Estimate:
    return Estimate(*plain.quantiles_s, f"{plain.basis}:{why.value}")


def _carried(last: _Answer, plain: Estimate) -> Estimate:
    """The last answer of the model, and what the plain estimate says has changed since."""
    said, before = last.modelled, last.plain
    return Estimate(
        max(said.p10_s + plain.p10_s - before.p10_s, 0.0),
        max(said.p50_s + plain.p50_s - before.p50_s, 0.0),
        max(said.p90_s + plain.p90_s - before.p90_s, 0.0),
        f"{said.basis}+carried",
    )


def _shown(picture: Picture) -> tuple[object, ...]:
    return picture.plainly, picture.newcomers, picture.waiting, picture.quieter_min, picture.late
