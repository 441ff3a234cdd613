"""The error table of central's API: every way in which a request of a hub can fail, its status and its sentence."""

from kiosk.wire.common import ErrorReply, Text


class Failure(Exception):
    """The request cannot be taken; carries the answer. ``hangs_up``: the connection ends with it."""

    def __init__(
        self, status: int, reply: ErrorReply, retry_after_s: int | None = None, *, hangs_up: bool = False
    ) -> None:
        super().__init__(f"{reply.error} {reply.detail}".strip())
        self.status, self.reply, self.retry_after_s, self.hangs_up = status, reply, retry_after_s, hangs_up


def malformed(detail: str) -> Failure:
    text = Text(
        vi="Yêu cầu không đọc được, chưa lưu gì cả.", en="The request could not be understood; nothing was stored."
    )
    return Failure(400, ErrorReply(error="malformed", message=text, detail=detail[:300]))


def too_large(limit: int, what: str) -> Failure:
    text = Text(vi="Yêu cầu quá dài, chưa lưu gì cả.", en="The request is too long; nothing was stored.")
    return Failure(413, ErrorReply(error="too_large", message=text, detail=f"at most {limit} {what}"))


def not_let_in(error: str) -> Failure:
    """``error``: "unknown_device", "revoked", "forged", "wrong_time". One sentence for all: no hint for who guesses."""
    text = Text(
        vi="Máy này không được trung tâm thành phố chấp nhận. Hãy báo người quản trị.",
        en="Central does not accept this device. Please tell the administrator.",
    )
    return Failure(401, ErrorReply(error=error, message=text))


def another_centre() -> Failure:
    text = Text(vi="Máy này thuộc về trung tâm khác.", en="This device belongs to another centre.")
    return Failure(403, ErrorReply(error="another_centre", message=text))


def code_refused(error: str) -> Failure:
    text = Text(
        vi="Mã đăng ký không đúng, đã dùng hoặc đã hết hạn. Hãy xin mã mới.",
        en="The enrolment code is wrong, used or too old. Please ask for a new one.",
    )
    return Failure(403, ErrorReply(error=error, message=text))


def agency_taken() -> Failure:
    text = Text(
        vi="Mã cơ quan (dossiers.agency) này là của trung tâm khác. Mã đăng ký vẫn dùng được.",
        en="This agency code (dossiers.agency) belongs to another centre. The enrolment code is still good.",
    )
    return Failure(409, ErrorReply(error="agency_taken", message=text))


def busy(retry_after_s: int) -> Failure:
    """Thousands may be sent away in one second, and each connection that waits with them has 12 KB, with TLS more."""
    text = Text(vi="Máy chủ đang bận. Hãy gửi lại sau.", en="Central is busy. Please send it again later.")
    return Failure(429, ErrorReply(error="busy", message=text), retry_after_s, hangs_up=True)


def store_unavailable() -> Failure:
    text = Text(
        vi="Máy chủ tạm thời không lưu được, chưa lưu gì cả. Hãy gửi lại sau.",
        en="Central cannot store anything at the moment; nothing was stored. Please send it again later.",
    )
    return Failure(503, ErrorReply(error="store_unavailable", message=text), retry_after_s=5)


def unexpected() -> Failure:
    text = Text(vi="Có lỗi ở máy chủ. Hãy gửi lại sau.", en="Something went wrong at central; please send it again.")
    return Failure(500, ErrorReply(error="internal", message=text))
