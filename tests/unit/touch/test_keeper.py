"""Settings that cross each other at a kiosk: the real keeper and its files, over real HTTP; the window is a fake."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.config.kept import KeptSettings, Standing
from kiosk.config.numbered import NumberedFiles
from kiosk.config.signed import Command, Reason
from kiosk.config.taking import Taking
from kiosk.config.terms import KioskTerms, kiosk_terms
from kiosk.config.touch import TouchConfig
from kiosk.errors import ConfigError
from kiosk.touch.hub_line import HubAddress
from kiosk.touch.keeper import Keeper
from kiosk.wire.fleet_api import CommandResult, KioskDesired, PartReport
from tests.fakes.clock import MONDAY_9_00, FakeClock
from tests.fakes.hub_stand_in import TOKEN, HubStandIn, stand_in
from tests.fakes.recorder import Recorder
from tests.fakes.signed_settings import Signer, public

OWN = TouchConfig("kiosk-1", "http://hub", Path("kiosk.token"))


@dataclass
class FakeSide:
    """``offers``: what the window was given to wear; the test says what becomes of it."""

    own: KioskTerms | None = field(default_factory=lambda: KioskTerms(OWN))
    offers: Recorder[tuple[KioskTerms, Callable[[float], None], Callable[[str], None]]] = field(
        default_factory=Recorder
    )

    def apply(self, terms: KioskTerms, done: Callable[[float], None], failed: Callable[[str], None]) -> None:
        self.offers.add((terms, done, failed))

    def faults(self) -> int:
        return 0

    def is_free(self) -> bool:
        return False

    def carry_out(self, command: Command, answer: Callable[[CommandResult], None]) -> None:
        raise AssertionError(command.kind)

    def read_own(self) -> KioskTerms:
        if self.own is None:
            raise ConfigError("touch.toml: cannot be read")
        return self.own


@dataclass
class Booth:
    hub: HubStandIn
    folder: Path
    signer: Signer = field(default_factory=lambda: Signer(MONDAY_9_00))
    side: FakeSide = field(default_factory=FakeSide)
    clock: FakeClock = field(default_factory=FakeClock)
    version: int = 0

    def open(self, url: str) -> None:
        taking = Taking(KeptSettings(self.folder), self.clock, KioskTerms(OWN), lambda tree: kiosk_terms(OWN, tree))
        taking.begin()
        results = NumberedFiles(self.folder / "results", CommandResult)
        self.keeper = Keeper(taking, HubAddress(url, TOKEN), self.side, results, self.clock)
        self.keeper.open()

    def publish(self, volume_percent: int, *commands: bytes) -> None:
        self.version += 1
        tree: dict[str, Any] = {"kiosk": {"sound": {"volume_percent": volume_percent}}}
        self.give(self.signer.document(self.version, {"layers": [{"name": "city", "tree": tree}]}), *commands)

    def give(self, document: bytes | None, *commands: bytes) -> None:
        root = base64.b64encode(public(self.signer.root)).decode()
        self.hub.desired = KioskDesired(
            version=self.version,
            document=document,
            commands=commands,
            roots=(root,),
            city=self.signer.city,
            centre=self.signer.centre,
        )
        self.keeper.wake()

    def offered(self, count: int, volume_percent: int) -> tuple[Callable[[float], None], Callable[[str], None]]:
        """What is called when the offer of that number is worn, and when it does not fit."""
        terms, done, failed = self.side.offers.wait_for(lambda items: len(items) >= count)[count - 1]
        assert terms.config.sound.volume_percent == volume_percent
        return done, failed

    def said(self, state: str, version: int) -> PartReport:
        def found(items: list[PartReport]) -> bool:
            return bool(items) and (items[-1].state, items[-1].version) == (state, version)

        return self.hub.settings_reports.wait_for(found)[-1]

    def prove(self) -> None:
        """The window draws for some seconds."""
        for _ in range(3):
            self.keeper.beat()
        self.keeper.wake()

    def standing(self) -> Standing:
        return KeptSettings(self.folder).peek()


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    with stand_in() as running:
        booth = Booth(running.hub, tmp_path / "data")
        booth.open(running.url)
        try:
            yield booth
        finally:
            booth.keeper.close()


def test_what_comes_while_another_is_on_trial_has_to_prove_itself_too(booth: Booth) -> None:
    """Proved is the one; the next may still be given up, now and at the next start."""
    booth.publish(10)
    booth.offered(1, 10)[0](0.0)
    booth.said("waiting", 1)
    asked = len(booth.hub.marks.items)
    booth.publish(20)
    booth.hub.marks.wait_for(lambda items: len(items) > asked)
    booth.prove()
    _, failed = booth.offered(2, 20)
    assert (booth.standing().good, booth.standing().trial) == (1, 2)
    failed("no such device")
    report = booth.said("rolled_back", 1)
    assert (report.refused, report.reason) == (2, Reason.ILL)
    assert (booth.standing().good, booth.standing().failed) == (1, 2)


def test_one_that_does_not_fit_is_not_held_against_the_one_that_came_after_it(booth: Booth) -> None:
    """As when central goes back while the kiosk still tries the ill settings."""
    booth.publish(10)
    _, failed = booth.offered(1, 10)
    booth.publish(20)
    done, _ = booth.offered(2, 20)
    failed("no such device")
    done(0.0)
    booth.said("waiting", 2)
    booth.prove()
    assert booth.said("applied", 2).refused == 0


def test_a_reload_does_not_lose_settings_that_wait_until_nobody_is_there(booth: Booth) -> None:
    booth.publish(10)
    booth.offered(1, 10)
    booth.side.own = KioskTerms(TouchConfig("kiosk-1", "http://hub", Path("kiosk.token"), language="en"))
    booth.give(None, booth.signer.command(1, "reload_settings", "kiosk-1"))
    assert booth.hub.results.wait_for(bool)[0].state == "done"
    done, _ = booth.offered(2, 10)
    assert booth.side.offers.items[1][0].config.language == "en", "on top of the file as it is now"
    done(0.0)
    booth.said("waiting", 1)
    booth.prove()
    booth.said("applied", 1)


def test_a_reload_of_a_file_that_is_wrong_says_why(booth: Booth) -> None:
    booth.side.own = None
    booth.give(None, booth.signer.command(1, "reload_settings", "kiosk-1"))
    result = booth.hub.results.wait_for(bool)[0]
    assert (result.state, result.detail) == ("failed", "touch.toml: cannot be read")
