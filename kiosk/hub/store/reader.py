"""Pictures for the pages, each from one consistent moment of the database. Implements ``ports.Reader``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from kiosk.clock import Clock, day_of
from kiosk.hub.store.figures import Days
from kiosk.hub.store.likely import LikelyWaits
from kiosk.hub.store.pictures import Displays, Pictures
from kiosk.hub.store.rows import ticket_of
from kiosk.hub.store.store import Readings
from kiosk.hub.usecases.book import Desk, Kept
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.delivery import CityLine
from kiosk.hub.usecases.forecast import people_ahead, situation_of, wait_range
from kiosk.hub.usecases.issue import is_secret, ticket_of_page
from kiosk.hub.usecases.judging import late_row, promise_figures
from kiosk.hub.usecases.opening import ANNOUNCEMENT, KIOSK_CLOSED, closed_reason, hall_words
from kiosk.hub.usecases.views import (
    ConsoleView,
    CounterFigures,
    CounterRow,
    HallLane,
    HallView,
    KioskRow,
    LateRow,
    PromiseFigures,
    Running,
    ServiceFigures,
    StatusView,
    SupervisorView,
    TicketRow,
)
from kiosk.queueing import policy
from kiosk.queueing.estimate import Situation
from kiosk.queueing.model import CounterId, Lane, ServiceId, Ticket, TicketClass, TicketState
from kiosk.queueing.numbering import label
from kiosk.wire.kiosk_api import WaitRange
from kiosk.wire.staff_api import CounterPeriod, FiguresReply, ServicePeriod

T = TypeVar("T", ServicePeriod, CounterPeriod)
_CALLS = 10
_WAITING_SHOWN = 200
_LISTED = 50
_KEPT_DAYS = 28
_LONGEST_NUMBER = 9
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Watched:
    """What is not in the database: counters' displays, the line to the city; a version that grows with every change."""

    displays: Callable[[], Displays]
    version: Callable[[], int]
    city: Callable[[], CityLine]
    running: Callable[[], Mapping[str, Running]] = dict  #: "hub" and the kiosks that said it


