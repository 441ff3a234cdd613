"""The link in a message: looking changes nothing, one press takes the incident on, and then it is not escalated."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, sync_playwright
from starlette.requests import Request
from starlette.testclient import TestClient

from kiosk.central.alarms.acknowledge import NAME_LETTERS
from kiosk.central.alarms.parts import Rules
from kiosk.central.notify.keys import LinkKey
from kiosk.central.notify.links import KEY_BYTES, sign
from kiosk.central.pages.routes import errors
from kiosk.central.views.incidents import OpenIncident, read_open
from kiosk.config.warning import Channel, Warnings
from kiosk.errors import StoreUnavailable
from tests.central.alarms.city import City, city_at
from tests.central.pages.conftest import page_app
from tests.pages.conftest import CHROMIUM, QUIET

HOUR = 3_600_000
SITE = "http://testserver"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ORIGIN = {"Origin": SITE}


class Phone:
    """Somebody's browser, with the link of the first notice."""

    def __init__(self, city: City) -> None:
        self.city = city
        city.ticket(1, waited_min=50)
        asyncio.run(city.look())
        self.parts, app = page_app(city.database, city.clock)
        self.client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        self.path = self.link(int(city.rows.notices()[0]["id"]))

    def link(self, notice: int) -> str:
        key = asyncio.run(LinkKey(self.city.database).get())
        return f"/a/{sign(key, notice, self.city.clock.now_ms() + 24 * HOUR)}"

    def look(self, path: str = "", language: str = "vi") -> tuple[int, str]:
        answer = self.client.get(path or self.path, headers={"Accept": "text/html", "Cookie": f"language={language}"})
        return answer.status_code, answer.text

    def press(self, name: str = "", path: str = "", **headers: str) -> int:
        return self.client.post(path or self.path, data={"name": name}, headers=ORIGIN | headers).status_code


@pytest.fixture
def phone(database_url: str) -> Iterator[Phone]:
    with city_at(database_url, Rules(Warnings(), (Channel(name="trực ban"),))) as city:
        yield Phone(city)


def test_looking_as_often_as_a_preview_does_takes_nothing_on(phone: Phone) -> None:
    for _ in range(3):
        status, text = phone.look()
        assert status == 200
    assert "Tôi nhận xử lý" in text
    assert "50 phút" in text
    assert phone.city.rows.incidents()[0]["acked_by"] is None


def test_one_press_takes_it_on_with_a_name_and_nobody_is_told_further(phone: Phone) -> None:
    assert phone.press("  Chị Hoa\u0000 ") == 303
    assert phone.city.rows.incidents()[0]["acked_by"] == "Chị Hoa"
    _, text = phone.look()
    assert "Đã ghi nhận lúc 09:00: Chị Hoa." in text
    assert '<form method="post" class="card form">' not in text
    assert asyncio.run(phone.city.pass_minutes(25)) == []


def test_who_gives_no_name_is_called_by_the_channel_and_the_first_one_stays(phone: Phone) -> None:
    assert phone.press() == 303
    assert phone.press("Người đến sau") == 303
    assert phone.city.rows.incidents()[0]["acked_by"] == "trực ban"


def test_a_name_is_cut_and_shown_as_text(phone: Phone) -> None:
    phone.press("<script>alert(1)</script>" + "x" * 500)
    assert len(phone.city.rows.incidents()[0]["acked_by"]) == NAME_LETTERS
    assert "<script>alert" not in phone.look()[1]


def test_another_site_cannot_press_the_button(phone: Phone) -> None:
    assert phone.press(Origin="https://elsewhere.example") == 403
    assert phone.city.rows.incidents()[0]["acked_by"] is None


@pytest.mark.parametrize("path", ["/a/x", "/a/" + 32 * "a", f"/a/{sign(bytes(KEY_BYTES), 5, 9_999_999_999_999)}"])
def test_a_link_that_was_not_made_here_shows_and_changes_nothing(phone: Phone, path: str) -> None:
    status, text = phone.look(path)
    assert status == 404
    assert "phường" not in text
    assert phone.press(path=path) == 404
    assert phone.city.rows.incidents()[0]["acked_by"] is None


