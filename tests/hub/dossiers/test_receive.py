"""Receiving at a counter what is brought on paper, on the real hub: with central away, and before a real central."""

import base64
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.config import HubConfig
from kiosk.config.hub import CityAccess
from kiosk.hub.sync.enrolment import DeviceKey, Enrolment, write_enrolment
from tests.fakes.clock import FakeClock
from tests.fakes.real_central import RealCentral, make_real_central
from tests.hub.conftest import ORIGIN, RunningHub, enrol
from tests.hub.dossiers.conftest import NAME, NUMBER, PHONE, PROCEDURE, DossierKiosk, served

CODE = re.compile(r"000\.00\.01\.H29-\d{6}-\d{4}")
SECRET = re.compile(r'class="secret">(\w{6})<')


def form(hub: RunningHub, path: str, fields: list[tuple[str, str]], staff: str = "an") -> httpx2.Response:
    headers = {
        "cookie": hub.cookie(staff),
        "origin": ORIGIN,
        "content-type": "application/x-www-form-urlencoded",
        "accept": "text/html",
    }
    return hub.client.post(path, content=urlencode(fields), headers=headers, follow_redirects=False)


def page(hub: RunningHub, path: str) -> str:
    return hub.client.get(path, headers={"cookie": hub.cookie("an"), "accept": "text/html"}).text


def brought(**other: str) -> list[tuple[str, str]]:
    given = {
        "request_id": "abcdefgh12345678",
        "full_name": NAME,
        "personal_id": NUMBER,
        "phone": PHONE,
        "handled_by": "phuong-thu",
        "told": "yes",
    }
    return list((given | other).items())


def receive(hub: RunningHub, **other: str) -> httpx2.Response:
    return form(hub, f"/dossiers/new/{PROCEDURE}", brought(**other))


def code_of(answer: httpx2.Response) -> str:
    found = CODE.search(answer.text)
    assert answer.status_code == 200, answer.text
    assert found is not None
    return found[0]


def test_with_the_city_away_it_is_kept_with_a_code_and_the_officer_is_told(kiosk: DossierKiosk) -> None:
    answer = receive(kiosk.running)
    assert code_of(answer)
    assert "giữ ở đây" in answer.text
    assert SECRET.search(answer.text)
    listed = kiosk.running.client.get(
        "/dossiers", headers={"cookie": kiosk.running.cookie("an"), "accept": "text/html"}
    )
    assert listed.status_code == 503
    assert code_of(answer) in listed.text, "it stands in the work list, with its state"
    assert NAME in listed.text
    assert "Chờ gửi" in listed.text
    assert 'id="away"' in listed.text


def test_pressed_twice_it_is_one_dossier(kiosk: DossierKiosk) -> None:
    assert code_of(receive(kiosk.running)) == code_of(receive(kiosk.running))
    assert kiosk.running.rows("SELECT count(*) FROM submission") == [(1,)]
    assert code_of(receive(kiosk.running, request_id="another-request-1")) != code_of(receive(kiosk.running))


def test_it_belongs_to_the_visit_in_front_of_the_officer(kiosk: DossierKiosk) -> None:
    hub = kiosk.running
    hub.take()
    hub.hold("an", "1")
    hub.press("an", "1", "call_next")
    hub.press("an", "1", "arrive")
    code = code_of(receive(hub))
    [(event,)] = hub.rows("SELECT event FROM outbox WHERE event LIKE '%dossier_submitted%'")
    said = msgspec.json.decode(event)
    assert (said["code"], said["visit"], said["kiosk"]) == (code, hub.current("1"), "counter-1")
    assert acts(hub) == [("receive", code, "1", hub.current("1"))]
    for (told,) in hub.rows("SELECT event FROM outbox"):
        assert NAME not in told
        assert NUMBER not in told


