"""The city's procedures on a hub: taken up without a restart, kept for the next start, never a reason to stop."""

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central.procedures import Import, Release, shipped_catalogue
from kiosk.central.store.database import database_at
from kiosk.clock import SystemClock, day_of
from kiosk.config.hub import CityAccess
from kiosk.hub.app import read_guide
from kiosk.hub.sync.catalogue import FILE, CityProcedures
from kiosk.hub.sync.enrolment import DeviceKey, Enrolment, write_enrolment
from kiosk.hub.usecases.guide import Guide
from tests.architecture.tree import ROOT
from tests.fakes.clock import FakeClock
from tests.fakes.real_central import RealCentral, make_real_central
from tests.fakes.small_centre import small_centre

BIRTH = "1.001193"
FOLDER = ROOT / "assets" / "catalogue"


@dataclass
class Ward:
    central: RealCentral
    folder: Path
    clock: FakeClock

    def opened(self) -> tuple[Guide, CityProcedures]:
        """As after a start."""
        guide, procedures = read_guide(FOLDER, small_centre(self.folder), self.clock)
        procedures.open()
        return guide, procedures

    def release(self, fee: str, day: int) -> None:
        now_ms = SystemClock().now_ms()
        catalogue = shipped_catalogue(FOLDER)
        given = Import(f"code,fee\n{BIRTH},{fee}".encode(), "phi.csv", "an")
        with closing(database_at(self.central.database)) as database:
            database.open()
            database.write_now(lambda tx: catalogue.take_in(tx, given, now_ms))
            version = database.read_now(lambda tx: tx.rows("procedures.draft", code=BIRTH))[0][4]
            assert database.write_now(lambda tx: catalogue.release(tx, Release(BIRTH, version, day, "an"), now_ms))


def fee(guide: Guide) -> str:
    shown = guide.show(BIRTH)
    assert shown is not None
    return shown.fee


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    central = make_real_central(tmp_path / "city", f"sqlite:///{tmp_path}/city/central.db")
    clock = FakeClock(SystemClock().now_ms())
    key = central.enrol(["phuong-thu"], clock.now_ms())["phuong-thu"]
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.secret))
    folder = tmp_path / "hub"
    folder.mkdir()
    write_enrolment(folder, Enrolment(central.url, key.device, "phuong-thu", DeviceKey(private)))
    central.start()
    yield Ward(central, folder, clock)
    if central.process is not None and central.process.poll() is None:
        central.kill()


def test_a_release_is_taken_up_without_a_restart_and_kept_for_the_next_one(ward: Ward) -> None:
    guide, procedures = ward.opened()
    shipped = fee(guide)
    procedures.look()
    assert fee(guide) == shipped
    ward.release("Không thu", day_of(ward.clock.now_ms()))
    procedures.look()
    assert fee(guide) == "Không thu"
    assert guide.find("khai sinh").hits[0].code == BIRTH
    ward.central.kill()
    again, procedures = ward.opened()
    procedures.look()
    assert fee(again) == "Không thu"


def test_a_version_of_tomorrow_holds_from_midnight_on_with_the_line_down(ward: Ward) -> None:
    tomorrow_ms = ward.clock.now_ms() + 24 * 3600 * 1000
    ward.release("Không thu", day_of(tomorrow_ms))
    guide, procedures = ward.opened()
    procedures.look()
    shipped = fee(guide)
    assert shipped != "Không thu"
    ward.central.kill()
    ward.clock.set(tomorrow_ms)
    procedures.look()
    assert fee(guide) == "Không thu"


@pytest.mark.parametrize("content", [b"", b"{", b'{"tag": "1", "procedures": [{"code": 1}]}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    guide, procedures = read_guide(FOLDER, small_centre(tmp_path), FakeClock())
    procedures.open()
    procedures.look()
    assert len(guide.everything()) == 43


def test_others_must_not_read_along(tmp_path: Path) -> None:
    key = DeviceKey(Ed25519PrivateKey.generate())
    write_enrolment(tmp_path, Enrolment("http://192.0.2.1:1", "d", "phuong-thu", key))
    given: list[int] = []
    procedures = CityProcedures(tmp_path, CityAccess(), FakeClock(), (), lambda _, day: given.append(day))
    procedures.open()
    procedures.look()
    assert len(given) == 1
