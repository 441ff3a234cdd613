"""A new day: numbers start again, yesterday's tickets end, nobody holds a counter. History stays.

The day never goes back: a clock that jumps to the past must not give today's numbers twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.clock import VIETNAM, day_of, to_ms
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.queueing import transitions
from kiosk.queueing.model import Turn
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, Refusal
from kiosk.wire.events import DayOpened, TicketExpired

_ANSWERS_KEPT_MS = 48 * 3600 * 1000


def open_day(book: TicketBook, centre: Centre, now_ms: int) -> bool:
    """Begin the local day of ``now_ms`` when it is a new one; whether it was."""
    day, last = day_of(now_ms), book.day()
    if day <= last:
        return False
    ended_ms = min(now_ms, _midnight_after(last)) if last else now_ms
    for ticket in book.left_open(day):
        ended = transitions.apply(ticket, Command(Action.EXPIRE), centre.rule, ended_ms)
        if not isinstance(ended, Refusal):
            book.put(ended)
            book.record(TicketExpired(ticket=ended.id, state=ended.state.value), now_ms)
    for desk in book.desks():
        book.put_desk(replace(desk, holder=None, held_ms=None, pause_reason=None, turn=Turn(), last_action=()))
        book.note_activity(desk.id, None, ended_ms)
    book.open_day(day)
    book.forget_answers(now_ms - _ANSWERS_KEPT_MS)
    book.record(DayOpened(day=day), now_ms)
    return True


def _midnight_after(day: int) -> int:
    start = datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=VIETNAM)
    return to_ms(start + timedelta(days=1))
