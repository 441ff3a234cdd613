"""The thread that tells central what runs here and what became of its commands: on change, each until it is taken.

Of reports only the newest counts. Results wait in order, over a restart too; one that central refuses is given up.
"""

import hashlib
import logging
import random
import threading
from collections import deque

import msgspec

from kiosk.config.numbered import MOST, NumberedFiles
from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.access import Access
from kiosk.hub.sync.discreet import discreet_report, discreet_result
from kiosk.hub.sync.enrolment import Enrolment
from kiosk.hub.sync.line import CentralLine
from kiosk.hub.sync.pace import Pace
from kiosk.wire.fleet_api import CommandResult, FleetReport, Reported

log = logging.getLogger(__name__)

REPORT, RESULT = "/v1/report", "/v1/commands/result"
_PACE = Pace(first_s=0.5, longest_s=8.0)
_REFUSED_S = 60.0
_STOP_S = 2.0


class Reports:
    """``tell`` and ``answer`` from any thread. ``own``: what the centre's own file says, as JSON."""

    def __init__(self, access: Access, own: bytes, kept: NumberedFiles[CommandResult], pace: Pace = _PACE) -> None:
        self._access, self._kept, self._pace = access, kept, pace
        self._own = own
        self._known_own: str | None = None  #: sha256 of what central holds; None: not asked yet
        self._report: FleetReport | None = None
        self._results: deque[CommandResult] = deque(maxlen=MOST)
        self._gate = threading.Lock()
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="reports", daemon=True)
        self._failures = 0

    def start(self) -> None:
        self._results.extend(self._kept.read().values())
        if self._results:
            self._woken.set()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def tell(self, report: FleetReport) -> None:
        with self._gate:
            self._report = discreet_report(report)
        self._woken.set()

    def answer(self, result: CommandResult) -> None:
        result = discreet_result(result)
        self._kept.keep(result.number, result)
        with self._gate:
            self._results.append(result)
        self._woken.set()

    def own_is(self, own: bytes) -> None:
        """The centre's own file was read again."""
        with self._gate:
            self._own = own

    def _work(self) -> None:
        while not self._stop.is_set():
            self._woken.wait()
            try:
                self._stop.wait(self._round())
            except CentralUnreachable as error:
                self._failures += 1
                log.debug("Central cannot be told what runs here: %s", error)
                self._stop.wait(self._pace.pause_s(self._failures, random.random()))
            except Exception:
                log.exception("Telling central what runs here failed; it goes on after a pause")
                self._stop.wait(_REFUSED_S)
        self._access.close()

    def _round(self) -> float:
        """Send what there is; how long to wait before the next look."""
        self._woken.clear()
        way = self._access.look()
        if way is None:
            self._woken.set()
            return self._pace.look_s
        pause_s = self._send_report(*way) or self._send_results(*way)
        self._failures = 0
        if pause_s:
            self._woken.set()
        return pause_s

    def _send_report(self, line: CentralLine, enrolment: Enrolment) -> float:
        with self._gate:
            report, own = self._report, self._own
        if report is None:
            return 0.0
        digest = hashlib.sha256(own).hexdigest()
        told = report if self._known_own == digest else msgspec.structs.replace(report, own=own)
        answer = line.post_signed(REPORT, msgspec.json.encode(told), enrolment)
        if answer.status != 200:
            return self._not_taken(answer.status, answer.asked_pause_s)
        self._known_own = answer.decoded(Reported).own_sha256
        with self._gate:
            if self._report is report:
                self._report = None
        return 0.0

    def _send_results(self, line: CentralLine, enrolment: Enrolment) -> float:
        while self._results:
            result = self._results[0]
            answer = line.post_signed(RESULT, msgspec.json.encode(result), enrolment)
            if answer.status in (401, 403, 404, 429) or answer.status >= 500:
                return self._not_taken(answer.status, answer.asked_pause_s)
            if answer.status != 200:
                log.warning("Central does not want the result of command %d: %d", result.number, answer.status)
            with self._gate:
                if self._results and self._results[0] is result:
                    self._results.popleft()
            self._kept.forget(result.number)
        return 0.0

    def _not_taken(self, status: int, asked_s: float | None) -> float:
        if status in (429, 503):
            self._failures += 1
            return self._pace.obeyed_s(asked_s or 1.0, self._failures, random.random())
        return _REFUSED_S * (0.5 + random.random())
