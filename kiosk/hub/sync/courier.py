"""The thread that brings everything to central: batches while there is something, a heartbeat every half minute
and when central asks for one.

1. One request at a time. What central has is what its last answer said; that is where the next batch begins.
2. A failure of any kind ends in a pause with jitter and the same rows again. Commits do not cut that pause short.
3. Being refused is said once in the log and on the supervisor's page; it is tried again slowly, and nothing is dropped.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

from kiosk.config.hub import CityAccess
from kiosk.errors import CentralUnreachable, StoreUnavailable
from kiosk.hub.sync.delivery import CentralBusy, CentralKnowsMore, Delivery, DeviceRefused, RowRefused, Sender
from kiosk.hub.sync.enrolment import Enrolment, EnrolmentFile
from kiosk.hub.sync.line import CentralAddress, CentralLine, CentralUntrusted
from kiosk.hub.sync.pace import Pace
from kiosk.hub.usecases.delivery import CityLine, CityState

log = logging.getLogger(__name__)

_STOP_S = 2.0
_SHOWN_AFTER = 2  #: failures: an idle connection that central had closed is no news
_BELIEVED_AT = 2  #: the answer at which central is believed to have more than this database
_PACE = Pace()


class Courier:
    """``wake`` from any thread, after a commit.

    ``on_change``: called in this thread when ``state`` says something new. ``begin_epoch``: what happens from now on
    belongs to a new epoch.
    """

    def __init__(
        self,
        hub: Sender,
        city: CityAccess,
        on_change: Callable[[], None],
        begin_epoch: Callable[[], None],
        pace: Pace = _PACE,
    ) -> None:
        self._clock, self._city, self._pace = hub.clock, city, pace
        self._on_change, self._begin_epoch = on_change, begin_epoch
        self._delivery = Delivery(hub)
        self._file = EnrolmentFile(hub.folder)
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self._line: CentralLine | None = None
        self._beat_due_s: float | None = None  #: None: at once, and the one after it at a moment of its own
        self._failures, self._since_ms = 0, 0
        self._told_more = 0  #: answers in a row that central has more than there is; never again from the second on
        self._state: CityState = "starting"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is under way may go on for a moment; after the next start it is sent again."""
        self._stop.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def wake(self) -> None:
        self._woken.set()

    def state(self) -> CityLine:
        """From any thread."""
        position = self._delivery.position
        return CityLine(self._state, self._delivery.until_ms, self._since_ms, position.acked if position else 0)

    def prunable(self) -> int | None:
        """Up to which row central has everything; None: nobody will ever ask for any."""
        if self._state == "none":
            return None
        position = self._delivery.position
        return position.acked if position else 0

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._round()
            except Exception:
                log.exception("The delivery to central failed; it goes on after a pause")
                self._stop.wait(self._pace.refused_s(random.random()))
        if self._line is not None:
            self._line.close()

    def _round(self) -> None:
        enrolment = self._enrolled()
        if enrolment is None:
            self._stop.wait(self._pace.look_s)
            return
        try:
            sent = self._speak(enrolment)
        except DeviceRefused as refusal:
            self._refused(refusal)
        except CentralKnowsMore as news:
            self._renew(news)
        except (CentralUnreachable, StoreUnavailable) as error:
            self._failed(error)
        else:
            self._went_well()
            if sent:
                self._stop.wait(self._pace.breath_s)
            else:
                self._rest()

    def _enrolled(self) -> Enrolment | None:
        """Looks at the file each time: somebody may enrol, or enrol again, while the hub runs."""
        try:
            enrolment, is_new = self._file.look()
            if enrolment is None:
                self._say("not_enrolled" if self._city.url else "none")
            elif is_new or self._line is None:
                self._connect(enrolment)
        except (OSError, ValueError) as error:
            self._say("not_enrolled", f"The enrolment at central cannot be used; enrol this hub again: {error}")
            return None
        return enrolment

    def _connect(self, enrolment: Enrolment) -> None:
        """Raises ValueError."""
        if self._line is not None:
            self._line.close()
            self._line = None
        url = self._city.url or enrolment.url
        if self._city.lets_listen(url):
            raise ValueError(f"{url}: others could read along over plain HTTP, and hub.toml does not allow it")
        self._line = CentralLine(CentralAddress(url, self._city.ca_file), self._clock, self._delivery.offset)
        self._beat_due_s, self._failures = None, 0
        self._say("starting")

    def _speak(self, enrolment: Enrolment) -> int:
        assert self._line is not None  # made with the enrolment
        now_s = time.monotonic()
        if self._beat_due_s is None or now_s >= min(self._beat_due_s, self._delivery.again_at_s):
            self._delivery.beat(self._line, enrolment)
            pause_s = self._pace.first_beat_s if self._beat_due_s is None else self._pace.next_beat_s
            self._beat_due_s = now_s + pause_s(random.random())
        return self._delivery.send_next(self._line, enrolment)

    def _rest(self) -> None:
        """Until something is committed or a heartbeat is due; then a moment for what else is being committed."""
        left_s = min(self._beat_due_s or 0.0, self._delivery.again_at_s) - time.monotonic()
        if self._woken.wait(max(left_s, 0.0)):
            self._woken.clear()
            self._stop.wait(self._pace.gather_s)

    def _went_well(self) -> None:
        if self._failures >= _SHOWN_AFTER:
            log.info("Central answers again")
        self._failures = 0
        if self._told_more < _BELIEVED_AT:
            self._told_more = 0
        self._say("fine")

    def _failed(self, error: CentralUnreachable | StoreUnavailable) -> None:
        self._failures += 1
        if self._failures == 1:
            self._first_failure_ms = self._clock.now_ms()
        if self._failures >= _SHOWN_AFTER:
            self._say(
                _word_of(error),
                f"Nothing can be sent to central now, and nothing is lost: {error}",
                self._first_failure_ms,
            )
        chance = random.random()
        if isinstance(error, CentralBusy) and error.asked_s:
            self._stop.wait(self._pace.obeyed_s(error.asked_s, self._failures, chance))
        else:
            self._stop.wait(self._pace.pause_s(self._failures, chance))

    def _refused(self, refusal: DeviceRefused) -> None:
        self._say("refused", f"Central refuses this hub; enrol it again: {refusal}")
        until_s = time.monotonic() + self._pace.refused_s(random.random())
        while time.monotonic() < until_s and not self._file.has_changed():
            if self._stop.wait(min(self._pace.look_s, self._pace.longest_s)):
                return

    def _renew(self, news: CentralKnowsMore) -> None:
        """One such answer may be a mistake, and so is one that comes again after a new epoch has begun."""
        self._told_more += 1
        if self._told_more != _BELIEVED_AT:
            self._beat_due_s = None
            self._failed(CentralUnreachable(f"{news}, which is more than there is"))
            return
        log.critical(
            "This database is older than what it had sent: a copy was put back (%s). A new epoch begins.", news
        )
        self._begin_epoch()

    def _say(self, state: CityState, words: str = "", since_ms: int = 0) -> None:
        if state == self._state:
            return
        self._state, self._since_ms = state, since_ms or self._clock.now_ms()
        if words:
            log.warning(words)
        self._on_change()


def _word_of(error: Exception) -> CityState:
    if isinstance(error, RowRefused):
        return "row_refused"
    return "untrusted" if isinstance(error, CentralUntrusted) else "failing"
