"""The counter console in a real browser."""

import json
import statistics
import time
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.queueing.model import TicketState
from kiosk.wire.common import ErrorReply, Text
from tests.fakes.centre import FakeCentre
from tests.pages.conftest import Visitor
from tests.pages.server import PASSWORD, PageServer

WATCH_FOR = """(text) => new Promise((found) => {
  const seen = () => document.getElementById("main").textContent.includes(text);
  if (seen()) { found(Date.now()); return; }
  const observer = new MutationObserver(() => { if (seen()) { observer.disconnect(); found(Date.now()); } });
  observer.observe(document.getElementById("main"), { childList: true, subtree: true, characterData: true });
})"""


def called(page: Page, label: str) -> None:
    expect(page.locator(".desk-label")).to_have_text(label)


def settled(page: Page) -> None:
    """The last command is over and buttons may be pressed again."""
    expect(page.locator("[aria-busy]")).to_have_count(0)


@pytest.mark.bench
def test_a_new_ticket_stands_in_the_list_within_300_ms(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.at_counter("lan")
    expect(page.locator(".rows-empty")).to_be_visible()
    delays = []
    for number in range(1, 8):
        page.evaluate(f"void (window.seen = ({WATCH_FOR})('C{number:03d}'))")
        changed_at = time.time() * 1000
        centre.issue("ban-sao")
        centre.changed()
        delays.append(page.evaluate("window.seen") - changed_at)
    assert statistics.median(delays) <= 300, delays


def test_two_impatient_taps_are_one_command(centre: FakeCentre, server: PageServer, visitor: Visitor) -> None:
    for _ in range(3):
        centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    server.page_app.gate.clear()
    page.dblclick("#act-call-next")
    page.keyboard.press("n")
    expect(page.locator("#act-call-next")).to_have_attribute("aria-busy", "true")
    server.page_app.gate.set()
    called(page, "C001")
    settled(page)
    assert [command.action for command in centre.received] == ["call_next"]


def test_a_double_tap_does_not_fall_through_to_the_next_meaning_of_the_button(
    centre: FakeCentre, visitor: Visitor
) -> None:
    for _ in range(3):
        centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    called(page, "C001")
    page.locator(".act-primary").click()
    settled(page)
    assert [command.action for command in centre.received] == ["call_next"]
    page.locator(".act-primary").click()
    expect(page.locator(".desk-head")).to_contain_text("Đang phục vụ")


def test_the_whole_of_a_call_goes_by_keyboard(centre: FakeCentre, visitor: Visitor) -> None:
    for _ in range(3):
        centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    for key, action in (("n", "call_next"), ("r", "recall"), ("a", "arrive"), ("k", "park")):
        page.keyboard.press(key)
        settled(page)
        assert centre.received[-1].action == action
    page.keyboard.press("p")
    page.get_by_role("button", name="Nghỉ trưa").click()
    expect(page.locator(".desk-rest")).to_have_text("Nghỉ trưa")
    settled(page)
    assert (centre.received[-1].action, centre.received[-1].reason) == ("pause", "lunch")
    page.keyboard.press("p")
    settled(page)
    assert centre.received[-1].action == "resume"


def test_commands_name_the_ticket_that_the_page_shows_and_each_has_its_own_request_id(
    centre: FakeCentre, visitor: Visitor
) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    for key in ("n", "r", "r"):
        page.keyboard.press(key)
        settled(page)
    assert [command.seen for command in centre.received] == [None, 1, 1]
    assert len({command.request_id for command in centre.received}) == 3


def test_letters_typed_into_a_field_are_not_shortcuts(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    page.keyboard.press("t")
    page.locator("#transfer-filter").press_sequentially("ket hon nfakx")
    expect(page.locator("#transfer-to")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+r")
    page.wait_for_load_state()
    assert [command.action for command in centre.received] == ["call_next"]


def test_shortcuts_can_be_turned_off_and_stay_off(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.click("#keys")
    expect(page.locator("#keys")).to_have_attribute("aria-pressed", "false")
    page.reload()
    page.locator("body").press("n")
    expect(page.locator("#act-call-next kbd")).to_be_hidden()
    assert centre.received == []


def test_transfer_finds_a_service_without_accents_and_sends_it(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    page.keyboard.press("t")
    page.locator("#transfer-filter").fill("dk ket")
    expect(page.locator("#transfer-list li:visible")).to_have_count(0)
    page.locator("#transfer-filter").fill("ket hon")
    page.locator("#transfer-list li:visible button").click()
    settled(page)
    assert (centre.received[-1].action, centre.received[-1].service) == ("transfer", "ket-hon")


def test_a_chosen_ticket_is_called(centre: FakeCentre, visitor: Visitor) -> None:
    for _ in range(3):
        centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.get_by_role("button", name="Gọi số C003").click()
    called(page, "C003")


def test_a_refusal_is_said_in_the_readers_language(centre: FakeCentre, server: PageServer, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    server.page_app.refuse = ErrorReply(
        error="stale_page", message=Text(vi="Màn hình này đã cũ.", en="This page was out of date.")
    )
    for language, sentence in (("vi", "Màn hình này đã cũ."), ("en", "This page was out of date.")):
        page = visitor.at_counter("lan", language=language)
        page.keyboard.press("n")
        expect(page.get_by_role("alert").get_by_text(sentence)).to_be_visible()
        settled(page)


def test_a_button_that_cannot_be_used_says_why(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    page.click("#act-no-show", force=True)
    expect(page.locator("#toast")).to_have_text("gọi lại 2 lần nữa")
    assert centre.received[-1].action == "call_next"


def test_after_a_network_error_the_same_request_id_is_sent_again(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}")["request_id"])
        if len(sent) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/commands", lose_the_first_answer)
    page.keyboard.press("n")
    called(page, "C001")
    assert len(sent) == 2
    assert len(set(sent)) == 1


def test_focus_and_an_open_dialog_survive_a_live_update(centre: FakeCentre, visitor: Visitor) -> None:
    for _ in range(40):
        centre.issue("ban-sao", minutes_ago=5)
    page = visitor.at_counter("lan")
    page.locator("#waiting-rows").evaluate("rows => rows.scrollTop = 300")
    chosen = page.get_by_role("button", name="Gọi số C012")
    chosen.focus()
    scrolled = page.locator("#waiting-rows").evaluate("rows => rows.scrollTop")
    centre._move(centre.tickets[1], TicketState.SERVED)
    centre.issue("ket-hon")
    centre._move(centre.tickets[40], TicketState.SERVED)
    centre.changed()
    expect(page.locator("#waiting-title .count")).to_have_text("39")
    expect(chosen).to_be_focused()
    row = page.locator("#w2").bounding_box()
    assert row is not None
    assert 0 <= scrolled - page.locator("#waiting-rows").evaluate("rows => rows.scrollTop") <= row["height"] + 1
    page.keyboard.press("p")
    centre._move(centre.tickets[39], TicketState.SERVED)
    centre.changed()
    expect(page.locator("#waiting-title .count")).to_have_text("38")
    expect(page.locator("#pause-for")).to_be_visible()


def test_nothing_of_the_last_ticket_is_left_when_it_has_gone(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    expect(page.locator(".desk-timer")).to_have_count(1)
    centre._move(centre.tickets[1], TicketState.PARKED)
    centre.changed()
    expect(page.locator(".desk-rest")).to_have_text("Chưa có ai chờ")
    expect(page.locator(".desk-timer")).to_have_count(0)
    assert "00:" not in page.locator(".desk-head").inner_text()


def test_the_page_says_that_it_is_stale_and_recovers_by_itself_after_a_restart(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    page = visitor.at_counter("lan")
    server.stop()
    expect(page.locator("#stale")).to_contain_text("Mất kết nối", timeout=8000)
    centre.issue("ban-sao")
    server.start()
    expect(page.locator("#waiting-rows")).to_contain_text("C001", timeout=8000)
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#toast")).to_contain_text("Đã nối lại")


def test_a_line_that_is_silent_for_25_seconds_is_called_stale(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.at_counter("lan")
    expect(page.locator("#stale")).to_be_hidden()
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 26000; }")
    expect(page.locator("#stale")).to_be_visible()
    centre.issue("ban-sao")
    centre.changed()
    expect(page.locator("#stale")).to_be_hidden()


def test_the_seconds_left_for_an_undo_count_down_and_the_button_goes_out(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    centre.undoable = replace(centre.tickets[1], can_undo_until_ms=centre.clock.now_ms() + 2500)
    centre.changed()
    undo = page.locator("#act-undo")
    expect(undo).to_contain_text("C001: còn 2 giây")
    expect(undo).to_have_attribute("aria-disabled", "true")
    assert centre.received[-1].action == "call_next"


def test_who_loses_the_counter_is_led_back_to_the_choice(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.at_counter("lan")
    centre.put("1", staff="minh", staff_name="Trần Văn Minh")
    centre.changed()
    page.wait_for_url("**/console")


def test_signing_out_elsewhere_ends_the_console(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.at_counter("lan")
    centre.sessions.clear()
    centre.changed()
    page.wait_for_url("**/signin**")


def test_an_officer_signs_in_chooses_a_counter_and_leaves_it(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.open("/console")
    page.wait_for_url("**/signin?next=/console")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ngồi quầy này: Quầy 3").click()
    page.wait_for_url("**/console/3")
    page.get_by_role("button", name="Rời quầy").click()
    page.wait_for_url("**/console")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin")
    assert centre.sessions == {}


def test_two_people_cannot_hold_one_counter(centre: FakeCentre, visitor: Visitor) -> None:
    visitor.at_counter("lan", 2)
    page = visitor.signed_in("minh")
    expect(page.locator(".choose-counter").nth(1)).to_contain_text("Nguyễn Thị Lan đang giữ")
    page.click(".choose-counter:nth-child(2) button")
    expect(page.locator(".problem")).to_contain_text("Quầy này đang có người làm việc")
    expect(page.get_by_role("button", name="Ngồi thay")).to_have_count(0)
    assert centre.desks["2"].staff == "lan"  # type: ignore[index]


def test_a_supervisor_or_anybody_after_a_session_ended_may_take_over(centre: FakeCentre, visitor: Visitor) -> None:
    visitor.at_counter("lan", 2)
    centre.away.add("lan")
    page = visitor.signed_in("minh")
    page.click(".choose-counter:nth-child(2) button")
    page.get_by_role("button", name="Ngồi thay Nguyễn Thị Lan").click()
    page.wait_for_url("**/console/2")
    boss = visitor.signed_in("hoa")
    boss.click(".choose-counter:nth-child(2) button")
    boss.get_by_role("button", name="Ngồi thay Trần Văn Minh").click()
    boss.wait_for_url("**/console/2")


def test_a_counter_cannot_be_left_while_somebody_is_there(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.at_counter("lan")
    page.keyboard.press("n")
    settled(page)
    page.get_by_role("button", name="Rời quầy").click()
    expect(page.locator(".problem")).to_contain_text("Người vừa gọi chưa xong")
    page.get_by_role("button", name="Vào lại quầy").click()
    page.wait_for_url("**/console/1")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1366, 640), (1920, 1080), (800, 1280), (390, 844)])
def test_every_button_of_the_console_is_within_the_window(
    centre: FakeCentre, visitor: Visitor, width: int, height: int
) -> None:
    for _ in range(40):
        centre.issue("tro-cap", minutes_ago=50)
    page = visitor.at_counter("lan", width=width, height=height)
    page.keyboard.press("n")
    called(page, "K001")
    for button in page.locator(".desk button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 40
        if width >= 1300:
            assert box["y"] + box["height"] <= height, "at a desk nothing must be scrolled"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
