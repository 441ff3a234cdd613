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
    assert page.locator("a:not(.skip)").count() == 0
    page.goto(page.url.replace("/t/1", "/t/none"))
    assert page.locator("a:not(.skip)").count() == 0
