"""Dossiers at central, on SQLite and on PostgreSQL: stored once, sealed, looked up without a hint for who guesses."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kiosk.central.dossiers.look_up import (
    TRIES_PER_CODE,
    TRIES_PER_CODE_OF_ALL,
    TRIES_PER_PERSON,
    WINDOW_MIN,
    WRONG_PER_PERSON_A_DAY,
)
from tests.central.conftest import CENTRES, RunningCentral
from tests.central.dossiers.conftest import NAME, NUMBER, PHONE, Ward


def test_a_submission_that_is_sent_again_is_stored_once(ward: Ward) -> None:
    given = ward.submission()
    answers = [ward.post("submit", **given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(ward.post("work-list").json()["lines"]) == 1


def test_another_submission_with_the_same_code_is_refused(ward: Ward) -> None:
    ward.submitted()
    answer = ward.post("submit", **ward.submission(procedure="2.000815"))
    assert (answer.status_code, answer.json()["error"]) == (409, "code_taken")


def test_the_citizen_looks_it_up_with_code_and_secret_however_typed(ward: Ward) -> None:
    ward.submitted()
    found = ward.look_up(code=" h29 - 261122 - 0001", secret="346-79c")
    assert [each["words"]["vi"] for each in found] == ["Đã gửi, chờ cán bộ kiểm tra"]
    assert NAME not in str(found)
    assert NUMBER not in str(found)


def test_an_unknown_code_and_a_wrong_secret_are_answered_alike(ward: Ward) -> None:
    ward.submitted()
    wrong = ward.post("look-up", kiosk="kiosk-1", code="H29-261122-0001", secret="XXXXXX")
    unknown = ward.post("look-up", kiosk="kiosk-1", code="H29-261122-0999", secret="XXXXXX")
    nonsense = ward.post("look-up", kiosk="kiosk-1", code="khai sinh", secret="?")
    assert wrong.content == unknown.content == nonsense.content
    assert wrong.status_code == unknown.status_code == nonsense.status_code == 200


def test_card_and_phone_find_what_somebody_submitted(ward: Ward) -> None:
    ward.submitted(1)
    ward.submitted(2)
    assert len(ward.look_up(personal_id=NUMBER, phone_end=PHONE[-4:])) == 2
    assert ward.look_up(personal_id=NUMBER, phone_end="9999") == []
    assert ward.look_up(personal_id="079300000018", phone_end=PHONE[-4:]) == []


def test_guessing_a_secret_is_stopped_and_forgiven_later(ward: Ward) -> None:
    code = ward.submitted()
    for _ in range(TRIES_PER_CODE):
        assert ward.look_up(code=code, secret="XXXXXX") == []
    stopped = ward.post("look-up", kiosk="kiosk-1", code=code, secret="34679C").json()
    assert stopped["found"] == []
    assert stopped["wait_s"] > 0
    ward.central.clock.advance(stopped["wait_s"] * 1000 + 60_000)
    assert len(ward.look_up(code=code, secret="34679C")) == 1


def test_who_guesses_does_not_close_a_dossier_for_its_owner_but_many_together_do(ward: Ward) -> None:
    code = ward.submitted()
    for _ in range(2 * TRIES_PER_CODE):
        ward.post("look-up", kiosk="phone-of-a-stranger", code=code, secret="XXXXXX")
    assert len(ward.post("look-up", kiosk="kiosk-2", code=code, secret="34679C").json()["found"]) == 1
    for number in range(TRIES_PER_CODE_OF_ALL - 2 * TRIES_PER_CODE - 1):
        ward.post("look-up", kiosk=f"phone-{number}", code=code, secret="XXXXXX")
    assert ward.post("look-up", kiosk="kiosk-2", code=code, secret="34679C").json()["wait_s"] > 0


def test_ever_new_codes_beside_a_card_do_not_dodge_its_limit(ward: Ward) -> None:
    ward.submitted()
    card = {"personal_id": NUMBER, "phone_end": "9999"}
    replies = [
        ward.post("look-up", kiosk=f"kiosk-{number}", code=f"H29-261122-{number:04d}", **card).json()
        for number in range(TRIES_PER_PERSON + 1)
    ]
    assert [reply["wait_s"] > 0 for reply in replies] == [False] * TRIES_PER_PERSON + [True]


def test_who_tries_out_the_end_of_a_phone_number_slowly_is_stopped_for_the_day(ward: Ward) -> None:
    """Ten thousand forms, ten tries in ten minutes: without a limit a day it would be known within a week."""
    code = ward.submitted()
    right, wrong = {"personal_id": NUMBER, "phone_end": PHONE[-4:]}, {"personal_id": NUMBER, "phone_end": "9999"}
    for _ in range(WRONG_PER_PERSON_A_DAY):
        ward.central.clock.advance(WINDOW_MIN * 60_000)
        assert ward.post("look-up", kiosk="kiosk-1", **wrong).json()["wait_s"] == 0
    ward.central.clock.advance(WINDOW_MIN * 60_000)
    stopped = ward.post("look-up", kiosk="kiosk-2", **right).json()
    assert (stopped["found"], stopped["wait_s"] > 0) == ([], True)
    assert len(ward.look_up(code=code, secret="34679C")) == 1, "the receipt opens it all the same"
    ward.central.clock.advance(stopped["wait_s"] * 1000)
    for _ in range(WRONG_PER_PERSON_A_DAY + 5):
        ward.central.clock.advance(WINDOW_MIN * 60_000)
        assert len(ward.look_up(**right)) == 1, "who is right uses up nothing"


def test_nothing_personal_is_readable_in_the_database(ward: Ward) -> None:
    code = ward.submitted()
    rows = ward.central.rows("dossiers.open", code=code) + ward.central.rows("dossiers.digest", code=code)
    for part in (NAME, NUMBER, PHONE, "mua nhà", "34679C"):
        assert part not in str(rows)
        assert part.encode() not in b"".join(bytes(each) for row in rows for each in row if isinstance(each, bytes))


def test_an_officer_takes_it_to_the_result(ward: Ward) -> None:
    code = ward.submitted()
    opened = ward.post("open", code=code).json()
    assert opened["applicant"]["full_name"] == NAME
    for act in ("accept", "start", "finish", "hand_over"):
        assert act in opened["acts"]
        opened = ward.post("act", code=code, act=act, seen=opened["revision"], by="lan").json()
    assert opened["acts"] == []
    assert [line["status"] for line in opened["status"]["history"]] == [1, 2, 4, 9, 10]
    assert ward.post("work-list").json()["lines"] == []
    seen = ward.look_up(code=code, secret="34679C")[0]
    assert all(line["by"] == "" for line in seen["history"])


def test_of_two_officers_at_once_one_is_told(ward: Ward) -> None:
    code = ward.submitted()

    def accept(name: str) -> int:
        return ward.post("act", code=code, act="accept", seen=1, by=name).status_code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(accept, ("lan", "minh"))) == [200, 409]
    assert ward.post("open", code=code).json()["revision"] == 2


def test_a_request_for_papers_without_a_reason_is_refused_with_the_sentence(ward: Ward) -> None:
    code = ward.submitted()
    answer = ward.post("act", code=code, act="ask_supplement", seen=1, by="lan", note="")
    assert answer.status_code == 409
    assert answer.json()["message"]["vi"] == "Cần ghi rõ lý do để gửi công dân."


def test_another_ward_opens_only_what_it_handles(ward: Ward, central: RunningCentral) -> None:
    other = Ward(central, CENTRES[1])
    mine, theirs = ward.submitted(1), ward.submitted(2, handled_by=CENTRES[1])
    assert other.post("open", code=mine).status_code == 404
    assert other.post("act", code=mine, act="accept", seen=1, by="x").status_code == 404
    assert other.post("open", code=theirs).status_code == 200
    assert [line["code"] for line in other.post("work-list").json()["lines"]] == [theirs]


def test_the_work_list_is_ordered_by_the_due_date(ward: Ward) -> None:
    slow, quick = ward.submitted(1, limit_days=10), ward.submitted(2, limit_days=1)
    for code in (slow, quick):
        ward.post("act", code=code, act="accept", seen=1, by="lan")
    assert [line["code"] for line in ward.post("work-list").json()["lines"]] == [quick, slow]


@pytest.mark.parametrize(
    "wrong",
    [
        {"procedure": "khai sinh"},
        {"secret": "x"},
        {"submitted_ms": 0},
        {"applicant": {"full_name": NAME, "personal_id": "12"}},
        {"answers": {"x": "y" * 2_001}},
    ],
)
def test_a_wrong_submission_is_refused_without_repeating_what_stood_in_it(ward: Ward, wrong: dict[str, Any]) -> None:
    answer = ward.post("submit", **ward.submission(**wrong))
    assert answer.status_code == 400
    assert NAME not in answer.text
    assert ward.post("work-list").json()["lines"] == []


def test_what_a_newer_hub_says_besides_is_ignored_and_kept_nowhere(ward: Ward) -> None:
    code = ward.submitted(surprise="a newer hub's word")
    opened = ward.post("open", code=code)
    assert opened.status_code == 200
    assert "a newer hub's word" not in opened.text


def test_who_did_not_sign_is_not_let_in(ward: Ward) -> None:
    answer = ward.central.client.post("/v1/dossiers/work-list", json={})
    assert answer.status_code == 401


def test_the_citizen_reads_what_is_to_be_paid_and_the_officer_what_was_asked(ward: Ward) -> None:
    """With a fee; without one it is said that there is one."""
    for serial, fee, words in ((1, 16_000, "Mời quý vị nộp 16.000 đồng tại trung tâm."), (2, 0, "Mời quý vị nộp phí")):
        code = ward.submitted(serial)
        for act, vnd in (("accept", 8_000), ("start", 0), ("ask_payment", fee)):
            seen = ward.post("open", code=code).json()["revision"]
            done = ward.post("act", code=code, act=act, seen=seen, by="lan", note="Bản sao.", fee_vnd=vnd)
            assert done.status_code == 200, done.text
        assert done.json()["fees_vnd"] == [8_000, *([fee] if fee else [])]
        (found,) = ward.look_up(code=code, secret="34679C")
        assert found["next_step"]["vi"].startswith(words)
    refused = ward.post("act", code=code, act="accept", seen=9, by="lan", fee_vnd=-1)
    assert refused.status_code == 400
