"""Real processes: a result from the officer's desk to the citizen's phone, byte for byte; bombs at the endpoint."""

import json
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests

from kiosk.hub.store.database import FILE
from tests.fakes.dossier_centre import DossierCentre, dossier_centre
from tests.fakes.papers import pdf
from tests.fakes.real_hub import KIOSK_TOKEN
from tests.hub.dossiers.conftest import ANSWERS, PROCEDURE
from tests.unit.papers.test_intake import bomb_in_a_pdf, picture_of_a_billion_dots, zip_file

PAPER, WAITED_S = "ly-hon-chung-tu", 240.0
SEEN = re.compile(r'name="seen" value="(\d+)"')
RESULT = re.compile(r'name="paper" value="([^"]+)"')


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DossierCentre]:
    with dossier_centre(tmp_path_factory.mktemp("city")) as running:
        yield running


def kiosk(centre: DossierCentre, path: str, body: Any = None, data: bytes | None = None) -> requests.Response:
    """A kiosk's request; GET where nothing is sent."""
    headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
    method = "GET" if body is None and data is None else "POST"
    return requests.request(method, centre.hub.url + path, json=body, data=data, headers=headers, timeout=60)


def staff(centre: DossierCentre, path: str, form: Any = None, data: bytes | None = None) -> requests.Response:
    """An officer's request; a GET where nothing is sent."""
    headers = {
        "cookie": "hub_session=session-of-officer-1",
        "origin": centre.hub.url,
        "accept": "text/html",
    }
    method = "GET" if form is None and data is None else "POST"
    body = form if data is None else data
    return requests.request(
        method, centre.hub.url + path, data=body, headers=headers, timeout=60, allow_redirects=False
    )


def phone(centre: DossierCentre, path: str, form: dict[str, str] | None = None) -> requests.Response:
    headers = {"origin": centre.hub.url, "accept": "text/html"}
    method = "GET" if form is None else "POST"
    return requests.request(
        method, centre.hub.url + path, data=form, headers=headers, timeout=60, allow_redirects=False
    )


def started(centre: DossierCentre) -> str:
    request = {"request_id": secrets.token_hex(8), "procedure": PROCEDURE}
    draft: str = kiosk(centre, "/v1/drafts", request).json()["draft"]
    return draft


def submitted(centre: DossierCentre) -> dict[str, Any]:
    draft = started(centre)
    answers = {"answers": ANSWERS, "handled_by": "phuong-thu"}
    assert kiosk(centre, f"/v1/drafts/{draft}/answers", answers).json()["wrong"] == []
    asked = {"request_id": secrets.token_hex(8), "consents": ["handling"]}
    deadline = time.monotonic() + WAITED_S
    while (receipt := kiosk(centre, f"/v1/drafts/{draft}/submit", asked).json())["kept"] != "sent":
        assert time.monotonic() < deadline
    given: dict[str, Any] = receipt
    return given


def acted(centre: DossierCentre, code: str, act: str) -> None:
    seen = SEEN.search(staff(centre, f"/dossiers/{code}").text)
    assert seen is not None
    done = staff(centre, f"/dossiers/{code}/acts", {"act": act, "seen": seen[1], "note": ""})
    assert done.status_code == 303, done.text


def test_the_citizen_downloads_on_the_phone_what_the_officer_filed(centre: DossierCentre) -> None:
    receipt, result = submitted(centre), pdf(pages=2)
    code = receipt["code"]
    acted(centre, code, "accept")
    acted(centre, code, "start")
    query = "paper=ket-qua&kind=result&name=Gi%E1%BA%A5y%20x%C3%A1c%20nh%E1%BA%ADn"
    assert staff(centre, f"/dossiers/{code}/papers?{query}", data=result).status_code == 200
    asked = {"code": code, "secret": receipt["secret"]}
    assert RESULT.search(phone(centre, "/d", asked).text) is None, "not before the officer says that it is done"
    acted(centre, code, "finish")
    page = phone(centre, "/d", asked)
    paper = RESULT.search(page.text)
    assert paper is not None, page.text
    assert phone(centre, "/d/result", asked | {"secret": "XXXXXX", "paper": paper[1]}).status_code == 404
    link = phone(centre, "/d/result", asked | {"paper": paper[1]})
    assert link.status_code == 303, link.text
    address = link.headers["location"]
    assert receipt["secret"] not in address
    assert code not in address
    assert phone(centre, address).status_code == 200
    came = phone(centre, address, {})
    assert (came.status_code, came.headers["content-type"]) == (200, "application/pdf")
    assert came.content == result
    assert phone(centre, address, {}).status_code == 410, "good once"
    acted(centre, code, "hand_over")
    events = acts_of(centre, code)
    assert [each["act"] for each in events] == ["accept", "start", "add_result", "finish", "hand_over"]
    assert {each["procedure"] for each in events} == {PROCEDURE}
    assert "trả kết quả" in phone(centre, "/d", asked).text.lower()


