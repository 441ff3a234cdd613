"""The units are valid, hardened and start what exists."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli import build_parser
from kiosk.config import load_touch_config
from kiosk.errors import FolderInUse
from tests.architecture.tree import ROOT

UNITS = sorted((ROOT / "systemd").glob("*.service"))
BACKUP = ROOT / "systemd/kiosk-central-backup.service"
ANALYZE = shutil.which("systemd-analyze")


def settings(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*(?:\\\n.*)*)$", unit.read_text(), re.MULTILINE)


def programs() -> list[Path]:
    """What runs all day, and is ours."""
    return [ROOT / f"systemd/kiosk-{name}.service" for name in ("hub", "touch", "central")]


def test_our_programs_report_ready_and_alive() -> None:
    for unit in programs():
        assert settings(unit, "Type") == ["notify"]
        assert settings(unit, "WatchdogSec") == ["15"]
        assert settings(unit, "Restart") == ["always"]


def test_a_unit_starts_a_command_that_exists() -> None:
    for unit in [*programs(), BACKUP]:
        (start,) = settings(unit, "ExecStart")
        program, *words = start.split()
        assert program == "/opt/kiosk/venv/bin/kiosk"
        parser = build_parser(words[0])
        assert str(parser.parse_args(words).config).startswith("/etc/kiosk/")


def test_a_hub_whose_folder_another_hub_has_is_not_started_again() -> None:
    assert settings(ROOT / "systemd/kiosk-hub.service", "RestartPreventExitStatus") == [str(FolderInUse.exit_code)]


def test_what_the_city_sends_is_kept_where_the_unit_may_write_and_a_command_finds_it(tmp_path: Path) -> None:
    """The touch app goes by ``StateDirectory``; ``kiosk config show`` in a terminal by the file that is provided."""
    (folder,) = settings(ROOT / "systemd/kiosk-touch.service", "StateDirectory")
    script = (ROOT / "systemd/provision.sh").read_text()
    (edit,) = re.findall(r"sed ('[^']*') assets/demo/touch.toml", script)
    example = tmp_path / "touch.toml"
    made = subprocess.run(
        ["sh", "-c", f"sed {edit} assets/demo/touch.toml"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    example.write_text(made.stdout)
    assert load_touch_config(example).data == Path("/var/lib") / folder


def test_every_unit_belongs_to_the_target_and_never_gives_up() -> None:
    """The backup runs once a night, by its timer."""
    for unit in UNITS:
        if unit == BACKUP:
            continue
        assert settings(unit, "PartOf") == ["kiosk.target"], unit.name
        assert settings(unit, "WantedBy") == ["kiosk.target"], unit.name
        assert settings(unit, "StartLimitIntervalSec") == ["0"], unit.name


@pytest.mark.parametrize("script", [ROOT / "systemd/provision.sh", ROOT / ".setup/setup.sh", ROOT / ".ci/run"])
def test_scripts_are_plain_shell_and_executable(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert script.stat().st_mode & 0o111


if ANALYZE:  # part of systemd, which a container may lack

    def test_the_units_pass_systemd_analyze_verify(tmp_path: Path) -> None:
        """The programs are replaced by one that exists here; everything else is verified as shipped."""
        for unit in [*UNITS, *(ROOT / "systemd").glob("*.t[ai][rm]*")]:
            text = re.sub(r"^(ExecStart(?:Pre)?)=\S+", rf"\1={sys.executable}", unit.read_text(), flags=re.MULTILINE)
            (tmp_path / unit.name).write_text(text.replace("file:///opt/kiosk/app/README.md", "man:systemd(1)"))
        command = [ANALYZE, "verify", "--man=no", "--recursive-errors=no", *map(str, sorted(tmp_path.iterdir()))]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        ours = [line for line in (result.stderr + result.stdout).split("\n") if "kiosk" in line]
        assert ours == []

    @pytest.mark.parametrize("name", ["hub", "central", "central-backup"])
    def test_hub_and_central_are_hardened_to_an_exposure_of_1_5_or_less(name: str) -> None:
        assert exposure(ROOT / f"systemd/kiosk-{name}.service") <= 1.5

    def test_the_touch_screen_is_hardened_to_an_exposure_of_2_or_less() -> None:
        assert exposure(ROOT / "systemd/kiosk-touch.service") <= 2.0


def exposure(unit: Path) -> float:
    command = [str(ANALYZE), "security", "--no-pager", "--offline=yes", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert found, said
    return float(found[1])
