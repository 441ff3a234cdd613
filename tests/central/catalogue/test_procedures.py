"""Versions of procedures at central, on SQLite and on PostgreSQL: drafts, a review, and what hubs are given."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.central import command
from kiosk.central.procedures import Catalogue, Import, Release, shipped_catalogue
from kiosk.cli import build_parser
from kiosk.dossier.procedures import Procedure
from kiosk.errors import ConfigError
from kiosk.wire.catalogue_api import CityCatalogue
from tests.architecture.tree import ROOT
from tests.central.conftest import RunningCentral, SigningDevice

BIRTH, DEATH = "1.001193", "1.000656"
TODAY, TOMORROW = 20261123, 20261124
CATALOGUE = shipped_catalogue(ROOT / "assets" / "catalogue")


def lines(*rows: str) -> bytes:
    return "\n".join(("code,fee", *rows)).encode()


class Office:
    """An admin's desk."""

    def __init__(self, central: RunningCentral, catalogue: Catalogue = CATALOGUE) -> None:
        self.central, self.catalogue = central, catalogue

    def take_in(self, content: bytes) -> tuple[int, int, int]:
        given, now_ms = Import(content, "phi.csv", "an"), self.central.clock.now_ms()
        taken = self.central.central.database.write_now(lambda tx: self.catalogue.take_in(tx, given, now_ms))
        return taken.drafts, taken.same, len(taken.not_read)

    def drafts(self) -> list[tuple[str, int, list[str]]]:
        now_ms = self.central.clock.now_ms()
        drafts = self.central.central.database.read_now(lambda tx: self.catalogue.drafts(tx, now_ms))
        return [(each.procedure.key, each.version, [change.part for change in each.differences]) for each in drafts]

    def release(self, version: int = 1, day: int = TODAY, code: str = BIRTH, confirmed: tuple[str, ...] = ()) -> bool:
        wanted, now_ms = Release(code, version, day, "an", confirmed), self.central.clock.now_ms()
        return self.central.central.database.write_now(lambda tx: self.catalogue.release(tx, wanted, now_ms))

    def held(self) -> dict[str, Procedure]:
        now_ms = self.central.clock.now_ms()
        return self.central.central.database.read_now(lambda tx: self.catalogue.in_force(tx, now_ms))


@pytest.fixture
def office(central: RunningCentral) -> Office:
    return Office(central)


def ask(central: RunningCentral, device: SigningDevice, tag: str = "") -> CityCatalogue:
    body = msgspec.json.encode({"tag": tag})
    headers = device.headers("/v1/procedures", body, central.clock.now_ms())
    answer = central.client.post("/v1/procedures", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=CityCatalogue)


def test_what_differs_is_a_draft_and_what_does_not_is_none(office: Office) -> None:
    same = office.held()[DEATH].fee.value.text
    assert office.take_in(lines(f"{BIRTH},Không thu", f'{DEATH},"{same}"', "x,1")) == (1, 1, 1)
    assert office.drafts() == [(BIRTH, 1, ["fee"])]


def test_a_draft_is_shown_to_nobody_before_its_release(office: Office, central: RunningCentral) -> None:
    office.take_in(lines(f"{BIRTH},Không thu"))
    assert ask(central, central.enrolled()).procedures == []
    assert office.held()[BIRTH] == CATALOGUE.shipped[0]


def test_hubs_get_what_was_released_once_and_again_when_it_changes(office: Office, central: RunningCentral) -> None:
    device = central.enrolled()
    first = ask(central, device)
    office.take_in(lines(f"{BIRTH},Không thu"))
    assert office.release(confirmed=("fee",))
    given = ask(central, device, first.tag)
    assert given.procedures is not None
    (version,) = given.procedures
    assert (version.fee.value.text, version.reviewed_by, version.effective_from) == ("Không thu", "an", TODAY)
    assert version.fee.is_sure
    assert ask(central, device, given.tag).procedures is None


