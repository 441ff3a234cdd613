"""What a browser shows when the hub says no outside of any page: a page with a sentence, as a program gets JSON."""

import pytest

from tests.hub.conftest import ORIGIN, RunningHub

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
FULL = "Máy chủ tạm thời không lưu được. Chưa có gì thay đổi; hãy thử lại sau ít phút."
FOREIGN = "Yêu cầu không đến từ trang của trung tâm nên không được thực hiện."


def post(running: RunningHub, path: str, origin: str, accept: str) -> tuple[int, str, str]:
    headers = {"cookie": running.cookie("an"), "origin": origin, "accept": accept}
    answer = running.client.post(path, data={"counter": "1"}, headers=headers)
    return answer.status_code, answer.headers["content-type"].split(";")[0], answer.text


@pytest.mark.parametrize("path", ["/console/hold", "/signin"])
def test_a_form_from_elsewhere_is_refused(path: str, running: RunningHub) -> None:
    status, kind, text = post(running, path, "http://evil.example", BROWSER)
    assert (status, kind) == (403, "text/html")
    assert FOREIGN in text
    assert post(running, path, "http://evil.example", "*/*")[:2] == (403, "application/json")


@pytest.mark.parametrize("path", ["/console/hold", "/signin"])
def test_a_form_that_cannot_be_stored_is_told_in_a_sentence(path: str, running: RunningHub) -> None:
    running.cookie("an")
    running.hub.store.close()
    status, kind, text = post(running, path, ORIGIN, BROWSER)
    assert (status, kind) == (503, "text/html")
    assert FULL in text
    assert post(running, path, ORIGIN, "*/*")[:2] == (503, "application/json")
