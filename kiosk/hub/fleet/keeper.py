"""The thread that decides over the settings of the centre.

1. What is sent is verified, checked, remembered and applied here, one after the other; nothing at the counters waits.
2. Applied settings are on trial until the hub has shown that it still answers; else it goes back to the last good ones.
3. Kiosks are given a document only when the hub is well with it.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config.signed import Reason, Refused
from kiosk.config.taking import WELL_WITHIN_S, Candidate, Stand, Taking
from kiosk.config.terms import CentreTerms
from kiosk.wire.events import SettingsTaken
from kiosk.wire.fleet_api import FleetReport, PartReport

log = logging.getLogger(__name__)

HUB = "hub"
_LOOK_S = 1.0  #: while settings are on trial
_STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class HubSide:
    """What the keeper does to the hub. ``exchange`` and ``check`` raise whatever is wrong; ``record`` is the audit."""

    exchange: Callable[[CentreTerms], None]
    check: Callable[[], None]
    record: Callable[[SettingsTaken], None]
    overrides: Callable[[], tuple[str, ...]]
    tell: Callable[[FleetReport], None]  #: to central
    changed: Callable[[], None]  #: kiosks and pages look again


class Keeper:
    """``submit`` and the properties from any thread; the rest in its own."""

    def __init__(self, taking: Taking[CentreTerms], hub: HubSide, clock: Clock) -> None:
        self._taking, self._hub, self._clock = taking, hub, clock
        self._work_left: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="settings", daemon=True)
        self._gate = threading.Lock()
        self._parts: dict[str, PartReport] = {}
        self._checks = [hub.check]
        self._well_until_s = 0.0
        self._said: FleetReport | None = None
        self.refused = 0  #: the newest version that was trusted and not taken up
        self.offered: tuple[int, bytes] | None = None  #: version and document for the kiosks

    def start(self) -> None:
        self._well_until_s = self._clock.monotonic_s() + WELL_WITHIN_S
        self._thread.start()

    def stop(self) -> None:
        self._work_left.put(None)
        if self._thread.is_alive():
            self._thread.join(_STOP_S)
        self._taking.clean_end()

    def watch(self, check: Callable[[], None]) -> None:
        """Something else that must go well with the settings that are on trial; raises what goes wrong."""
        self._checks.append(check)

    def submit(self, work: Callable[[], None]) -> None:
        """To be done in this thread."""
        self._work_left.put(work)

    @property
    def taking(self) -> Taking[CentreTerms]:
        return self._taking

    @property
    def stand(self) -> Stand[CentreTerms]:
        return self._taking.stand

    def parts(self) -> dict[str, PartReport]:
        with self._gate:
            return dict(self._parts)

    def receive(self, document: bytes, done: Callable[[Refused | None], None] = lambda _: None) -> None:
        """``done``: called in the keeper's thread with why it was refused, if it was."""
        self.submit(lambda: done(self._receive(document)))

    def hear(self, part: PartReport) -> None:
        """A kiosk has said how it is with its settings."""
        self.submit(lambda: self._hear(part))

    def look_again(self) -> None:
        """Something that a report tells of has changed."""
        self.submit(self._say)

    def take_own(self, own: CentreTerms, make: Callable[..., CentreTerms]) -> None:
        """The centre's own file was read again; the document in use goes on top of it. In this thread."""
        self._taking.change_own(own, make)
        self._exchange(self._taking.stand.settings)

    def _work(self) -> None:
        self._say()
        while True:
            try:
                work = self._work_left.get(timeout=_LOOK_S if self.stand.is_trial else None)
            except queue.Empty:
                work = self._say
            if work is None:
                return
            try:
                self._look()
                work()
                self._look()
            except Exception:
                log.exception("Something about the settings failed; the present ones go on")

    def _receive(self, document: bytes) -> Refused | None:
        result = self._taking.consider(document)
        refused = result if isinstance(result, Refused) else None
        if isinstance(result, Candidate):
            refused = self._taking.remember(result)
            if refused is None:
                self._apply(result)
        self.refused = self._taking.refused_version
        if refused is not None:
            self._note("refused", refused.reason)
        self._say()
        return refused

    def _apply(self, candidate: Candidate[CentreTerms]) -> None:
        try:
            self._exchange(candidate.settings)
        except Exception as error:
            log.exception("Settings %d cannot be applied", candidate.version)
            self._go_back(f"{type(error).__name__}: {error}")
            return
        self._taking.applied(candidate)
        self._well_until_s = self._clock.monotonic_s() + WELL_WITHIN_S
        log.info("Settings %d are in use", candidate.version, extra={"settings": candidate.version})

    def _exchange(self, terms: CentreTerms) -> None:
        self._hub.exchange(terms)

    def _look(self) -> None:
        """Whether the hub is well with what is on trial."""
        if self.stand.is_trial:
            try:
                for check in self._checks:
                    check()
            except Exception as error:  # noqa: BLE001  whatever it is, the hub is ill with it
                if self._clock.monotonic_s() < self._well_until_s:
                    return
                self._go_back(f"{type(error).__name__}: {error}")
            else:
                self._taking.well()
                self._note("applied")
            self._say()
        self._offer()

    def _go_back(self, detail: str) -> None:
        stand = self._taking.roll_back(Reason.ILL, detail)
        self._hub.exchange(stand.settings)
        self._note("rolled_back", Reason.ILL)

    def _offer(self) -> None:
        document, version = self._taking.document, self.stand.version
        if document is None or self.stand.is_trial or (self.offered is not None and self.offered[0] == version):
            return
        self.offered = version, document
        self._hub.changed()

    def _note(self, state: str, reason: str = "") -> None:
        self._hub.record(SettingsTaken(version=self.stand.version or self.refused, state=state, reason=reason))

    def _hear(self, part: PartReport) -> None:
        with self._gate:
            self._parts[part.name] = part
        self._say()

    def _say(self) -> None:
        """Tell central when something in the report is new."""
        report = self.report()
        if report != self._said:
            self._said = report
            self._hub.tell(report)
            self._hub.changed()

    def own_part(self) -> PartReport:
        stand = self.stand
        return PartReport(
            name=HUB,
            kind="hub",
            version=stand.version,
            state="waiting" if stand.is_trial else stand.state,
            reason=stand.reason,
            detail=stand.detail,
            healthy=stand.state != "rolled_back",
            software=__version__,
            refused=self._taking.not_taken,
        )

    def report(self) -> FleetReport:
        stand, parts, mine = self.stand, tuple(self.parts().values()), self.own_part()
        worst = _worst((mine, *parts), stand.version)
        return FleetReport(
            centre=stand.settings.config.centre.id,
            version=stand.version,
            state=worst.state,
            reason=worst.reason,
            detail=worst.detail,
            refused=self._taking.not_taken,
            overrides=self._hub.overrides(),
            parts=(mine, *parts),
        )


def is_behind(part: PartReport, version: int) -> bool:
    """It has not come to that version yet: what it refused or gave up was an older one."""
    return 0 < part.refused < version and part.version < version


def _worst(parts: tuple[PartReport, ...], version: int) -> PartReport:
    """The part that an admin should hear of first; one that is behind is waited for, whatever it gave up before."""
    for state in ("refused", "rolled_back", "waiting"):
        found = next((part for part in parts if part.state == state and not is_behind(part, version)), None)
        if found is not None:
            return found
    behind = next((part for part in parts if part.version < version), None)
    return parts[0] if behind is None else PartReport(name=behind.name, kind=behind.kind, version=0, state="waiting")
