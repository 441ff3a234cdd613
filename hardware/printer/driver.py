"""A ticket printer on a line: one document at a time, its outcome, its state.

1. ``Printed`` only after the printer confirmed, behind the cut. Silence is ``Unknown``, never "no paper"; what comes
   with noise beside it is not believed.
2. Nothing is sent to a printer that says that it cannot print.
3. Nothing is sent twice. A ticket that was broken off is emptied out of the printer before the next one begins.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from hardware.contracts import (
    Device,
    NotPrinted,
    Outcome,
    Printed,
    Readiness,
    Reason,
    Status,
    Unknown,
)
from hardware.errors import HardwareError, NoReply, PortGone, PortStalled
from hardware.printer import escpos
from hardware.printer.document import Cut
from hardware.printer.profile import PrinterProfile
from hardware.printer.status import (
    QUERIES,
    QUICK,
    Event,
    Family,
    Kind,
    Query,
    facts_from_answers,
    facts_from_change,
    facts_from_quick,
    reason_of,
    split,
    status_of,
)
from hardware.transport.port import SLICE, Port, write_all

_QUEUED = 16_384  #: bytes that an operating system may hold behind our back (measured: 14 kB)
_STAFF_NEEDED = (Device.USER_ERROR, Device.HARDWARE_ERROR)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long silence is waited for, in seconds."""

    answer_s: float = 0.5  #: a real-time question is answered within milliseconds, behind a USB adapter within 20 ms
    stall_s: float = 4.0  #: a printer that takes no byte for so long has stopped; a hot head pauses for up to 3 s
    cut_s: float = 1.2  #: after the last byte has left: print the rest, cut, confirm
    settle_s: float = 5.0  #: after that nobody knows
    quiet_s: float = 0.2  #: after emptying: confirmations of what was given up may still come


class Remains(Enum):
    """What a printer may still hold of an earlier ticket."""

    NOTHING = auto()
    PERHAPS = auto()  #: the line was just opened: another program may have died in the middle
    FRAGMENT = auto()  #: a ticket was broken off


