"""README, --help and the configuration reference say what the code does; a setting that is not documented fails."""

import re
import subprocess
import tomllib
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

import kiosk
from kiosk.cli import COMMANDS
from kiosk.config import CentralConfig, HubConfig, TouchConfig
from kiosk.demo.processes import kiosk_command
from kiosk.wire.common import Text
from tests.architecture.tree import ROOT

README = (ROOT / "README.md").read_text()


def keys(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Every key of a configuration file, e.g. ``hours.week.days``."""
    hints = typing.get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        inner = section_in(hints[field.name])
        if inner is None or inner is Text:
            yield prefix + field.encode_name
        else:
            yield from keys(inner, f"{prefix}{field.encode_name}.")


def section_in(annotation: Any) -> type[msgspec.Struct] | None:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next((found for inner in typing.get_args(annotation) if (found := section_in(inner))), None)


def section(title: str) -> str:
    _, _, rest = README.partition(f"\n### {title}\n")
    return re.split(r"\n##+ ", rest)[0]


FILES = (("central.toml", CentralConfig), ("hub.toml", HubConfig), ("touch.toml", TouchConfig))


@pytest.mark.parametrize(("title", "kind"), FILES)
def test_every_setting_is_documented_and_every_documented_setting_exists(
    title: str, kind: type[msgspec.Struct]
) -> None:
    documented = re.findall(r"^\| `([a-z_.]+)` \|", section(title), re.MULTILINE)
    assert sorted(documented) == sorted(keys(kind))


def test_documented_defaults_are_those_of_the_code() -> None:
    """Numbers said to be a default, compared with the sections' own."""
    for title, kind in FILES:
        for key, default in re.findall(r"^\| `([a-z_.]+)` \|.*default (\d+)[;. ]", section(title), re.MULTILINE):
            assert float(default) == default_of(kind, key), key


def default_of(kind: type[msgspec.Struct], key: str) -> Any:
    *path, name = key.split(".")
    for part in path:
        inner = section_in(typing.get_type_hints(kind)[part])
        assert inner is not None
        kind = inner
    return next(field.default for field in msgspec.structs.fields(kind) if field.encode_name == name)


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    documented = {word for line in README.splitlines() for word in re.findall(r"`kiosk ([a-z-]+)", line)}
    assert documented == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = subprocess.run(kiosk_command(name, "--help"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: kiosk {name}")


def test_a_wrong_command_says_which_there_are() -> None:
    done = subprocess.run(kiosk_command("fly"), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert all(name in done.stderr for name in COMMANDS)


def test_files_and_pictures_that_the_readme_names_exist() -> None:
    names = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(
        r"`((?:assets|systemd|hardware|kiosk|\.setup)/[\w./-]+)`", README
    )
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_make_targets_that_the_readme_names_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


def test_the_wrong_configuration_is_told_without_a_trace(tmp_path: Any) -> None:
    config = tmp_path / "hub.toml"
    config.write_text("colour = 1\n")
    done = subprocess.run(
        kiosk_command("hub", "--config", str(config)), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "hub.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_map_of_the_package_draws_the_layers_that_are_checked() -> None:
    """``kiosk/__init__.py`` is what a newcomer reads first; the contract is what import-linter checks."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    drawn = re.findall(r"^    (cli .*\n(?:        > .*\n)*)", kiosk.__doc__ or "", re.MULTILINE)[0]
    drawn_layers = [layer.split(" | ") for layer in " ".join(drawn.split()).split(" > ")]
    checked = [[name.strip(" ()") for name in layer.split("|")] for layer in contract if layer != "__main__"]
    short = [[name for name in layer if not name.endswith(("_command", "_commands", "_log"))] for layer in checked]
    assert [sorted(layer) for layer in drawn_layers] == [sorted(layer) for layer in short if layer]
