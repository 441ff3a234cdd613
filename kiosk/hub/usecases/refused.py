"""What the hub answers when it does not do what was asked: a word for programs, a sentence for the person."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.wire.common import Text


class Why(StrEnum):
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_COUNTER = "unknown_counter"
    UNKNOWN_TICKET = "unknown_ticket"
    UNKNOWN_KIOSK = "unknown_kiosk"
    UNKNOWN_PROCEDURE = "unknown_procedure"
    SERVICE_CLOSED = "service_closed"
    KIOSK_CLOSED = "kiosk_closed"
    NUMBERS_USED_UP = "numbers_used_up"
    COUNTER_HELD = "counter_held"
    COUNTER_CLOSED = "counter_closed"
    NOT_HOLDING = "not_holding"
    HOLDS_ANOTHER = "holds_another"
    PAUSED = "paused"
    NOT_SETTLED = "not_settled"
    NOBODY_AT_COUNTER = "nobody_at_counter"
    STALE_PAGE = "stale_page"
    WRONG_STATE = "wrong_state"
    OTHER_COUNTER = "other_counter"
    TOO_FEW_RECALLS = "too_few_recalls"
    SAME_SERVICE = "same_service"
    CANNOT_SERVE = "cannot_serve"
    NO_COUNTER = "no_counter"
    NOTHING_TO_UNDO = "nothing_to_undo"
    TOO_LATE = "too_late"
    CHANGED_SINCE = "changed_since"
    MISSING_FIELD = "missing_field"
    REQUEST_ID_REUSED = "request_id_reused"
    UNKNOWN_DRAFT = "unknown_draft"
    UNKNOWN_PAPER = "unknown_paper"
    UNKNOWN_PAGE = "unknown_page"
    LINK_OVER = "link_over"
    OTHER_PHONE = "other_phone"
    ALREADY_SENT = "already_sent"
    CANNOT_SUBMIT = "cannot_submit"
    ANSWERS_WRONG = "answers_wrong"
    CONSENT_MISSING = "consent_missing"
    PAPERS_MISSING = "papers_missing"
    STILL_WORKING = "still_working"
    TOO_MANY_FILES = "too_many_files"
    FILE_TOO_LARGE = "file_too_large"
    BUSY = "busy"
    NO_SPACE = "no_space"
    NOT_YOURS = "not_yours"
    CENTRAL_AWAY = "central_away"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. ``message`` replaces the general sentence where there is a better one."""

    why: Why
    message: Text | None = None
    detail: str = ""

    @property
    def sentence(self) -> Text:
        return self.message or SENTENCES[self.why]


