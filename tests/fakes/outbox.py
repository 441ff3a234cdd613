"""A day at a centre as its outbox tells it: tickets that come, are called, missed, parked, moved, undone and ended."""

import random
from collections.abc import Callable, Iterator

import msgspec

from kiosk.wire import events
from kiosk.wire.central_api import Happened

SERVICES = ("khai-sinh", "ket-hon", "dat-dai")
COUNTERS = ("quay-1", "quay-2", "quay-3")
MINUTE_MS = 60_000


def issued(ticket: int, service: str = SERVICES[0], high_min: int = 10, day: int = 20261123) -> events.TicketIssued:
    return events.TicketIssued(
        ticket=ticket,
        day=day,
        label=f"C{ticket % 1000:03d}",
        service=service,
        ticket_class="normal",
        kiosk="kiosk-1",
        people_ahead=3,
        p10_s=60,
        p50_s=240,
        p90_s=540,
        low_min=1,
        high_min=high_min,
        basis="simulated",
    )


def called(
    ticket: int, counter: str = COUNTERS[0], service: str = SERVICES[0], recalls: int = 0
) -> events.TicketCalled:
    return events.TicketCalled(ticket=ticket, counter=counter, service=service, recalls=recalls)


def arrived(ticket: int, counter: str = COUNTERS[0]) -> events.TicketArrived:
    return events.TicketArrived(ticket=ticket, counter=counter)


def finished(ticket: int, service_s: float = 300.0, service: str = SERVICES[0]) -> events.TicketFinished:
    return events.TicketFinished(ticket=ticket, counter=COUNTERS[0], service=service, service_s=service_s)


def missed(ticket: int) -> events.TicketMissed:
    return events.TicketMissed(ticket=ticket, counter=COUNTERS[0])


def undone(ticket: int, action: str, state: events.TicketStateName) -> events.ActionUndone:
    return events.ActionUndone(ticket=ticket, counter=COUNTERS[0], action=action, state=state)


class SimulatedDay:
    """A queue that behaves: what happens to a ticket follows from its state. The same seed tells the same day."""

    def __init__(self, seed: int, begins_ms: int) -> None:
        self._chance, self._at_ms = random.Random(seed), begins_ms
        self._last = 0
        self._waiting: list[int] = []
        self._called: list[int] = []
        self._serving: list[int] = []
        self._aside: list[int] = []
        self._undo: tuple[int, str, events.TicketStateName, list[int], list[int] | None] | None = None

    def rows(self, count: int) -> list[Happened]:
        steps: Iterator[events.Event] = (event for _ in iter(int, 1) for event in self._step())
        rows = []
        for _ in range(count):
            self._at_ms += self._chance.randrange(200, 60_000)
            rows.append(Happened(self._at_ms, next(steps)))
        return rows

    def _step(self) -> Iterator[events.Event]:
        actions: list[Callable[[], Iterator[events.Event]]] = [self._issue, self._issue, self._call, self._arrive]
        actions += [self._finish, self._miss, self._park, self._return, self._leave, self._take_back, self._others]
        yield from self._chance.choice(actions)()

    def _issue(self) -> Iterator[events.Event]:
        self._last += 1
        self._waiting.append(self._last)
        self._undo = None
        yield issued(self._last, self._chance.choice(SERVICES), self._chance.randrange(0, 30))
        yield events.SlipReported(ticket=self._last, kiosk="kiosk-1", outcome="printed", reason="", reprint=0)

    def _move(
        self, source: list[int], target: list[int] | None, action: str, state: events.TicketStateName
    ) -> int | None:
        if not source:
            return None
        ticket = source.pop(self._chance.randrange(len(source)))
        if target is not None:
            target.append(ticket)
        self._undo = (ticket, action, state, source, target)
        return ticket

    def _call(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._waiting, self._called, "call", "waiting")) is not None:
            yield called(ticket, self._chance.choice(COUNTERS))
            if self._chance.random() < 0.2:
                yield called(ticket, recalls=1)

    def _arrive(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._called, self._serving, "arrive", "called")) is not None:
            yield arrived(ticket)

    def _finish(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._serving, None, "finish", "serving")) is not None:
            yield finished(ticket, self._chance.randrange(0, 900_000) / 1000)

    def _miss(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._called, self._aside, "no_show", "called")) is not None:
            yield missed(ticket)

    def _park(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._serving, self._aside, "park", "serving")) is not None:
            yield events.TicketParked(ticket=ticket, counter=COUNTERS[1])

    def _return(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._aside, self._waiting, "requeue", "parked")) is not None:
            self._undo = None  # which of the two it was is not kept here
            yield events.TicketRequeued(ticket=ticket, counter=COUNTERS[0])

    def _leave(self) -> Iterator[events.Event]:
        if (ticket := self._move(self._waiting, None, "cancel", "waiting")) is not None:
            yield events.TicketCancelled(ticket=ticket, counter=COUNTERS[2])

    def _take_back(self) -> Iterator[events.Event]:
        if self._undo is None:
            return
        ticket, action, state, source, target = self._undo
        if target is not None:
            target.remove(ticket)
        source.append(ticket)
        self._undo = None
        yield undone(ticket, action, state)

    def _others(self) -> Iterator[events.Event]:
        yield self._chance.choice(
            [
                events.CounterPaused(counter=COUNTERS[0], reason="lunch"),
                events.CounterResumed(counter=COUNTERS[0]),
                events.CounterServicesSet(counter=COUNTERS[1], services=list(SERVICES)),
                events.KioskClosed(),
            ]
        )


def as_json(rows: list[Happened]) -> list[object]:
    """Rows as they stand in the body of a batch."""
    found: list[object] = msgspec.json.decode(msgspec.json.encode(rows))
    return found
