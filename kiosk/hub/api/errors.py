"""The error table of the API: every way in which a request can fail, its status and its sentence."""

from starlette.responses import Response

from kiosk.hub.usecases.refused import Refused, Why
from kiosk.web.security import error_response
from kiosk.wire.common import ErrorReply, Text

STATUS = {
    Why.UNKNOWN_SERVICE: 404,
    Why.UNKNOWN_COUNTER: 404,
    Why.UNKNOWN_TICKET: 404,
    Why.UNKNOWN_KIOSK: 404,
    Why.UNKNOWN_PROCEDURE: 404,
    Why.MISSING_FIELD: 422,
    Why.REQUEST_ID_REUSED: 422,
    Why.UNKNOWN_DRAFT: 404,
    Why.UNKNOWN_PAPER: 404,
    Why.UNKNOWN_PAGE: 404,
    Why.NOT_FOUND: 404,
    Why.LINK_OVER: 410,
    Why.FILE_TOO_LARGE: 413,
    Why.BUSY: 503,
    Why.NO_SPACE: 507,
    Why.CENTRAL_AWAY: 503,
}
_CONFLICT = 409


class Failure(Exception):
    """The request cannot be taken at all; carries the answer."""

    def __init__(self, status: int, reply: ErrorReply, retry_after_s: int | None = None) -> None:
        super().__init__(reply.error)
        self.status, self.reply, self.retry_after_s = status, reply, retry_after_s


def refusal(refused: Refused) -> Response:
    reply = ErrorReply(error=refused.why.value, message=refused.sentence, detail=refused.detail)
    return error_response(STATUS.get(refused.why, _CONFLICT), reply)


def failure(error: Failure) -> Response:
    headers = [("Retry-After", str(error.retry_after_s))] if error.retry_after_s is not None else []
    return error_response(error.status, error.reply, headers)


def malformed(detail: str) -> Failure:
    text = Text(
        vi="Yêu cầu không đọc được, chưa làm gì cả.", en="The request could not be understood; nothing was done."
    )
    return Failure(400, ErrorReply(error="malformed", message=text, detail=detail))


def too_large(limit: int) -> Failure:
    text = Text(vi="Yêu cầu quá dài, chưa làm gì cả.", en="The request is too long; nothing was done.")
    return Failure(413, ErrorReply(error="too_large", message=text, detail=f"at most {limit} bytes"))


def unknown_token() -> Failure:
    text = Text(
        vi="Máy này chưa được đăng ký với trung tâm. Hãy báo người quản trị.",
        en="This device is not registered with the centre. Please tell the administrator.",
    )
    return Failure(401, ErrorReply(error="unknown_token", message=text))


def store_unavailable() -> Failure:
    text = Text(
        vi="Máy chủ tạm thời không lưu được. Chưa có gì thay đổi; hãy thử lại sau ít phút.",
        en="The hub cannot store anything at the moment. Nothing was changed; please try again shortly.",
    )
    return Failure(503, ErrorReply(error="store_unavailable", message=text), retry_after_s=2)


def unexpected() -> Failure:
    text = Text(
        vi="Có lỗi ở máy chủ, chưa rõ lệnh đã xong hay chưa. Hãy thử lại.",
        en="Something went wrong at the hub; please try again.",
    )
    return Failure(500, ErrorReply(error="internal", message=text))
