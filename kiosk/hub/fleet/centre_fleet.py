"""Puts together what the city wants of this centre: keeper, errands, the kiosks' desk, and their two threads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.clock import Clock
from kiosk.config import HubConfig
from kiosk.config.kept import KeptSettings
from kiosk.config.numbered import NumberedFiles
from kiosk.config.settings import own_tree
from kiosk.config.signed import Command
from kiosk.config.taking import Taking
from kiosk.config.terms import CentreTerms, centre_terms
from kiosk.hub.fleet.desk import KioskDesk
from kiosk.hub.fleet.errands import Errand, Errands, Ways
from kiosk.hub.fleet.keeper import HUB, HubSide, Keeper
from kiosk.hub.sync.access import Access
from kiosk.hub.sync.desired import Poller, Wishes
from kiosk.hub.sync.reports import Reports
from kiosk.hub.usecases.views import Running
from kiosk.logs import packed_log
from kiosk.wire.central_api import KioskHealth
from kiosk.wire.events import Event
from kiosk.wire.fleet_api import MAX_ATTACHMENT, CommandResult


def centre_taking(own: HubConfig, folder: Path, clock: Clock) -> Taking[CentreTerms]:
    """Not yet begun."""
    return Taking(KeptSettings(folder), clock, CentreTerms(own), lambda tree: centre_terms(own, tree))


@dataclass(frozen=True, slots=True)
class HubParts:
    """The hub as the city's wishes need it. ``read_own``: the centre's own file again; raises ConfigError."""

    exchange: Callable[[CentreTerms], None]
    check: Callable[[], None]
    record: Callable[[Event], None]
    overrides: Callable[[], tuple[str, ...]]
    changed: Callable[[], None]
    kiosk_of: Callable[[str], str | None]
    displays: Callable[[], frozenset[str]]
    test_display: Callable[[str], bool]
    read_own: Callable[[], HubConfig] | None


class CentreFleet:
    def __init__(self, taking: Taking[CentreTerms], own: HubConfig, hub: HubParts, clock: Clock) -> None:
        self._hub, self._taking = hub, taking
        results = NumberedFiles(own.data / "results", CommandResult)
        self.reports = Reports(Access(own.data, own.central, clock), _own_json(own), results)
        self.keeper = Keeper(
            taking,
            HubSide(hub.exchange, hub.check, hub.record, hub.overrides, self.reports.tell, hub.changed),
            clock,
        )
        ways = Ways(
            deeds={
                "test_display": self._test_display,
                "fetch_logs": lambda command: logs_of(command.number),
                "reload_settings": self._reload,
            },
            kiosk_of=hub.kiosk_of,
            own_targets=lambda: hub.displays() | {HUB},
            tell=self.reports.answer,
            record=hub.record,
            changed=hub.changed,
        )
        self.errands = Errands(taking, ways, NumberedFiles(own.data / "errands", Errand), clock)
        self.desk = KioskDesk(self.keeper, self.errands)
        self._overrides: tuple[str, ...] | None = None
        self._poller = Poller(
            Access(own.data, own.central, clock),
            Wishes(
                self._mark, self.keeper.receive, lambda signed: self.keeper.submit(lambda: self.errands.receive(signed))
            ),
        )

    def start(self) -> None:
        self.errands.begin()
        self.keeper.start()
        self.reports.start()
        self._poller.start()

    def stop(self) -> None:
        self._poller.stop()
        self.keeper.stop()
        self.reports.stop()

    def look(self) -> None:
        """Now and then: commands whose time is over, overrides that somebody at the centre has changed."""
        self.keeper.submit(self.errands.expire)
        overrides = self._hub.overrides()
        if overrides != self._overrides:
            self._overrides = overrides
            self.keeper.look_again()

    def dressed(self, health: KioskHealth) -> KioskHealth:
        """What a heartbeat tells of a kiosk, with what it said of its settings."""
        part = self.keeper.parts().get(health.kiosk)
        if part is None:
            return health
        return msgspec.structs.replace(health, version=part.software, settings_version=part.version)

    def running(self) -> dict[str, Running]:
        parts = (self.keeper.own_part(), *self.keeper.parts().values())
        return {part.name: Running(part.software, part.version) for part in parts}

    def _mark(self) -> tuple[int, int]:
        return max(self._taking.version, self.keeper.refused), self._taking.command

    def _test_display(self, command: Command) -> CommandResult:
        shown = self._hub.test_display(command.target)
        return CommandResult(number=command.number, state="done" if shown else "failed")

    def _reload(self, command: Command) -> CommandResult:
        """In the keeper's thread, as all deeds."""
        if self._hub.read_own is None:
            return CommandResult(number=command.number, state="refused", detail="this hub was not started from a file")
        own = self._hub.read_own()
        self.keeper.take_own(CentreTerms(own), lambda tree: centre_terms(own, tree))
        self.reports.own_is(_own_json(own))
        return CommandResult(number=command.number, state="done")


def logs_of(number: int) -> CommandResult:
    """The newest lines of this program's log, as many as a result has room for."""
    packed = packed_log(MAX_ATTACHMENT)
    return CommandResult(number=number, state="done", attachment=packed, attachment_kind="log")


def _own_json(own: HubConfig) -> bytes:
    return msgspec.json.encode(own_tree(own))