def test_a_link_ends_after_its_hours_and_says_what_to_do(phone: Phone) -> None:
    phone.city.clock.advance(26 * HOUR)
    status, text = phone.look(language="en")
    assert status == 404
    assert "Open the newest message" in text
    assert phone.press() == 404


def test_what_has_ended_by_itself_needs_nobody(phone: Phone) -> None:
    phone.city.rows.call(1, phone.city.clock.now_ms())
    asyncio.run(phone.city.pass_minutes(2))
    _, text = phone.look()
    assert "Việc này đã kết thúc lúc 09:0" in text
    assert phone.press("Muộn") == 303
    assert phone.city.rows.incidents()[0]["acked_by"] is None


def test_the_page_shows_who_was_told_and_what_did_not_get_through(phone: Phone) -> None:
    phone.city.rows.run("UPDATE notice SET tries = 3, problem = 'refused: 0x58'")
    assert "trực ban – cảnh báo:" in phone.look()[1]
    assert "đã thử 3 lần" in phone.look()[1]
    phone.city.rows.run("UPDATE notice SET state = 1, done_ms = ?", phone.city.clock.now_ms())
    assert "đã gửi lúc 09:00" in phone.look()[1]


def _pages(phone: Phone) -> Iterator[str]:
    for language in ("vi", "en"):
        yield phone.look(language=language)[1]
        yield phone.look("/a/x", language)[1]
    phone.press("Chị Hoa")
    yield phone.look()[1]
    phone.city.rows.run("UPDATE incident SET closed_ms = ?, kind = 2", phone.city.clock.now_ms())
    yield phone.look()[1]


def test_the_page_has_no_barriers_in_any_state(tmp_path: Path) -> None:
    with city_at(f"sqlite:///{tmp_path / 'central.db'}", Rules(Warnings(), (Channel(name="trực ban"),))) as city:
        phone = Phone(city)
        states = list(_pages(phone))
        # Fetched before: while playwright runs, no other event loop of this thread can.
        paths = {path for html in states for path in re.findall(r'"(/static/[^"]+)"', html)}
        files = {f"{SITE}{path}": phone.client.get(path) for path in paths}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.route("**/*", lambda route: _answer(route, files))
        for html in states:
            page.set_content(html.replace("<head>", f'<head><base href="{SITE}/">'))
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
            assert found.response["violations"] == []
        browser.close()


def _answer(route: Route, files: dict[str, httpx2.Response]) -> None:
    found = files.get(route.request.url)
    if found is None:
        route.abort()
        return
    route.fulfill(status=200, body=found.content, content_type=found.headers["content-type"])


def test_the_citys_pages_show_who_was_told_and_whom_a_message_did_not_reach(phone: Phone) -> None:
    rows = phone.city.rows
    assert [(each.names_told, each.names_untold) for each in _shown(phone)] == [((), ())]
    rows.run("UPDATE notice SET tries = 3, problem = 'refused: 0x58'")
    assert [(each.names_told, each.names_untold) for each in _shown(phone)] == [((), ("trực ban",))]
    rows.run("UPDATE notice SET state = 1, done_ms = ?", phone.city.clock.now_ms())
    assert [(each.names_told, each.names_untold) for each in _shown(phone)] == [(("trực ban",), ())]


def _shown(phone: Phone) -> tuple[OpenIncident, ...]:
    return phone.city.database.read_now(read_open)


def test_a_link_stands_in_no_log_when_the_database_is_away(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads the log must not be able to take an incident on in another's name."""
    path = Path(phone.path)
    scope = {
        "type": "http",
        "method": "GET",
        "path": str(path),
        "headers": [(b"accept", b"text/html")],
        "scheme": "http",
    }
    request = Request(scope | {"query_string": b"", "server": ("testserver", 80)})

    async def answered() -> int:
        return (await errors(phone.parts)[StoreUnavailable](request, StoreUnavailable("away"))).status_code

    assert asyncio.run(answered()) == 503
    assert "away" in caplog.text
    assert path.name not in caplog.text
