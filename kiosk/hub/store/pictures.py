"""Rows of one moment of the database as the pages show them."""

import sqlite3
from dataclasses import replace

import msgspec

from kiosk.hub.store import queries
from kiosk.hub.store.figures import FigureBook
from kiosk.hub.store.rows import desk_of, service_list, ticket_of
from kiosk.hub.store.ticket_book import SqliteTicketBook
from kiosk.hub.usecases.book import Desk
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.views import CallRow, CardSeen, CounterRow, CounterStatus, KioskRow, PaperChange, TicketRow
from kiosk.queueing.model import AT_COUNTER, OPEN, CounterId, Ticket, TicketState
from kiosk.queueing.transitions import Undo, undoable_until_ms
from kiosk.wire.kiosk_api import DeviceState, WaitRange

_SQL = queries.load("views.sql")
_OUTBOX = queries.load("outbox.sql")
_DEVICES = msgspec.json.Decoder(tuple[DeviceState, ...])
#: A kiosk reports every 30 s; one that missed three reports is not there.
_KIOSK_SILENT_MS = 95_000
Displays = dict[CounterId, DeviceState]


class Pictures:
    """One moment: a connection inside a read transaction, the centre and the time that is now."""

    def __init__(self, connection: sqlite3.Connection, centre: Centre, displays: Displays, now_ms: int) -> None:
        self._run = connection.execute
        self.centre, self._displays, self.now_ms = centre, displays, now_ms
        self.book = SqliteTicketBook(connection)
        self.figures = FigureBook(connection, centre, now_ms)
        self.day = self.book.day()

    def rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        return self._run(_SQL[query], values).fetchall()

    def tickets(self, query: str, **values: object) -> tuple[TicketRow, ...]:
        return tuple(map(self.ticket_row, self.rows(query, **values)))

    def ticket_row(self, row: sqlite3.Row) -> TicketRow:
        ticket = ticket_of(row)
        waited_s = max((ticket.called_ms or self.now_ms) - ticket.issued_ms, 0) // 1000
        over_s = waited_s - ticket.promise.high_min * 60
        patience_s = self.centre.config.warning_min * 60
        return TicketRow(
            id=ticket.id,
            label=ticket.label,
            service=ticket.service,
            service_name=self.centre.service_name(ticket.service),
            ticket_class=ticket.ticket_class,
            state=ticket.state,
            issued_ms=ticket.issued_ms,
            waited_s=waited_s,
            promised=WaitRange(low_min=ticket.promise.low_min, high_min=ticket.promise.high_min),
            over_promise_s=over_s,
            overdue=ticket.state is TicketState.WAITING and over_s > patience_s,
            counter=ticket.counter,
            called_ms=ticket.called_ms,
            started_ms=ticket.started_ms,
            recalls=ticket.recalls,
            can_undo_until_ms=0,
            print_outcome=row["print_outcome"],
            print_reason=row["print_reason"],
            ended_ms=ticket.ended_ms,
        )

    def unsent(self, acked: int) -> int:
        return max(self._run(_OUTBOX["unsent"], {"acked": acked}).fetchone()[0] or 0, 0)

    def row_of(self, ticket: Ticket) -> TicketRow:
        return self.tickets("ticket", id=ticket.id)[0]

    def card_of(self, row: TicketRow) -> CardSeen | None:
        mark = self.book.card(row.id)
        if mark is None:
            return None
        same = (self.book.ticket(ticket) for ticket in self.book.tickets_of_card(mark.keyed_hash) if ticket != row.id)
        return CardSeen(mark.last4, tuple(other.label for other in same if other and other.state in OPEN))

    def counters(self) -> tuple[CounterRow, ...]:
        at = {row["counter"]: self.ticket_row(row) for row in self.rows("at_counters")}
        return tuple(self._counter_row(row, at.get(row["id"])) for row in self.rows("counters"))

    def _counter_row(self, row: sqlite3.Row, current: TicketRow | None) -> CounterRow:
        desk = desk_of(row)
        return CounterRow(
            id=desk.id,
            name=self.centre.counter_name(desk.id),
            services=tuple(service for service in self.centre.services if service in desk.services),
            status=_status(desk),
            pause_reason=desk.pause_reason or "",
            staff=desk.holder,
            staff_name=row["display_name"] or "",
            current=current,
            display=self._displays.get(desk.id),
        )

    def undoable(self, desk: Desk) -> TicketRow | None:
        """The ticket of the counter's last action, while that can be undone."""
        if not desk.last_action or not all(map(self._is_unchanged, desk.last_action)):
            return None
        last = desk.last_action[-1]
        until_ms = undoable_until_ms(last, self.centre.rule)
        if self.now_ms > until_ms:
            return None
        return replace(self.row_of(last.before), can_undo_until_ms=until_ms)

    def _is_unchanged(self, last: Undo) -> bool:
        ticket = self.book.ticket(last.before.id)
        return ticket is not None and ticket.changed_ms == last.done_ms

    def calls(self, limit: int) -> tuple[CallRow, ...]:
        """The newest call of each of the last called tickets."""
        newest: dict[int, CallRow] = {}
        for row in self.rows("calls", day=self.day, limit=limit * 4):
            newest.setdefault(row["id"], self._call_row(row))
        return tuple(newest.values())[:limit]

    def _call_row(self, row: sqlite3.Row) -> CallRow:
        ticket, counter = ticket_of(row), CounterId(row["call_counter"])
        return CallRow(
            call_id=row["call_id"],
            label=ticket.label,
            counter=counter,
            counter_name=self.centre.counter_name(counter),
            called_ms=row["call_ms"],
            recalls=ticket.recalls,
            at_counter=ticket.state in AT_COUNTER and ticket.counter == counter,
        )

    def waiting_for(self, desk: Desk, limit: int) -> tuple[TicketRow, ...]:
        return self.tickets("waiting_for", services=service_list(desk.services), limit=limit)

    def kiosks(self) -> tuple[KioskRow, ...]:
        return tuple(
            KioskRow(
                name,
                seen_ms,
                tuple(self._as_seen(state, seen_ms) for state in _DEVICES.decode(devices)),
                paper=None if told_ms is None else PaperChange(told_ms, checked_ms),
            )
            for name, seen_ms, devices, told_ms, checked_ms in self.rows("kiosks")
        )

    def _as_seen(self, state: DeviceState, seen_ms: int) -> DeviceState:
        """What a kiosk said about its devices is old news when the kiosk has gone silent."""
        if self.now_ms - seen_ms <= _KIOSK_SILENT_MS:
            return state
        return msgspec.structs.replace(state, state="unavailable", device="offline", detail="", since_ms=seen_ms)


def _status(desk: Desk) -> CounterStatus:
    if not desk.is_open:
        return "closed"
    if desk.holder is None:
        return "free"
    return "open" if desk.pause_reason is None else "paused"
