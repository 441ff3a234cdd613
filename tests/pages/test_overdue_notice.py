"""Staff are told, by eye and ear and once, that somebody waits too long; with the line to the city down as well."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fakes.centre import FakeCentre
from tests.pages.conftest import Visitor

COUNT_SOUNDS = """() => {
  window.sounds = 0;
  HTMLMediaElement.prototype.play = function () { window.sounds++; return Promise.resolve(); };
}"""
TOO_LONG_MIN, PROMISED = 40, (8, 14)


def listen(page: Page) -> None:
    """Count the sounds from now on: Chromium in tests has no loudspeaker to listen to."""
    page.evaluate(COUNT_SOUNDS)


def sounds(page: Page) -> int:
    return int(page.evaluate("window.sounds"))


def test_a_ticket_that_becomes_too_late_is_shown_spoken_and_sounded_once_and_ends_by_itself(
    centre: FakeCentre, visitor: Visitor
) -> None:
    page = visitor.at_counter("lan")
    listen(page)
    expect(page.locator("#overdue")).to_be_hidden()
    late = centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    centre.changed()
    label = centre.tickets[late].label
    expect(page.locator("#overdue")).to_contain_text(f"{label} chờ quá lâu: Đăng ký kết hôn, đã 40 phút.")
    expect(page.locator("#overdue-news[role=alert]")).to_contain_text(label)
    assert sounds(page) == 1
    centre.issue("ket-hon")
    centre.changed()
    expect(page.locator("#waiting-rows li")).to_have_count(2)
    assert sounds(page) == 1
    centre.call("1", late)
    centre.changed()
    expect(page.locator("#overdue")).to_be_hidden()
    expect(page.locator("#overdue-news")).to_be_empty()


def test_a_second_late_ticket_is_news_and_the_first_is_not_said_again(centre: FakeCentre, visitor: Visitor) -> None:
    first = centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    page = visitor.signed_in("hoa", "/supervisor")
    expect(page.locator("#overdue")).to_contain_text(centre.tickets[first].label)
    listen(page)
    second = centre.issue("khai-sinh", minutes_ago=TOO_LONG_MIN + 1, promised=PROMISED)
    centre.changed()
    expect(page.locator("#overdue")).to_contain_text("2 người chờ quá lâu")
    expect(page.locator("#overdue-news")).to_contain_text(centre.tickets[second].label)
    expect(page.locator("#overdue-news")).not_to_contain_text(centre.tickets[first].label)
    assert sounds(page) == 1
    page.reload()
    expect(page.locator("#overdue")).to_be_visible()
    expect(page.locator("#overdue-news")).to_be_empty()


def test_an_officer_is_told_only_of_tickets_that_the_counter_can_serve(centre: FakeCentre, visitor: Visitor) -> None:
    centre.put("1", services=("khai-sinh",))
    centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    page = visitor.at_counter("lan")
    expect(page.locator("#overdue")).to_be_hidden()


def test_the_sound_can_be_turned_off_and_stays_off_on_this_computer(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    page = visitor.at_counter("lan")
    page.get_by_role("button", name="Tắt tiếng báo").click()
    page.reload()
    listen(page)
    centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    centre.changed()
    expect(page.locator("#overdue")).to_contain_text("2 người")
    assert sounds(page) == 0
    expect(page.get_by_role("button", name="Bật tiếng báo")).to_be_visible()


def test_the_notice_has_no_barriers_in_either_language(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ket-hon", minutes_ago=TOO_LONG_MIN, promised=PROMISED)
    for language, words in (("vi", "chờ quá lâu"), ("en", "waits too long")):
        for page in (
            visitor.at_counter("lan", language=language),
            visitor.signed_in("hoa", "/supervisor", language=language),
        ):
            expect(page.locator("#overdue")).to_contain_text(words)
            tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
            assert found.response["violations"] == []
