"""Papers of dossiers: announced, brought, compared, given back to the citizen; on SQLite and on PostgreSQL."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.central.conftest import CENTRES, RunningCentral
from tests.central.dossiers.conftest import NAME, Ward

PDF = b"%PDF-1.7\n" + b"first " * 20_000
OTHER = b"%PDF-1.7\n" + b"second " * 20_000
BIRTH = {"paper": "birth", "name": "Giấy khai sinh", "way": "kiosk", "pages": 2}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def papers(ward: Ward, code: str) -> dict[str, dict[str, Any]]:
    found: list[dict[str, Any]] = ward.post("open", code=code).json()["papers"]
    return {each["paper"]: each for each in found}


def announced(ward: Ward, **other: Any) -> str:
    return ward.submitted(papers=[BIRTH | {"sha256": sha256(PDF)} | other])


def act(ward: Ward, code: str, *acts: str) -> None:
    for each in acts:
        seen = ward.post("open", code=code).json()["revision"]
        answer = ward.post("act", code=code, act=each, seen=seen, by="lan", note="Thiếu tờ khai.")
        assert answer.status_code == 200, answer.text


def test_a_file_that_was_announced_fills_its_place_and_the_page_of_the_officer_stays_good(ward: Ward) -> None:
    code = announced(ward)
    assert papers(ward, code)["birth"]["received_ms"] is None
    answers = [ward.put(PDF, code=code, **BIRTH) for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"code": code, "revision": 1}] * 2
    assert papers(ward, code)["birth"]["received_ms"] is not None
    assert ward.post("papers/get", code=code, paper="birth").content == PDF


def test_another_file_of_the_same_paper_takes_its_place_and_whoever_saw_the_old_one_is_told(ward: Ward) -> None:
    code = announced(ward)
    ward.put(PDF, code=code, **BIRTH)
    assert ward.put(OTHER, code=code, **BIRTH).json()["revision"] == 2
    assert ward.post("papers/get", code=code, paper="birth").content == OTHER
    check = {"code": code, "paper": "birth", "by": "lan", "verdict": "matches"}
    assert ward.post("papers/check", seen=1, **check).json()["error"] == "changed_meanwhile"
    assert ward.post("papers/check", seen=2, **check).json()["papers"][0]["verdict"] == "matches"


def test_what_an_officer_found_is_kept_with_who_and_when(ward: Ward) -> None:
    code = announced(ward, way="counter", sha256="")
    checked = ward.post(
        "papers/check", code=code, seen=1, paper="birth", by="lan", verdict="differs", note="Khác tên mẹ"
    ).json()
    assert checked["revision"] == 2
    [paper] = checked["papers"]
    found = (paper["verdict"], paper["note"], paper["checked_by"], paper["checked_ms"])
    assert found == ("differs", "Khác tên mẹ", "lan", ward.central.clock.now_ms())
    assert len(checked["status"]["history"]) == 1, "no step that the citizen has to read"
    assert ward.post("papers/check", code=code, seen=2, paper="none", by="lan", verdict="missing").status_code == 404


def test_nothing_of_a_file_lies_readable_on_the_disk(ward: Ward, tmp_path: Path) -> None:
    code = announced(ward)
    ward.put(PDF, code=code, **BIRTH)
    kept = [path for path in (tmp_path / "papers").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert code not in str(kept[0])
    assert b"first" not in kept[0].read_bytes()


def test_a_file_that_was_damaged_on_the_disk_is_said_to_be_lost_and_can_be_brought_again(
    ward: Ward, tmp_path: Path
) -> None:
    code = announced(ward)
    ward.put(PDF, code=code, **BIRTH)
    [kept] = [path for path in (tmp_path / "papers").rglob("*") if path.is_file()]
    kept.write_bytes(kept.read_bytes()[:-1])
    assert ward.post("papers/get", code=code, paper="birth").json()["error"] == "paper_lost"
    assert ward.put(PDF, code=code, **BIRTH).status_code == 200
    assert ward.post("papers/get", code=code, paper="birth").content == PDF


def test_the_citizen_gets_the_result_with_the_secret_once_it_is_done(ward: Ward) -> None:
    code = ward.submitted()
    act(ward, code, "accept", "start")
    result = {"code": code, "paper": "result", "kind": "result", "name": "Giấy xác nhận", "way": "counter"}
    assert ward.put(PDF, **result).status_code == 200
    ask = {"kiosk": "kiosk-1", "code": code, "secret": "34679C", "paper": "result"}
    assert ward.post("result", **ask).status_code == 404, "filed, but the officer has not said that it is done"
    act(ward, code, "finish")
    [seen] = ward.look_up(code=code, secret="34679C")
    assert seen["results"] == [{"paper": "result", "name": "Giấy xác nhận"}]
    answer = ward.post("result", **ask)
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")


def test_a_result_is_refused_alike_for_a_wrong_secret_an_unknown_code_and_another_paper(ward: Ward) -> None:
    code = announced(ward)
    ward.put(PDF, code=code, **BIRTH)
    asks = [(code, "XXXXXX", "birth"), ("H29-261122-0999", "34679C", "birth"), (code, "34679C", "birth")]
    answers = [
        ward.post("result", kiosk="kiosk-1", code=which, secret=secret, paper=paper) for which, secret, paper in asks
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_guessing_at_results_is_counted_with_the_look_ups(ward: Ward) -> None:
    code = ward.submitted()
    ask = {"kiosk": "kiosk-1", "code": code, "secret": "XXXXXX", "paper": "result"}
    statuses = [ward.post("result", **ask).status_code for _ in range(11)]
    assert statuses == [404] * 10 + [429]


@pytest.mark.parametrize(
    ("content", "about", "status"),
    [
        (b"", {}, 415),
        (b"GIF89a%PDF-1.7", {}, 415),
        (PDF, {"kind": "photo"}, 400),
        (PDF, {"pages": "-1"}, 400),
        (PDF, {"code": "H29-261122-0777"}, 404),
    ],
)
def test_what_is_no_paper_is_refused_before_it_reaches_the_disk(
    ward: Ward, tmp_path: Path, content: bytes, about: dict[str, str], status: int
) -> None:
    code = ward.submitted()
    answer = ward.put(content, **({"code": code} | BIRTH | about))
    assert answer.status_code == status
    assert NAME not in answer.text
    assert not [path for path in (tmp_path / "papers").rglob("*") if path.is_file()]


def test_a_result_before_acceptance_and_a_paper_after_the_end_are_not_taken(ward: Ward) -> None:
    code = announced(ward)
    assert ward.put(PDF, code=code, paper="result", kind="result", name="x", way="counter").status_code == 409
    act(ward, code, "refuse")
    assert ward.put(OTHER, code=code, **BIRTH).json()["error"] == "not_now"
    assert ward.put(PDF, code=code, **BIRTH).status_code == 200, "what was announced may come late"


def test_papers_of_another_centre_are_unknown_and_the_ward_that_handles_it_sees_them(
    ward: Ward, central: RunningCentral
) -> None:
    code = ward.submitted(handled_by=CENTRES[1], papers=[BIRTH | {"sha256": sha256(PDF)}])
    ward.put(PDF, code=code, **BIRTH)
    handler, stranger = Ward(central, CENTRES[1]), Ward(central, CENTRES[2])
    assert handler.post("papers/get", code=code, paper="birth").content == PDF
    assert stranger.post("papers/get", code=code, paper="birth").status_code == 404
    assert stranger.put(OTHER, code=code, **BIRTH).status_code == 404
    check = {"code": code, "seen": 1, "paper": "birth", "by": "x", "verdict": "matches"}
    assert stranger.post("papers/check", **check).status_code == 404
    assert handler.post("papers/check", **check).status_code == 200
