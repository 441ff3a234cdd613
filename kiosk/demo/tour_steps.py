"""What the tour shows, in order. Each step acts, waits until the world shows the result, and takes pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.contracts import Paper
from kiosk.demo.cast import Cast
from kiosk.demo.hub import start_hub
from kiosk.demo.tour_city import calm_again, city_now, taken_on, warned
from kiosk.demo.tour_dossiers import dossier_looked_up, dossier_on_the_phone, dossier_submitted
from kiosk.demo.tour_officer import dossier_received, result_given, supplement_brought
from kiosk.demo.tour_settings import mistake_stopped, settings_changed
from kiosk.wire.staff_api import SupervisorCommand

#: The tour begins with an empty database, so it knows which numbers come.
REPRINTED = 5  #: the id of C001, the fifth ticket
#: Nobody's cards: one of each kind.
CARD_2021 = "079150000011|020000011|Nguyễn Văn Mẫu|15081950|Nam|12/3 Đường Mẫu Số 5, Phường 13, Quận 3|10052021"
CARD_2024 = "079303000012||Trần Thị Thử Nghiệm|01012003|Nữ|Khu phố 4, Phường Xuân Hòa, TP. Hồ Chí Minh|04102024||||"


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str
    act: Callable[[Cast], None]


def home(cast: Cast) -> None:
    cast.touch.await_screen("home", 30)
    cast.show_touch("Màn hình chờ")


def first_ticket(cast: Cast) -> None:
    touch = cast.touch
    for name, screen, caption in (
        ("take_number", "fields", "Chọn lĩnh vực"),
        ("field:khai-sinh-ket-hon", "services", "Chọn thủ tục"),
        ("service:khai-sinh", "priority", "Đối tượng ưu tiên"),
        ("priority:none", "ticket", "Có số, phiếu đang in"),
    ):
        touch.touch(name)
        touch.await_screen(screen)
        cast.show_touch(caption)
    sight = cast.await_paper("printed")
    assert sight.state["ticket"] == "H001", f"expected H001, the screen shows {sight.state['ticket']}"
    cast.show_touch("Đã in xong")
    slip = cast.await_whole_slip(1)
    cast.report.picture(slip, "Phiếu in ra")
    cast.report.note(f"QR: {cast.address_on(slip)}")
    touch.touch("done")
    touch.await_screen("home")


def sign_in(cast: Cast) -> None:
    cast.lan.sign_in(cast.stage.staff["lan"])
    cast.lan.hold("1")
    cast.show_desk(cast.lan, "Bàn làm việc của quầy 1: H001 đang chờ")


def call_next(cast: Cast) -> None:
    cast.lan.press("call_next", shows="H001")
    cast.await_call("1", "H001")
    cast.show_desk(cast.lan, "Đang gọi H001")
    cast.show_display("1")
    cast.show_hall("Màn hình phòng chờ")
    cast.lan.press("arrive", shows="H001")
    cast.show_desk(cast.lan, "Người dân đã đến quầy")


def priority_first(cast: Cast) -> None:
    """H001 was the first of two others, so H002 is the second; then it is the turn of a priority citizen."""
    cast.take("khai-sinh-ket-hon", "khai-tu")
    cast.take("khai-sinh-ket-hon", "khai-sinh-lai")
    cast.take("khai-sinh-ket-hon", "ket-hon", "priority:cao-tuoi")
    cast.lan.press("call_next", shows="H002")
    cast.lan.press("arrive", shows="H002")
    cast.lan.press("call_next", shows="H004")
    cast.await_call("1", "H004")
    cast.show_desk(cast.lan, "H004 (ưu tiên) được gọi trước H003")
    cast.show_hall("Màn hình phòng chờ")


def no_show_and_undo(cast: Cast) -> None:
    cast.lan.press("recall", shows="H004")
    cast.lan.press("recall", shows="H004")
    cast.show_desk(cast.lan, "Đã gọi lại hai lần")
    cast.lan.press("no_show")
    cast.show_desk(cast.lan, "Ghi vắng mặt, còn hoàn tác được")
    cast.lan.press("undo", shows="H004")
    cast.show_desk(cast.lan, "Đã hoàn tác")


def transfer(cast: Cast) -> None:
    cast.lan.press("arrive", shows="H004")
    cast.lan.press("transfer", service="sao-y")
    cast.minh.sign_in(cast.stage.staff["minh"])
    cast.minh.hold("3")
    cast.minh.press("call_next", shows="H004")
    cast.await_call("3", "H004")
    cast.show_desk(cast.minh, "Quầy 3 gọi H004")
    cast.show_display("3")


def paper_out(cast: Cast) -> None:
    devices = cast.stage.devices
    with devices.printer_line.held():
        devices.printer.after_rows(300, lambda: devices.printer.set_paper(Paper.OUT))
    cast.choose("chung-thuc", "sao-y")
    cast.await_paper("not_printed")
    cast.show_touch("Không in được: mời ghi lại số")
    cast.lan.await_trouble("giấy")
    cast.show_desk(cast.lan, "Quầy 1 được báo máy in hết giấy")
    cast.touch.touch("done")
    cast.touch.await_screen("home")
    cast.show_touch("Người sau được báo trước")


def reprint(cast: Cast) -> None:
    devices = cast.stage.devices
    whole = sum(slip.complete for slip in devices.slips)
    with devices.printer_line.held():
        devices.printer.set_paper(Paper.FULL)
    cast.boss.sign_in(cast.stage.staff["huong"])
    cast.boss.supervise(SupervisorCommand(request_id="tour-reprint", action="reprint", ticket=REPRINTED))
    cast.report.picture(cast.await_whole_slip(whole + 1), "Phiếu in lại")
    cast.show_desk(cast.boss, "Trang của trưởng bộ phận")


def hub_killed(cast: Cast) -> None:
    cast.stage.hub.kill()
    cast.choose("cu-tru", "tam-tru")
    cast.touch.await_screen("unreachable", 20)
    cast.show_touch("Mất liên lạc: nói rõ và tự thử lại")
    start_hub(cast.stage.hub, cast.stage.folder)
    sight = cast.await_paper("printed")
    assert sight.state["ticket"] == "T001", f"expected T001, the screen shows {sight.state['ticket']}"
    cast.show_touch("Có số ngay khi máy chủ trở lại")
    cast.touch.touch("done")
    cast.lan.press("call_next", shows="H003")
    cast.await_call("1", "H003")
    cast.show_desk(cast.lan, "Quầy 1 làm tiếp: H003 vẫn còn đó")


def english(cast: Cast) -> None:
    cast.touch.await_screen("home")
    for name, screen, caption in (
        ("language_en", "home", "Home"),
        ("take_number", "fields", "Fields"),
        ("field:cu-tru", "services", "Services"),
        ("service:luu-tru", "priority", "Priority"),
    ):
        cast.touch.touch(name)
        cast.touch.await_screen(screen)
        cast.show_touch(caption)
    cast.touch.touch("priority:none")
    cast.await_paper("printed")
    cast.show_touch("The ticket")
    cast.report.picture(cast.stage.devices.slips[-1].image, "The slip")
    cast.touch.touch("done")
    cast.touch.await_screen("home")


def close_service(cast: Cast) -> None:
    cast.boss.supervise(SupervisorCommand(request_id="tour-close-1", action="close_service", service="sao-y"))
    cast.show_desk(cast.boss, "Ngừng nhận: sao y bản chính")
    cast.touch.touch("take_number")
    cast.touch.touch("field:chung-thuc")
    cast.touch.await_sight(
        "sao-y closed on the kiosk",
        lambda sight: "service:sao-y" in sight.widgets and not sight.widgets["service:sao-y"].enabled,
    )
    cast.show_touch("Thủ tục đang ngừng nhận")
    cast.touch.touch("back")
    cast.touch.await_screen("fields")
    cast.touch.touch("back")
    cast.touch.await_screen("home")


def on_the_phone(cast: Cast) -> None:
    address = cast.address_on(cast.stage.devices.slips[-1].image)
    cast.report.note(address)
    cast.show_phone(address, ".ticket-label", "T002", "Trang của số T002 trên điện thoại")


def all_displays(cast: Cast) -> None:
    cast.take("tro-cap", "huu-tri-xa-hoi")
    for counter, label in (("4", "T001"), ("5", "T002"), ("6", "B001"), ("2", "C001")):
        cast.new_officer_at(counter).press("call_next", shows=label)
        cast.await_call(counter, label)
    for counter in sorted(cast.stage.devices.boards):
        cast.show_display(counter)
    cast.show_hall("Màn hình phòng chờ: các số gần nhất còn đó")
    cast.show_desk(cast.boss, "Trang của trưởng bộ phận")


def card_by_camera(cast: Cast) -> None:
    _ask_for_card(cast)
    with cast.stage.devices.card_before_camera(CARD_2021):
        cast.touch.await_screen("card_confirm")
    cast.show_touch("Đã đọc bằng máy ảnh, che bớt để hỏi lại")
    cast.touch.touch("confirm")
    cast.touch.await_screen("priority")
    cast.show_touch("Máy gợi ý theo tuổi, người dân tự chọn")
    _take_and_leave(cast, "priority:cao-tuoi")


def card_by_scanner(cast: Cast) -> None:
    _ask_for_card(cast)
    cast.stage.devices.scan("00020101021238540010A00000072701240006970436011000000001010208QRIBFTTA53037045802VN")
    cast.touch.await_sight("the word about a payment code", lambda sight: "scan_notice" in sight.widgets)
    cast.show_touch("Đưa nhầm mã chuyển tiền: máy nói đó là gì")
    cast.stage.devices.scan(CARD_2024)
    cast.touch.await_screen("card_confirm")
    cast.show_touch("Thẻ mới, đọc bằng máy quét")
    cast.touch.touch("without_card")
    cast.touch.await_screen("priority")
    _take_and_leave(cast, "priority:none")


def _ask_for_card(cast: Cast) -> None:
    for name, screen in (
        ("take_number", "fields"),
        ("field:khai-sinh-ket-hon", "services"),
        ("service:khai-sinh", "priority"),
    ):
        cast.touch.touch(name)
        cast.touch.await_screen(screen)
    cast.touch.touch("use_card")
    cast.touch.await_screen("card_notice")
    cast.show_touch("Nói trước khi đọc thẻ")
    cast.touch.touch("agree")
    cast.touch.await_screen("card_scan")
    cast.show_touch("Đưa mã QR của thẻ vào khung")


def _take_and_leave(cast: Cast, priority: str) -> None:
    cast.touch.touch(priority)
    cast.await_paper("printed")
    cast.touch.touch("done")
    cast.touch.await_screen("home")


STEPS = (
    Step("Màn hình chờ", "The kiosk waits for somebody.", home),
    Step(
        "Lấy số: lĩnh vực, thủ tục, ưu tiên",
        "Four touches give a number, people ahead and a likely wait; the slip is printed over a real line.",
        first_ticket,
    ),
    Step("Cán bộ đăng nhập và nhận quầy", "An officer signs in and takes counter 1.", sign_in),
    Step("Gọi số kế tiếp", "The number stands on the counter's display and on the hall screen.", call_next),
    Step(
        "Người ưu tiên được gọi trước",
        "Somebody of 80 comes after another citizen and is called first: 1 priority, then 2 others.",
        priority_first,
    ),
    Step(
        "Gọi lại, vắng mặt, hoàn tác",
        "Recalled twice, marked as not there, and the slip of the hand taken back within 20 seconds.",
        no_show_and_undo,
    ),
    Step("Chuyển sang quầy khác", "To another service with the same number; counter 3 calls and shows it.", transfer),
    Step(
        "Hết giấy giữa chừng",
        "The paper ends in the middle of a slip: the citizen is asked to note the number, staff see it too.",
        paper_out,
    ),
    Step("In lại", "With new paper the supervisor prints the slip again, marked as a reprint.", reprint),
    Step(
        "Máy chủ bị ngắt đột ngột",
        "The hub is killed, a citizen asks for a number, the hub comes back: nothing lost, nothing doubled.",
        hub_killed,
    ),
    Step("Tiếng Anh", "English on every screen and on the slip.", english),
    Step("Ngừng nhận một thủ tục", "The supervisor closes a service early; the kiosk says so.", close_service),
    Step("Xem số trên điện thoại", "The QR of the slip opens the ticket's own page.", on_the_phone),
    Step("Mọi bảng số", "Six counters, four kinds of displays, each with its own number.", all_displays),
    Step(
        "Thẻ căn cước bằng máy ảnh",
        "Told of first, read from one picture, shown masked; the age suggests a priority group.",
        card_by_camera,
    ),
    Step(
        "Thẻ căn cước bằng máy quét",
        "Another code is named; the new card comes over the serial line; going on without it keeps nothing.",
        card_by_scanner,
    ),
    Step(
        "Nộp hồ sơ tại máy",
        "Found by a few letters, filled from the card, two papers photographed and straightened, then a receipt.",
        dossier_submitted,
    ),
    Step("Tra cứu hồ sơ", "The receipt's QR before the scanner: how it stands, in plain words.", dossier_looked_up),
    Step("Xem hồ sơ trên điện thoại", "The same QR opens the look-up on the citizen's phone.", dossier_on_the_phone),
    Step(
        "Đối chiếu giấy tờ, yêu cầu bổ sung",
        "The officer compares each paper with the original and asks once for everything that is missing, on form 02.",
        dossier_received,
    ),
    Step("Bổ sung, tiếp nhận", "The missing paper is brought and scanned; accepted with form 01.", supplement_brought),
    Step("Trả kết quả", "The result is filed, collected, and seen at the kiosk.", result_given),
    Step(
        "Cả thành phố lúc này",
        "Central knows what the hubs know: a map of 168 simulated units and ours, a centre's day, figures over time.",
        city_now,
    ),
    Step(
        "Đổi thiết lập từ xa",
        "An admin changes the last ticket's time and a text, looks at the difference and a preview, and publishes; the "
        "kiosk shows it without a restart.",
        settings_changed,
    ),
    Step(
        "Một sơ suất dừng ở kiosk đầu tiên",
        "Settings that no kiosk can live with: the first goes back by itself, the other 168 centres never get them.",
        mistake_stopped,
    ),
    Step(
        "Chờ quá lâu: cảnh báo",
        "Somebody waits longer than told and nobody calls: one warning, one letter to the head of the centre.",
        warned,
    ),
    Step("Có người nhận xử lý", "The head takes it on, on the page or by the link in the letter.", taken_on),
    Step("Tự đóng", "The officer calls those who wait; the warning ends by itself and the head is told.", calm_again),
)
