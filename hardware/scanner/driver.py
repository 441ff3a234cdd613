"""The driver of a serial imager: reads all the time, tells scans as they are complete, triggers when asked."""

import time
from collections.abc import Callable, Mapping
from enum import Enum

from hardware.contracts import Device, Status
from hardware.errors import HardwareError, PortGone
from hardware.scanner.commands import Answer, answer_in, setup_frame
from hardware.scanner.decoder import ScanDecoder, ScannerProfile, ScanResult, Unreadable
from hardware.transport.port import Port, write_all

_READ = 512
_IDLE_S = 0.25  #: how long one read waits when nothing is half read
_ANSWER_S = 0.5  #: for the acknowledgement of a set-up command
_STALL_S = 1.0
_NOISY = 3  #: so many flaws in a row are no clumsy citizen but a wrong speed or a bad line


class Trigger(Enum):
    """A job: start or end a reading, for imagers that do not read by themselves."""

    START = "start"
    END = "end"


class ImagerLine:
    """Implements ``LineDriver[Trigger, Status]``; run it with ``poll_s=0``: ``poll`` is its read loop.

    ``on_scan`` is called from the owner thread, with a scan or with why there is none.
    """

    def __init__(
        self, device_id: str, port: Port, profile: ScannerProfile, on_scan: Callable[[ScanResult], None]
    ) -> None:
        self.ids = (device_id,)
        self._port, self._profile, self._on_scan = port, profile, on_scan
        self._decoder = ScanDecoder(profile)
        self._flaws = 0  #: in a row
        self._remark = ""

    def open(self) -> None:
        self._decoder = ScanDecoder(self._profile)
        self._flaws = 0
        self._port.open()
        refused = [command for command in self._profile.setup if self._command(command) is not Answer.DONE]
        self._remark = f"it did not accept {', '.join(refused)}: the profile does not fit" if refused else ""

    def close(self) -> None:
        self._port.close()

    def poll(self) -> Mapping[str, Status]:
        wait_s = self._decoder.wants_s()
        chunk = self._port.read(_READ, _IDLE_S if wait_s is None else wait_s)
        now_s = time.monotonic()
        for result in self._decoder.feed(chunk, now_s) if chunk else self._decoder.quiet(now_s):
            self._tell(result)
        return {self.ids[0]: self._status()}

    def perform(self, device_id: str, job: Trigger) -> Status:
        command = self._profile.trigger if job is Trigger.START else self._profile.release
        write_all(self._port, bytes.fromhex(command), _STALL_S)
        return self._status()

    def refuse(self, device_id: str, job: Trigger, error: HardwareError) -> Status:
        return Status(Device.NO_DEVICE if isinstance(error, PortGone) else Device.OFFLINE, detail=str(error))

    def _status(self) -> Status:
        if self._flaws + self._decoder.overruns >= _NOISY:  # noise without a pause never ends as a code
            return Status(Device.OFFLINE, detail="it sends noise: check its speed, its cable and its profile")
        return Status(Device.ONLINE, detail=self._remark)

    def _tell(self, result: ScanResult) -> None:
        self._flaws = self._flaws + 1 if isinstance(result, Unreadable) else 0
        if self._flaws < _NOISY:
            self._on_scan(result)

    def _command(self, command: str) -> Answer:
        write_all(self._port, setup_frame(self._profile.dialect, command), _STALL_S)
        reply, deadline_s = b"", time.monotonic() + _ANSWER_S
        while answer_in(reply) is Answer.NONE and (left_s := deadline_s - time.monotonic()) > 0:
            reply += self._port.read(_READ, left_s)
        return answer_in(reply)
