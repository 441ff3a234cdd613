"""A city system beside a central with dossiers; rounds are made by hand."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.central.city.deliveries import start_reading
from kiosk.central.city.exchange import Exchange, Here
from kiosk.central.city.folder import SETTLE_S, FolderSystem
from kiosk.central.city.portal import PortalAccount, PortalSystem
from kiosk.central.city.ports import CitySystem
from kiosk.central.city.reconciliation import Reconciliation
from tests.central.conftest import RunningCentral
from tests.central.dossiers.conftest import Ward, central, ward
from tests.fakes.portal import FakePortal

__all__ = ["central", "ward"]


@dataclass
class Desk:
    """``rounds`` until nothing is left to do."""

    central: RunningCentral
    ward: Ward
    system: CitySystem

    @property
    def here(self) -> Here:
        outside = self.central.central.outside
        assert outside is not None
        return outside.here

    def begin(self) -> None:
        self.central.central.database.write_now(lambda tx: start_reading(tx, self.system.name, from_now=False))

    def rounds(self, most: int = 10) -> None:
        exchange = Exchange(self.here, self.system)
        for _ in range(most):
            if self._in_loop(exchange.round()) == 0:
                return

    def later(self, s: int) -> None:
        self.central.clock.advance(1000 * s)

    def reconciled(self, hour: int = 0) -> bool:
        return bool(self._in_loop(Reconciliation(self.here, [self.system], hour).look()))

    def waiting(self) -> list[tuple[Any, ...]]:
        """(state, tries, problem) of what was not told."""
        rows = self.central.rows("deliveries.troubled", consumer=self.system.name, limit=99)
        return [(row[3], row[6], row[7]) for row in rows]

    def aside(self) -> list[tuple[str, str]]:
        """(code, why) of lines that could not be followed."""
        return sorted((row[2], row[6]) for row in self.central.rows("city.aside", limit=99))

    def act(self, code: str, act: str, note: str = "", **more: Any) -> None:
        seen = self.ward.post("open", code=code).json()["revision"]
        answer = self.ward.post("act", code=code, act=act, seen=seen, by="lan", note=note, **more)
        assert answer.status_code == 200, answer.text

    def status(self, code: str) -> int:
        return int(self.ward.post("open", code=code).json()["status"]["status"])

    @staticmethod
    def _in_loop(work: Any) -> Any:
        return asyncio.run(work)


@dataclass
class FolderDesk(Desk):
    path: Path
    seconds: list[float]

    def put(self, name: str, content: str | bytes) -> None:
        """A status file that has rested."""
        self.path.joinpath("in").mkdir(parents=True, exist_ok=True)
        file = self.path / "in" / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.seconds[0] = file.stat().st_mtime + SETTLE_S

    def names(self, part: str) -> list[str]:
        folder = self.path / part
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def folder(central: RunningCentral, ward: Ward, tmp_path: Path) -> FolderDesk:
    seconds = [0.0]
    system = FolderSystem(tmp_path / "exchange", "json", lambda: seconds[0])
    desk = FolderDesk(central, ward, system, tmp_path / "exchange", seconds)
    desk.begin()
    return desk


@dataclass
class PortalDesk(Desk):
    portal: FakePortal


@pytest.fixture
def portal(central: RunningCentral, ward: Ward) -> Iterator[PortalDesk]:
    with FakePortal() as peer:
        account = PortalAccount(peer.url, "kiosk", peer.password, "VN:GOV:TEST", "H29", limit_s=0.5)
        desk = PortalDesk(central, ward, PortalSystem(account), peer)
        desk.begin()
        yield desk
        assert peer.wrong == []
