"""Backup and restore as the city's administrator does them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.central import command
from kiosk.central.centre_commands import opened_database
from kiosk.central.fleet.rollout import tick
from kiosk.central.ports import Transaction
from kiosk.central.store.backup import BackupFailed
from kiosk.central.store.database import database_at
from kiosk.cli import build_parser
from kiosk.errors import ConfigError


def central(*words: str) -> int:
    return command.run(build_parser("central").parse_args(["central", *words]))


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Of a city whose database is there."""
    path = tmp_path / "central.toml"
    path.write_text('city = { name = { vi = "Thành phố", en = "City" } }\n')
    central("centres", "import", str(one_centre(tmp_path)), "--config", str(path))
    return str(path)


def one_centre(folder: Path) -> Path:
    file = folder / "list.csv"
    file.write_text("code,name\n25747,Phường Thủ Dầu Một\n")
    return file


def test_a_backup_put_back_is_the_city_again(config: str, tmp_path: Path) -> None:
    assert central("backup", str(tmp_path / "backups"), "--config", config) == 0
    (backup,) = (tmp_path / "backups").iterdir()
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    assert central("restore", str(backup), "--config", config) == 0
    database = database_at(f"sqlite:///{tmp_path / 'data/central.db'}")
    database.open()
    try:
        assert [row[1] for row in database.read_now(lambda tx: tx.rows("fleet.centres"))] == ["25747"]
    finally:
        database.close()


def test_settings_of_a_city_that_was_put_back_are_newer_than_all_that_hubs_have_had(
    config: str, tmp_path: Path
) -> None:
    """They take no version twice, and what was given after the backup is not in it."""

    def version(change: Callable[[Transaction], object] = lambda _: None) -> int:
        with opened_database(Path(config)) as database:
            database.write_now(change)
            return int(database.read_now(lambda tx: tx.rows("rollout.changed", since=-1))[0][1])

    def give(tx: Transaction) -> None:
        centre = tx.rows("fleet.centres")[0][0]
        tx.run("rollout.set_pins", centre=centre, pins="{}", change_no=tick(tx))

    before = version(give)
    central("backup", str(tmp_path / "backups"), "--config", config)
    (backup,) = (tmp_path / "backups").iterdir()
    had = version(give)
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    central("restore", str(backup), "--config", config)
    assert version() > had > before


def test_only_the_newest_are_kept(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = [folder / f"central-2020010{day}-013000.sqlite" for day in range(1, 5)]
    for file in (*old, folder / "notes.txt"):
        file.write_text("kept by somebody")
    assert central("backup", str(folder), "--keep", "3", "--config", config) == 0
    left = sorted(os.listdir(folder))
    assert left[:2] == ["central-20200103-013000.sqlite", "central-20200104-013000.sqlite"]
    assert len(left) == 4, "with the new one and what is no backup"
    assert "central-20200101-013000.sqlite taken away" in capsys.readouterr().out


def test_a_running_city_is_not_overwritten(config: str, tmp_path: Path) -> None:
    central("backup", str(tmp_path / "backups"), "--config", config)
    (backup,) = (tmp_path / "backups").iterdir()
    with pytest.raises(BackupFailed, match="exists already"):
        central("restore", str(backup), "--config", config)


def test_a_number_that_makes_no_sense_is_refused_before_anything_is_written(config: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--keep"):
        central("backup", str(tmp_path / "backups"), "--keep", "-1", "--config", config)
    assert not (tmp_path / "backups").exists()