SENTENCES = {
    Why.UNKNOWN_SERVICE: Text(
        vi="Không có thủ tục này. Mời quý vị chọn lại.", en="There is no such service. Please choose again."
    ),
    Why.UNKNOWN_COUNTER: Text(vi="Không có quầy này.", en="There is no such counter."),
    Why.UNKNOWN_TICKET: Text(vi="Không tìm thấy phiếu này.", en="This ticket was not found."),
    Why.UNKNOWN_KIOSK: Text(vi="Không có máy lấy số này.", en="There is no such kiosk."),
    Why.UNKNOWN_PROCEDURE: Text(vi="Không có thủ tục này.", en="There is no such procedure."),
    Why.SERVICE_CLOSED: Text(
        vi="Thủ tục này hôm nay tạm ngừng nhận. Mời quý vị hỏi cán bộ hướng dẫn.",
        en="This service is closed for now. Please ask the staff.",
    ),
    Why.KIOSK_CLOSED: Text(
        vi="Hiện không lấy số được. Mời quý vị hỏi cán bộ hướng dẫn.",
        en="No tickets are given now. Please ask the staff.",
    ),
    Why.NUMBERS_USED_UP: Text(
        vi="Hôm nay đã hết số. Mời quý vị hỏi cán bộ hướng dẫn.",
        en="All numbers of today are used up. Please ask the staff.",
    ),
    Why.COUNTER_HELD: Text(vi="Quầy này đang có người làm việc.", en="Somebody is working at this counter."),
    Why.COUNTER_CLOSED: Text(
        vi="Quầy này đang đóng. Người phụ trách có thể mở lại.", en="This counter is closed. A supervisor can open it."
    ),
    Why.NOT_HOLDING: Text(
        vi="Bạn không còn ở quầy này. Hãy chọn lại quầy.", en="You no longer hold this counter. Please choose it again."
    ),
    Why.HOLDS_ANOTHER: Text(
        vi="Bạn đang ở quầy khác. Hãy rời quầy đó trước.", en="You hold another counter. Leave that one first."
    ),
    Why.PAUSED: Text(vi="Quầy đang tạm nghỉ. Hãy bấm Làm việc tiếp trước.", en="The counter is paused. Resume first."),
    Why.NOT_SETTLED: Text(
        vi="Người vừa gọi chưa xong: hãy bấm Đã đến hoặc Vắng mặt trước.",
        en="The last call is not settled: press Arrived or No-show first.",
    ),
    Why.NOBODY_AT_COUNTER: Text(vi="Quầy chưa gọi ai.", en="Nobody has been called to this counter."),
    Why.STALE_PAGE: Text(
        vi="Màn hình này đã cũ, chưa làm gì cả. Hãy xem lại rồi bấm lại.",
        en="This page was out of date; nothing was done. Look again, then press again.",
    ),
    Why.WRONG_STATE: Text(vi="Phiếu này không còn ở trạng thái đó.", en="This ticket is no longer in that state."),
    Why.OTHER_COUNTER: Text(vi="Phiếu này đang ở quầy khác.", en="This ticket is at another counter."),
    Why.TOO_FEW_RECALLS: Text(vi="Hãy gọi lại trước khi báo vắng mặt.", en="Call again before marking a no-show."),
    Why.CANNOT_SERVE: Text(vi="Quầy này không làm thủ tục đó.", en="This counter does not serve that."),
    Why.NO_COUNTER: Text(vi="Hãy chọn quầy trước.", en="Choose a counter first."),
    Why.SAME_SERVICE: Text(vi="Hãy chọn thủ tục khác để chuyển.", en="Choose another service to transfer to."),
    Why.NOTHING_TO_UNDO: Text(vi="Không có gì để hoàn tác.", en="There is nothing to undo."),
    Why.TOO_LATE: Text(vi="Đã quá thời gian hoàn tác.", en="It is too late to undo."),
    Why.CHANGED_SINCE: Text(
        vi="Phiếu đã thay đổi nên không hoàn tác được.", en="The ticket has changed since, so this cannot be undone."
    ),
    Why.MISSING_FIELD: Text(
        vi="Lệnh thiếu thông tin, chưa làm gì cả.", en="The command is incomplete; nothing was done."
    ),
    Why.REQUEST_ID_REUSED: Text(
        vi="Lệnh này trùng mã với một lệnh khác, chưa làm gì cả.",
        en="This request reused the id of another one; nothing was done.",
    ),
    Why.UNKNOWN_DRAFT: Text(
        vi="Hồ sơ đang làm dở không còn nữa. Mời quý vị làm lại.", en="What you had begun is gone. Please start again."
    ),
    Why.UNKNOWN_PAPER: Text(vi="Thủ tục này không cần giấy tờ đó.", en="This procedure does not need that paper."),
    Why.UNKNOWN_PAGE: Text(vi="Không có trang này.", en="There is no such page."),
    Why.LINK_OVER: Text(
        vi="Đường dẫn này đã hết hạn hoặc đã dùng. Mời quý vị tạo mã mới ở máy.",
        en="This link has ended or was used. Please ask the kiosk for a new code.",
    ),
    Why.OTHER_PHONE: Text(
        vi="Chưa đúng số. Mời quý vị gõ số đang hiện trên điện thoại của mình.",
        en="That is not the number. Please type the one that your own phone shows.",
    ),
    Why.ALREADY_SENT: Text(
        vi="Hồ sơ đã gửi xong, giấy tờ này không kèm theo được nữa. Mời quý vị mang đến quầy.",
        en="The dossier has been sent already; this paper is not part of it. Please bring it to the counter.",
    ),
    Why.CANNOT_SUBMIT: Text(
        vi="Thủ tục này làm ở quầy. Mời quý vị lấy số.", en="This is done at a counter. Please take a number."
    ),
    Why.ANSWERS_WRONG: Text(
        vi="Còn mục chưa điền đúng, mời quý vị xem lại.", en="Something is not filled in right; please look again."
    ),
    Why.CONSENT_MISSING: Text(
        vi="Quý vị cần đồng ý thì chúng tôi mới được nhận hồ sơ.",
        en="We may take your dossier only when you agree.",
    ),
    Why.PAPERS_MISSING: Text(
        vi="Còn thiếu giấy tờ: mời chụp, gửi, hoặc chọn mang đến quầy.",
        en="A paper is missing: capture it, send it, or choose to bring it to the counter.",
    ),
    Why.STILL_WORKING: Text(vi="Máy đang xử lý giấy tờ, xin chờ chút.", en="Papers are being worked on; one moment."),
    Why.TOO_MANY_FILES: Text(
        vi="Đã đủ số trang gửi được. Giấy tờ còn lại mời mang đến quầy.",
        en="No more files can be sent. Please bring the other papers to the counter.",
    ),
    Why.FILE_TOO_LARGE: Text(
        vi="Tệp quá lớn, mời chụp lại từng trang.", en="The file is too large; take a photo of each page."
    ),
    Why.BUSY: Text(vi="Nhiều người đang gửi, xin thử lại sau giây lát.", en="Many are sending now; try again shortly."),
    Why.NO_SPACE: Text(
        vi="Máy tạm hết chỗ lưu, tệp này chưa được nhận. Mời mang bản chính đến quầy.",
        en="There is no space left and this file was not kept. Please bring the original to the counter.",
    ),
    Why.NOT_YOURS: Text(
        vi="Không đúng bốn số cuối. Mời quý vị xem lại.", en="Those are not the last four digits. Please look again."
    ),
    Why.CENTRAL_AWAY: Text(
        vi="Chưa liên lạc được với hệ thống thành phố. Xin thử lại sau, hoặc hỏi cán bộ.",
        en="The city's system cannot be reached now. Try again later, or ask an officer.",
    ),
    Why.NOT_FOUND: Text(
        vi="Không tìm thấy. Mời quý vị xem lại mã hồ sơ và mã bảo vệ.",
        en="Nothing was found. Please check both codes.",
    ),
}
