"""Backup and restore as the city's administrator does them."""

import os
from pathlib import Path

import pytest

from kiosk.central import command
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
