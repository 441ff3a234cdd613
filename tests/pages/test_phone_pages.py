"""The upload and look-up pages in Chromium, in front of a real hub: a reload, a lost line, WCAG 2.2 AA by axe-core."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.fakes.dossier_centre import dossier_centre
from tests.fakes.papers import pdf, photo
from tests.fakes.real_hub import KIOSK_TOKEN, RealHub, make_real_hub
from tests.hub.dossiers.conftest import ANSWERS
from tests.pages.test_accessibility import violations

PROCEDURE, PAPER = "1.004873", "ly-hon-chung-tu"


@dataclass
class Kiosk:
    hub: RealHub
    draft: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {KIOSK_TOKEN}"}
        answer = requests.request(method, self.hub.url + path, json=body, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self) -> str:
        """The path of a phone's link to a new draft."""
        body = {"request_id": secrets.token_hex(8), "procedure": PROCEDURE}
        self.draft = self.ask("POST", "/v1/drafts", body)["draft"]
        url: str = self.ask("POST", f"/v1/drafts/{self.draft}/phone")["phone_url"]
        return url[url.index("/p/") :]

    def pages(self) -> int:
        papers = self.ask("GET", f"/v1/drafts/{self.draft}")["papers"]
        return sum(paper["pages"] for paper in papers)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHub]:
    made = make_real_hub(tmp_path_factory.mktemp("hub"))
    toml = made.folder / "hub.toml"
    toml.write_text(toml.read_text() + '[dossiers]\nagency = "000.00.01.H29"\n')
    made.start()
    yield made
    made.stop()


@pytest.fixture
def kiosk(hub: RealHub) -> Kiosk:
    return Kiosk(hub)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def files(**content: bytes) -> list[dict[str, Any]]:
    kinds = {"pdf": "application/pdf", "heic": "image/heic", "jpg": "image/jpeg"}
    return [
        {"name": name.replace("_", "."), "mimeType": kinds[name.rpartition("_")[2]], "buffer": body}
        for name, body in content.items()
    ]


def let_in(page: Page, kiosk: Kiosk) -> None:
    """The number on the phone is typed at the kiosk, and the page goes on by itself."""
    page.click("button.primary")
    assert violations(page) == []
    number = page.locator(".upload-number [aria-hidden]").inner_text()
    kiosk.ask("POST", f"/v1/drafts/{kiosk.draft}/phone/admit", {"number": number})


def begin(page: Page, kiosk: Kiosk) -> None:
    page.goto(kiosk.hub.url + kiosk.start())
    let_in(page, kiosk)
    expect(page.locator(".upload-paper")).to_have_count(2)


def test_photos_and_a_pdf_are_picked_once_and_stand_at_the_kiosk(page: Page, kiosk: Kiosk) -> None:
    page.goto(kiosk.hub.url + kiosk.start())
    assert violations(page) == []
    let_in(page, kiosk)
    paper = page.locator(f"[data-paper={PAPER}]")
    picked = files(mot_jpg=photo(), hai_heic=photo("HEIF"), ba_pdf=pdf())
    paper.locator("input").set_input_files(picked)
    expect(paper.locator(".upload-state")).to_have_text("Đã nhận 3 trang", timeout=40_000)
    expect(paper.locator("img")).to_have_count(3)
    assert kiosk.pages() == 3
    assert violations(page) == []


def test_a_file_that_is_refused_says_why_on_the_phone(page: Page, kiosk: Kiosk) -> None:
    begin(page, kiosk)
    paper = page.locator(f"[data-paper={PAPER}]")
    paper.locator("input").set_input_files(files(khoa_pdf=pdf(password="x")))
    expect(paper.locator(".upload-words")).to_contain_text("mật khẩu", timeout=40_000)
    assert violations(page) == []


