"""The pages in front of a real hub process: presses reach the hall, consoles share no ticket, kill -9 is survived."""

import secrets
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.fakes.real_hub import KIOSK_TOKEN, RealHub, make_real_hub

#: Resolves with the browser's clock when the big number is another one.
NEXT_NUMBER = """(before) => new Promise((found) => {
  const now = document.getElementById("now");
  const look = () => { const label = now.querySelector(".now-label")?.textContent; return label && label !== before; };
  if (look()) { found(Date.now()); return; }
  const seen = (_, me) => { if (look()) { me.disconnect(); found(Date.now()); } };
  new MutationObserver(seen).observe(now, { childList: true, subtree: true });
})"""


@dataclass
class Centre:
    """One real hub and the browsers of its staff."""

    hub: RealHub
    browser: Browser
    contexts: list[BrowserContext]

    def open(self, staff: str, path: str) -> Page:
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "hub_session", "value": f"session-of-{staff}", "url": self.hub.url}])
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(self.hub.url + path)
        return page

    def console(self, staff: str, counter: str) -> Page:
        page = self.open(staff, "/console")
        page.click(f"form:has(input[name=counter][value='{counter}']) button")
        page.wait_for_url(f"**/console/{counter}")
        return page

    def take(self, service: str = "sao-y") -> str:
        body = {"request_id": secrets.token_hex(8), "service": service}
        headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
        answer = requests.post(f"{self.hub.url}/v1/tickets", json=body, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["label"])


@pytest.fixture
def centre(tmp_path: Path, browser: Browser) -> Iterator[Centre]:
    hub = make_real_hub(tmp_path / "hub")
    hub.start()
    made = Centre(hub, browser, [])
    yield made
    for context in made.contexts:
        context.close()
    assert hub.stop() == 0, "open streams must not hold up the end of the hub"


def settled(page: Page) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)


@pytest.mark.bench
def test_a_press_at_the_console_stands_on_the_hall_screen_within_300_ms(centre: Centre) -> None:
    console, hall = centre.console("officer-1", "3"), centre.open("officer-2", "/hall")
    delays, before = [], ""
    for _ in range(5):
        centre.take()
        expect(hall.locator("#now.is-fresh")).to_have_count(0, timeout=8000)
        expect(console.locator("#waiting-rows")).to_be_visible()
        settled(console)
        hall.evaluate(f"(before) => {{ window.arrived = ({NEXT_NUMBER})(before); }}", before)
        pressed_ms = console.evaluate("() => { document.querySelector('.act-primary').click(); return Date.now(); }")
        delays.append(hall.evaluate("window.arrived") - pressed_ms)
        before = hall.locator(".now-label").inner_text()
        settled(console)
        console.keyboard.press("a")
        expect(console.locator(".desk-head")).to_contain_text("Đang phục vụ")
        settled(console)
    assert statistics.median(delays) <= 300, delays


def test_two_consoles_that_press_at_once_get_two_tickets(centre: Centre) -> None:
    for _ in range(2):
        centre.take()
    pages = [centre.console("officer-1", "2"), centre.console("officer-2", "3")]
    for page in pages:
        page.evaluate("() => { document.getElementById('act-call-next').click(); }")
    labels = {page.locator(".desk-label").inner_text() for page in pages}
    assert len(labels) == 2


def test_every_button_of_the_console_is_understood_by_the_hub(centre: Centre) -> None:
    for _ in range(4):
        centre.take()
    page = centre.console("officer-1", "3")

    def press(key: str, shows: str) -> None:
        settled(page)
        page.keyboard.press(key)
        expect(page.locator(".console")).to_contain_text(shows)

    press("n", "Đang gọi")
    press("r", "1/2 lần")
    press("r", "2/2 lần")
    press("x", "Vắng mặt 1")
    press("u", "Đang gọi")
    press("a", "Đang phục vụ")
    press("k", "Để sau 1")
    press("n", "Đang gọi")
    press("a", "Đang phục vụ")
    press("n", "Hôm nay xong 1")
    press("f", "Hôm nay xong 2")
    settled(page)
    page.click("#side-parked summary")
    page.locator("#side-parked").get_by_role("button", name="Xếp lại").click()
    expect(page.locator("#waiting-title")).to_contain_text("2")
    settled(page)
    page.keyboard.press("p")
    page.get_by_role("button", name="Nghỉ trưa").click()
    expect(page.locator(".desk-rest")).to_have_text("Nghỉ trưa")
    press("p", "Sẵn sàng")


def test_after_kill_9_and_restart_the_page_goes_on_where_it_was(centre: Centre) -> None:
    label = centre.take()
    page = centre.console("officer-1", "3")
    page.keyboard.press("n")
    expect(page.locator(".desk-label")).to_have_text(label)
    centre.hub.kill()
    expect(page.locator("#stale")).to_be_visible(timeout=8000)
    centre.hub.start()
    expect(page.locator("#stale")).to_be_hidden(timeout=8000)
    settled(page)
    page.keyboard.press("a")
    expect(page.locator(".desk-head")).to_contain_text("Đang phục vụ")


def test_the_supervisor_closes_and_opens_what_the_hub_then_shows(centre: Centre) -> None:
    centre.take()
    page = centre.open("chi", "/supervisor")
    page.get_by_role("button", name="Đóng quầy: Quầy 2").click()
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.locator("#c-2")).to_contain_text("Đang đóng")
    settled(page)
    page.get_by_role("button", name="Mở quầy: Quầy 2").click()
    expect(page.locator("#c-2")).to_contain_text("Chưa có cán bộ")
    settled(page)
    page.get_by_role("button", name="Ngừng nhận: Sao y").click()
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.locator("#s-sao-y")).to_contain_text("Đã ngừng nhận")
    settled(page)
    page.get_by_role("button", name="Thủ tục của Quầy 1").click()
    page.locator("#services-1").get_by_label("Sao y").check()
    page.locator("#services-1").get_by_role("button", name="Lưu").click()
    expect(page.locator("#c-1")).to_contain_text("3 thủ tục")
