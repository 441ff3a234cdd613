"""What every answer carries, and which requests are refused before anybody looks at them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from kiosk.web.entry import Entry
from kiosk.web.security import Guard, comes_from_us
from tests.fakes.clock import FakeClock
from tests.pages.server import PASSWORD, PageApp, fake_centre

PAGES = Path(__file__).parents[2] / "kiosk"
OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def page_app() -> PageApp:
    return PageApp(fake_centre(FakeClock()))


@pytest.fixture
def client(page_app: PageApp) -> Iterator[TestClient]:
    with TestClient(page_app.app, follow_redirects=False) as opened:
        yield opened


@pytest.mark.parametrize(
    "path", ["/signin", "/console", "/nowhere", "/static/base.css", "/t/99", "/hall", "/v1/nowhere"]
)
def test_every_answer_forbids_inline_code_framing_and_sniffing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect", "img", "font", "media")} == {"'self'"}
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_a_fault_is_a_sentence_for_people_with_the_same_headers_and_no_trace(page_app: PageApp) -> None:
    async def fail(_request: Request) -> Response:
        raise RuntimeError("a secret of the house")

    app = Starlette(
        routes=[Route("/fails", fail)],
        middleware=[Middleware(Guard)],
        exception_handlers=Entry(page_app.kit, page_app.sign_in, "/console").errors(),
    )
    answer = TestClient(app, raise_server_exceptions=False).get("/fails", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def test_pages_are_never_kept_and_static_files_of_a_known_version_for_a_year(
    client: TestClient, page_app: PageApp
) -> None:
    assert client.get("/signin").headers["cache-control"] == "no-store"
    assert "immutable" in client.get(page_app.kit.shelf.url("base.css")).headers["cache-control"]
    plain = client.get("/static/base.css")
    assert plain.headers["cache-control"] == "no-cache"
    assert client.get("/static/base.css", headers={"If-None-Match": plain.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("name", ["../kit.py", "..%2f..%2fkit.py", "kit.py", "%00", "base.css/x"])
def test_only_files_on_the_shelf_can_be_asked_for(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("file", sorted(PAGES.glob("**/templates/*.html")), ids=lambda file: file.name)
def test_templates_hold_no_inline_code_and_no_address_of_another_host(file: Path) -> None:
    html = file.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", html)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        (OWN, True),
        ({"Origin": "http://testserver"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver:8080"}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "none"}, False),
        ({"Authorization": "Bearer token-of-a-kiosk"}, True),
        ({"Authorization": "Bearer token-of-a-kiosk", "Cookie": "hub_session=x"}, False),
        ({"Authorization": "Basic abc"}, False),
    ],
)
def test_a_change_must_come_from_our_own_page(headers: dict[str, str], allowed: bool) -> None:
    asked = Headers({"host": "testserver", **headers})
    assert comes_from_us("POST", "http", asked) is allowed
    assert comes_from_us("GET", "http", asked)


def test_a_foreign_form_is_refused_with_a_sentence_and_signs_nobody_in(client: TestClient, page_app: PageApp) -> None:
    answer = client.post(
        "/signin", data={"name": "lan", "password": PASSWORD}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert answer.json()["error"] == "foreign_origin"
    assert page_app.centre.sessions == {}


@pytest.mark.parametrize(
    "body", ["name=" + "x" * 9000, "&".join(f"a{n}=1" for n in range(60)), "name=%ff", b"name=\xff"]
)
def test_a_form_that_is_too_large_or_not_text_gets_a_clear_answer(client: TestClient, body: str | bytes) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", **OWN}
    answer = client.post("/signin", content=body, headers=form)
    assert answer.status_code in (400, 413)
    assert answer.json()["message"]["vi"].startswith("Yêu cầu")


def test_an_unknown_page_is_a_page_for_people_and_json_for_programs(client: TestClient) -> None:
    assert "Không có trang này" in client.get("/nowhere", headers={"Accept": "text/html"}).text
    assert client.get("/nowhere").json()["error"] == "http_404"
    assert client.post("/console", headers=OWN).status_code == 405
