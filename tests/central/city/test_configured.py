"""What ``central.toml`` says of the city's system and of messages to citizens, in a real worker."""

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests

from kiosk.central.app import build_app
from kiosk.clock import SystemClock
from kiosk.config import load_central_config
from kiosk.errors import ConfigError
from kiosk.fleet.keys import DeviceKey, Signer
from tests.central.dossiers.conftest import NAME, NUMBER, PHONE
from tests.fakes.clock import FakeClock
from tests.fakes.portal import FakePortal
from tests.fakes.real_central import make_real_central
from tests.fakes.smsc import FakeSmsc

CITY = 'city = { name = { vi = "Thành phố", en = "City" } }\n'
KEY = '[dossiers]\nkey_file = "key"\n'
FOLDER = '[dossiers.exchange.folder]\npath = "trao-doi"\n'
PORTAL = """[dossiers.exchange.portal]
url = "{url}"
user = "kiosk"
password_file = "portal.txt"
dstcode = "VN:GOV:TEST"
agency = "H29"
limit_s = 2
"""


def put_key(folder: Path) -> None:
    (folder / "key").write_bytes(os.urandom(32))
    (folder / "key").chmod(0o600)


def written(folder: Path, *sections: str) -> Path:
    path = folder / "central.toml"
    path.write_text("".join((CITY, *sections)))
    put_key(folder)
    return path


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline


def readers(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM change_reader").fetchone()[0])


def submit(url: str, key: DeviceKey) -> None:
    applicant = {"full_name": NAME, "personal_id": NUMBER, "phone": PHONE}
    message = {
        "code": "H29-261122-0001",
        "secret": "34679C",
        "procedure": "1.004873",
        "handled_by": "25747",
        "submitted_ms": SystemClock().now_ms(),
        "applicant": applicant,
        "contact": {"sms": True},
    }
    body = json.dumps(message).encode()
    headers = Signer(key).headers("/v1/dossiers/submit", body, SystemClock().now_ms())
    answer = requests.post(f"{url}/v1/dossiers/submit", data=body, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text


def test_files_are_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    notice = '[dossiers.notice]\nsms_url_file = "sms.txt"\nemail_url_file = "mail.txt"\nhours = "08:00-17:00"\n'
    statuses = '[dossiers.exchange]\nreconcile_hour = 20\nstatuses = { "Đã trình" = 4 }\n'
    path = written(tmp_path, KEY, statuses, FOLDER, PORTAL.format(url="https://dvc.example.vn"), notice)
    section = load_central_config(path).dossiers
    assert section.exchange.folder is not None
    assert section.exchange.portal is not None
    assert section.exchange.folder.path == tmp_path / "trao-doi"
    assert section.exchange.portal.password_file == tmp_path / "portal.txt"
    assert (section.notice.sms_url_file, section.notice.email_url_file) == (tmp_path / "sms.txt", tmp_path / "mail.txt")


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ((KEY, PORTAL.format(url="http://dvc.example.vn")), "https"),
        ((FOLDER,), "key_file"),
        ((KEY, '[dossiers.exchange]\nstatuses = { "Đã trình" = 11 }\n'), "statuses"),
        ((KEY, '[dossiers.notice]\nhours = "25:00-26:00"\n'), "hours"),
        ((KEY, FOLDER + 'format = "xml"\n'), "format"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(tmp_path: Path, sections: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load_central_config(written(tmp_path, *sections))


def test_a_password_that_cannot_be_read_is_refused_at_the_start(tmp_path: Path) -> None:
    config = load_central_config(written(tmp_path, KEY, PORTAL.format(url="https://dvc.example.vn")))
    with pytest.raises(ConfigError, match="password_file"):
        build_app(config, FakeClock())


def test_a_worker_tells_folder_portal_and_citizen_of_a_submission(tmp_path: Path) -> None:
    with FakePortal() as portal, FakeSmsc() as smsc:
        notice = '[dossiers.notice]\nsms_url_file = "sms.txt"\nhours = "00:00-24:00"\ndelay_s = 0\n'
        more = "".join((KEY, FOLDER, PORTAL.format(url=portal.url), notice))
        central = make_real_central(tmp_path / "city", f"sqlite:///{tmp_path}/central.db", more=more)
        put_key(central.folder)
        (central.folder / "portal.txt").write_text(portal.password + "\n")
        (central.folder / "sms.txt").write_text(f"smpp://kiosk:{smsc.password}@127.0.0.1:{smsc.port}/UBND/{{to}}\n")
        key = central.enrol(["25747"], SystemClock().now_ms())["25747"]
        central.start()
        try:
            until(lambda: readers(tmp_path / "central.db") == 3)
            submit(central.url, key)
            taken = smsc.next()
            until(lambda: bool(portal.dossiers) and len(list(central.folder.glob("trao-doi/out/*.json"))) == 1)
        finally:
            central.stop()
    assert taken.text.startswith("Ho so H29-261122-0001: da gui")
    (file,) = central.folder.glob("trao-doi/out/*.json")
    assert json.loads(file.read_bytes())["HoSo"]["MaHoSo"] == "H29-261122-0001"
    assert list(portal.dossiers) == ["H29-261122-0001"]
    assert portal.password not in central.log()
