"""What arrives from outside is hostile: a clear answer for the person, nothing stored, no trace of the inside."""

import httpx2
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from kiosk.wire.common import ErrorReply
from tests.hub.conftest import KIOSK_TOKEN, ORIGIN, RunningHub

AUTH = {"authorization": f"Bearer {KIOSK_TOKEN}"}


def refused(answer: httpx2.Response) -> tuple[int, str]:
    reply = msgspec.json.decode(answer.content, type=ErrorReply)
    assert reply.message.vi
    assert reply.message.en
    assert "Traceback" not in answer.text
    return answer.status_code, reply.error


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"request_id": "long-enough"}',
        b'{"request_id": "short", "service": "khai-sinh"}',
        b'{"request_id": "long-enough", "service": 7}',
        b'{"request_id": "long-enough", "service": "khai-sinh", "ticket_class": "king"}',
        b'{"request_id": "long-enough\'; DROP TABLE ticket; --", "service": "khai-sinh"}',
        b"[" * 10_000,
    ],
)
def test_a_malformed_request_is_refused(running: RunningHub, body: bytes) -> None:
    answer = running.client.post("/v1/tickets", content=body, headers=AUTH)
    assert refused(answer) == (400, "malformed")
    assert running.rows("SELECT count(*) FROM ticket") == [(0,)]


def test_an_oversized_request_is_refused_whether_it_says_so_or_not(running: RunningHub) -> None:
    too_much = b'{"request_id": "' + b"a" * 100_000 + b'"}'
    announced = running.client.post("/v1/tickets", content=too_much, headers=AUTH)
    streamed = running.client.post("/v1/tickets", content=iter([too_much[:50_000], too_much[50_000:]]), headers=AUTH)
    assert refused(announced) == (413, "too_large")
    assert refused(streamed) == (413, "too_large")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": KIOSK_TOKEN}])
def test_a_wrong_token_opens_nothing(running: RunningHub, headers: dict[str, str]) -> None:
    headers = headers | {"origin": ORIGIN}
    body = {"request_id": "long-enough", "service": "khai-sinh"}
    assert refused(running.client.post("/v1/tickets", json=body, headers=headers)) == (401, "unknown_token")
    assert refused(running.client.get("/v1/catalogue", headers=headers)) == (401, "unknown_token")
    assert refused(running.client.get("/v1/stream/kiosk", headers=headers)) == (401, "unknown_token")


def test_a_revoked_token_ends_within_two_seconds(running: RunningHub) -> None:
    assert running.kiosk("GET", "/v1/catalogue").status_code == 200
    running.hub.store.write_access(lambda book: book.revoke_token("kiosk", "kiosk-1", 0))
    running.clock.advance(2_001)
    assert refused(running.kiosk("GET", "/v1/catalogue")) == (401, "unknown_token")


def test_a_counter_is_not_commanded_without_a_session(running: RunningHub) -> None:
    body = {"request_id": "long-enough", "action": "call_next"}
    answer = running.client.post("/v1/counters/1/commands", json=body, headers={"origin": ORIGIN})
    assert refused(answer) == (401, "sign_in_needed")


def test_another_sites_page_cannot_command_a_counter(running: RunningHub) -> None:
    headers = {"cookie": running.cookie("an"), "origin": "http://elsewhere.test"}
    body = {"request_id": "long-enough", "action": "call_next"}
    answer = running.client.post("/v1/counters/1/commands", json=body, headers=headers)
    assert refused(answer) == (403, "foreign_origin")


def test_a_session_that_is_idle_for_an_hour_has_ended(running: RunningHub) -> None:
    running.hold("an", "1")
    assert running.command("an", "1", "call_next").status_code == 200
    running.clock.advance(61 * 60_000)
    assert refused(running.command("an", "1", "call_next")) == (401, "sign_in_needed")


def test_a_session_in_use_goes_on(running: RunningHub) -> None:
    running.hold("an", "1")
    for _ in range(3):
        running.clock.advance(40 * 60_000)
        assert running.command("an", "1", "call_next").status_code == 200


@pytest.mark.parametrize("ticket", ["abc", "-1", "9" * 40, "1e3", "٣"])
def test_a_ticket_number_that_is_none_is_malformed(running: RunningHub, ticket: str) -> None:
    assert refused(running.kiosk("GET", f"/v1/tickets/{ticket}")) == (400, "malformed")


def test_an_unknown_ticket_is_unknown(running: RunningHub) -> None:
    report = {"request_id": "long-enough", "outcome": "printed"}
    assert refused(running.kiosk("GET", "/v1/tickets/4711")) == (404, "unknown_ticket")
    assert refused(running.kiosk("POST", "/v1/tickets/4711/print", report)) == (404, "unknown_ticket")


def test_a_ticket_page_needs_the_whole_secret(running: RunningHub) -> None:
    token = running.take()["status_url"].rpartition("/")[2]
    assert running.hub.reader.status(token) is not None
    for wrong in (token[:-1], token + "x", token.partition("-")[0] + "-", "1", "", "x-y", "9" * 30 + "-a"):
        assert running.hub.reader.status(wrong) is None


def test_the_api_describes_itself(running: RunningHub) -> None:
    description = running.client.get("/openapi.json").json()
    OpenAPIV31SpecValidator(description).validate()
    assert {"/v1/tickets", "/v1/catalogue", "/v1/counters/{counter}/commands"} <= set(description["paths"])


@pytest.mark.parametrize("number", [0, -1, 2**53, 2**63, 2**70])
def test_a_number_that_no_ticket_can_have_is_malformed(running: RunningHub, number: int) -> None:
    assert running.hold("an", "1") is None
    assert running.command("an", "1", "call", ticket=number).status_code == 400
    assert running.supervise("reprint", ticket=number).status_code == 400
