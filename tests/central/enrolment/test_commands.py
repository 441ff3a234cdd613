"""What the city's administrator does from a shell."""

from pathlib import Path

import pytest

from kiosk.central import command
from kiosk.central.centre_commands import read_centres
from kiosk.central.store.database import database_at
from kiosk.cli import build_parser
from kiosk.config import load_central_config
from kiosk.errors import ConfigError
from tests.architecture.tree import ROOT

UNITS = ROOT / "assets/units/hcmc.csv"


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "central.toml"
    path.write_text('city = { name = { vi = "Thành phố", en = "City" } }\n')
    return str(path)


def central(*words: str) -> int:
    return command.run(build_parser("central").parse_args(["central", *words]))


def rows(config: str, query: str) -> list[tuple[object, ...]]:
    database = database_at(load_central_config(Path(config)).database)
    database.open()
    try:
        return database.read_now(lambda tx: tx.rows(query))
    finally:
        database.close()


def test_the_units_of_the_city_are_imported_once(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert central("centres", "import", str(UNITS), "--config", config) == 0
    assert capsys.readouterr().out.splitlines() == ["168 new centres, 0 known ones", "0 new centres, 168 known ones"]
    centres = rows(config, "fleet.centres")
    assert len(centres) == 168
    assert ("Phường Thủ Dầu Một", "Thu Dau Mot Ward") in {row[2:4] for row in centres}
    assert ("Đặc khu Côn Đảo", "Con Dao Special Zone") in {row[2:4] for row in centres}
    assert len({row[5:] for row in centres}) == 168, "each has a place of its own on the map"


def test_a_new_list_changes_names_and_keeps_numbers(config: str, tmp_path: Path) -> None:
    for name in ("Phường Cũ", "Phường Mới"):
        (tmp_path / "list.csv").write_text(f"code,name,group,grid_x,grid_y\n1,{name},dong,3,4\n")
        central("centres", "import", str(tmp_path / "list.csv"), "--config", config)
    assert rows(config, "fleet.centres") == [(1, "1", "Phường Mới", "Moi Ward", "dong", 3, 4)]
    assert rows(config, "fleet.groups") == [("dong", "dong", "dong")]


def test_a_code_is_printed_for_each_centre_that_exists(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    central("centres", "import", str(UNITS), "--config", config)
    capsys.readouterr()
    assert central("enrol", "25747", "--config", config) == 0
    centre, code = capsys.readouterr().out.split()
    assert centre == "25747"
    assert len(code) == 14
    assert central("enrol", "4711", "--config", config) == 1
    assert central("enrol", "--all", "--config", config) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 168


def test_an_unknown_device_cannot_be_revoked(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert central("revoke", "d-4711", "--config", config) == 1
    assert "no such device" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code\n1\n",
        "code,name,colour\n1,a,red\n",
        "code,name\n1,\n",
        "code,name\n1,a\n1,b\n",
        "code,name,grid_x,grid_y\n1,a,3,\n",
        "code,name,grid_x,grid_y\n1,a,three,4\n",
        "code,name\n1,a,b\n",
        'code,name\n1,"a\n',
        "code,name\n",
    ],
)
def test_a_list_that_is_wrong_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"list\.csv"):
        read_centres(path)


@pytest.mark.parametrize(
    ("more", "is_fine"),
    [
        ('listen = { host = "127.0.0.1" }', True),
        ('listen = { host = "::1" }', True),
        ('listen = { host = "10.0.0.7" }', False),
        ('listen = { host = "0.0.0.0", public_url = "https://x.vn" }', False),
        ('listen = { host = "10.0.0.7" }\nallow_plain_http = true', True),
        ('listen = { host = "0.0.0.0" }\nallow_plain_http = true', False),
        ('listen = { host = "10.0.0.7" }\ntls = { certificate = "c.pem", key = "k.pem" }', True),
    ],
)
def test_plain_http_only_here_or_when_said_so(tmp_path: Path, more: str, is_fine: bool) -> None:
    path = tmp_path / "central.toml"
    path.write_text(f'city = {{ name = {{ vi = "Thành phố", en = "City" }} }}\n{more}\n')
    if is_fine:
        load_central_config(path)
    else:
        with pytest.raises(ConfigError, match="listen"):
            load_central_config(path)


def test_files_are_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "central.toml"
    path.write_text('city = { name = { vi = "a", en = "b" } }\ntls = { certificate = "c.pem", key = "/k.pem" }\n')
    config = load_central_config(path)
    assert config.database == f"sqlite:///{tmp_path}/data/central.db"
    assert config.tls is not None
    assert (config.tls.certificate, config.tls.key) == (tmp_path / "c.pem", Path("/k.pem"))