class EscposPrinter:
    """Implements ``contracts.TicketPrinter`` and ``supervisor.LineDriver``."""

    def __init__(
        self,
        device_id: str,
        port: Port,
        profile: PrinterProfile,
        baud: int | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self.ids = (device_id,)
        self.profile = profile
        self._line = profile.line.at(baud)
        self._port, self._patience = port, patience
        self._family = Family(profile.status)
        self._arrived = b""
        self._asked = self._confirmed = False
        self._remains = Remains.PERHAPS

    def open(self) -> None:
        self._port.open()
        self._arrived, self._asked = b"", False
        if self._remains is Remains.NOTHING:
            self._remains = Remains.PERHAPS

    def close(self) -> None:
        self._port.close()

    def poll(self) -> Mapping[str, Status]:
        return {self.ids[0]: self.status()}

    def perform(self, device_id: str, job: bytes) -> Outcome:
        return self.print(job)

    def refuse(self, device_id: str, job: bytes, error: HardwareError) -> Outcome:
        return NotPrinted(Reason.NO_DEVICE if isinstance(error, PortGone) else Reason.OFFLINE)

    def status(self) -> Status:
        """Asks the printer; PortGone when there is no line."""
        queries = QUERIES[self._family]
        # With a ticket broken off the printer may hold the line: then only urgent questions reach it.
        status = self._ask(queries, urgent=self._remains is Remains.FRAGMENT)
        if self._remains is not Remains.NOTHING and status.device is not Device.OFFLINE:
            self._empty(status)
            status = self._ask(queries, urgent=self._remains is Remains.FRAGMENT)
        return status

    def print(self, payload: bytes) -> Outcome:
        """Sends a slip made by ``escpos.encode`` and waits for the confirmation after its cut."""
        try:
            status = self._ask(QUICK[self._family])
            if status.readiness is not Readiness.READY or self._remains is not Remains.NOTHING:
                status = self.status()
            if status.readiness is not Readiness.READY:
                return NotPrinted(reason_of(status))
        except PortGone:
            return NotPrinted(Reason.NO_DEVICE)
        self._remains = Remains.FRAGMENT
        try:
            outcome = self._deliver(payload)
        except PortGone:
            return Unknown("the line to the printer was lost while it printed")
        if isinstance(outcome, Printed):
            self._remains = Remains.NOTHING
        return outcome

    def _deliver(self, payload: bytes) -> Outcome:
        self._confirmed = False
        sent, quiet_since_s = 0, time.monotonic()
        while sent < len(payload):
            taken = self._port.send(payload[sent : sent + SLICE], 0.1)
            sent += taken
            if taken:
                quiet_since_s = time.monotonic()
            trouble = self._trouble(self._events(0.0))
            if trouble:
                return self._break_off(trouble)
            if time.monotonic() - quiet_since_s > self._patience.stall_s:
                return self._explain("the printer stopped taking bytes")
        drained_s = self._line.seconds_for(min(len(payload), _QUEUED))
        return (
            self._await_confirmation(drained_s + self._patience.cut_s)
            or self._look_again()
            or self._await_confirmation(self._patience.settle_s)
            or self._explain("the printer did not confirm")
        )

    def _look_again(self) -> Outcome | None:
        """Many printers do not tell a change by themselves, and somebody waits for the answer."""
        status = self._ask(QUICK[self._family])
        if status.readiness is Readiness.UNAVAILABLE and status.device is not Device.OFFLINE:
            status = self._ask(QUERIES[self._family])
        return self._break_off(status) if status.device in _STAFF_NEEDED else None

    def _await_confirmation(self, wait_s: float) -> Outcome | None:
        """None: silence."""
        deadline_s = time.monotonic() + wait_s
        trouble = None
        while not self._confirmed and not trouble and (left_s := deadline_s - time.monotonic()) > 0:
            trouble = self._trouble(self._events(left_s))
        if self._confirmed:
            return Printed()
        return self._break_off(trouble) if trouble else None

    def _trouble(self, events: list[Event]) -> Status | None:
        """The first change told by the printer itself that ends a ticket; amid noise it is left to be asked."""
        if any(event.kind is Kind.NOISE for event in events):
            return None
        told = [status_of(facts_from_change(event.payload)) for event in events if event.kind is Kind.CHANGE]
        return next((status for status in told if status.readiness is Readiness.UNAVAILABLE), None)

    def _explain(self, detail: str) -> Outcome:
        """No confirmation came: asks why, past flow control. What was queued is given up."""
        self._port.urgent(b"")
        status = self._ask(QUERIES[self._family], urgent=True)
        if self._confirmed:
            return Printed()
        if status.device in _STAFF_NEEDED:
            return self._break_off(status)
        return Unknown(f"{detail}; now {status.device}")

    def _break_off(self, status: Status) -> Outcome:
        """Takes the rest back at once: it must not come out by itself when paper is put in."""
        self._port.urgent(bytes.fromhex(self.profile.clear))
        return NotPrinted(reason_of(status))

    def _empty(self, status: Status) -> None:
        """Gets rid of what remains of a ticket, wherever in its bytes it was broken off."""
        self._port.urgent(bytes.fromhex(self.profile.clear))
        if status.readiness is not Readiness.READY:
            return
        # If a picture is still unfinished, the printer takes the next bytes for it, whatever they are: give it white.
        white = bytes(self.profile.max_rows * self.profile.width_dots // 8)
        document = (Cut(),) if self._remains is Remains.FRAGMENT else ()
        restart = escpos.encode(document, self.profile)
        try:
            if self._restarted(restart) or self._restarted(white + restart):
                self._remains = Remains.NOTHING
        except PortStalled:
            return

    def _restarted(self, payload: bytes) -> bool:
        self._confirmed = False
        write_all(self._port, payload, self._patience.stall_s)
        wait_s = self._line.seconds_for(len(payload)) + 1.0
        if not isinstance(self._await_confirmation(wait_s), Printed):
            return False
        while self._events(self._patience.quiet_s):
            pass
        return True

    def _ask(self, queries: tuple[Query, ...], urgent: bool = False) -> Status:
        self._events(0.0)  # what came unasked must not be taken for an answer
        try:
            answers = tuple(self._answer(query, urgent) for query in queries)
        except NoReply as silence:
            return Status(Device.OFFLINE, detail=str(silence))
        decode = facts_from_answers if queries == QUERIES[self._family] else facts_from_quick
        return status_of(decode(self._family, answers))

    def _answer(self, query: Query, urgent: bool) -> bytes:
        """To one question. Asked one by one: the answers do not say which question they belong to."""
        if urgent:
            self._port.urgent(query.payload)
        else:
            self._port.send(query.payload, self._patience.answer_s)
        self._asked = True
        deadline_s = time.monotonic() + self._patience.answer_s
        noise = 0
        while (left_s := deadline_s - time.monotonic()) > 0:
            events = self._events(left_s)
            answers = [event.payload for event in events if event.kind is Kind.ANSWER]
            noise += sum(event.kind is Kind.NOISE for event in events)
            if answers and not noise:
                return answers[0]
        raise NoReply("the printer answers with noise: wrong baud rate?" if noise else "the printer does not answer")

    def _events(self, wait_s: float) -> list[Event]:
        events, self._arrived = split(self._arrived + self._port.read(256, wait_s), self._family, self._asked)
        kinds = {event.kind for event in events}
        self._asked = self._asked and Kind.ANSWER not in kinds
        self._confirmed = self._confirmed or Kind.CONFIRMED in kinds
        return events
