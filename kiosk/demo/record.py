"""What happened on a replayed day, and whether every ticket was printed, called and displayed, once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import mean

from kiosk.wire.kiosk_api import TicketReply


@dataclass(frozen=True, slots=True)
class Call:
    ticket: int
    label: str
    counter: str
    waited_s: int


@dataclass(slots=True)
class DayRecord:
    """Filled by the threads of kiosk and officers, which only append and add: no lock is needed for that."""

    issued: list[TicketReply] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    served: set[int] = field(default_factory=set)
    missed: set[int] = field(default_factory=set)
    trouble: list[str] = field(default_factory=list)

    def ended(self) -> int:
        return len(self.served) + len(self.missed)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the outside world shows of the day."""

    slips: Counter[str]  #: status address of the QR -> pieces of paper
    displays: Mapping[str, Iterable[str]]  #: counter -> labels that its display showed
    hall: frozenset[str]  #: labels that the hall screen showed
    states: Mapping[int, str]  #: ticket -> its state in the hub, at the end


def problems(record: DayRecord, seen: Seen, arrivals: int) -> list[str]:
    """Everything that was lost or doubled; empty on a good day."""
    labels = Counter(ticket.label for ticket in record.issued)
    called = Counter(call.ticket for call in record.calls)
    found = list(record.trouble)
    found += [f"{arrivals} people came, {len(record.issued)} tickets were issued"] * (arrivals != len(record.issued))
    found += [f"{label} was given {times} times" for label, times in labels.items() if times > 1]
    found += [f"ticket {ticket} was called {times} times" for ticket, times in called.items() if times > 1]
    for ticket in record.issued:
        found += [f"{ticket.label}: {what}" for what in _missing(ticket, record, seen, called)]
    return found + [
        f"{call.label} was never on the display of counter {call.counter}"
        for call in record.calls
        if call.label not in seen.displays[call.counter]
    ]


def _missing(ticket: TicketReply, record: DayRecord, seen: Seen, called: Counter[int]) -> Iterable[str]:
    slips = seen.slips[ticket.status_url]
    if slips != 1:
        yield f"{slips} slips came out of the printer"
    if record.outcomes.get(ticket.id) != "printed":
        yield f"the printer reported {record.outcomes.get(ticket.id, 'nothing')}"
    if not called[ticket.id]:
        yield "was never called"
    if ticket.label not in seen.hall:
        yield "was never on the hall screen"
    expected = "served" if ticket.id in record.served else "no_show"
    if seen.states.get(ticket.id) != expected:
        yield f"the hub says {seen.states.get(ticket.id, 'nothing')}, expected {expected}"


def summary(record: DayRecord) -> str:
    """A few figures of the day, for people."""
    waits = [call.waited_s / 60 for call in record.calls]
    told = {ticket.id: ticket.wait.high_min for ticket in record.issued}
    kept = mean([wait <= told[call.ticket] for wait, call in zip(waits, record.calls, strict=True)] or [0])
    by_counter = Counter(call.counter for call in record.calls)
    return "\n".join(
        [
            f"tickets issued {len(record.issued)}, called {len(record.calls)}, served {len(record.served)}, "
            f"no-show {len(record.missed)}",
            f"wait: mean {mean(waits or [0]):.1f} min, longest {max(waits, default=0):.0f} min; "
            f"{kept:.0%} waited no longer than they were told",
            "calls by counter: " + ", ".join(f"{counter}: {count}" for counter, count in sorted(by_counter.items())),
        ]
    )
