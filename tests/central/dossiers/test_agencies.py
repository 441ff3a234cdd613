"""One agency code belongs to one centre: at the enrolment, when a hub asks, and when it submits."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.central import command
from kiosk.central.dossiers.agencies import move_agency
from kiosk.cli import build_parser
from kiosk.errors import ConfigError
from tests.central.conftest import CENTRES, RunningCentral, SigningDevice
from tests.central.dossiers.conftest import Ward

AGENCY = "000.00.01.H29"


def ask_to_enrol(central: RunningCentral, code: str, **more: Any) -> tuple[int, str]:
    answer = central.ask_to_enrol(SigningDevice(), code, **more)
    return answer.status_code, answer.json().get("error", "")


def test_a_second_centre_with_the_same_agency_is_not_enrolled_and_its_code_stays_good(central: RunningCentral) -> None:
    assert ask_to_enrol(central, central.code(CENTRES[0]), agency=AGENCY) == (200, "")
    code = central.code(CENTRES[1])
    assert ask_to_enrol(central, code, agency=AGENCY) == (409, "agency_taken")
    assert ask_to_enrol(central, code, agency="000.00.02.H29") == (200, "")
    assert ask_to_enrol(central, central.code(CENTRES[0]), agency=AGENCY) == (200, ""), "another device of the first"


def test_a_code_that_is_no_good_claims_nothing(central: RunningCentral) -> None:
    assert ask_to_enrol(central, "AAAA-BBBB-CCCC", agency=AGENCY)[0] == 403
    assert ask_to_enrol(central, central.code(CENTRES[1]), agency=AGENCY) == (200, "")


def test_the_first_who_asks_has_it_and_the_second_is_told_whose_it_is(ward: Ward, central: RunningCentral) -> None:
    other = Ward(central, CENTRES[1])
    assert ward.post("agency", agency=AGENCY).json() == {"taken_by": None}
    assert ward.post("agency", agency=AGENCY).json() == {"taken_by": None}
    said = other.post("agency", agency=AGENCY).json()["taken_by"]
    assert said["vi"] == f"Phường {CENTRES[0]}"
    taken = other.post("submit", **other.submission(code=f"{AGENCY}-261123-0001"))
    assert (taken.status_code, taken.json()["error"]) == (409, "agency_taken")
    assert said["vi"] in taken.json()["message"]["vi"]
    assert ward.post("submit", **ward.submission(code=f"{AGENCY}-261123-0001")).status_code == 200


def test_an_administrator_moves_it(ward: Ward, central: RunningCentral) -> None:
    other = Ward(central, CENTRES[1])
    ward.post("agency", agency=AGENCY)
    database, now_ms = central.central.database, central.clock.now_ms()
    assert not database.write_now(lambda tx: move_agency(tx, "nowhere", AGENCY, now_ms))
    assert database.write_now(lambda tx: move_agency(tx, CENTRES[1], AGENCY, now_ms))
    assert other.post("agency", agency=AGENCY).json() == {"taken_by": None}
    assert ward.post("agency", agency=AGENCY).json()["taken_by"] is not None


@pytest.mark.parametrize("agency", ["", "h29", "H29-1", "H29\n", "x" * 80])
def test_what_is_no_agency_is_refused(ward: Ward, agency: str) -> None:
    assert ward.post("agency", agency=agency).status_code == 400


def test_an_administrator_moves_it_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml, centres = tmp_path / "central.toml", tmp_path / "list.csv"
    toml.write_text('city = { name = { vi = "Thành phố", en = "City" } }\n')
    centres.write_text("code,name\n25747,Phường Thủ Dầu Một\n")

    def run(*words: str) -> int:
        return command.run(build_parser("central").parse_args(["central", "centres", *words, "--config", str(toml)]))

    assert run("import", str(centres)) == 0
    assert run("agency", AGENCY, "25747") == 0
    assert f"{AGENCY} belongs to 25747" in capsys.readouterr().out
    assert run("agency", AGENCY, "nowhere") == 1
    with pytest.raises(ConfigError, match="not the code of an agency"):
        run("agency", "h29", "25747")
