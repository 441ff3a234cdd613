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
}
