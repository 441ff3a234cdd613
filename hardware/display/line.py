"""The driver of the displays on one line: several behind one RS-485 adapter, or one on a line of its own.

1. A display that is known not to answer costs the others at most one reply time; the line stays open for them.
2. What a display was last told is remembered here: it is told again when it answers anew, when it shows something
   else (it lost power), and from time to time where it cannot be asked.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hardware.contracts import Device, Status
from hardware.display.codec import DisplayCodec, Exchange, Verdict
from hardware.errors import HardwareError, PortGone
from hardware.profiles import Line
from hardware.transport.port import Port, write_all

_log = logging.getLogger(__name__)

STALL_S = 1.0  #: a display line that takes nothing for so long is broken
_READ = 256
_REPLY_BYTES = 40  #: longer than any reply that a display gives; counted into the wait
_NOISE_BYTES = 1024  #: a line that brings more than this is not giving an answer
_ATTEMPTS = 2  #: a frame may be hit by noise once
_STARTING = Status(Device.STARTING)


class Hearing(Enum):
    """How an exchange ended."""

    GOOD = Status(Device.ONLINE)
    FORGOTTEN = Status(Device.DEVICE_BUSY, detail="it shows something else and is told again")
    REFUSED = Status(Device.HARDWARE_ERROR, detail="it refuses what it is told: the profile does not fit this display")
    NOISE = Status(Device.OFFLINE, detail="its answer is noise: check the speed, the wiring and the address")
    SILENT = Status(Device.OFFLINE, detail="it does not answer: check its power, the wiring and the address")


@dataclass(slots=True)
class _Known:
    """What the driver knows of one display."""

    text: str | None = None  #: None: never told anything
    status: Status = _STARTING
    greeted: bool = False
    told_s: float = 0.0  #: when it was last told, monotonic

    @property
    def is_absent(self) -> bool:
        return self.status.device is Device.OFFLINE


class DisplayLine:
    """Implements ``LineDriver[str, Status]``: a job is a text such as "B012", "" clears."""

    def __init__(self, port: Port, line: Line, displays: Mapping[str, DisplayCodec]) -> None:
        self._port, self._line, self._displays = port, line, dict(displays)
        self._known = {each: _Known() for each in displays}

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._displays)

    def open(self) -> None:
        self._port.open()
        for known in self._known.values():
            known.status, known.greeted = _STARTING, False

    def close(self) -> None:
        self._port.close()

    def poll(self) -> Mapping[str, Status]:
        self._drain(0.0)  # notices an unplugged line, also where no display can be asked
        present = [each for each, known in self._known.items() if not known.is_absent]
        absent = [each for each, known in self._known.items() if known.is_absent]
        for each in present:
            self._look(each)
        for each in absent:
            if not self._is_back(each):
                break
        return {each: known.status for each, known in self._known.items()}

    def perform(self, device_id: str, job: str) -> Status:
        self._known[device_id].text = job
        return self._tell(device_id)

    def refuse(self, device_id: str, job: str, error: HardwareError) -> Status:
        return Status(Device.NO_DEVICE if isinstance(error, PortGone) else Device.OFFLINE, detail=str(error))

    def _is_back(self, device_id: str) -> bool:
        """Looks for a display that was silent; the next one in line is looked for at the next poll."""
        known = self._known.pop(device_id)
        self._known[device_id] = known
        self._look(device_id)
        return not known.is_absent

    def _look(self, device_id: str) -> None:
        known, codec = self._known[device_id], self._displays[device_id]
        questions = codec.check(known.text or "")
        if not questions:
            if not known.greeted or (codec.refresh_s and time.monotonic() - known.told_s >= codec.refresh_s):
                self._tell(device_id)
            return
        was_absent = known.is_absent
        hearing = self._all(codec, questions, known)
        known.status = Hearing.GOOD.value if hearing is Hearing.FORGOTTEN else hearing.value
        if known.text is not None and (hearing is Hearing.FORGOTTEN or (was_absent and hearing is Hearing.GOOD)):
            known.greeted = False  # it lost power, and its brightness with it
            self._tell(device_id)

    def _tell(self, device_id: str) -> Status:
        known, codec = self._known[device_id], self._displays[device_id]
        hearing = Hearing.GOOD if known.greeted else self._greet(device_id)
        if hearing is Hearing.GOOD and known.text is not None:
            hearing = self._all(codec, codec.show(known.text), known)
        known.greeted = hearing is Hearing.GOOD
        known.status, known.told_s = hearing.value, time.monotonic()
        return known.status

    def _greet(self, device_id: str) -> Hearing:
        """A display that refuses a brightness can still show a number."""
        codec, known = self._displays[device_id], self._known[device_id]
        hearing = self._all(codec, codec.greet(), known)
        if hearing is Hearing.REFUSED:
            _log.warning("%s refuses a setting of its profile", device_id)
            return Hearing.GOOD
        return hearing

    def _all(self, codec: DisplayCodec, exchanges: tuple[Exchange, ...], known: _Known) -> Hearing:
        """Carries out ``exchanges`` in order, up to the first that does not go well."""
        attempts = 1 if known.is_absent else _ATTEMPTS
        for exchange in exchanges:
            for _ in range(attempts):
                hearing = self._exchange(codec, exchange)
                if hearing not in (Hearing.NOISE, Hearing.SILENT):
                    break
            if hearing is not Hearing.GOOD:
                return hearing
        return Hearing.GOOD

    def _exchange(self, codec: DisplayCodec, exchange: Exchange) -> Hearing:
        self._drain(self._line.seconds_for(codec.gap_chars))
        write_all(self._port, exchange.frame, STALL_S)
        if exchange.judge is None:
            return Hearing.GOOD
        deadline_s = time.monotonic() + self._line.seconds_for(len(exchange.frame) + _REPLY_BYTES) + codec.reply_s
        heard = b""
        while (left_s := deadline_s - time.monotonic()) > 0 and len(heard) < _NOISE_BYTES:
            heard += self._port.read(_READ, left_s)
            verdict = exchange.judge(heard)
            if verdict is not Verdict.WAIT:
                return Hearing[verdict.name]
        return Hearing.NOISE if heard else Hearing.SILENT

    def _drain(self, quiet_s: float) -> None:
        """Drops what nobody waits for any more, until the line has been quiet for ``quiet_s``."""
        dropped = 0
        while dropped < _NOISE_BYTES and (late := self._port.read(_READ, quiet_s)):
            dropped += len(late)
