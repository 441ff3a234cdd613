"""Commands of the city: each carried out once, by the hub or by the kiosk that it names, and answered with a result.

1. Its number is on disk before anything is done (``Taking.take_command``): a hub that dies then does it never.
2. A kiosk gets the command as it was signed, checks it itself, and remembers the number itself.
3. What waits for a kiosk is on disk, so that a restart of the hub does not lose its result.
4. What nobody has answered when its time is over has expired.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from kiosk.clock import Clock
from kiosk.config.numbered import NumberedFiles
from kiosk.config.signed import Command, Reason, Refused
from kiosk.config.taking import Taking
from kiosk.config.terms import CentreTerms
from kiosk.wire.events import CommandCarriedOut
from kiosk.wire.fleet_api import CommandKind, CommandResult

log = logging.getLogger(__name__)

#: Carries a command out in the hub; what it answers goes to central.
Deed = Callable[[Command], CommandResult]
_FOR_KIOSKS: frozenset[CommandKind] = frozenset(
    {"restart_touch", "test_print", "screenshot", "fetch_logs", "reload_settings"}
)


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """A command that waits for its kiosk, as it was signed."""

    kiosk: str
    signed: bytes
    command: Command


@dataclass(frozen=True, slots=True)
class Ways:
    """Where commands go. ``deeds``: what the hub does itself, by kind. ``kiosk_of``: the kiosk of that name, or that
    has the device of that name; None when there is none.
    """

    deeds: Mapping[CommandKind, Deed]
    kiosk_of: Callable[[str], str | None]
    own_targets: Callable[[], frozenset[str]]  #: "hub" and the counters' displays
    tell: Callable[[CommandResult], None]
    record: Callable[[CommandCarriedOut], None]
    changed: Callable[[], None]


class Errands:
    """``receive`` and ``expire`` in the keeper's thread, the rest in any."""

    def __init__(self, taking: Taking[CentreTerms], ways: Ways, kept: NumberedFiles[Errand], clock: Clock) -> None:
        self._taking, self._ways, self._kept, self._clock = taking, ways, kept, clock
        self._gate = threading.Lock()
        self._waiting: dict[int, Errand] = {}

    def begin(self) -> None:
        """With what a former run of the hub left waiting."""
        with self._gate:
            self._waiting = self._kept.read()

    def receive(self, signed: bytes) -> None:
        result = self._taking.take_command(signed)
        if isinstance(result, Refused):
            if result.reason is not Reason.DONE_BEFORE:
                log.warning("A command is refused: %s %s", result.reason, result.detail)
            return
        command = result.command
        if command.target in self._ways.own_targets() and command.kind in self._ways.deeds:
            self._end(command, self._done(command))
            return
        kiosk = self._ways.kiosk_of(command.target) if command.kind in _FOR_KIOSKS else None
        if kiosk is None:
            self._end(command, _failed(command, f"nobody here is {command.target}, or can do {command.kind}"))
            return
        errand = Errand(kiosk=kiosk, signed=signed, command=command)
        with self._gate:
            self._waiting[command.number] = errand
            self._kept.keep(command.number, errand)
        self._ways.changed()

    def of_kiosk(self, kiosk: str, after: int) -> tuple[bytes, ...]:
        """What it has to do, in order."""
        now_ms = self._clock.now_ms()
        with self._gate:
            return tuple(
                errand.signed
                for number, errand in sorted(self._waiting.items())
                if errand.kiosk == kiosk and number > after and now_ms <= errand.command.expires_ms
            )

    def newest_of(self, kiosk: str) -> int:
        with self._gate:
            return max((number for number, errand in self._waiting.items() if errand.kiosk == kiosk), default=0)

    def answer(self, kiosk: str, result: CommandResult) -> bool:
        """A kiosk has done what it was told; False: it was told nothing of the kind, or said so before."""
        with self._gate:
            errand = self._waiting.get(result.number)
            if errand is None or errand.kiosk != kiosk:
                return False
            del self._waiting[result.number]
        self._end(errand.command, result)
        self._kept.forget(result.number)  # its result is on disk by now
        return True

    def expire(self) -> None:
        """What no kiosk has answered in its time."""
        now_ms = self._clock.now_ms()
        with self._gate:
            over = [errand.command for errand in self._waiting.values() if now_ms > errand.command.expires_ms]
            for command in over:
                del self._waiting[command.number]
        for command in over:
            self._end(command, CommandResult(number=command.number, state="expired", detail="the kiosk did not answer"))
            self._kept.forget(command.number)

    def _done(self, command: Command) -> CommandResult:
        try:
            return self._ways.deeds[command.kind](command)
        except Exception as error:
            log.exception("The command %d could not be carried out", command.number)
            return _failed(command, f"{type(error).__name__}: {error}")

    def _end(self, command: Command, result: CommandResult) -> None:
        log.info("Command %d (%s for %s): %s", command.number, command.kind, command.target, result.state)
        self._ways.record(
            CommandCarriedOut(
                number=command.number, action=command.kind, target=command.target, by=command.by, state=result.state
            )
        )
        self._ways.tell(result)


def _failed(command: Command, why: str) -> CommandResult:
    return CommandResult(number=command.number, state="failed", detail=why[:500])
