"""WCAG 2.2 AA by axe-core on every page, in its states, in both languages: no violation."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kiosk.config.settings import PaletteName
from kiosk.hub.usecases.views import KeptRow, LateRow, PaperChange, PromiseFigures
from kiosk.queueing.model import CounterId, ServiceId, TicketState
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import DeviceState
from tests.fakes.centre import SERVICES, FakeCentre
from tests.pages.conftest import Visitor

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


def violations(page: Page) -> list[str]:
    page.evaluate("document.fonts.ready")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def make_busy(centre: FakeCentre) -> None:
    names = list(SERVICES)
    for number in range(40):
        centre.issue(names[number % len(names)], priority=number % 6 == 2, minutes_ago=48 - number)
    centre.tickets[9] = replace(centre.tickets[9], print_outcome="not_printed", print_reason="paper_out")
    centre.devices = [
        DeviceState(id="may-in", kind="printer", state="ready", device="online", paper="low"),
        DeviceState(id="bang-1", kind="display", state="unavailable", device="offline"),
        DeviceState(id="quet-1", kind="scanner", state="ready", device="online"),
    ]
    centre.paper = PaperChange(centre.clock.now_ms(), None)
    centre.late = LATE
    centre.promises = PROMISES
    centre.put("4", status="closed")
    centre.put("5", status="paused", pause_reason="lunch", staff="minh", staff_name="Trần Văn Minh")
    centre.closed_services.add("xay-dung")
    for counter in ("2", "3"):
        centre.call(counter, None)
    waiting = [row for row in centre.tickets.values() if row.state is TicketState.WAITING]
    centre._move(waiting[3], TicketState.PARKED)
    centre._move(waiting[4], TicketState.NO_SHOW)


LATE = (
    LateRow("B", Text(vi="Hộ tịch", en="Civil status"), 6, 4, CounterId("4"), Text(vi="Quầy 4", en="Counter 4"), 1),
    LateRow("C", Text(vi="Chứng thực", en="Certification"), 0, 1, None, None, 1),
)
KEPT = KeptRow(None, Text(vi="Tất cả thủ tục", en="All services"), 700, 0.11, 0.52, 0.9, 0.03)
PROMISES = PromiseFigures(
    "failed", (KEPT,), (KEPT, replace(KEPT, service=ServiceId("khai-sinh"), name=SERVICES["khai-sinh"]))
)


def signin(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/signin", **options)  # type: ignore[arg-type]


def signin_refused(visitor: Visitor, **options: object) -> Page:
    page = signin(visitor, **options)
    page.fill("#name", "lan")
    page.fill("#password", "sai")
    page.click("button.primary")
    expect(page.locator("#problem")).to_be_visible()
    return page


def choose(visitor: Visitor, **options: object) -> Page:
    page = visitor.signed_in("hoa", **options)
    page.click(".choose-counter:nth-child(5) button")
    return page


def console_idle(visitor: Visitor, **options: object) -> Page:
    return visitor.at_counter("lan", **options)


def console_called(visitor: Visitor, **options: object) -> Page:
    page = visitor.at_counter("lan", **options)
    page.keyboard.press("n")
    expect(page.locator(".desk-label")).to_be_visible()
    return page


def console_transfer(visitor: Visitor, **options: object) -> Page:
    page = console_called(visitor, **options)
    page.keyboard.press("t")
    return page


def console_refused(visitor: Visitor, **options: object) -> Page:
    page = console_called(visitor, **options)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.click("#act-no-show", force=True)
    return page


def supervisor(visitor: Visitor, **options: object) -> Page:
    page = visitor.signed_in("hoa", "/supervisor", **options)
    page.click("#emergency summary")
    if page.locator("#quiet").count():
        page.click("#quiet summary")
    if page.locator("#promises-each").count():
        page.click("#promises-each summary")
    return page


def supervisor_services(visitor: Visitor, **options: object) -> Page:
    page = visitor.signed_in("hoa", "/supervisor", **options)
    page.click("[data-opens=services-1]")
    return page


def hall(visitor: Visitor, **options: object) -> Page:
    return visitor.hall(**options)


def status(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/t/12", **({"width": 390, "height": 844} | options))  # type: ignore[arg-type]


def waits(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/waits", **({"width": 390, "height": 844} | options))  # type: ignore[arg-type]


def guide(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/procedures", **({"width": 390, "height": 844} | options))  # type: ignore[arg-type]


def guide_found(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/procedures?q=mai+tang", **({"width": 390, "height": 844} | options))  # type: ignore[arg-type]


def procedure(visitor: Visitor, **options: object) -> Page:
    return visitor.signed_in("lan", "/procedures/1.004873", **({"width": 390, "height": 844} | options))


def missing(visitor: Visitor, **options: object) -> Page:
    return visitor.open("/nowhere", **options)  # type: ignore[arg-type]


PAGES = (
    signin,
    signin_refused,
    choose,
    console_idle,
    console_called,
    console_transfer,
    console_refused,
    supervisor,
    supervisor_services,
    hall,
    status,
    waits,
    guide,
    guide_found,
    procedure,
    missing,
)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("open_page", PAGES, ids=lambda each: each.__name__)
def test_a_busy_page_has_no_violation(
    centre: FakeCentre, visitor: Visitor, open_page: Callable[..., Page], language: str
) -> None:
    make_busy(centre)
    page = open_page(visitor, language=language)
    assert violations(page) == []
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("open_page", [choose, console_idle, supervisor, hall], ids=lambda each: each.__name__)
def test_an_empty_page_has_no_violation(centre: FakeCentre, visitor: Visitor, open_page: Callable[..., Page]) -> None:
    assert violations(open_page(visitor)) == []


@pytest.mark.parametrize("open_page", [console_called, supervisor, hall, status], ids=lambda each: each.__name__)
def test_high_contrast_has_no_violation(centre: FakeCentre, visitor: Visitor, open_page: Callable[..., Page]) -> None:
    make_busy(centre)
    assert violations(open_page(visitor, contrast="more")) == []


def test_the_stale_banner_has_no_violation(centre: FakeCentre, visitor: Visitor) -> None:
    make_busy(centre)
    for page in (console_idle(visitor), hall(visitor)):
        page.evaluate("() => { const real = Date.now; Date.now = () => real() + 26000; }")
        expect(page.locator("#stale")).to_be_visible()
        assert violations(page) == []


def test_the_console_is_walked_with_the_tab_key_in_the_order_of_the_eyes(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    seen = []
    for _ in range(16):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert seen[0] == "skip"
    order = [seen.index(each) for each in ("keys", "act-pause", "act-call-next", "act-recall", "waiting-rows")]
    assert order == sorted(order)


@pytest.mark.parametrize("palette", get_args(PaletteName))
def test_the_hall_screen_has_no_violation_in_any_colours(centre: FakeCentre, visitor: Visitor, palette: str) -> None:
    centre.palette = palette
    make_busy(centre)
    assert violations(hall(visitor)) == []
