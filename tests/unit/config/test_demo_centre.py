"""The demonstration centre is what its sources say, complete and with plain words."""

import importlib.util
import json
import tomllib
from pathlib import Path

from kiosk.config import HubConfig, load_hub_config, load_touch_config

ROOT = Path(__file__).parent.parent.parent.parent
CATALOGUE = json.loads((ROOT / "assets/catalogue/procedures.json").read_text())
CONFIDENCE = set(CATALOGUE["about"]["confidence"])
SOURCES = set(CATALOGUE["about"]["sources"])


def centre() -> HubConfig:
    return load_hub_config(ROOT / "assets/demo/hub.toml")


def test_the_file_is_made_from_its_sources() -> None:
    spec = importlib.util.spec_from_file_location("demo_centre", ROOT / ".setup/demo_centre.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (ROOT / "assets/demo/hub.toml").read_text() == maker.hub_toml(), "run .setup/demo_centre.py"


def test_every_procedure_of_the_catalogue_is_a_service_once() -> None:
    codes = [code for service in centre().services for code in service.procedures]
    assert sorted(codes) == sorted(procedure["code"]["value"] for procedure in CATALOGUE["procedures"])


def test_every_fact_of_the_catalogue_names_its_confidence_and_source() -> None:
    for procedure in CATALOGUE["procedures"]:
        for name in ("code", "time", "fee", "papers", "online_level"):
            fact = procedure[name]
            assert fact["confidence"] in CONFIDENCE, (procedure["name"], name)
            assert fact["sources"], (procedure["name"], name)
            assert set(fact["sources"]) <= SOURCES, (procedure["name"], name)


def test_names_are_short_enough_to_be_read_at_a_glance() -> None:
    assert [service.name.vi for service in centre().services if len(service.name.vi) > 44] == []


def test_icons_exist() -> None:
    icons = tomllib.loads((ROOT / "assets/icons/icons.toml").read_text())
    config = centre()
    assert {each.icon for each in (*config.fields, *config.priority_groups)} <= icons.keys()


def test_all_four_kinds_of_displays_are_there_and_three_share_a_line() -> None:
    devices = centre().devices
    assert {device.kind for device in devices} == {
        "display.modbus",
        "display.dmd",
        "display.cd5220",
        "display.frame",
    }
    assert sum(device.port == devices[0].port for device in devices) == 3


def test_the_kiosk_has_a_printer_a_scanner_and_a_camera() -> None:
    touch = load_touch_config(ROOT / "assets/demo/touch.toml")
    assert {device.kind for device in touch.devices} == {
        "printer.escpos",
        "scanner.serial",
        "camera.simulated",
        "document.simulated",
        "document.sane",
    }
