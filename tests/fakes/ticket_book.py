"""A ticket book in memory: lists and dictionaries instead of SQL, the same answers (``tests/contract``)."""

from dataclasses import dataclass, field, replace

from kiosk.hub.usecases.book import Copy, Desk, Kept
from kiosk.queueing import policy
from kiosk.queueing.model import (
    AT_COUNTER,
    OPEN,
    CounterId,
    CounterView,
    Lane,
    ServiceId,
    Ticket,
    TicketClass,
    TicketId,
    TicketState,
)
from kiosk.wire.common import Text
from kiosk.wire.events import Event
from kiosk.wire.kiosk_api import CardMark, DeviceState


@dataclass
class FakeTicketBook:
    """Implements ``kiosk.hub.usecases.book.TicketBook``."""

    today: int = 20261123
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    taken_at: dict[TicketId, str] = field(default_factory=dict)
    places: dict[CounterId, Desk] = field(default_factory=dict)
    calls: list[tuple[TicketId, CounterId, int]] = field(default_factory=list)
    outcomes: dict[TicketId, tuple[str, str]] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    ended_copies: set[tuple[TicketId, int]] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    told: dict[str, Text] = field(default_factory=dict)
    mark: str = ""
    catalogue_version: int = 0
    reports: dict[str, tuple[DeviceState, ...]] = field(default_factory=dict)
    paper_told: dict[str, int] = field(default_factory=dict)
    outbox: list[Event] = field(default_factory=list)
    answers: dict[str, tuple[bytes, bytes, int]] = field(default_factory=dict)
    activities: list[tuple[CounterId, str | None, int]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    floors: dict[int, int] = field(default_factory=dict)
    cards: dict[TicketId, CardMark] = field(default_factory=dict)

    def lanes(self) -> tuple[Lane, ...]:
        counts: dict[tuple[ServiceId, TicketClass], int] = {}
        for ticket in self.tickets.values():
            if ticket.state is not TicketState.WAITING:
                continue
            key = ticket.service, ticket.ticket_class
            counts[key] = counts.get(key, 0) + 1
        return tuple(Lane(service, kind, waiting) for (service, kind), waiting in counts.items())

    def counter_views(self) -> tuple[CounterView, ...]:
        return tuple(self._view(self.places[counter]) for counter in sorted(self.places))

    def _view(self, desk: Desk) -> CounterView:
        ticket = self.at_counter(desk.id)
        since_ms = (ticket.started_ms or ticket.called_ms) if ticket else None
        return CounterView(desk.id, desk.services, desk.works, ticket.service if ticket else None, since_ms)

    def kept(self, first_day: int, last_day: int, patience_s: int) -> tuple[Kept, ...]:
        called = [t for t in self.tickets.values() if first_day <= t.day <= last_day and t.called_ms is not None]
        return tuple(
            _kept(name, [t for t in called if t.service == name], patience_s)
            for name in sorted({t.service for t in called})
        )

    def switched(self) -> frozenset[str]:
        return frozenset(self.closed)

    def words_up(self) -> dict[str, Text]:
        return dict(self.told)

    def last_number(self, day: int, prefix: str) -> int | None:
        given = [t.number for t in self.tickets.values() if (t.day, t.prefix) == (day, prefix)]
        return max([*given, *([self.floors[day]] if day in self.floors else [])], default=None)

    def next_id(self) -> TicketId:
        return TicketId(len(self.tickets) + 1)

    def add(self, ticket: Ticket, secret: str, kiosk: str) -> Ticket:
        ticket = replace(ticket, id=self.next_id())
        self.tickets[ticket.id], self.taken_at[ticket.id] = ticket, kiosk
        return ticket

    def ticket(self, ticket: TicketId) -> Ticket | None:
        return self.tickets.get(ticket)

    def put(self, ticket: Ticket) -> None:
        self.tickets[ticket.id] = ticket

    def at_counter(self, counter: CounterId) -> Ticket | None:
        return next((t for t in self.tickets.values() if t.counter == counter and t.state in AT_COUNTER), None)

    def heads(self, services: frozenset[ServiceId]) -> tuple[Ticket, ...]:
        return tuple(policy.lane_heads(t for t in self.tickets.values() if t.service in services))

    def overtake(self, called: Ticket, services: frozenset[ServiceId], now_ms: int) -> None:
        for ticket in policy.overtaken(list(self.tickets.values()), called, services):
            if ticket.overtaken_ms is None:
                self.put(replace(ticket, overtaken_ms=now_ms))

    def last_day_before(self, day: int) -> int | None:
        return max((t.day for t in self.tickets.values() if t.day < day), default=None)

    def continue_numbers(self, day: int, after: int) -> None:
        given = [t.number for t in self.tickets.values() if t.day == after]
        if given:
            self.floors[day] = max(*given, self.floors.get(day, 0), self.floors.get(after, 0))

    def left_open(self, day: int) -> tuple[Ticket, ...]:
        return tuple(t for t in self.tickets.values() if t.day < day and t.state in OPEN)

    def services_taken(self, day: int) -> frozenset[ServiceId]:
        return frozenset(t.service for t in self.tickets.values() if t.day == day)

    def keep_card(self, ticket: TicketId, mark: CardMark) -> None:
        self.cards[ticket] = mark

    def card(self, ticket: TicketId) -> CardMark | None:
        return self.cards.get(ticket)

    def tickets_of_card(self, keyed_hash: str) -> tuple[TicketId, ...]:
        return tuple(ticket for ticket, mark in sorted(self.cards.items()) if mark.keyed_hash == keyed_hash)

    def forget_cards(self) -> None:
        self.cards.clear()

    def add_call(self, ticket: Ticket, now_ms: int) -> None:
        assert ticket.counter is not None
        self.calls.append((ticket.id, ticket.counter, now_ms))

    def drop_calls(self, ticket: TicketId, from_ms: int) -> None:
        self.calls = [call for call in self.calls if call[0] != ticket or call[2] < from_ms]

    def slip_kiosk(self, ticket: TicketId, reprint: int) -> str | None:
        kiosks = {(copy.ticket, copy.reprint): copy.kiosk for copy in self.copies}
        return kiosks.get((ticket, reprint)) if reprint else self.taken_at.get(ticket)

    def report_print(self, ticket: TicketId, outcome: str, reason: str, reprint: int) -> None:
        if not any(ended > reprint for of, ended in self.ended_copies if of == ticket):
            self.outcomes[ticket] = outcome, reason

    def add_copy(self, ticket: TicketId, kiosk: str | None, now_ms: int) -> Copy:
        copies = sum(copy.ticket == ticket for copy in self.copies)
        copy = Copy(ticket, kiosk or self.taken_at[ticket], copies + 1)
        self.copies.append(copy)
        return copy

    def end_copy(self, ticket: TicketId, reprint: int, now_ms: int) -> None:
        assert any((copy.ticket, copy.reprint) == (ticket, reprint) for copy in self.copies)
        self.ended_copies.add((ticket, reprint))

    def desk(self, counter: CounterId) -> Desk | None:
        return self.places.get(counter)

    def desks(self) -> tuple[Desk, ...]:
        return tuple(self.places[counter] for counter in sorted(self.places))

    def desk_of(self, staff: str) -> Desk | None:
        return next((desk for desk in self.places.values() if desk.holder == staff), None)

    def put_desk(self, desk: Desk) -> None:
        self.places[desk.id] = desk

    def is_present(self, staff: str, since_ms: int) -> bool:
        return self.seen.get(staff, 0) >= since_ms

    def note_activity(self, counter: CounterId, activity: str | None, now_ms: int) -> None:
        self.activities.append((counter, activity, now_ms))

    def day(self) -> int:
        return self.today

    def open_day(self, day: int) -> None:
        self.today = day

    def switch(self, name: str, on: bool, by: str, now_ms: int, words: Text | None = None) -> None:
        self.closed = self.closed | {name} if on else self.closed - {name}
        self.told.pop(name, None)
        if on and words is not None:
            self.told[name] = words

    def put_catalogue(self, mark: str) -> None:
        self.catalogue_version += mark != self.mark
        self.mark = mark

    def devices(self, kiosk: str) -> tuple[DeviceState, ...]:
        return self.reports.get(kiosk, ())

    def put_devices(self, kiosk: str, devices: tuple[DeviceState, ...], now_ms: int) -> None:
        self.reports[kiosk] = devices

    def paper_changed(self, kiosk: str, by: str, now_ms: int) -> None:
        self.paper_told[kiosk] = now_ms

    def paper_checked(self, kiosk: str, told_ms: int, now_ms: int) -> None:
        if self.paper_told.get(kiosk) == told_ms:
            del self.paper_told[kiosk]

    def record(self, event: Event, now_ms: int) -> None:
        self.outbox.append(event)

    def answered(self, request_id: str) -> tuple[bytes, bytes] | None:
        known = self.answers.get(request_id)
        return known[:2] if known else None

    def keep_answer(self, request_id: str, fingerprint: bytes, answer: bytes, now_ms: int) -> None:
        self.answers[request_id] = fingerprint, answer, now_ms

    def forget_answers(self, before_ms: int) -> None:
        self.answers = {name: kept for name, kept in self.answers.items() if kept[2] >= before_ms}


def _kept(service: ServiceId, called: list[Ticket], patience_s: int) -> Kept:
    waits = [((t.called_ms or 0) - t.issued_ms, t.promise) for t in called]
    return Kept(
        service,
        len(waits),
        sum(not told.basis.startswith("plain") for _, told in waits),
        sum(wait_ms <= told.p10_s * 1000 for wait_ms, told in waits),
        sum(wait_ms <= told.p50_s * 1000 for wait_ms, told in waits),
        sum(wait_ms <= told.p90_s * 1000 for wait_ms, told in waits),
        sum(wait_ms > told.high_min * 60_000 + patience_s * 1000 for wait_ms, told in waits),
    )
