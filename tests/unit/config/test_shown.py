"""What a machine goes by is told value by value, with who said it, and looking changes nothing."""

import shutil
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.config.kept import Disk, KeptSettings
from kiosk.config.signed import Remembered
from tests.fakes.signed_settings import Signer

DEMO = Path(__file__).parents[3] / "assets" / "demo"
NOW_MS = 1_795_000_000_000
LAYERS = [
    {"name": "city", "tree": {"warning": {"threshold_min": 20}, "kiosk": {"idle": {"warn_after_s": 45}}}},
    {"name": "centre phuong-thu", "tree": {"texts": {"announcement": {"vi": "Nghỉ chiều", "en": "No afternoon"}}}},
    {"name": "kiosk kiosk-1", "tree": {"kiosks": [{"id": "kiosk-1", "theme": {"palette": "red"}}]}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("hub", "touch"):
        text = (DEMO / f"{name}.toml").read_text()
        lines = [line for line in text.splitlines() if not line.startswith("data =")]
        (tmp_path / f"{name}.toml").write_text("\n".join(['data = "kept"', *lines]))
    return tmp_path


def take_up(folder: Path) -> None:
    signer, kept = Signer(NOW_MS), KeptSettings(folder / "kept")
    kept.pin(signer.pinned())
    kept.begin_trial(signer.document(7, {"layers": LAYERS}), Remembered(version=7))


def shown(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["config", "show", "--config", str(folder / f"{name}.toml")]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_hub_says_who_said_each_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take_up(folder)
    lines = shown(folder, "hub", capsys)
    assert lines[0] == "settings 7, on trial"
    assert "warning.threshold_min = 20  [city]" in lines
    assert 'texts.announcement.vi = "Nghỉ chiều"  [centre phuong-thu]' in lines
    assert "warning.early_min = 5  [default]" in lines
    assert any(line.startswith("services[") and line.endswith("[own]") for line in lines)
    assert not any(line.startswith("kiosk") for line in lines)


def test_a_kiosk_says_who_said_each_value(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take_up(folder)
    lines = shown(folder, "touch", capsys)
    assert "idle.warn_after_s = 45  [city]" in lines
    assert 'theme.palette = "red"  [kiosk kiosk-1]' in lines
    assert any(line.startswith("devices[printer]") and line.endswith("[own]") for line in lines)


def test_without_settings_of_the_city_the_own_file_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(folder, "hub", capsys)[0] == "own file alone"


def test_looking_sweeps_nothing_away_that_the_program_is_about_to_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_up(folder)
    coming = folder / "kept" / "settings.8.json"
    Disk().write(coming, b"{}")
    shown(folder, "hub", capsys)
    assert coming.exists()


def test_settings_that_cannot_be_read_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take_up(folder)
    shutil.copy(folder / "kept" / "settings.roots", folder / "kept" / "settings.7.json")
    assert main(["config", "show", "--config", str(folder / "hub.toml")]) == 2
    assert "settings 7 cannot be used" in capsys.readouterr().err