def acts(hub: RunningHub) -> list[tuple[str, str, str, int]]:
    """What officers did, as the city is told of it."""
    rows = hub.rows("SELECT event FROM outbox WHERE event LIKE '%dossier_acted%' ORDER BY seq")
    told = [msgspec.json.decode(event) for (event,) in rows]
    assert all(each["procedure"] == PROCEDURE for each in told)
    return [(each["act"], each["code"], each["counter"], each.get("visit", 0)) for each in told]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"full_name": ""}, "Cần điền mục này"),
        ({"phone": "12"}, "Số điện thoại có 10 chữ số"),
        ({"personal_id": "0793"}, "Số định danh có 12 chữ số"),
        ({"handled_by": "nowhere"}, "Còn mục chưa điền đúng"),
        ({"told": ""}, "Cần báo công dân"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_received(kiosk: DossierKiosk, wrong: dict[str, str], said: str) -> None:
    answer = receive(kiosk.running, **wrong)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert PHONE in answer.text or "phone" in wrong, "what was typed is not typed twice"
    assert kiosk.running.rows("SELECT count(*) FROM submission") == [(0,)]


CARD = f"{NUMBER}||{NAME}|05091990|Nữ|12 đường Không Có Thật|01082025"


def value_of(answer: httpx2.Response, field: str) -> str:
    found = re.search(rf'name="{field}" value="([^"]*)"', answer.text)
    assert found is not None, field
    return found[1]


def test_a_card_held_before_the_reader_fills_the_form_and_receives_nothing(kiosk: DossierKiosk) -> None:
    """A reader types the code and presses Enter: that is the form's first button."""
    answer = receive(kiosk.running, card=CARD, full_name="", personal_id="", do="save")
    assert answer.status_code == 200
    assert value_of(answer, "full_name") == NAME
    assert value_of(answer, "personal_id") == NUMBER
    assert value_of(answer, "born") == "05/09/1990"
    assert '<option value="nu" selected' in answer.text
    assert value_of(answer, "phone") == PHONE, "what was typed and is not on the card stays"
    assert CARD not in answer.text
    assert kiosk.running.rows("SELECT count(*) FROM submission") == [(0,)]


@pytest.mark.parametrize("payload", ["", "xin chào", "079300000017", "https://vneid.gov.vn/x", "|" * 900])
def test_what_is_no_card_is_said_and_nothing_typed_is_lost(kiosk: DossierKiosk, payload: str) -> None:
    answer = receive(kiosk.running, card=payload, do="card")
    assert "Không đọc được thẻ" in answer.text
    assert value_of(answer, "full_name") == NAME
    assert kiosk.running.rows("SELECT count(*) FROM submission") == [(0,)]


def test_nothing_of_a_card_is_in_the_log(kiosk: DossierKiosk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    receive(kiosk.running, card=CARD, do="card")
    assert NUMBER not in caplog.text
    assert NAME not in caplog.text


def test_an_unknown_procedure_leads_back_to_the_list(kiosk: DossierKiosk) -> None:
    assert form(kiosk.running, "/dossiers/new/9.999999", brought()).status_code in (303, 409)
    assert "Nhận hồ sơ giấy" in page(kiosk.running, "/dossiers/new")


def test_a_kiosk_is_no_officer(kiosk: DossierKiosk) -> None:
    answer = kiosk.ask("GET", "/dossiers")
    assert answer.status_code in (303, 401)


@pytest.fixture
def central(tmp_path: Path) -> Iterator[RealCentral]:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "dossier.key").write_bytes(os.urandom(32))
    (folder / "dossier.key").chmod(0o600)
    city = make_real_central(folder, f"sqlite:///{folder}/central.db", more='[dossiers]\nkey_file = "dossier.key"\n')
    yield city
    if city.process is not None and city.process.poll() is None:
        city.process.kill()
        city.process.wait(10)


def enrol_hub(config: HubConfig, central: RealCentral, clock: FakeClock, others: tuple[str, ...] = ()) -> HubConfig:
    """``others``: centres whose enrolment is put beside this one's folder."""
    keys = central.enrol(["phuong-thu", *others], clock.now_ms())
    for centre, key in keys.items():
        folder = config.data if centre == "phuong-thu" else config.data.parent / centre
        folder.mkdir(parents=True, exist_ok=True)
        private = DeviceKey(Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.secret)))
        write_enrolment(folder, Enrolment(central.url, key.device, centre, private))
    return msgspec.structs.replace(config, central=CityAccess(url=central.url))