class SqliteReader:
    """``waits``: the likely waits, shared with the other readers."""

    def __init__(
        self,
        readings: Readings,
        centre: Centre,
        clock: Clock,
        watched: Watched,
        waits: LikelyWaits,
    ) -> None:
        self._readings, self._centre, self._clock = readings, centre, clock
        self._displays, self._version, self._waits = watched.displays, watched.version, waits
        self._city, self._running = watched.city, watched.running
        self._kept_before: tuple[tuple[int, int], tuple[Kept, ...]] | None = (
            None  #: of the days before today, counted once
        )

    @contextmanager
    def _now(self) -> Iterator[Pictures]:
        with self._readings.moment() as connection:
            yield Pictures(connection, self._centre.fixed(), self._displays(), self._clock.now_ms())

    def console(self, counter: CounterId) -> ConsoleView | None:
        with self._now() as now:
            desk = now.book.desk(counter)
            if desk is None:
                return None
            mine = next(row for row in now.counters() if row.id == counter)
            printers = [state for kiosk in now.kiosks() for state in kiosk.devices if state.kind == "printer"]
            return ConsoleView(
                version=self._version(),
                now_ms=now.now_ms,
                counter=mine,
                next_up=self._next_up(now, desk),
                waiting=now.waiting_for(desk, _WAITING_SHOWN),
                parked=now.tickets("parked", day=now.day),
                missed=now.tickets("missed", day=now.day, limit=_LISTED),
                undoable=now.undoable(desk),
                transfer_to=tuple((service, now.centre.service_name(service)) for service in now.centre.services),
                devices=(*printers, *([mine.display] if mine.display else [])),
                rule=now.centre.rule,
                served_today=now.rows("served_at", day=now.day, counter=counter)[0][0],
                late=self._late(mine.services),
                card=now.card_of(mine.current) if mine.current else None,
            )

    def counters(self) -> tuple[CounterRow, ...]:
        with self._now() as now:
            return now.counters()

    def shown_at_counters(self) -> list[tuple[CounterId, tuple[int, str]]]:
        """For each counter the newest call of whoever is there and the label; (0, "") where nobody is."""
        with self._now() as now:
            return [
                (CounterId(counter), (call_id, label(prefix, number)) if prefix else (0, ""))
                for counter, prefix, number, call_id in now.rows("last_calls")
            ]

    def hall(self) -> HallView:
        with self._now() as now:
            words_up = now.book.words_up()
            reason = closed_reason(now.centre, now.book.switched(), now.now_ms, words_up)
            lanes = self._hall_lanes(now)
            return HallView(
                version=self._version(),
                now_ms=now.now_ms,
                centre=now.centre.config.centre.name,
                calls=now.calls(_CALLS),
                lanes=lanes,
                waiting=sum(lane.waiting for lane in lanes),
                is_open=reason is None,
                notice=reason or hall_words(now.centre, words_up),
                palette=now.centre.terms.hall.palette,
                sounds=now.centre.terms.hall.sound,
            )

    def supervisor(self) -> SupervisorView:
        with self._now() as now:
            switched, today = now.book.switched(), Days(now.day, now.day)
            words_up, running = now.book.words_up(), self._running()
            reason = closed_reason(now.centre, switched, now.now_ms, words_up)
            patience_ms = now.centre.config.warning_min * 60_000
            return SupervisorView(
                version=self._version(),
                now_ms=now.now_ms,
                kiosk_open=KIOSK_CLOSED not in switched,
                kiosk_reason=reason,
                announcement=words_up.get(ANNOUNCEMENT),
                counters=now.counters(),
                counter_figures=now.figures.counters(today),
                services=now.figures.services(today, switched),
                kiosks=tuple(_dressed(row, running) for row in now.kiosks()),
                hub=running.get("hub", Running()),
                displays=tuple(self._displays().values()),
                overdue=now.tickets("overdue", patience_ms=patience_ms, now_ms=now.now_ms, limit=_LISTED),
                late=self._late(None),
                promises=self._promises(now),
                print_troubles=now.tickets("print_troubles", day=now.day, limit=_LISTED),
                recent=now.tickets("recent", day=now.day, limit=_LISTED),
                rule=now.centre.rule,
                city=(city := self._city()),
                city_waiting=now.unsent(city.acked),
            )

    def figures(self, first_day: int, last_day: int) -> FiguresReply:
        days = Days(first_day, last_day)
        with self._now() as now:
            services, counters = now.figures.services(days, frozenset()), now.figures.counters(days)
        return FiguresReply(
            first_day=first_day,
            last_day=last_day,
            services=[_told(each, ServicePeriod) for each in services],
            counters=[_told(each, CounterPeriod) for each in counters],
        )

    def status(self, token: str) -> StatusView | None:
        claimed = ticket_of_page(token)
        if claimed is None:
            return None
        with self._now() as now:
            rows = now.rows("ticket", id=claimed[0])
            if not rows or not is_secret(claimed[1], rows[0]["secret"]):
                return None
            return self._status_view(now, ticket_of(rows[0]), now.ticket_row(rows[0]))

    def visit(self, day: int, label: str) -> TicketRow | None:
        prefix, number = label[:1], label[1:]
        if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
            return None
        with self._now() as now:
            rows = now.rows("visit", day=day, prefix=prefix, number=int(number))
            return now.ticket_row(rows[0]) if rows else None

    def visits_of(self, code: str) -> tuple[TicketRow, ...]:
        with self._now() as now:
            return now.tickets("visits_of", code=code)

    def _status_view(self, now: Pictures, ticket: Ticket, row: TicketRow) -> StatusView:
        ahead = self._ahead_of(now, ticket) if ticket.state is TicketState.WAITING else None
        return StatusView(
            version=self._version(),
            now_ms=now.now_ms,
            centre=now.centre.config.centre.name,
            label=ticket.label,
            service_name=row.service_name,
            state=ticket.state,
            counter_name=now.centre.counter_name(ticket.counter) if ticket.counter else None,
            people_ahead=people_ahead(ticket.service, ticket.ticket_class, ahead) if ahead else 0,
            wait_now=self._left_of(ticket, ahead) if ahead else None,
            promised=row.promised,
            issued_ms=ticket.issued_ms,
        )

    def _left_of(self, ticket: Ticket, ahead: Situation) -> WaitRange:
        """What is left of a wait, as it looks now."""
        modelled = self._waits.picture().waiting.get(ticket.id)
        return modelled or wait_range(ticket.service, ticket.ticket_class, ahead)

    def _ahead_of(self, now: Pictures, ticket: Ticket) -> Situation:
        """The queue without those who came later."""
        rows = now.rows("lanes_before", queue_ms=ticket.queue_ms, id=ticket.id)
        lanes = tuple(Lane(ServiceId(service), TicketClass(kind), waiting) for service, kind, waiting in rows)
        return situation_of(lanes, now.book.counter_views(), now.centre, now.now_ms)

    def _next_up(self, now: Pictures, desk: Desk) -> TicketRow | None:
        ticket = policy.next_ticket(now.book.heads(desk.services), desk.turn, now.centre.rule, now.now_ms)
        return now.row_of(ticket) if ticket else None

    def _hall_lanes(self, now: Pictures) -> tuple[HallLane, ...]:
        waits = self._waits.of_newcomers(now.book, now.now_ms)
        waiting: dict[ServiceId, int] = {}
        for lane in now.book.lanes():
            waiting[lane.service] = waiting.get(lane.service, 0) + lane.waiting
        return tuple(
            HallLane(
                service=service,
                field=self._field_of(service),
                name=now.centre.service_name(service),
                waiting=people,
                wait=waits.get(service),
            )
            for service, people in waiting.items()
        )

    def _late(self, services: tuple[ServiceId, ...] | None) -> tuple[LateRow, ...]:
        """Of the fields of these services; None: of all."""
        fields = None if services is None else {self._field_of(service) for service in services}
        found = self._waits.picture().late
        return tuple(late_row(lane, self._centre) for lane in found if fields is None or lane.field in fields)

    def _promises(self, now: Pictures) -> PromiseFigures:
        patience_s = now.centre.config.warning_min * 60
        first_day = day_of(now.now_ms - (_KEPT_DAYS - 1) * _DAY_MS)
        if self._kept_before is None or self._kept_before[0] != (first_day, now.day):
            self._kept_before = (first_day, now.day), now.book.kept(first_day, now.day - 1, patience_s)
        today = now.book.kept(now.day, now.day, patience_s)
        reason = self._waits.picture().plainly
        return promise_figures(reason, today, self._kept_before[1], now.centre)

    def _field_of(self, service: ServiceId) -> str:
        known = self._centre.services.get(service)
        return known.field if known else ""


def _dressed(row: KioskRow, running: Mapping[str, Running]) -> KioskRow:
    runs = running.get(row.id, Running())
    return replace(row, software=runs.software, settings=runs.settings)


def _told(figures: ServiceFigures | CounterFigures, kind: type[T]) -> T:
    """What of the figures the message has room for."""
    return kind(**{name: getattr(figures, name) for name in kind.__struct_fields__})
