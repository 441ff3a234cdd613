"""WCAG 2.2 AA by axe-core on every page of central, in both languages and wide as well as narrow: no violation."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from kiosk.central.notify.keys import STOP_LINKS
from kiosk.central.notify.links import sign
from kiosk.web.connection import Connection
from tests.central.pages.conftest import (
    MINE,
    NORTH,
    Pages,
    add_drafts,
    add_exchange,
    make_busy,
    pages_at,
    session_of,
    small_town,
)
from tests.central.pages.town import add_ticket
from tests.pages.conftest import browser, launch
from tests.pages.test_accessibility import violations

__all__ = ["browser", "launch"]

FIGURES = "/figures?from=2026-11-09&to=2026-11-22"
PAGES = {
    "sign-in": ("/signin", ""),
    "city": ("/city", "thanh-pho"),
    "city, one light": ("/city?state=over&q=sai", "xem"),
    "centre": (f"/centre/{MINE}", "lanh-dao"),
    "silent centre": (f"/centre/{NORTH}", "xem-mot"),
    "figures of the city": (FIGURES, "thanh-pho"),
    "figures of a centre": (FIGURES, "lanh-dao"),
    "figures, none": ("/figures?from=2020-01-01&to=2020-01-02", "cum"),
    "figures, wrong": ("/figures?from=2026-11-22&to=2026-11-09", "cum"),
    "report": ("/report", "thanh-pho"),
    "exchange": ("/exchange", "thanh-pho"),
    "procedures": ("/procedures", "thanh-pho"),
    "settings": ("/settings", "thanh-pho"),
    "reference of settings": ("/settings/reference", "xem-mot"),
    "settings form of hours": (f"/settings/centre.{MINE}/form/hours", "lanh-dao"),
    "settings form of services": ("/settings/city/form/services", "thanh-pho"),
    "settings form of a centre's name": (f"/settings/centre.{MINE}/form/centre", "lanh-dao"),
    "settings form of kiosks": ("/settings/city/form/kiosk", "xem"),
    "settings form of warning channels": ("/settings/city/form/channels", "thanh-pho"),
    "settings difference": ("/settings/city/difference", "thanh-pho"),
    "settings preview": (f"/settings/centre.{MINE}/preview", "lanh-dao"),
    "settings history": ("/settings/city/history", "cum"),
    "rollout": ("/rollouts/1", "thanh-pho"),
    "log of acts": ("/audit", "thanh-pho"),
    "machines": ("/fleet", "thanh-pho"),
    "machines of a centre": (f"/fleet/{MINE}", "lanh-dao"),
    "history of a device": (f"/fleet/{MINE}/device?part=1&id=may-in", "lanh-dao"),
    "missing": ("/nowhere", "thanh-pho"),
}


@dataclass
class Visit:
    """Opens pages as somebody; fails the test when a page's script throws or its policy is broken."""

    browser: Browser
    url: str
    pages: Pages

    def open(
        self, path: str, who: str, *, language: str = "vi", width: int = 1280, contrast: str = "no-preference"
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            contrast=contrast,  # type: ignore[arg-type]  # "more" or "no-preference"
        )
        cookies = {"language": language} | ({"central_session": session_of(who)} if who else {})
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda said: pytest.fail(said.text) if "Content Security" in said.text else None)
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    url = f"sqlite:///{tmp_path_factory.mktemp('seen') / 'central.db'}"
    with pages_at(url, small_town()) as pages, socket.create_server(("127.0.0.1", 0)) as listener:
        make_busy(pages)
        add_drafts(pages)
        add_exchange(pages)
        config = uvicorn.Config(pages.app, log_level="warning", http=Connection, timeout_graceful_shutdown=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Visit(browser, f"http://127.0.0.1:{listener.getsockname()[1]}", pages)
        for context in browser.contexts:
            context.close()
        server.should_exit = True
        thread.join(10)


def stop_path(pages: Pages) -> str:
    """As in a message about a dossier."""
    values = {"code": "H29-261122-0001", "id": 5}
    pages.database.write_now(lambda tx: tx.run("citizens.put_link", **values))
    pages.database.write_now(lambda tx: tx.run("notify.put_key", name=STOP_LINKS, secret=bytes(32)))
    return f"/o/{sign(bytes(32), 5, pages.clock.now_ms())}"


@pytest.fixture(autouse=True)
def _close_pages(visit: Visit) -> Iterator[None]:
    yield
    for context in visit.browser.contexts:
        context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_violation(visit: Visit, name: str, language: str) -> None:
    page = visit.open(*PAGES[name], language=language)
    assert violations(page) == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_without_a_violation(visit: Visit, name: str) -> None:
    page = visit.open(*PAGES[name], width=390)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_that_ends_messages_to_a_citizen_has_no_violation(visit: Visit, language: str) -> None:
    page = visit.open(stop_path(visit.pages), "", language=language, width=390)
    assert violations(page) == []
    if language == "vi":
        page.locator("main button").click()
    expect(page.locator("main [role=status]")).to_contain_text("H29-261122-0001")
    assert violations(page) == []


@pytest.mark.parametrize(("language", "width"), [("vi", 1280), ("en", 1270), ("vi", 390)])
def test_the_page_that_shows_what_two_admins_saved_has_no_violation(visit: Visit, language: str, width: int) -> None:
    path, undo = f"/settings/centre.{MINE}/form/rule", "input[name='rule.undo_s']"
    late = visit.open(path, "lanh-dao", language=language, width=width)
    first = visit.open(path, "thanh-pho")
    first.locator(undo).fill(str(width // 10 + len(language)))
    first.locator(".settings-do button").click()
    expect(first.locator("main [role=status]")).to_be_visible()
    late.locator(undo).fill("40")
    late.locator(".settings-do button").click()
    expect(late.locator("#theirs")).to_be_visible()
    assert violations(late) == []
    assert late.locator("h1").count() == 1
    assert late.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["city", "centre", "figures of a centre"])
def test_high_contrast_has_no_violation(visit: Visit, name: str) -> None:
    assert violations(visit.open(*PAGES[name], contrast="more")) == []


def test_a_warning_is_taken_on_with_the_keyboard_and_the_page_says_by_whom(visit: Visit) -> None:
    page = visit.open("/city", "thanh-pho")
    button = page.locator("#incident-2 .acknowledge")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#incident-2")).to_contain_text("Nguyễn Thị An nhận lúc 09:00")
    expect(button).to_have_count(0)


def test_the_map_is_walked_with_the_tab_key_and_leads_to_a_centre(visit: Visit) -> None:
    page = visit.open("/city", "xem")
    tile = page.locator(f"#tile-{MINE} a")
    assert "Phường Sài Gòn" in (tile.get_attribute("aria-label") or "")
    tile.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.url}/centre/{MINE}")


def test_a_city_page_is_live(visit: Visit) -> None:
    """What a hub tells is seen without a reload."""
    page = visit.open("/city", "thanh-pho")
    row = page.locator(f"#row-{NORTH} td").nth(1)
    before = int(row.inner_text())
    now_ms = visit.pages.clock.now_ms()
    add_ticket(visit.pages.rows, visit.pages.number(NORTH), 500, 1, now_ms)
    visit.pages.clock.advance(3000)
    expect(row).to_have_text(str(before + 1))


def test_who_signs_out_is_led_away_from_a_live_page(visit: Visit) -> None:
    page = visit.open("/city", "cum")
    visit.pages.database.write_now(lambda tx: tx.run("access.end_sessions_of", name="cum"))
    expect(page).to_have_url(f"{visit.url}/signin", timeout=15_000)


def test_a_printed_page_leaves_out_what_only_a_screen_needs(visit: Visit) -> None:
    page = visit.open(FIGURES, "lanh-dao")
    page.emulate_media(media="print")
    assert not page.locator(".top").is_visible()
    assert not page.locator("form.ask").is_visible()
    assert page.locator("svg.chart").first.is_visible()
    assert page.locator(".figure table").first.is_visible()