def test_a_version_holds_from_its_day_on_and_the_older_one_until_then(office: Office, central: RunningCentral) -> None:
    office.take_in(lines(f"{BIRTH},Không thu"))
    office.release(day=TOMORROW)
    assert office.held()[BIRTH].fee.value.text != "Không thu"
    central.clock.advance(24 * 3600 * 1000)
    assert office.held()[BIRTH].fee.value.text == "Không thu"


def test_a_newer_draft_takes_the_place_of_the_older_one_which_cannot_be_released_any_more(office: Office) -> None:
    office.take_in(lines(f"{BIRTH},Không thu"))
    office.take_in(lines(f"{BIRTH},5.000 đồng"))
    assert office.drafts() == [(BIRTH, 2, ["fee"])]
    assert not office.release(version=1)
    assert office.release(version=2)
    assert office.held()[BIRTH].fee.value.text == "5.000 đồng"
    assert not office.release(version=2)


def test_versions_are_kept(office: Office, central: RunningCentral) -> None:
    for fee in ("1", "2", "3"):
        office.take_in(lines(f"{BIRTH},{fee} đồng"))
        central.clock.advance(1000)
    office.release(version=3)
    states = [(row[0], row[1]) for row in central.rows("procedures.versions", code=BIRTH)]
    assert states == [(3, 1), (2, 2), (1, 2)]


def test_the_whole_catalogue_of_a_city_is_taken_in_and_given(office: Office, central: RunningCentral) -> None:
    birth = msgspec.to_builtins(CATALOGUE.shipped[0])
    city: list[dict[str, Any]] = []
    for number in range(2251):
        code = {"value": f"7.{number:06d}", "confidence": "verified"}
        city.append(birth | {"code": code, "name": f"Thủ tục số {number}"})
    assert office.take_in(json.dumps({"procedures": city}).encode()) == (2251, 0, 0)
    now_ms = central.clock.now_ms()

    def release_all(tx: Any) -> int:
        codes = [row["code"]["value"] for row in city]
        return sum(CATALOGUE.release(tx, Release(code, 1, TODAY, "an"), now_ms) for code in codes)

    assert central.central.database.write_now(release_all) == 2251
    given = ask(central, central.enrolled()).procedures
    assert given is not None
    assert len(given) == 2251


@pytest.mark.parametrize("body", [b"", b"{", b'{"tag": 5}', b'{"tag": "' + b"x" * 100 + b'"}'])
def test_a_question_of_nonsense_is_refused(central: RunningCentral, body: bytes) -> None:
    device = central.enrolled()
    headers = device.headers("/v1/procedures", body, central.clock.now_ms())
    assert central.client.post("/v1/procedures", content=body, headers=headers).status_code == 400


def test_who_is_not_enrolled_gets_nothing(central: RunningCentral) -> None:
    assert central.client.post("/v1/procedures", content=b"{}").status_code == 403


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "central.toml"
    path.write_text('city = { name = { vi = "Thành phố", en = "City" } }\n')
    return str(path)


def shell(*words: str) -> int:
    return command.run(build_parser("central").parse_args(["central", "procedures", *words]))


def test_an_admin_does_it_from_a_shell(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "phi.csv"
    file.write_bytes(lines(f"{BIRTH},Không thu", f"{DEATH},Không thu", "x,1"))
    who = ("--by", "an", "--config", config)
    assert shell("import", str(file), *who) == 1
    assert "line 4" in capsys.readouterr().out
    assert shell("list", "--config", config) == 0
    assert "-> Không thu" in capsys.readouterr().out
    assert shell("release", BIRTH, "--from", "2026-12-01", "--confirm", "fee", *who) == 0
    assert shell("reject", DEATH, *who) == 0
    assert shell("reject", DEATH, *who) == 1
    assert "holds from 20261201" in capsys.readouterr().out
    shell("list", "--config", config)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("release", BIRTH), "there is no draft"),
        (("release", BIRTH, "--from", "soon"), "such as 2026-07-01"),
        (("import", "nowhere.csv"), "cannot be read"),
    ],
)
def test_a_wrong_command_is_refused_in_words(config: str, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        shell(*words, "--by", "an", "--config", config)
