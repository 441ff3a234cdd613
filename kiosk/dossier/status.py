"""The ten national statuses of a dossier (TrangThaiHoSo), what may follow what, and when the clock of the law stands.

The numbers are those that are exchanged with the national portal. A local system's own words are kept beside them.
"""

from enum import IntEnum

from kiosk.words import Words


class Status(IntEnum):
    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    DONE = 9
    HANDED_OVER = 10


#: What may follow; nothing leaves refused, stopped and handed over.
NEXT: dict[Status, frozenset[Status]] = {
    Status.REGISTERED: frozenset({Status.ACCEPTED, Status.REFUSED, Status.SUPPLEMENT_ASKED, Status.WITHDRAWAL_ASKED}),
    Status.ACCEPTED: frozenset({Status.IN_PROGRESS, Status.SUPPLEMENT_ASKED, Status.WITHDRAWAL_ASKED, Status.STOPPED}),
    Status.REFUSED: frozenset(),
    Status.IN_PROGRESS: frozenset(
        {Status.SUPPLEMENT_ASKED, Status.PAYMENT_ASKED, Status.STOPPED, Status.DONE, Status.WITHDRAWAL_ASKED}
    ),
    Status.SUPPLEMENT_ASKED: frozenset(
        {Status.IN_PROGRESS, Status.ACCEPTED, Status.REFUSED, Status.WITHDRAWAL_ASKED, Status.STOPPED}
    ),
    Status.PAYMENT_ASKED: frozenset({Status.IN_PROGRESS, Status.DONE, Status.STOPPED}),
    Status.WITHDRAWAL_ASKED: frozenset({Status.STOPPED, Status.IN_PROGRESS}),
    Status.STOPPED: frozenset(),
    Status.DONE: frozenset({Status.HANDED_OVER}),
    Status.HANDED_OVER: frozenset(),
}

#: The time that the citizen takes to bring or to pay something is not the agency's.
CLOCK_STANDS = frozenset({Status.SUPPLEMENT_ASKED, Status.PAYMENT_ASKED})
ENDED = frozenset(status for status, following in NEXT.items() if not following)

OFFICIAL_NAMES: dict[Status, str] = {
    Status.REGISTERED: "Mới đăng ký",
    Status.ACCEPTED: "Được tiếp nhận",
    Status.REFUSED: "Không được tiếp nhận",
    Status.IN_PROGRESS: "Đang xử lý",
    Status.SUPPLEMENT_ASKED: "Yêu cầu bổ sung giấy tờ",
    Status.PAYMENT_ASKED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Status.WITHDRAWAL_ASKED: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
    Status.DONE: "Đã xử lý xong",
    Status.HANDED_OVER: "Đã trả kết quả",
}

PLAIN_WORDS: dict[Status, Words] = {
    Status.REGISTERED: Words("Đã gửi, chờ cán bộ kiểm tra", "Sent; an officer will check it"),
    Status.ACCEPTED: Words("Đã nhận đủ giấy tờ", "Accepted: nothing is missing"),
    Status.REFUSED: Words("Không nhận được, có ghi lý do", "Not accepted; the reason is given"),
    Status.IN_PROGRESS: Words("Đang giải quyết", "Being worked on"),
    Status.SUPPLEMENT_ASKED: Words("Cần quý vị bổ sung giấy tờ", "You need to bring more papers"),
    Status.PAYMENT_ASKED: Words("Cần quý vị nộp phí", "You need to pay a fee"),
    Status.WITHDRAWAL_ASKED: Words("Quý vị đã xin rút hồ sơ", "You asked to withdraw it"),
    Status.STOPPED: Words("Đã dừng giải quyết", "Stopped"),
    Status.DONE: Words("Đã có kết quả, mời đến nhận", "The result is ready to collect"),
    Status.HANDED_OVER: Words("Đã trả kết quả", "The result was handed over"),
}


def may_follow(now: Status, then: Status) -> bool:
    return then in NEXT[now]


def reachable(now: Status) -> frozenset[Status]:
    """What may follow after one step or several."""
    found: set[Status] = set()
    open_ = [now]
    while open_:
        new = NEXT[open_.pop()] - found
        found |= new
        open_ += new
    return frozenset(found)
