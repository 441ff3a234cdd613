"""What a kiosk asks about procedures."""

from itertools import groupby

from tests.hub.conftest import RunningHub


def test_a_kiosk_finds_a_procedure_by_everyday_words(running: RunningHub) -> None:
    answer = running.kiosk("POST", "/v1/procedures/find", {"query": "giay doc than"})
    assert answer.status_code == 200
    assert answer.json()["hits"][0]["code"] == "1.004873"


def test_it_reads_what_the_procedure_needs(running: RunningHub) -> None:
    info = running.kiosk("GET", "/v1/procedures/1.004873").json()
    assert info["time"].startswith("03 ngày làm việc")
    assert "fee" in info["unsure"]
    assert any(paper["required"] for paper in info["papers"])


def test_it_reads_all_procedures_those_of_one_field_together(running: RunningHub) -> None:
    listed = running.kiosk("GET", "/v1/procedures").json()["procedures"]
    fields = [each["field"] for each in listed]
    assert len(list(groupby(fields))) == len(set(fields)) > 5
    assert "1.004873" in {each["code"] for each in listed}


def test_an_unknown_procedure_is_404_with_a_sentence(running: RunningHub) -> None:
    answer = running.kiosk("GET", "/v1/procedures/9.999999")
    assert answer.status_code == 404
    assert answer.json()["message"]["vi"] == "Không có thủ tục này."


def test_a_query_that_is_too_long_is_malformed(running: RunningHub) -> None:
    assert running.kiosk("POST", "/v1/procedures/find", {"query": "x" * 201}).status_code == 400


def test_only_a_kiosk_may_ask(running: RunningHub) -> None:
    assert running.kiosk("POST", "/v1/procedures/find", {"query": "x"}, token="no").status_code == 401
