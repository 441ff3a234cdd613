"""A device with a code becomes one that may speak; nobody else does."""

import base64

import pytest

from kiosk.central.enrolment import revoke
from kiosk.wire.central_api import NOW
from tests.central.conftest import DAY_MS, RunningCentral, SigningDevice


def test_a_code_makes_a_device_of_its_centre(central: RunningCentral) -> None:
    device = SigningDevice()
    answer = central.ask_to_enrol(device, central.code("25750"))
    assert answer.status_code == 200
    assert answer.json()["centre"] == "25750"
    assert answer.json()["now_ms"] == central.clock.now_ms()
    assert answer.headers[NOW] == str(central.clock.now_ms())


def test_a_code_works_once(central: RunningCentral) -> None:
    code = central.code()
    assert central.ask_to_enrol(SigningDevice(), code).status_code == 200
    assert central.ask_to_enrol(SigningDevice(), code).status_code == 403


def test_a_device_whose_answer_was_lost_asks_again_and_gets_the_same_name(central: RunningCentral) -> None:
    device, code = SigningDevice(), central.code()
    first, second = (central.ask_to_enrol(device, code) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["device"] == second.json()["device"]


def test_a_code_can_be_typed_in_small_letters_without_hyphens(central: RunningCentral) -> None:
    typed = central.code().lower().replace("-", "")
    assert central.ask_to_enrol(SigningDevice(), typed).status_code == 200


def test_a_code_ends_after_its_time(central: RunningCentral) -> None:
    code = central.code(valid_ms=DAY_MS)
    central.clock.advance(DAY_MS)
    assert central.ask_to_enrol(SigningDevice(), code).status_code == 403


def test_a_guessed_code_is_refused(central: RunningCentral) -> None:
    answer = central.ask_to_enrol(SigningDevice(), "AAAA-BBBB-CCCC")
    assert answer.status_code == 403
    assert answer.json()["error"] == "unknown_code"
    assert NOW in answer.headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"proof": base64.b64encode(bytes(64)).decode()},
        {"proof": "no base64!"},
        {"public_key": base64.b64encode(bytes(31)).decode()},
        {"public_key": ""},
    ],
)
def test_who_cannot_prove_the_key_gets_in_with_no_code(central: RunningCentral, wrong: dict[str, str]) -> None:
    """And the code is not used up by it."""
    code = central.code()
    assert central.ask_to_enrol(SigningDevice(), code, **wrong).status_code == 403
    assert central.ask_to_enrol(SigningDevice(), code).status_code == 200


def test_a_revoked_key_never_comes_back(central: RunningCentral) -> None:
    device = central.enrolled()
    now_ms = central.clock.now_ms()
    assert central.central.database.write_now(lambda tx: revoke(tx, device.device, now_ms))
    assert central.ask_to_enrol(device, central.code()).json()["error"] == "revoked"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"code":"12345678"}', b"\xff", b"{" * 5000])
def test_what_is_no_enrolment_gets_a_clear_answer(central: RunningCentral, body: bytes) -> None:
    answer = central.client.post("/v1/enrol", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 413)
    assert answer.json()["error"] in ("malformed", "too_large")
