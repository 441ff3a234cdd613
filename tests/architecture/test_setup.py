"""The set-up: pinned without host names, plain where it needs root, and quick when there is nothing to do."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LOCKS = [ROOT / ".setup/dev.lock", ROOT / ".setup/runtime.lock"]


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_root_the_exact_command_is_said(tmp_path: Path) -> None:
    """Stand-ins for id, sudo and dpkg-query: an ordinary user of a machine with no packages and no sudo."""
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "sudo", "exit 1")
    program(tmp_path, "dpkg-query", "exit 1")
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(ROOT / ".setup/setup.sh")],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
    )
    packages = [
        line.split()[0] for line in (ROOT / ".setup/system-packages.txt").read_text().splitlines() if line[0] != "#"
    ]
    assert done.returncode == 3
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)
    assert command in done.stdout


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_pin_versions_with_hashes_and_name_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    pins = re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)


def test_what_runs_is_part_of_what_is_tested() -> None:
    runtime, dev = (set(re.findall(r"^([a-z0-9._-]+==\S+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS[::-1])
    assert runtime <= dev


def test_every_system_package_has_its_reason() -> None:
    lines = (ROOT / ".setup/system-packages.txt").read_text().splitlines()
    assert [line for line in lines if line and "#" not in line] == []
