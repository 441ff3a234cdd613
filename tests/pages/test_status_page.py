"""The page of one ticket on a phone."""

import pytest
from playwright.sync_api import expect

from kiosk.queueing.model import TicketState
from tests.fakes.centre import FakeCentre
from tests.pages.conftest import Visitor

PHONE = {"width": 390, "height": 844}


def test_the_page_follows_the_ticket_to_its_counter(centre: FakeCentre, visitor: Visitor) -> None:
    for _ in range(3):
        centre.issue("ban-sao", promised=(8, 14))
    page = visitor.open("/t/3", **PHONE)  # type: ignore[arg-type]
    expect(page.locator(".ticket-label")).to_have_text("C003")
    expect(page.locator(".ticket-state")).to_contain_text("Còn 2 người trước quý vị")
    expect(page.locator(".ticket-promise")).to_contain_text("8–14 phút")
    centre._move(centre.tickets[1], TicketState.SERVED)
    centre.changed()
    expect(page.locator(".ticket-state")).to_contain_text("Còn 1 người trước quý vị")
    centre.call("4", 3)
    centre.changed()
    expect(page.locator(".ticket-state")).to_contain_text("Mời đến Quầy 4")


@pytest.mark.parametrize("state", list(TicketState))
def test_every_state_says_what_happens_next(centre: FakeCentre, visitor: Visitor, state: TicketState) -> None:
    row = centre.call("1", centre.issue("tro-cap"))
    assert row is not None
    centre._move(row, state)
    page = visitor.open("/t/1", **PHONE)  # type: ignore[arg-type]
    assert len(page.locator(".ticket-state").inner_text()) > 5
    assert len(page.locator(".ticket-next").inner_text()) > 20
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_personal_and_no_way_to_the_staff_pages(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.open("/t/1", **PHONE)  # type: ignore[arg-type]
    assert [link.get_attribute("href") for link in page.locator("a:not(.skip)").all()] == ["/procedures", "/waits"]
    page.goto(page.url.replace("/t/1", "/t/none"))
    assert page.locator("a:not(.skip)").count() == 0


def test_what_was_told_stays_while_the_estimate_moves(centre: FakeCentre, visitor: Visitor) -> None:
    for _ in range(4):
        centre.issue("ban-sao", promised=(8, 14))
    page = visitor.open("/t/4", **PHONE)  # type: ignore[arg-type]
    expect(page.locator(".ticket-wait")).to_have_text("Dự kiến chờ 9–17 phút")
    centre._move(centre.tickets[1], TicketState.SERVED)
    centre.changed()
    expect(page.locator(".ticket-wait")).to_have_text("Dự kiến chờ 6–12 phút")
    expect(page.locator(".ticket-promise strong")).to_have_text("8–14 phút")


def test_a_page_in_plain_words_says_how_the_wait_is_made_and_what_is_not_used(
    centre: FakeCentre, visitor: Visitor
) -> None:
    centre.issue("ban-sao")
    page = visitor.open("/t/1", **PHONE)  # type: ignore[arg-type]
    page.get_by_role("link", name="Thời gian chờ được tính thế nào?").click()
    expect(page.locator("h1")).to_have_text("Thời gian chờ được tính thế nào")
    expect(page.locator("main")).to_contain_text("Không dùng họ tên")
    expect(page.locator("main")).to_contain_text("không xếp hạng cán bộ")
    expect(page.locator("main")).to_contain_text("quá lời báo 15 phút")
    expect(page.locator("main")).to_contain_text("Trung tâm mới mở, máy vừa khởi động lại, quá đông cùng lúc")
    expect(page.locator("main")).to_contain_text("gửi về thành phố")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("How the wait is worked out")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
