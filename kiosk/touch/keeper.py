"""The thread that takes up the city's settings on this kiosk, watches their trial, and carries out commands.

1. The document comes from the hub and is verified here, against roots that this kiosk has pinned itself.
2. It is remembered on disk first; it is applied when nobody stands before the kiosk, without a restart. One that
   comes while another is on trial is taken up after that: what proves itself, or is given up, is that other.
3. The kiosk is well when its window went on drawing without a fault. Ill for a minute, crashed at the start again
   and again, or with a device that could be used before and cannot any more: the last good settings, by itself. A
   window that no longer moves ends the program, to begin with those.
4. A restart waits until nobody stands before the kiosk, for as long as its command is good. What came of a command is
   on disk until the hub has it.
"""

import base64
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import msgspec

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config.kept import MAX_WORDS, Pinned
from kiosk.config.numbered import NumberedFiles
from kiosk.config.signed import Command, Reason, Refused
from kiosk.config.taking import WELL_WITHIN_S, Candidate, Taking
from kiosk.config.terms import KioskTerms, kiosk_terms
from kiosk.errors import ConfigError, HubUnreachable
from kiosk.touch.hub_line import HubAddress, Line
from kiosk.touch.hub_line import Refused as HubRefused
from kiosk.wire.common import Done
from kiosk.wire.fleet_api import CommandResult, KioskDesired, PartReport

log = logging.getLogger(__name__)

SETTINGS, REPORT, RESULT = "/v1/settings", "/v1/settings/report", "/v1/commands/result"
_POLL_S = 60.0
_LOOK_S = 0.5  #: while something is on trial or waits for the kiosk to be free
_STEADY_BEATS = 3  #: seconds in which the window drew without a fault
_HUNG_S = 10.0
_EXIT = 70  #: EX_SOFTWARE of sysexits.h


class KioskSide(Protocol):
    """The window and the devices, as settings and commands need them. Implemented in ``kiosk.touch.fitting``."""

    def apply(self, terms: KioskTerms, done: Callable[[float], None], failed: Callable[[str], None]) -> None:
        """When nobody is there; a later call replaces it. ``done`` is called from some thread when it is on the screen,
        with the seconds of the frame in which it changed; or ``failed`` with what this kiosk cannot do."""

    def faults(self) -> int:
        """How many faults of the window there were since the start."""

    def is_free(self) -> bool:
        """Nobody stands before the kiosk."""

    def carry_out(self, command: Command, answer: Callable[[CommandResult], None]) -> None:
        """``answer`` is called once, from some thread."""

    def read_own(self) -> KioskTerms:
        """The kiosk's own file again; raises ConfigError."""


@dataclass(slots=True)
class _Trial:
    since_s: float
    beats: int
    faults: int


