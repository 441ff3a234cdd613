"""The ticket book on SQLite. Every method runs inside a transaction that somebody else begins and ends."""

import sqlite3
from dataclasses import replace

import msgspec

from kiosk.hub.store import queries
from kiosk.hub.store.rows import (
    changed_ticket_values,
    desk_of,
    desk_values,
    new_ticket_values,
    service_list,
    service_set,
    ticket_of,
)
from kiosk.hub.usecases.book import Copy, Desk, Kept
from kiosk.queueing.model import CounterId, CounterView, Lane, ServiceId, Ticket, TicketClass, TicketId
from kiosk.wire.common import Text
from kiosk.wire.events import Event
from kiosk.wire.kiosk_api import CardMark, DeviceState

_TICKETS = queries.load("tickets.sql")
_COUNTERS = queries.load("counters.sql")
_FIGURES = queries.load("figures.sql")
_HOUSE = queries.load("house.sql")
_JSON = msgspec.json.Encoder()
_DEVICES = msgspec.json.Decoder(tuple[DeviceState, ...])


class SqliteTicketBook:
    """Implements ``kiosk.hub.usecases.book.TicketBook``; one for each transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._day: int | None = None
        self.recorded: list[tuple[Event, int]] = []  #: with their instants, in this transaction

    # Queue

    def lanes(self) -> tuple[Lane, ...]:
        rows = self._run(_TICKETS["lanes"])
        return tuple(Lane(ServiceId(service), TicketClass(kind), waiting) for service, kind, waiting in rows)

    def counter_views(self) -> tuple[CounterView, ...]:
        return tuple(
            CounterView(CounterId(counter), service_set(services), bool(works), busy_with, since_ms)
            for counter, services, works, busy_with, since_ms in self._run(_COUNTERS["views"])
        )

    def kept(self, first_day: int, last_day: int, patience_s: int) -> tuple[Kept, ...]:
        values = {"first_day": first_day, "last_day": last_day, "patience_ms": patience_s * 1000}
        return tuple(Kept(ServiceId(service), *counts) for service, *counts in self._run(_FIGURES["kept"], values))

    def switched(self) -> frozenset[str]:
        return frozenset(name for (name,) in self._run(_HOUSE["settings"]))

    def words_up(self) -> dict[str, Text]:
        return {name: msgspec.json.decode(words, type=Text) for name, words in self._run(_HOUSE["words_up"])}

    # Tickets

    def last_number(self, day: int, prefix: str) -> int | None:
        row = self._run(_TICKETS["last_number"], {"day": day, "prefix": prefix}).fetchone()
        return row[0] if row else None

    def next_id(self) -> TicketId:
        row = self._run(_TICKETS["last_id"]).fetchone()
        return TicketId((row[0] if row else 0) + 1)

    def add(self, ticket: Ticket, secret: str, kiosk: str) -> Ticket:
        self._run(_TICKETS["give_number"], {"day": ticket.day, "prefix": ticket.prefix, "number": ticket.number})
        cursor = self._run(_TICKETS["add"], new_ticket_values(ticket, secret, kiosk))
        assert cursor.lastrowid is not None
        return replace(ticket, id=TicketId(cursor.lastrowid))

    def ticket(self, ticket: TicketId) -> Ticket | None:
        row = self._run(_TICKETS["by_id"], {"id": ticket}).fetchone()
        return ticket_of(row) if row else None

    def put(self, ticket: Ticket) -> None:
        self._run(_TICKETS["put"], changed_ticket_values(ticket))

    def at_counter(self, counter: CounterId) -> Ticket | None:
        row = self._run(_TICKETS["at_counter"], {"counter": counter}).fetchone()
        return ticket_of(row) if row else None

    def heads(self, services: frozenset[ServiceId]) -> tuple[Ticket, ...]:
        return tuple(map(ticket_of, self._run(_TICKETS["heads"], {"services": service_list(services)})))

    def overtake(self, called: Ticket, services: frozenset[ServiceId], now_ms: int) -> None:
        values = {
            "services": service_list(services),
            "queue_ms": called.queue_ms,
            "id": called.id,
            "now_ms": now_ms,
        }
        self._run(_TICKETS["overtake"], values)

    def last_day_before(self, day: int) -> int | None:
        row = self._run(_TICKETS["last_day_before"], {"day": day}).fetchone()
        return row[0] if row else None

    def continue_numbers(self, day: int, after: int) -> None:
        self._run(_TICKETS["continue_numbers"], {"day": day, "after": after})

    def left_open(self, day: int) -> tuple[Ticket, ...]:
        return tuple(map(ticket_of, self._run(_TICKETS["left_open"], {"day": day})))

    def services_taken(self, day: int) -> frozenset[ServiceId]:
        return frozenset(ServiceId(service) for (service,) in self._run(_TICKETS["services_taken"], {"day": day}))

    # Cards

    def keep_card(self, ticket: TicketId, mark: CardMark) -> None:
        self._run(_TICKETS["keep_card"], {"ticket": ticket, "keyed_hash": mark.keyed_hash, "last4": mark.last4})

    def card(self, ticket: TicketId) -> CardMark | None:
        row = self._run(_TICKETS["card"], {"ticket": ticket}).fetchone()
        return CardMark(keyed_hash=row["keyed_hash"], last4=row["last4"]) if row else None

    def tickets_of_card(self, keyed_hash: str) -> tuple[TicketId, ...]:
        rows = self._run(_TICKETS["tickets_of_card"], {"keyed_hash": keyed_hash})
        return tuple(TicketId(ticket) for (ticket,) in rows)

    def forget_cards(self) -> None:
        self._run(_TICKETS["forget_cards"])

    # Calls

    def add_call(self, ticket: Ticket, now_ms: int) -> None:
        values = {"day": ticket.day, "ticket": ticket.id, "counter": ticket.counter, "now_ms": now_ms}
        self._run(_TICKETS["add_call"], values)

    def drop_calls(self, ticket: TicketId, from_ms: int) -> None:
        self._run(_TICKETS["drop_calls"], {"ticket": ticket, "from_ms": from_ms})

    def slip_kiosk(self, ticket: TicketId, reprint: int) -> str | None:
        row = self._run(_TICKETS["slip_kiosk"], {"id": ticket, "reprint": reprint}).fetchone()
        return row[0] if row else None

    def report_print(self, ticket: TicketId, outcome: str, reason: str, reprint: int) -> None:
        values = {"id": ticket, "outcome": outcome, "reason": reason, "reprint": reprint}
        self._run(_TICKETS["report_print"], values)

    def add_copy(self, ticket: TicketId, kiosk: str | None, now_ms: int) -> Copy:
        reprint, taken_at = self._run(_TICKETS["ask_reprint"], {"id": ticket}).fetchone()
        copy = Copy(ticket, kiosk or taken_at, reprint)
        values = {"ticket": ticket, "kiosk": copy.kiosk, "reprint": reprint, "now_ms": now_ms}
        self._run(_TICKETS["add_print_job"], values)
        return copy

    def end_copy(self, ticket: TicketId, reprint: int, now_ms: int) -> None:
        self._run(_TICKETS["end_print_job"], {"ticket": ticket, "reprint": reprint, "now_ms": now_ms})

    # Desks

    def desk(self, counter: CounterId) -> Desk | None:
        row = self._run(_COUNTERS["by_id"], {"id": counter}).fetchone()
        return desk_of(row) if row else None

    def desks(self) -> tuple[Desk, ...]:
        return tuple(map(desk_of, self._run(_COUNTERS["all"])))

    def desk_of(self, staff: str) -> Desk | None:
        row = self._run(_COUNTERS["held_by"], {"holder": staff}).fetchone()
        return desk_of(row) if row else None

    def put_desk(self, desk: Desk) -> None:
        self._run(_COUNTERS["put"], desk_values(desk))

    def is_present(self, staff: str, since_ms: int) -> bool:
        return self._run(_COUNTERS["is_present"], {"staff": staff, "since_ms": since_ms}).fetchone() is not None

    def note_activity(self, counter: CounterId, activity: str | None, now_ms: int) -> None:
        day = self.day()
        running = self._run(_COUNTERS["running_span"], {"counter": counter}).fetchone()
        if running is not None:
            if (running["day"], running["activity"]) == (day, activity):
                return
            self._run(_COUNTERS["end_span"], {"counter": counter, "now_ms": now_ms})
        if activity is not None:
            values = {"day": day, "counter": counter, "activity": activity, "now_ms": now_ms}
            self._run(_COUNTERS["begin_span"], values)

    # House

    def day(self) -> int:
        if self._day is None:
            self._day = int(self._run(_HOUSE["day"]).fetchone()[0])
        return self._day

    def open_day(self, day: int) -> None:
        self._run(_HOUSE["open_day"], {"day": day})
        self._day = day

    def switch(self, name: str, on: bool, by: str, now_ms: int, words: Text | None = None) -> None:
        self._run(_HOUSE["take_down"], {"name": name})
        if not on:
            self._run(_HOUSE["switch_off"], {"name": name})
            return
        self._run(_HOUSE["switch_on"], {"name": name, "by": by, "now_ms": now_ms})
        if words is not None:
            self._run(_HOUSE["put_up"], {"name": name, "words": msgspec.json.encode(words).decode()})

    def put_catalogue(self, mark: str) -> None:
        self._run(_HOUSE["put_catalogue"], {"mark": mark})

    def devices(self, kiosk: str) -> tuple[DeviceState, ...]:
        row = self._run(_HOUSE["kiosk"], {"name": kiosk}).fetchone()
        return _DEVICES.decode(row["devices"]) if row else ()

    def put_devices(self, kiosk: str, devices: tuple[DeviceState, ...], now_ms: int) -> None:
        self._run(_HOUSE["put_kiosk"], {"name": kiosk, "now_ms": now_ms, "devices": _JSON.encode(devices).decode()})

    def paper_changed(self, kiosk: str, by: str, now_ms: int) -> None:
        self._run(_HOUSE["paper_changed"], {"kiosk": kiosk, "by": by, "now_ms": now_ms})

    def paper_checked(self, kiosk: str, told_ms: int, now_ms: int) -> None:
        self._run(_HOUSE["paper_checked"], {"kiosk": kiosk, "told_ms": told_ms, "now_ms": now_ms})

    def record(self, event: Event, now_ms: int) -> None:
        self._run(_HOUSE["record"], {"now_ms": now_ms, "event": _JSON.encode(event).decode()})
        self.recorded.append((event, now_ms))

    def answered(self, request_id: str) -> tuple[bytes, bytes] | None:
        row = self._run(_HOUSE["answered"], {"request_id": request_id}).fetchone()
        return (row["fingerprint"], row["answer"]) if row else None

    def keep_answer(self, request_id: str, fingerprint: bytes, answer: bytes, now_ms: int) -> None:
        values = {"request_id": request_id, "fingerprint": fingerprint, "answer": answer, "now_ms": now_ms}
        self._run(_HOUSE["keep_answer"], values)

    def forget_answers(self, before_ms: int) -> None:
        self._run(_HOUSE["forget_answers"], {"before_ms": before_ms})
