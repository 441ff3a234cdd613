"""Who may see and do what: passwords, sessions, roles, and where a sign-in leads."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from kiosk.web.entry import local_path
from kiosk.web.signin import token_hash
from tests.fakes.clock import FakeClock
from tests.pages.server import PASSWORD, SCREEN_TOKEN, PageApp, fake_centre

OWN = {"Origin": "http://testserver"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def page_app(clock: FakeClock) -> PageApp:
    return PageApp(fake_centre(clock))


@pytest.fixture
def client(page_app: PageApp) -> Iterator[TestClient]:
    with TestClient(page_app.app, follow_redirects=False) as opened:
        yield opened


def sign_in(client: TestClient, name: str = "lan", password: str = PASSWORD, goal: str = "/console") -> int:
    form = {"name": name, "password": password, "next": goal}
    return client.post("/signin", data=form, headers=OWN).status_code


def test_the_cookie_is_a_random_token_of_which_the_store_has_only_the_hash(
    client: TestClient, page_app: PageApp
) -> None:
    answer = client.post("/signin", data={"name": "lan", "password": PASSWORD}, headers=OWN)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    token = client.cookies["hub_session"]
    assert list(page_app.centre.sessions) == [token_hash(token)]
    assert len(token) >= 43


def test_over_tls_the_cookie_is_host_bound_and_secure(page_app: PageApp) -> None:
    with TestClient(page_app.app, base_url="https://testserver", follow_redirects=False) as client:
        answer = client.post(
            "/signin", data={"name": "lan", "password": PASSWORD}, headers={"Origin": "https://testserver"}
        )
        assert answer.headers["set-cookie"].startswith("__Host-hub_session=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert client.get("/console").status_code == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: TestClient) -> None:
    answers = [client.post("/signin", data={"name": n, "password": "sai"}, headers=OWN) for n in ("lan", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    pages = [answer.text.replace('value="lan"', "").replace('value="nobody"', "") for answer in answers]
    assert pages[0] == pages[1]
    assert "không đúng" in pages[0]


def test_after_five_wrong_tries_a_name_must_wait_and_then_may_sign_in(client: TestClient, clock: FakeClock) -> None:
    assert [sign_in(client, password="sai") for _ in range(5)] == [401, 401, 401, 401, 429]
    assert sign_in(client) == 429, "even the right password must wait"
    assert sign_in(client, "minh") == 303, "other names need not"
    client.cookies.clear()
    clock.advance(11_000)
    assert sign_in(client) == 303


def test_signing_out_ends_the_session_on_the_server(client: TestClient, page_app: PageApp) -> None:
    sign_in(client)
    token = client.cookies["hub_session"]
    assert client.post("/signout", headers=OWN).headers["location"] == "/signin"
    client.cookies.set("hub_session", token)
    assert client.get("/console", headers=HTML).headers["location"] == "/signin?next=/console"
    assert page_app.centre.sessions == {}


def test_pages_lead_to_sign_in_and_the_api_says_401(client: TestClient) -> None:
    for path in ("/console", "/console/1", "/supervisor"):
        assert client.get(path, headers=HTML).headers["location"] == f"/signin?next={path}"
    answer = client.post("/v1/supervisor/commands", headers=OWN, json={})
    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in_needed")


def test_only_a_supervisor_sees_the_supervisor_page(client: TestClient) -> None:
    sign_in(client)
    refused = client.get("/supervisor", headers=HTML)
    assert refused.status_code == 403
    assert "không có quyền" in refused.text
    client.cookies.clear()
    sign_in(client, "hoa")
    assert client.get("/supervisor", headers=HTML).status_code == 200


def test_the_console_of_somebody_else_leads_to_the_choice_of_a_counter(client: TestClient, page_app: PageApp) -> None:
    page_app.centre.put("2", staff="minh", staff_name="Trần Văn Minh")
    sign_in(client)
    for counter in ("2", "3", "77", "%00"):
        assert client.get(f"/console/{counter}", headers=HTML).status_code == 303


def test_looking_at_a_page_counts_as_use_and_an_open_stream_does_not(client: TestClient, page_app: PageApp) -> None:
    sign_in(client)
    client.get("/console")
    assert len(page_app.in_use) == 1


@pytest.mark.parametrize(
    "goal",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nSet-Cookie: x"],
)
def test_a_sign_in_never_leads_to_another_site(client: TestClient, goal: str) -> None:
    assert local_path(goal, "/console") == "/console"
    answer = client.post("/signin", data={"name": "lan", "password": PASSWORD, "next": goal}, headers=OWN)
    assert answer.headers["location"] == "/console"


def test_a_sign_in_leads_to_where_one_wanted_to_go(client: TestClient) -> None:
    answer = client.post("/signin", data={"name": "hoa", "password": PASSWORD, "next": "/supervisor"}, headers=OWN)
    assert answer.headers["location"] == "/supervisor"


def test_the_language_switch_keeps_the_page_and_is_remembered(client: TestClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/signin"}, headers=OWN)
    assert answer.headers["location"] == "/signin"
    page = client.get("/signin").text
    assert '<html lang="en">' in page
    assert "Tiếng Việt" in page
    client.post("/language", data={"language": "xx", "next": "//evil.example"}, headers=OWN)
    assert '<html lang="vi">' in client.get("/signin").text


def test_a_hall_screen_needs_its_token_once_and_hides_it_from_the_address(client: TestClient) -> None:
    assert client.get("/hall").status_code == 401
    assert client.get("/hall?token=wrong").status_code == 401
    answer = client.get(f"/hall?token={SCREEN_TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/hall")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/hall").status_code == 200


def test_a_revoked_screen_sees_nothing_more(client: TestClient, page_app: PageApp) -> None:
    client.get(f"/hall?token={SCREEN_TOKEN}")
    page_app.centre.tokens.clear()
    assert client.get("/hall").status_code == 401
    assert "event: leave\ndata: /hall" in client.get("/hall/stream").text


def test_the_stream_of_an_ended_session_sends_the_page_to_sign_in(client: TestClient) -> None:
    assert "event: leave\ndata: /signin?next=/console" in client.get("/console/1/stream").text


@pytest.mark.parametrize("token", ["x", "0", "9" * 65, "1%00"])
def test_an_unknown_ticket_page_says_so_and_its_stream_ends_for_good(client: TestClient, token: str) -> None:
    answer = client.get(f"/t/{token}", headers=HTML)
    assert answer.status_code == 404
    assert client.get(f"/t/{token}/stream").status_code in (204, 404)
