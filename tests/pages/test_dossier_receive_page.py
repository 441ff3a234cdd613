"""Receiving on paper, on the real hub in a real browser: found, filled in, corrected, given a code; axe-core clean."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.config import load_hub_config
from tests.fakes.real_hub import RealHub, make_real_hub
from tests.pages.test_accessibility import violations


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RealHub]:
    made = make_real_hub(tmp_path / "hub")
    toml = made.folder / "hub.toml"
    toml.write_text(toml.read_text() + '\n[dossiers]\nagency = "000.00.01.H29"\n')
    made.config = load_hub_config(toml)
    made.start()
    yield made
    assert made.stop() == 0


@pytest.fixture
def page(hub: RealHub, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "hub_session", "value": "session-of-officer-1", "url": hub.url}])
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{hub.url}/dossiers/new")
    yield page
    context.close()


def test_what_is_brought_on_paper_gets_a_code_while_the_city_is_away(page: Page, tmp_path: Path) -> None:
    found = [violations(page)]
    page.fill("#q", "doc than")
    page.press("#q", "Enter")
    page.click("text=Cấp Giấy xác nhận tình trạng hôn nhân")
    found.append(violations(page))
    page.fill("#card", "079300000017||Trần Thị Mẫu Thử|05091990|Nữ|12 đường Không Có Thật|01082022")
    page.press("#card", "Enter")
    expect(page.locator("#f-full_name")).to_have_value("Trần Thị Mẫu Thử")
    expect(page.locator("#card")).to_have_value("")
    expect(page.locator("main [role=status]")).to_contain_text("Đã điền từ thẻ")
    found.append(violations(page))
    page.screenshot(path=tmp_path / "filled.png", full_page=True)
    page.fill("#f-phone", "12")
    page.press("#f-phone", "Enter")
    expect(page.locator("#problem")).to_contain_text("xử lý dữ liệu")
    page.check("input[name=told]")
    page.click("button.primary")
    expect(page.locator("#w-phone")).to_be_visible()
    found.append(violations(page))
    page.screenshot(path=tmp_path / "receive.png", full_page=True)
    page.fill("#f-phone", "0900000017")
    page.click("button.primary")
    expect(page.locator(".secret")).to_be_visible()
    expect(page.locator("main [role=status]")).to_contain_text("giữ ở đây")
    found.append(violations(page))
    page.screenshot(path=tmp_path / "received.png", full_page=True)
    page.emulate_media(media="print")
    expect(page.locator("[data-print]")).to_be_hidden()
    expect(page.locator(".receipt-qr svg")).to_be_visible()
    page.screenshot(path=tmp_path / "printed.png", full_page=True)
    assert found == [[]] * 5