def test_before_a_real_central_an_officer_takes_it_from_the_counter_to_the_result(
    config: HubConfig, central: RealCentral
) -> None:
    """Received while central was away, sent when it came, asked for a supplement, accepted, given back."""
    clock = FakeClock(int(time.time() * 1000))
    with served(enrol_hub(config, central, clock), clock) as client:
        hub = RunningHub(client.app.state.hub, client, clock)  # type: ignore[attr-defined]  # a Starlette
        enrol(hub.hub)
        kept = receive(hub)
        assert "giữ ở đây" in kept.text
        central.start()
        again = receive(hub)
        deadline = time.monotonic() + 30
        while "giữ ở đây" in again.text and time.monotonic() < deadline:
            again = receive(hub)
        code = code_of(again)
        assert code == code_of(kept)
        hub.take()
        hub.hold("an", "1")
        hub.press("an", "1", "call_next")
        hub.press("an", "1", "arrive")
        work_through(hub, code)
        visit = hub.current("1")
        done = [("receive", code, "", 0)]
        done += [(act, code, "1", visit) for act in ("ask_supplement", "take_back_up", "start", "finish")]
        assert acts(hub) == done
        assert "Phục vụ trong" in page(hub, f"/dossiers/{code}"), "a later visit is a visit of the dossier, too"


def work_through(hub: RunningHub, code: str) -> None:
    opened = page(hub, f"/dossiers/{code}")
    assert NAME in opened
    for act, note in (("ask_supplement", "Thiếu ảnh."), ("take_back_up", ""), ("start", ""), ("finish", "")):
        seen = re.search(r'name="seen" value="(\d+)"', page(hub, f"/dossiers/{code}"))
        assert seen is not None
        done = form(hub, f"/dossiers/{code}/acts", [("act", act), ("seen", seen[1]), ("note", note)])
        assert done.status_code == 303, done.text
    assert "Đã xử lý xong" in page(hub, f"/dossiers/{code}")
    assert code in page(hub, "/dossiers")
    sheet = hub.client.get(f"/dossiers/{code}/forms/01.pdf", headers={"cookie": hub.cookie("an")})
    assert sheet.content.startswith(b"%PDF-")


def supervision(hub: RunningHub) -> str:
    return hub.client.get("/supervisor", headers={"cookie": hub.cookie("chi"), "accept": "text/html"}).text


def test_the_supervisor_sees_what_waits_for_the_city_without_a_name(kiosk: DossierKiosk) -> None:
    hub = kiosk.running
    receive(hub)
    assert 'id="kept"' not in supervision(hub), "sending takes a moment"
    hub.clock.advance(120_000)
    seen = supervision(hub)
    assert "1 hồ sơ chờ gửi" in seen
    assert NAME not in seen


def test_the_supervisor_sees_what_the_city_refuses_and_why(config: HubConfig, tmp_path: Path) -> None:
    """A central without dossiers takes none."""
    (tmp_path / "bare").mkdir()
    central = make_real_central(tmp_path / "bare", f"sqlite:///{tmp_path}/bare/central.db")
    clock = FakeClock(int(time.time() * 1000))
    with served(enrol_hub(config, central, clock), clock) as client:
        hub = RunningHub(client.app.state.hub, client, clock)  # type: ignore[attr-defined]  # a Starlette
        enrol(hub.hub)
        central.start()
        code = code_of(receive(hub))
        deadline = time.monotonic() + 30
        while f"kept-{code}" not in supervision(hub) and time.monotonic() < deadline:
            receive(hub, request_id="another-request-1")  # wakes the courier
        assert "thành phố chưa chịu nhận hồ sơ" in supervision(hub)
    assert central.stop() == 0
