"""A new day: numbers start again, yesterday's tickets end, nobody holds a counter. History stays, marks of cards go.

The day does not go back with a clock that jumps to the past: it must not give today's numbers twice. Only where the
clock had run ahead, and now stands where people took tickets before that, the day goes back too: else nothing would end
and no number start again until that future comes. Its numbers go on above those of the day that never was.
"""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from kiosk.clock import VIETNAM, day_of, to_ms
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import Centre
from kiosk.queueing import transitions
from kiosk.queueing.model import Turn
from kiosk.queueing.states import Action
from kiosk.queueing.transitions import Command, Refusal
from kiosk.wire.events import CalibrationMeasured, DayOpened, KeptPromises, TicketExpired

_DAY_MS = 24 * 3600 * 1000
_ANSWERS_KEPT_MS = 48 * 3600 * 1000


def open_day(book: TicketBook, centre: Centre, now_ms: int) -> bool:
    """Begin the local day of ``now_ms`` when it is a new one; whether it was."""
    day, last = day_of(now_ms), book.day()
    if day == last or (day < last and not _had_run_ahead(book, last, now_ms)):
        return False
    if day < last:
        book.continue_numbers(day, after=last)
    ended_ms = min(now_ms, _midnight_after(last)) if last else now_ms
    for ticket in book.left_open(max(day, last + 1)):
        ended = transitions.apply(ticket, Command(Action.EXPIRE), centre.rule, ended_ms)
        if not isinstance(ended, Refusal):
            book.put(ended)
            book.record(TicketExpired(ticket=ended.id, state=ended.state.value), now_ms)
    for desk in book.desks():
        book.put_desk(replace(desk, holder=None, held_ms=None, pause_reason=None, turn=Turn(), last_action=()))
        book.note_activity(desk.id, None, ended_ms)
    book.forget_cards()
    _record_calibration(book, centre, last, now_ms)
    book.open_day(day)
    book.forget_answers(now_ms - _ANSWERS_KEPT_MS)
    book.record(DayOpened(day=day), now_ms)
    return True


def _record_calibration(book: TicketBook, centre: Centre, day: int, now_ms: int) -> None:
    kept = book.kept(day, day, centre.config.warning_min * 60)
    if kept:
        services = [KeptPromises(**asdict(each)) for each in kept]
        book.record(CalibrationMeasured(day=day, services=services), now_ms)


def _had_run_ahead(book: TicketBook, open_day: int, now_ms: int) -> bool:
    """A clock that is a few minutes wrong at midnight is not meant: more than a whole day."""
    used = book.last_day_before(open_day)
    return used is not None and used <= day_of(now_ms) and day_of(now_ms + _DAY_MS) < open_day


def _midnight_after(day: int) -> int:
    start = datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=VIETNAM)
    return to_ms(start + timedelta(days=1))
