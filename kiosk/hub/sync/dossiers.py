"""The thread that brings submissions to central: each before its papers, one after the other, until central has all.

1. What central has is what it answered; anything else is sent again after a pause with jitter, which is harmless.
2. One that central refuses, or at which it fails, is put off and told in the log and to the supervisor; the others go
   on, and nothing is thrown away.
3. What central has is wiped here at once.
4. A code that central has for another dossier is exchanged, if nobody was given it yet.
"""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import msgspec

from kiosk.clock import Clock
from kiosk.errors import CentralUnreachable, StoreUnavailable
from kiosk.hub.dossiers.ports import UNREADABLE, Submitted
from kiosk.hub.dossiers.submitting import Outgoing, PaperToSend, Submitting
from kiosk.hub.sync.agency import AgencyCheck
from kiosk.hub.sync.asking import says
from kiosk.hub.sync.door import CityDoor
from kiosk.hub.sync.line import Answer
from kiosk.hub.sync.pace import Pace
from kiosk.papers.vault import PaperLost, Vault
from kiosk.wire.dossier_api import PUT_PAPER

log = logging.getLogger(__name__)

SUBMIT = "/v1/dossiers/submit"
_STOP_S = 2.0
_PUT_OFF_MS = 10 * 60_000
_MAX_TROUBLE = 64
_CODE_TAKEN = "code_taken"
_FAILED = 500  #: by an error of its own, and not because it is away or has no room now
_PACE = Pace(longest_s=120.0)


class DossierCourier:
    """``wake`` from any thread. ``door``: this thread's own; ``agency`` is looked after beside the sending."""

    def __init__(
        self, submitting: Submitting, vault: Callable[[], Vault], door: CityDoor, agency: AgencyCheck, clock: Clock
    ) -> None:
        self._ledger, self._submitting, self._vault, self._door = submitting.ledger, submitting, vault, door
        self._agency, self._clock, self._failures = agency, clock, 0
        self._stop, self._woken, self._changed = threading.Event(), threading.Event(), threading.Condition()
        self._thread = threading.Thread(target=self._work, name="dossier-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def wake(self) -> None:
        self._woken.set()

    def send_now(self, draft: str, at_most_s: float) -> None:
        """Woken, and waited for until central has that submission, but not for long: somebody stands there."""
        self.wake()
        with self._changed:
            self._changed.wait_for(lambda: self._has(draft) or self._failures > 0, at_most_s)

    def _has(self, draft: str) -> bool:
        row = self._ledger.of_draft(draft)
        return row is not None and row.acked

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._round()
            except (CentralUnreachable, StoreUnavailable) as error:
                self._failed(error)
            except Exception:
                log.exception("The delivery of dossiers failed; it goes on after a pause")
                self._stop.wait(_PACE.refused_s(random.random()))
        self._door.close()

    def _round(self) -> None:
        self._woken.clear()
        self._agency.look()
        row = self._ledger.next_to_send(self._clock.now_ms())
        if row is None:
            self._woken.wait(_PACE.beat_s)
            return
        try:
            outgoing = self._submitting.outgoing(row)
            if self._deliver(row, outgoing):
                self._submitting.finish(row, outgoing)
        except PaperLost as error:
            log.critical("Of dossier %s something cannot be read any more; it stays with this hub: %s", row.code, error)
            self._put_off(row, UNREADABLE)
        self._went_well()

    def _deliver(self, row: Submitted, outgoing: Outgoing) -> bool:
        """Whether central has everything of it now."""
        if not row.acked:
            if row.trouble and not self._ledger.note_offered(row.number, row.code):
                return False  # a supervisor gave it another code in this moment
            answer = self._post(SUBMIT, msgspec.json.encode(outgoing.submission))
            if answer.status == 409 and says(answer).error == _CODE_TAKEN and self._submitting.renumber(row):
                return False  # sent with its new code in the next round
            if not self._accepted(row, answer):
                return False
            self._ledger.note_acked(row.number)
            self._tell()
        for number, paper in enumerate(outgoing.files()):
            if number < row.papers_sent:
                continue
            if self._stop.is_set() or not self._accepted(row, self._put_paper(row, paper)):
                return False
            self._ledger.note_papers(row.number, number + 1)
        return True

    def _post(self, target: str, body: bytes) -> Answer:
        line, enrolment = self._door.line()
        return line.post_signed(target, body, enrolment)

    def _put_paper(self, row: Submitted, paper: PaperToSend) -> Answer:
        declared = paper.declared
        query = urlencode(
            {
                "code": row.code,
                "paper": declared.paper,
                "kind": "component",
                "way": declared.way,
                "name": declared.name,
                "pages": declared.pages,
            }
        )
        line, enrolment = self._door.line()

        def opened() -> _SealedFile:
            return _SealedFile(self._vault().stream(paper.file), paper.size)

        return line.post_file(f"{PUT_PAPER}?{query}", declared.sha256, opened, enrolment)

    def _accepted(self, row: Submitted, answer: Answer) -> bool:
        if answer.status == 200:
            return True
        said = says(answer)
        trouble = said.error or f"status-{answer.status}"
        if answer.status == _FAILED:
            log.error("Central fails at dossier %s: %s. It is kept here and offered again.", row.code, said)
            self._put_off(row, trouble)  # it may be this one alone: the next is tried after the pause
        if answer.status in (408, 429) or answer.status >= 500:
            raise CentralUnreachable(str(said))
        log.error("Central does not take dossier %s: %s. It is kept here and offered again.", row.code, said)
        self._put_off(row, trouble)
        return False

    def _put_off(self, row: Submitted, trouble: str) -> None:
        self._ledger.put_off(row.number, self._clock.now_ms() + _PUT_OFF_MS, trouble[:_MAX_TROUBLE])

    def _went_well(self) -> None:
        if self._failures:
            log.info("Dossiers reach central again")
        self._failures = 0

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            log.warning("Dossiers cannot be sent to central now; they are kept: %s", error)
        self._tell()
        self._stop.wait(_PACE.pause_s(self._failures, random.random()))

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


class _SealedFile:
    """A file of the vault, opened piece by piece. Raises PaperLost in the middle: the sending ends with it."""

    def __init__(self, pieces: Iterator[bytes], length: int) -> None:
        self._pieces, self._length, self._left = pieces, length, b""

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(1 << 16), b"")

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._left += piece
        end = len(self._left) if size < 0 else size
        given, self._left = self._left[:end], self._left[end:]
        return given
