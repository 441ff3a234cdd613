"""Every change is written down for others in the order of commits; putting off; finding by the card."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kiosk.dossier.status import Status
from tests.central.conftest import CENTRES, RunningCentral
from tests.central.dossiers.conftest import NAME, NUMBER, Ward


def changes(central: RunningCentral) -> list[tuple[Any, ...]]:
    return central.rows("dossiers.changes", after=0, limit=1_000)


def accepted(ward: Ward, **other: Any) -> str:
    code = ward.submitted(**other)
    assert ward.post("act", code=code, act="accept", seen=1, by="lan").status_code == 200
    return code


def test_each_change_is_one_row_and_a_refused_one_is_none(ward: Ward) -> None:
    code = accepted(ward)
    ward.post("submit", **ward.submission())
    ward.post("act", code=code, act="hand_over", seen=2, by="lan")
    ward.post("act", code=code, act="ask_supplement", seen=2, by="lan", note="Thiếu ảnh.")
    rows = [(number, act, status, by, note) for number, _, _, _, act, status, by, note in changes(ward.central)]
    assert rows == [
        (1, "submit", Status.REGISTERED, "citizen", ""),
        (2, "accept", Status.ACCEPTED, "lan", ""),
        (3, "ask_supplement", Status.SUPPLEMENT_ASKED, "lan", "Thiếu ảnh."),
    ]


def test_numbers_have_no_holes_however_many_change_something_at_once(ward: Ward) -> None:
    def submit(serial: int) -> int:
        return ward.post("submit", **ward.submission(serial)).status_code

    with ThreadPoolExecutor(8) as many:
        assert set(many.map(submit, range(1, 41))) == {200}
    assert [row[0] for row in changes(ward.central)] == list(range(1, 41))


def test_it_is_put_off_once_with_an_apology_that_the_citizen_reads(ward: Ward) -> None:
    code = accepted(ward)
    before = ward.post("open", code=code).json()["status"]["due_ms"]
    put_off = {"code": code, "by": "lan", "note": "Chờ xác minh nơi cư trú.", "working_days": 2}
    answer = ward.post("apologise", seen=2, **put_off).json()
    assert answer["status"]["due_ms"] > before
    assert "Chờ xác minh" in answer["status"]["apology"]["vi"]
    assert ward.look_up(code=code, secret="34679C")[0]["apology"] == answer["status"]["apology"]
    again = ward.post("apologise", seen=3, **put_off)
    assert (again.status_code, again.json()["error"]) == (409, "already_extended")
    assert changes(ward.central)[-1][4] == "apologise"


def test_after_the_due_date_it_is_too_late_for_an_apology(ward: Ward) -> None:
    code = accepted(ward, limit_days=1)
    ward.central.clock.advance(7 * 24 * 3600 * 1000)
    answer = ward.post("apologise", code=code, seen=2, by="lan", note="Chờ.", working_days=2)
    assert (answer.status_code, answer.json()["error"]) == (409, "too_late")


def test_without_a_due_date_nothing_is_put_off(ward: Ward) -> None:
    code = ward.submitted()
    answer = ward.post("apologise", code=code, seen=1, by="lan", note="Chờ.", working_days=2)
    assert (answer.status_code, answer.json()["error"]) == (409, "not_now")


def test_a_reason_of_2001_letters_is_refused(ward: Ward) -> None:
    code = ward.submitted()
    answer = ward.post("act", code=code, act="refuse", seen=1, by="lan", note="x" * 2_001)
    assert answer.status_code == 400
    assert ward.post("open", code=code).json()["revision"] == 1


def test_the_card_finds_what_is_this_centres_business(ward: Ward, central: RunningCentral) -> None:
    mine, theirs = ward.submitted(1), ward.submitted(2, handled_by=CENTRES[1])
    assert {line["code"] for line in ward.post("find", personal_id=NUMBER).json()["lines"]} == {mine, theirs}
    [line] = Ward(central, CENTRES[1]).post("find", personal_id=NUMBER).json()["lines"]
    assert (line["code"], line["applicant"], line["received_at"]) == (theirs, NAME, CENTRES[0])
    assert Ward(central, CENTRES[2]).post("find", personal_id=NUMBER).json()["lines"] == []


def test_the_citizen_reads_names_of_centres(ward: Ward) -> None:
    ward.submitted(handled_by="unknown-ward")
    [seen] = ward.look_up(code="H29-261122-0001", secret="34679C")
    assert seen["received_at"]["vi"] == f"Phường {CENTRES[0]}"
    assert seen["handled_by"]["vi"] == "unknown-ward"
