"""The supervisor page in a real browser: what is pressed there arrives as one command."""

import time
from dataclasses import replace

from msgspec.structs import replace as replace_state
from playwright.sync_api import Page, expect

from kiosk.hub.usecases.views import PaperChange
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import DeviceState
from kiosk.wire.staff_api import SupervisorCommand, Told
from tests.fakes.centre import FakeCentre
from tests.pages.conftest import Visitor
from tests.pages.server import PageServer
from tests.pages.test_accessibility import LATE, PROMISES

PATIENCE_S = 10.0


def sent(page: Page, server: PageServer) -> SupervisorCommand:
    """The last command, when its button is free again. After a question it is sent a moment after the answer."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not server.page_app.supervisor_commands and time.monotonic() < deadline_s:
        page.wait_for_timeout(20)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    return server.page_app.supervisor_commands[-1]


def test_a_counter_is_closed_only_after_a_question(server: PageServer, visitor: Visitor) -> None:
    page = visitor.signed_in("hoa", "/supervisor")
    close = page.get_by_role("button", name="Đóng quầy: Quầy 2")
    close.click()
    expect(page.locator("#confirm")).to_contain_text("Đóng Quầy 2?")
    page.get_by_role("button", name="Thôi").click()
    assert server.page_app.supervisor_commands == []
    close.click()
    page.get_by_role("button", name="Đồng ý").click()
    command = sent(page, server)
    assert (command.action, command.counter) == ("close_counter", "2")


def test_a_closed_counter_is_opened_with_one_press(centre: FakeCentre, server: PageServer, visitor: Visitor) -> None:
    centre.put("4", status="closed")
    page = visitor.signed_in("hoa", "/supervisor")
    page.get_by_role("button", name="Mở quầy: Quầy 4").click()
    command = sent(page, server)
    assert (command.action, command.counter) == ("open_counter", "4")


def test_a_counter_where_nobody_works_yet_is_not_called_closed(centre: FakeCentre, visitor: Visitor) -> None:
    centre.put("4", status="closed")
    page = visitor.signed_in("hoa", "/supervisor")
    expect(page.locator("#c-3")).to_contain_text("Chưa có cán bộ")
    expect(page.locator("#c-4")).to_contain_text("Đang đóng")
    expect(page.locator("#c-3 .do")).to_contain_text("Đóng quầy")


def test_the_services_of_a_counter_are_ticked_and_saved(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    centre.put("1", services=("khai-sinh", "ban-sao"))
    page = visitor.signed_in("hoa", "/supervisor")
    page.get_by_role("button", name="Thủ tục của Quầy 1").click()
    dialog = page.locator("#services-1")
    expect(dialog.locator("input:checked")).to_have_count(2)
    dialog.get_by_label("Đăng ký kết hôn").check()
    centre.changed()
    centre.issue("ban-sao")
    centre.changed()
    dialog.get_by_label("Đăng ký khai sinh").uncheck()
    dialog.get_by_role("button", name="Lưu").click()
    command = sent(page, server)
    assert (command.action, command.counter) == ("set_counter_services", "1")
    assert command.services == ["ket-hon", "ban-sao"]
    expect(page.locator("#toast")).to_have_text("Đã lưu.")


def test_a_service_is_stopped_and_given_again(centre: FakeCentre, server: PageServer, visitor: Visitor) -> None:
    centre.issue("ket-hon")
    page = visitor.signed_in("hoa", "/supervisor")
    page.get_by_role("button", name="Ngừng nhận: Đăng ký kết hôn").click()
    page.get_by_role("button", name="Đồng ý").click()
    assert (sent(page, server).action, sent(page, server).service) == ("close_service", "ket-hon")
    centre.closed_services.add("ket-hon")
    centre.changed()
    expect(page.locator("#s-ket-hon")).to_contain_text("Đã ngừng nhận")
    page.get_by_role("button", name="Nhận lại: Đăng ký kết hôn").click()
    assert sent(page, server).action == "open_service"


def test_the_kiosk_is_closed_and_opened(centre: FakeCentre, server: PageServer, visitor: Visitor) -> None:
    page = visitor.signed_in("hoa", "/supervisor")
    page.get_by_role("button", name="Đóng máy lấy số").click()
    page.get_by_role("button", name="Đồng ý").click()
    assert sent(page, server).action == "close_kiosk"
    centre.is_open = False
    centre.changed()
    page.get_by_role("button", name="Mở máy lấy số").click()
    assert sent(page, server).action == "open_kiosk"


def test_paper_that_did_not_come_is_listed_with_its_reason_and_can_be_printed_again(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    number = centre.issue("ban-sao")
    centre.tickets[number] = replace(centre.tickets[number], print_outcome="not_printed", print_reason="paper_out")
    page = visitor.signed_in("hoa", "/supervisor")
    trouble = page.locator(f"#p{number}")
    expect(trouble).to_contain_text("Không in được: hết giấy")
    trouble.get_by_role("button").click()
    command = sent(page, server)
    assert (command.action, command.ticket, command.kiosk) == ("reprint", number, "kiosk-1")


def test_devices_are_said_in_plain_words_with_what_to_do_while_it_happens(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.signed_in("hoa", "/supervisor")
    centre.devices = [DeviceState(id="may-in", kind="printer", state="unavailable", device="user_error", paper="out")]
    centre.changed()
    expect(page.locator("[aria-labelledby=devices-title] .device")).to_contain_text("Máy in – Hết giấy")
    expect(page.locator("[aria-labelledby=devices-title] .device")).to_contain_text("thay cuộn giấy")
    centre.devices = [DeviceState(id="bang-3", kind="display", state="unavailable", device="no_device")]
    centre.changed()
    expect(page.locator("[aria-labelledby=devices-title] .device")).to_contain_text("Quầy 3 – Không thấy thiết bị")


def test_a_device_is_said_in_technical_words_too_with_what_its_kiosk_runs_with(
    centre: FakeCentre, visitor: Visitor
) -> None:
    printer = DeviceState(id="may-in", kind="printer", state="unavailable", device="user_error", paper="out")
    centre.devices = [replace_state(printer, detail="roll sensor", since_ms=centre.clock.now_ms())]
    devices = visitor.signed_in("hoa", "/supervisor").locator("[aria-labelledby=devices-title]")
    expect(devices.locator("code")).to_have_text("unavailable · user_error · out · unknown")
    expect(devices).to_contain_text("roll sensor")
    expect(devices).to_contain_text("Phần mềm 0.1.0, cài đặt số 7")


def test_changed_paper_is_said_and_the_page_tells_what_the_printer_finds(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    out = DeviceState(id="may-in", kind="printer", state="unavailable", device="user_error", paper="out")
    centre.devices = [out]
    page = visitor.signed_in("hoa", "/supervisor")
    page.get_by_role("button", name="Đã thay giấy ở máy lấy số kiosk-1").focus()
    page.keyboard.press("Enter")
    command = sent(page, server)
    assert (command.action, command.kiosk) == ("paper_changed", "kiosk-1")
    now_ms, row = centre.clock.now_ms(), page.locator(".device-paper")
    for change, state, said in (
        (PaperChange(now_ms, None), out, "Đang chờ máy in trả lời"),
        (PaperChange(now_ms, now_ms), out, "vẫn chưa báo có giấy"),
        (PaperChange(now_ms, now_ms), replace_state(out, paper="unknown"), "không cho biết có giấy hay không"),
        (PaperChange(now_ms, now_ms), replace_state(out, device="online", paper="full"), "Máy in đã nhận giấy"),
    ):
        centre.paper, centre.devices = change, [state]
        centre.changed()
        expect(row).to_contain_text(said)
    centre.paper = PaperChange(now_ms - 31 * 60_000, now_ms)
    centre.changed()
    expect(row.locator("[role=status]")).to_have_count(0)


def test_emergency_words_are_written_with_the_keyboard_alone_and_taken_down_again(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    page = visitor.signed_in("hoa", "/supervisor")
    page.locator("#emergency summary").focus()
    page.keyboard.press("Enter")
    show = page.get_by_role("button", name="Hiện trên máy lấy số")
    show.focus()
    page.keyboard.press("Enter")
    assert server.page_app.supervisor_commands == [], "nothing was written yet"
    page.get_by_label("Lời báo bằng tiếng Việt").focus()
    page.keyboard.type("  Mất điện,\nxin chờ ")
    centre.issue("ban-sao")
    centre.changed()
    show.focus()
    page.keyboard.press("Enter")
    command = sent(page, server)
    assert (command.action, command.words) == ("announce", Told(vi="Mất điện, xin chờ"))
    expect(page.get_by_label("Lời báo bằng tiếng Việt")).to_have_value("")
    centre.announcement = Text(vi="Mất điện, xin chờ", en="No power, please wait")
    centre.changed()
    expect(page.locator(".emergency-up")).to_contain_text("No power, please wait")
    page.get_by_role("button", name="Gỡ xuống").click()
    assert sent(page, server).action == "end_announcement"


def test_the_kiosks_are_closed_with_words_of_the_centre(server: PageServer, visitor: Visitor) -> None:
    page = visitor.signed_in("hoa", "/supervisor")
    page.locator("#emergency summary").click()
    page.get_by_label("Lời báo bằng tiếng Việt").fill("Diễn tập cháy đến 10:00")
    page.get_by_label("Bằng tiếng Anh").fill("Fire drill until 10:00")
    page.get_by_role("button", name="Đóng máy lấy số với lời này").click()
    page.get_by_role("button", name="Đồng ý").click()
    command = sent(page, server)
    words = Told(vi="Diễn tập cháy đến 10:00", en="Fire drill until 10:00")
    assert (command.action, command.words) == ("close_kiosk", words)


def test_people_who_waited_far_too_long_stand_on_top(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao", minutes_ago=31, promised=(8, 14))
    centre.issue("ban-sao", minutes_ago=20, promised=(8, 14))
    page = visitor.signed_in("hoa", "/supervisor")
    expect(page.locator(".alarm li")).to_have_count(1)
    expect(page.locator(".alarm")).to_contain_text("31 phút / 8–14 phút")
    expect(page.locator(".tile.is-bad")).to_contain_text("1")


def test_services_without_a_ticket_do_not_crowd_the_table(centre: FakeCentre, visitor: Visitor) -> None:
    centre.issue("ban-sao")
    page = visitor.signed_in("hoa", "/supervisor")
    expect(page.locator("#services-scroll tbody tr")).to_have_count(1)
    expect(page.locator("#quiet")).to_contain_text("(11)")


def test_a_lane_that_will_be_late_is_named_with_the_counter_that_would_help(
    centre: FakeCentre, visitor: Visitor
) -> None:
    centre.late = LATE
    page = visitor.signed_in("hoa", "/supervisor")
    expect(page.locator("#late-B")).to_contain_text("sau 6 phút bắt đầu có người chờ quá lâu")
    expect(page.locator("#late-B")).to_contain_text("Mở Quầy 4 giúp nhiều nhất: chỉ còn 1 người.")
    expect(page.locator("#late-C")).to_contain_text("sau 1 phút sẽ có 1 người chờ quá lâu")  # nothing is "in 0 minutes"
    expect(page.locator("#late-C")).to_contain_text("Không quầy nào đang nghỉ giúp được")
    centre.late = ()
    centre.changed()
    expect(page.locator("#late-title")).to_have_count(0)


def test_how_often_promises_held_is_said_in_plain_words(centre: FakeCentre, visitor: Visitor) -> None:
    centre.promises = replace(PROMISES, plainly="")
    page = visitor.signed_in("hoa", "/supervisor")
    section = page.locator("section:has(#promises-title)")
    expect(section).to_contain_text("28 ngày qua 700 người đã được gọi")
    expect(section.locator(".share").first).to_contain_text("90 %")
    expect(section.locator(".plainly")).to_have_count(0)
    centre.promises = PROMISES
    centre.changed()
    expect(section.locator(".plainly")).to_contain_text("cách tính đơn giản, vì phần tính thời gian chờ gặp lỗi")
