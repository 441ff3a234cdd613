"""What is said to central and what is believed of its answers: one batch or one heartbeat at a time, by one thread."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.batch import parcel
from kiosk.hub.sync.enrolment import Enrolment
from kiosk.hub.sync.health import disk_free_mb, fitting, temperature_c
from kiosk.hub.sync.line import Answer, CentralLine
from kiosk.hub.sync.offset import ClockOffset
from kiosk.hub.sync.pace import BatchSize
from kiosk.hub.sync.position import Position, placed, read_position, write_position
from kiosk.hub.usecases.delivery import Outbox, Span, Stretch
from kiosk.wire.central_api import Acknowledged, Heard, Heartbeat, KioskHealth
from kiosk.wire.common import ErrorReply
from kiosk.wire.kiosk_api import DeviceState

log = logging.getLogger(__name__)

EVENTS, HEARTBEAT = "/v1/events", "/v1/heartbeat"
_SOONEST_S = 0.2  #: whatever central asks for: the counters come first, and an alarm has two seconds
_FRUITLESS = 3  #: batches in a row of which central took nothing, until that counts as a failure


class CentralBusy(CentralUnreachable):
    """It asks to be left alone for ``asked_s``."""

    def __init__(self, words: str, asked_s: float) -> None:
        super().__init__(words)
        self.asked_s = asked_s


class RowRefused(CentralUnreachable):
    """One row that this central does not take; it may after an update."""


class DeviceRefused(Exception):
    """Central does not know this device, or lets it in no more."""


class CentralKnowsMore(Exception):
    """Central has rows that this database never had: it is an older copy, and nobody here noticed."""

    def __init__(self, acked: int) -> None:
        super().__init__(f"central has row {acked}")
        self.acked = acked


@dataclass(frozen=True, slots=True)
class Sender:
    """What a heartbeat tells, and where things stand."""

    centre: str
    folder: Path
    outbox: Outbox
    displays: Callable[[], tuple[DeviceState, ...]]
    clock: Clock
    started_ms: int
    dressed: Callable[[KioskHealth], KioskHealth] = lambda health: health  #: with what is not in the database
    settings_version: Callable[[], int] = lambda: 0


class Delivery:
    """Every method raises CentralUnreachable, DeviceRefused, CentralKnowsMore or StoreUnavailable."""

    def __init__(self, hub: Sender) -> None:
        self._hub = hub
        self._size = BatchSize()
        self._fruitless = 0
        self._is_noted = True  #: the position could be stored the last time
        self.offset = ClockOffset()
        self.position = read_position(hub.folder)
        self.again_at_s = math.inf  #: the next heartbeat that central asked for, by the monotonic clock
        self.until_ms = 0  #: everything that happened until then is at central

    def beat(self, line: CentralLine, enrolment: Enrolment) -> None:
        position, span = placed(self.position, self._hub.outbox.spans())
        body = fitting(self._heartbeat(span))
        answer = self._passed(line.post_signed(HEARTBEAT, body, enrolment))
        if answer.status != 200:
            raise CentralUnreachable(f"a heartbeat was answered with status {answer.status}{_said(answer)}")
        self._believe(position, span, self._noted(answer.decoded(Heard)).acked)

    def send_next(self, line: CentralLine, enrolment: Enrolment) -> int:
        """How many rows central has taken of the next batch; 0: it has everything."""
        asked_ms = self._hub.clock.now_ms()
        while True:
            position, span = placed(self.position, self._hub.outbox.spans())
            stretch = self._hub.outbox.stretch(span, position.acked, self._size.rows)
            if not stretch.rows:
                self.until_ms = asked_ms
                return 0
            if (taken := self._send(line, enrolment, position, stretch)) > 0:
                self.until_ms = stretch.rows[taken - 1][0]
                return taken

    def _send(self, line: CentralLine, enrolment: Enrolment, position: Position, stretch: Stretch) -> int:
        packet, began_s = parcel(self._hub.centre, stretch, self._hub.clock.now_ms()), time.monotonic()
        try:
            answer = self._passed(line.post_signed(EVENTS, packet.body, enrolment, packed=True))
        except CentralUnreachable:
            self._size = self._size.smaller()
            raise
        if answer.status in (400, 413, 422):
            self._refused_batch(answer, stretch, packet.rows)
            return 0
        if answer.status not in (200, 409):
            raise CentralUnreachable(f"a batch was answered with status {answer.status}{_said(answer)}")
        self._size = self._size.after(packet.rows, time.monotonic() - began_s)
        acked = self._noted(answer.decoded(Acknowledged)).acked
        self._believe(position, stretch.span, acked)
        taken = min(max(acked - stretch.first + 1, 0), packet.rows)
        self._fruitless = 0 if taken else self._fruitless + 1
        if self._fruitless >= _FRUITLESS:
            self._fruitless = 0
            raise CentralUnreachable(f"it has rows up to {acked} and does not take those after it")
        return taken

    def _noted(self, said: Acknowledged) -> Acknowledged:
        self.again_at_s = math.inf if said.again_s is None else time.monotonic() + max(said.again_s, _SOONEST_S)
        return said

    def _refused_batch(self, answer: Answer, stretch: Stretch, rows: int) -> None:
        if rows == 1:
            raise RowRefused(f"row {stretch.first} is refused with status {answer.status}{_said(answer)}")
        self._size = BatchSize(rows).smaller()

    def _passed(self, answer: Answer) -> Answer:
        if answer.status in (401, 403):
            raise DeviceRefused(f"status {answer.status}{_said(answer)}")
        if answer.status in (429, 503):
            raise CentralBusy(f"status {answer.status}{_said(answer)}", answer.asked_pause_s or 0.0)
        return answer

    def _believe(self, position: Position, span: Span, acked: int) -> None:
        """Central's word counts in both directions: it may have been restored from a backup of its own."""
        spans = self._hub.outbox.spans()
        if span.epoch == spans[-1].epoch and acked > spans[-1].last:
            raise CentralKnowsMore(acked)
        believed = Position(span.epoch, acked)
        if believed != self.position:
            self.position = believed
            self._note(believed)

    def _note(self, position: Position) -> None:
        try:
            write_position(self._hub.folder, position)
            self._is_noted = True
        except OSError as error:
            if self._is_noted:
                log.warning("What central has cannot be noted; after a restart it is asked again: %s", error)
            self._is_noted = False

    def _heartbeat(self, span: Span) -> Heartbeat:
        hub = self._hub
        return Heartbeat(
            centre=hub.centre,
            epoch=span.epoch,
            head=max(span.last, 0),
            version=__version__,
            sent_ms=hub.clock.now_ms(),
            offset_ms=self.offset.ms,
            started_ms=hub.started_ms,
            disk_free_mb=disk_free_mb(hub.folder),
            temperature_c=temperature_c(),
            kiosks=tuple(map(hub.dressed, hub.outbox.kiosks())),
            displays=hub.displays(),
            settings_version=hub.settings_version(),
        )


def _said(answer: Answer) -> str:
    """The word of an error in the agreed shape; nothing of any other answer belongs into a log."""
    try:
        reply = msgspec.json.decode(answer.payload, type=ErrorReply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return f": {reply.error[:40]} {reply.detail[:200]}".rstrip()