def test_pages_are_cleared_only_after_a_yes(page: Page, kiosk: Kiosk) -> None:
    begin(page, kiosk)
    paper = page.locator(f"[data-paper={PAPER}]")
    paper.locator("input").set_input_files(files(mot_jpg=photo()))
    expect(paper.locator(".upload-state")).to_have_text("Đã nhận 1 trang", timeout=40_000)
    page.once("dialog", lambda dialog: dialog.dismiss())
    paper.locator(".upload-clear").click()
    expect(paper.locator("img")).to_have_count(1)
    assert kiosk.pages() == 1
    page.once("dialog", lambda dialog: dialog.accept())
    paper.locator(".upload-clear").click()
    expect(paper.locator(".upload-state")).to_have_text("Chưa có trang nào")


def test_a_lost_line_and_a_reload_lose_nothing(page: Page, kiosk: Kiosk) -> None:
    begin(page, kiosk)
    content = photo("PNG", (2400, 3300))
    page.route("**/files/**", lambda route: route.abort())
    page.locator(f"[data-paper={PAPER}] input").set_input_files(files(mot_jpg=content, hai_jpg=photo()))
    expect(page.locator("#trouble")).to_contain_text("Mất kết nối")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#trouble")).to_contain_text("Mất kết nối")
    page.unroute("**/files/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    state = page.locator(f"[data-paper={PAPER}] .upload-state")
    expect(state).to_have_text("Đã nhận 2 trang", timeout=40_000)
    expect(page.locator("#trouble")).to_be_hidden()


def test_when_the_citizen_leaves_the_page_says_so(page: Page, kiosk: Kiosk) -> None:
    begin(page, kiosk)
    kiosk.ask("POST", f"/v1/drafts/{kiosk.draft}/leave")
    expect(page.locator("#trouble")).to_contain_text("hết hạn")
    page.reload()
    expect(page.locator("h1")).to_have_text("Đường dẫn đã hết hạn")


def test_in_english_too(page: Page, kiosk: Kiosk) -> None:
    begin(page, kiosk)
    page.click("text=English")
    expect(page.locator("h1")).to_have_text("Send papers from your phone")
    assert violations(page) == []


def test_the_receipt_s_code_looks_it_up_and_leaves_the_address(page: Page, kiosk: Kiosk) -> None:
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(kiosk.hub.url + "/d#000.00.01.H29-261122-0001.34679C")
    expect(page.locator(".problem")).to_contain_text("Chưa liên lạc được với hệ thống thành phố")
    assert page.url == kiosk.hub.url + "/d"
    assert not any("34679C" in url.partition("#")[0] for url in asked)
    assert violations(page) == []


def test_with_the_city_at_hand_the_receipt_s_code_shows_how_it_stands(page: Page, tmp_path: Path) -> None:
    with dossier_centre(tmp_path) as centre:
        kiosk = Kiosk(centre.hub)
        kiosk.start()
        body = {"answers": ANSWERS, "handled_by": "phuong-thu"}
        kiosk.ask("POST", f"/v1/drafts/{kiosk.draft}/answers", body)
        body = {"request_id": secrets.token_hex(8), "consents": ["handling"]}
        receipt = kiosk.ask("POST", f"/v1/drafts/{kiosk.draft}/submit", body)
        page.goto(centre.hub.url + receipt["look_up_url"][receipt["look_up_url"].index("/d#") :])
        expect(page.locator(".lookup-status")).to_have_text("Đã gửi, chờ cán bộ kiểm tra")
        assert ANSWERS["full_name"] not in page.content()
        assert violations(page) == []
        page.click("text=Xem hồ sơ khác")
        page.fill("#code", receipt["code"])
        page.fill("#secret", "XXXXXX")
        page.click("#by-code button")
        expect(page.locator(".problem")).to_contain_text("Không tìm thấy")


def test_a_link_that_is_over_says_so(page: Page, kiosk: Kiosk, tmp_path: Path) -> None:
    page.goto(kiosk.hub.url + "/r/never-was")
    expect(page.locator(".lead")).to_contain_text("hết hạn")
    assert violations(page) == []
