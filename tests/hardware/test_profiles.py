"""Profiles are data for people: each key is documented, each file fits its driver."""

import re
from pathlib import Path

import msgspec
import pytest

from hardware.display import frame
from hardware.display.cd5220 import Cd5220Profile
from hardware.display.dmd import DmdProfile
from hardware.display.modbus import ModbusProfile
from hardware.printer.profile import PrinterProfile
from hardware.profiles import Line, Profile, load
from hardware.scanner.decoder import ScannerProfile

FOLDER = Path(__file__).parents[2] / "hardware" / "profiles"
KINDS: dict[str, type[Profile]] = {
    "display.modbus": ModbusProfile,
    "display.dmd": DmdProfile,
    "display.cd5220": Cd5220Profile,
    "display.frame": frame.FrameProfile,
    "scanner.serial": ScannerProfile,
    "": PrinterProfile,
}
PARTS = (frame.Fixed, frame.Address, frame.Number, frame.TextPart, frame.Length, frame.Check)


@pytest.mark.parametrize("struct", [*KINDS.values(), *PARTS, Line], ids=lambda struct: struct.__name__)
def test_every_key_of_a_profile_is_documented(struct: type[msgspec.Struct]) -> None:
    documented = set(re.findall(r"`(\w+)`", (FOLDER / "README.md").read_text("utf-8"))) | {"line"}
    assert {field.encode_name for field in msgspec.structs.fields(struct)} <= documented


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_profile_that_ships_fits_its_driver_and_names_its_source(path: Path) -> None:
    kind = str(msgspec.toml.decode(path.read_bytes()).get("kind", ""))
    profile = load(path.stem, KINDS[kind])
    assert getattr(profile, "source", "")
    assert getattr(profile, "title", "")
