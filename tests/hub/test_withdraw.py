"""A citizen stops waiting for the hub's answer."""

from kiosk.web.signin import token_hash
from tests.hub.conftest import RunningHub


def withdraw(running: RunningHub, request_id: str) -> int:
    return running.kiosk("POST", "/v1/tickets/withdraw", {"request_id": request_id}).status_code


def ask(running: RunningHub, request_id: str) -> int:
    body = {"request_id": request_id, "service": "khai-sinh"}
    return running.kiosk("POST", "/v1/tickets", body).status_code


def test_a_ticket_whose_answer_nobody_waited_for_is_cancelled(running: RunningHub) -> None:
    assert ask(running, "request-a") == 200
    assert withdraw(running, "request-a") == 200
    assert running.rows("SELECT state FROM ticket") == [("cancelled",)]
    assert running.hold("an", "1") is None
    assert running.press("an", "1", "call_next") is None


def test_a_request_that_comes_after_its_withdrawal_stores_nothing(running: RunningHub) -> None:
    assert withdraw(running, "request-b") == 200
    assert ask(running, "request-b") == 422
    assert running.rows("SELECT count(*) FROM ticket") == [(0,)]


def test_a_withdrawal_can_be_repeated(running: RunningHub) -> None:
    assert ask(running, "request-c") == 200
    assert [withdraw(running, "request-c") for _ in range(3)] == [200] * 3
    assert [withdraw(running, "request-d") for _ in range(3)] == [200] * 3


def test_a_ticket_that_was_called_meanwhile_stays_with_its_counter(running: RunningHub) -> None:
    assert ask(running, "request-e") == 200
    assert running.hold("an", "1") is None
    assert running.press("an", "1", "call_next") is not None
    assert withdraw(running, "request-e") == 200
    assert running.rows("SELECT state FROM ticket") == [("called",)]


def test_only_the_kiosk_where_a_ticket_was_taken_can_withdraw_it(running: RunningHub) -> None:
    now_ms = running.clock.now_ms()
    running.hub.store.write_access(lambda book: book.add_token(token_hash("other"), "kiosk", "kiosk-2", now_ms))
    assert ask(running, "request-f") == 200
    answer = running.kiosk("POST", "/v1/tickets/withdraw", {"request_id": "request-f"}, "other")
    assert (answer.status_code, answer.json()["error"]) == (422, "request_id_reused")
    assert running.rows("SELECT state FROM ticket") == [("waiting",)]


def test_the_id_of_something_else_cannot_be_withdrawn(running: RunningHub) -> None:
    ticket = running.take()
    report = {"request_id": "paper-0001", "outcome": "printed"}
    assert running.kiosk("POST", f"/v1/tickets/{ticket['id']}/print", report).status_code == 200
    assert withdraw(running, "paper-0001") == 422