class Keeper:
    """``wake`` and ``beat`` from any thread."""

    def __init__(
        self,
        taking: Taking[KioskTerms],
        address: HubAddress,
        side: KioskSide,
        results: NumberedFiles[CommandResult],
        clock: Clock,
    ) -> None:
        self._taking, self._address, self._side, self._clock = taking, address, side, clock
        self._kept, self._results = results, dict[int, CommandResult]()
        self._restarts: list[Command] = []  #: that wait until nobody stands before the kiosk
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="settings", daemon=True)
        self._beats, self._beat_s = 0, clock.monotonic_s()
        self._waiting: Candidate[KioskTerms] | None = None
        self._in_use: Candidate[KioskTerms] | None = None
        self._misfit: tuple[Candidate[KioskTerms], str] | None = None
        self._trial: _Trial | None = None
        self._came_s = 0.0
        self._said: PartReport | None = None

    def open(self) -> None:
        if self._taking.stand.is_trial:
            self._begin_trial()
        self._results = self._kept.read()
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._woken.set()
        self._thread.join(2.0)

    def wake(self) -> None:
        """The hub has something for this kiosk."""
        self._woken.set()

    def beat(self) -> None:
        """The window has drawn for another second."""
        self._beats += 1
        self._beat_s = self._clock.monotonic_s()

    def _work(self) -> None:
        line = Line(self._address)
        while not self._stop.is_set():
            self._woken.clear()
            try:
                self._look()
                self._fetch(line)
                self._look()
                self._report(line)
            except (HubUnreachable, HubRefused) as error:
                log.info("Settings cannot be asked of the hub: %s", error)
            except Exception:
                log.exception("Something about the settings failed; the present ones go on")
            busy = self._trial is not None or self._waiting is not None or bool(self._restarts)
            self._woken.wait(_LOOK_S if busy else _POLL_S)
        line.close()

    def _fetch(self, line: Line) -> None:
        mark = f'"{max(self._taking.version, self._taking.refused_version)}.{self._taking.command}"'
        found = line.get_newer(SETTINGS, mark, KioskDesired)
        if found is None:
            return
        self._pin(found)
        if found.document is not None and self._trial is None:
            self._consider(found.document)
        for signed in found.commands:
            self._command(signed)

    def _pin(self, found: KioskDesired) -> None:
        if self._taking.pinned is None and found.roots:
            roots = tuple(base64.b64decode(root) for root in found.roots)
            self._taking.pin(Pinned(roots=roots, city=found.city, centre=found.centre))

    def _consider(self, document: bytes) -> None:
        self._came_s = self._clock.monotonic_s()
        result = self._taking.consider(document)
        if isinstance(result, Candidate) and self._taking.remember(result) is None:
            self._offer(result)

    def _offer(self, candidate: Candidate[KioskTerms]) -> None:
        self._waiting = candidate
        self._side.apply(candidate.settings, partial(self._applied, candidate), partial(self._failed, candidate))

    def _applied(self, candidate: Candidate[KioskTerms], held_s: float) -> None:
        took_s = self._clock.monotonic_s() - self._came_s
        log.info(
            "Settings are in use",
            extra={"took_ms": round(took_s * 1000, 1), "held_ms": round(held_s * 1000, 1)},
        )
        self._in_use = candidate
        self._woken.set()

    def _failed(self, candidate: Candidate[KioskTerms], why: str) -> None:
        self._misfit = candidate, why
        self._woken.set()

    def _look(self) -> None:
        waiting, misfit = self._waiting, self._misfit
        if waiting is not None and misfit is not None and misfit[0] is waiting:
            self._waiting = None
            self._go_back(misfit[1])
        elif waiting is not None and self._in_use is waiting:
            self._taking.applied(waiting)
            log.info("Settings %d are on trial", waiting.version, extra={"settings": waiting.version})
            self._waiting = None
            self._begin_trial()
        if self._trial is not None:
            self._watch(self._trial)
        self._restart_if_free()

    def _begin_trial(self) -> None:
        self._trial = _Trial(self._clock.monotonic_s(), self._beats, self._side.faults())

    def _watch(self, trial: _Trial) -> None:
        is_faultless = self._side.faults() == trial.faults
        if is_faultless and self._beats - trial.beats >= _STEADY_BEATS:
            self._end_trial()
            self._taking.well()
        elif self._clock.monotonic_s() - trial.since_s >= WELL_WITHIN_S or not is_faultless:
            self._end_trial()
            self._go_back("the window does not draw without a fault")

    def _end_trial(self) -> None:
        self._trial = None
        self._woken.set()  # to ask for what came meanwhile

    def _go_back(self, why: str) -> None:
        stand = self._taking.roll_back(Reason.ILL, why)
        if self._clock.monotonic_s() - self._beat_s > _HUNG_S:
            log.critical("The window does not move; the program begins anew")
            os._exit(_EXIT)
        self._put_back(stand.settings)

    def _put_back(self, settings: KioskTerms) -> None:
        self._side.apply(settings, lambda _: None, lambda why: log.error("Settings that were good do not fit: %s", why))

    def _report(self, line: Line) -> None:
        stand = self._taking.stand
        is_waiting = self._waiting is not None or self._trial is not None
        report = PartReport(
            name=stand.settings.config.kiosk,
            kind="kiosk",
            version=stand.version,
            state="waiting" if is_waiting else stand.state,
            reason=stand.reason,
            detail=stand.detail,
            healthy=stand.state != "rolled_back",
            software=__version__,
            refused=self._taking.not_taken,
        )
        if report != self._said:
            line.post(REPORT, report, Done)
            self._said = report
        for number, result in list(self._results.items()):
            line.post(RESULT, result, Done)
            del self._results[number]
            self._kept.forget(number)

    def _command(self, signed: bytes) -> None:
        result = self._taking.take_command(signed)
        if isinstance(result, Refused):
            if result.reason is not Reason.DONE_BEFORE:
                log.warning("A command is refused: %s %s", result.reason, result.detail)
            return
        command = result.command
        match command.kind:
            case "reload_settings":
                self._answer(self._reload(command))
            case "restart_touch":
                self._restarts.append(command)
            case _:
                self._side.carry_out(command, self._answer)

    def _restart_if_free(self) -> None:
        is_free = self._side.is_free()
        for command in list(self._restarts):
            if self._clock.now_ms() > command.expires_ms:
                self._answer(
                    CommandResult(number=command.number, state="expired", detail="somebody was there all the time")
                )
            elif is_free:
                self._side.carry_out(command, self._answer)
            else:
                continue
            self._restarts.remove(command)

    def _reload(self, command: Command) -> CommandResult:
        """What is in use, and what waits for the kiosk to be free, go on top of the file as it is now."""
        try:
            own = self._side.read_own()
            self._put_on_top_of(own)
        except ConfigError as error:
            return CommandResult(number=command.number, state="failed", detail=str(error)[:MAX_WORDS])
        return CommandResult(number=command.number, state="done")

    def _put_on_top_of(self, own: KioskTerms) -> None:
        def make(tree: msgspec.Raw) -> KioskTerms:
            return kiosk_terms(own.config, tree)

        waiting = None if self._waiting is None else self._taking.once_more(self._waiting, make)
        self._taking.change_own(own, make)
        if waiting is None:
            self._put_back(self._taking.stand.settings)
        else:
            self._offer(waiting)

    def _answer(self, result: CommandResult) -> None:
        self._kept.keep(result.number, result)
        self._results[result.number] = result
        self._woken.set()