def test_what_an_officer_adds_checks_and_puts_off_is_in_the_log_of_the_hub_without_a_name(
    centre: DossierCentre,
) -> None:
    code = submitted(centre)["code"]
    query = "paper=them&kind=component&name=Gi%E1%BA%A5y%20t%E1%BB%9D"
    paper = staff(centre, f"/dossiers/{code}/papers?{query}", data=pdf()).json()["paper"]
    seen = SEEN.search(staff(centre, f"/dossiers/{code}").text)
    assert seen is not None
    check = {"paper": paper, "verdict": "matches", "seen": seen[1], "note": ""}
    assert staff(centre, f"/dossiers/{code}/checks", check).status_code == 303
    acted(centre, code, "accept")
    seen = SEEN.search(staff(centre, f"/dossiers/{code}").text)
    assert seen is not None
    put_off = {"act": "apologise", "seen": seen[1], "note": "Chờ xác minh.", "working_days": "2"}
    assert staff(centre, f"/dossiers/{code}/acts", put_off).status_code == 303
    assert staff(centre, f"/dossiers/{code}/acts", put_off).status_code == 409, "what is refused is no act"
    events = acts_of(centre, code)
    assert [each["act"] for each in events] == ["add_paper", "check", "accept", "apologise"]
    for personal in (*ANSWERS.values(), "officer-1", "xác minh"):
        assert all(personal not in str(each.values()) for each in events if len(personal) > 4)


def acts_of(centre: DossierCentre, code: str) -> list[dict[str, Any]]:
    """As they stand in the outbox."""
    with closing(sqlite3.connect(centre.hub.config.data / FILE)) as database:
        rows = database.execute("SELECT event FROM outbox WHERE event LIKE '%dossier_acted%' ORDER BY seq").fetchall()
    told = [json.loads(event) for (event,) in rows]
    return [each for each in told if each["code"] == code]


@pytest.mark.parametrize("make", [bomb_in_a_pdf, picture_of_a_billion_dots, zip_file])
def test_a_bomb_is_refused_by_the_running_hub_which_goes_on_serving(
    centre: DossierCentre, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    draft, bomb = started(centre), make(tmp_path / "bomb").read_bytes()
    path = f"/v1/drafts/{draft}/papers/{PAPER}/files?way=camera"
    assert kiosk(centre, path, data=bomb).status_code == 200, "taken in, and looked at in the background"
    deadline, slowest_s = time.monotonic() + WAITED_S, 0.0
    while (paper := state(centre, draft))["state"] == "working":
        asked_s = time.monotonic()
        assert requests.get(f"{centre.hub.url}/readyz", timeout=10).status_code == 200
        slowest_s = max(slowest_s, time.monotonic() - asked_s)
        assert time.monotonic() < deadline
        Event().wait(0.2)
    assert paper["state"] == "refused"
    assert paper["words"]["vi"]
    assert slowest_s < 5, "the hub answered beside it"
    assert centre.hub.resident_mb() < 300
    assert kiosk(centre, path, data=pdf()).status_code == 200
    while (paper := state(centre, draft))["state"] == "working":
        assert time.monotonic() < deadline
        Event().wait(0.1)
    assert paper["state"] == "ready", "an honest paper after it is taken"


def state(centre: DossierCentre, draft: str) -> dict[str, Any]:
    papers = kiosk(centre, f"/v1/drafts/{draft}").json()["papers"]
    found: dict[str, Any] = next(each for each in papers if each["paper"] == PAPER)
    return found
