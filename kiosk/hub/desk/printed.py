"""What the printed forms of a dossier say (Thông tư 03/2025/TT-VPCP, phụ lục I). Pure; drawn by ``kiosk.hub.pages``.

The wording of the form of 2025 could not be read; fields are those that systems in use carry. A form is made of what
central has: who signs it by hand vouches for it, the print does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kiosk.clock import local
from kiosk.dossier.code import read_code
from kiosk.dossier.status import Status
from kiosk.identity.privacy import mask_number
from kiosk.wire.dossier_api import DossierReply, HistoryLine, PaperInfo

TITLES = {
    "01": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "02": "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    "03": "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "04": "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN",
    "05": "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
}
_MARKS = {"01": "TNHS", "02": "YCBS", "03": "TCTN", "04": "XLGH", "05": "TBDG"}
_OF_STATUS = {
    "01": frozenset({Status.ACCEPTED, Status.IN_PROGRESS}),
    "02": frozenset({Status.SUPPLEMENT_ASKED}),
    "03": frozenset({Status.REFUSED}),
    "05": frozenset({Status.STOPPED}),
}
_LONGEST_PLACE = 24  #: letters beside the date in half of the page
HEAD = "THỦ TRƯỞNG CƠ QUAN"  #: signs with the seal
#: Below the left and the right signature.
_SIGNS = {
    "01": ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
    "02": ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI HƯỚNG DẪN"),
    "03": ("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ"),
    "04": ("", HEAD),
    "05": ("", HEAD),
}


@dataclass(frozen=True, slots=True)
class Row:
    """``label: text``; ``items`` stand below as a list."""

    label: str
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What a form says that is not of the dossier. ``procedure``: its name; ``fee`` with who need not pay."""

    office: str
    address: str
    procedure: str
    fee: str


@dataclass(frozen=True, slots=True)
class PrintedForm:
    number: str
    title: str
    code: str
    reference: str
    office: str
    date: str
    rows: tuple[Row, ...]
    closing: str
    signs: tuple[str, str]
    officer: str
    applicant: str
    lead: str = field(default="")


def printable(reply: DossierReply) -> tuple[str, ...]:
    """Numbers of the forms that have something to say."""
    return tuple(number for number in TITLES if _line(number, reply) is not None)


def printed_form(number: str, reply: DossierReply, around: Around) -> PrintedForm | None:
    """None for one that this dossier does not have (yet)."""
    line = _line(number, reply)
    if line is None:
        return None
    code = read_code(reply.status.code)
    serial = f"{code.serial:04d}" if code else reply.status.code
    return PrintedForm(
        number=number,
        title=TITLES[number],
        code=reply.status.code,
        reference=f"{serial}/{_MARKS[number]}",
        office=around.office,
        date=_place_and_date(reply.status.received_at.vi, line.at_ms),
        lead=_LEADS.get(number, ""),
        rows=(*_about(number, reply, around), *_own_rows(number, reply, around, line, serial)),
        closing=_closing(number, around),
        signs=_SIGNS[number],
        officer=line.by if number in ("01", "02", "03") else "",
        applicant=reply.applicant.full_name if _SIGNS[number][0] else "",
    )


def _line(number: str, reply: DossierReply) -> HistoryLine | None:
    """The line of the history that the form is about: the first receipt, else the last of its kind."""
    history = reply.status.history
    if number == "04":
        return _apology_line(history) if reply.status.apology else None
    found = [line for line in history if line.status in _OF_STATUS[number]]
    if not found:
        return None
    return found[0] if number == "01" else found[-1]


def _apology_line(history: Sequence[HistoryLine]) -> HistoryLine:
    """Putting off is the only line that leaves the status as it was."""
    return next(now for before, now in pairwise(history) if before.status == now.status)


def _about(number: str, reply: DossierReply, around: Around) -> tuple[Row, ...]:
    who = reply.applicant
    rows = [
        Row("Tiếp nhận hồ sơ của" if number == "01" else "Hồ sơ của", who.full_name),
        Row("Số định danh cá nhân", mask_number(who.personal_id) if who.personal_id else ""),
        Row("Địa chỉ", who.address),
        Row("Số điện thoại", who.phone),
        Row("Thư điện tử", who.email),
        Row("Nội dung yêu cầu giải quyết", f"{around.procedure} (mã thủ tục {reply.status.procedure})"),
    ]
    return tuple(row for row in rows if row.text)


def _own_rows(number: str, reply: DossierReply, around: Around, line: HistoryLine, serial: str) -> tuple[Row, ...]:
    if number == "01":
        return _receipt_rows(reply, around, line, serial)
    reasons = Row(_REASON_LABELS[number], items=_items(line.note))
    if number != "04":
        return (reasons,)
    return (
        Row("Ngày hẹn trả kết quả đã ghi", _moment(reply.status.promised_ms)),
        reasons,
        Row("Ngày hẹn trả kết quả mới", _moment(reply.status.due_ms)),
    )


def _receipt_rows(reply: DossierReply, around: Around, line: HistoryLine, serial: str) -> tuple[Row, ...]:
    papers = [paper for paper in reply.papers if paper.kind == "component" and paper.verdict != "missing"]
    status = reply.status
    # What was added when it was put off is no part of the promise that this form was.
    limit = " ".join(words.vi for words in (status.why_due[:-1] if status.promised_ms else status.why_due))
    rows = [
        Row("1. Thành phần hồ sơ nộp gồm", items=tuple(map(_paper, papers)) or ("Theo tờ khai đã điền",)),
        Row("2. Số lượng hồ sơ", "01 bộ"),
        Row("3. Thời gian giải quyết theo quy định", limit or "Theo quy định của thủ tục"),
        Row("4. Thời gian nhận hồ sơ", _moment(line.at_ms)),
        Row("5. Thời gian trả kết quả", _moment(status.promised_ms or status.due_ms)),
        Row("6. Đăng ký nhận kết quả tại", status.received_at.vi or around.office),
        Row("7. Cơ quan giải quyết", status.handled_by.vi),
        Row("8. Phí, lệ phí", _fee(reply, around)),
        Row("Vào Sổ theo dõi hồ sơ", f"Quyển số: ……………   Số thứ tự: {serial}"),
    ]
    return tuple(row for row in rows if row.text or row.items)


def _fee(reply: DossierReply, around: Around) -> str:
    """What this citizen pays; where nothing is noted, what the procedure costs."""
    if not reply.fees_vnd:
        return around.fee
    return f"{sum(reply.fees_vnd):,} đồng".replace(",", ".")


def _paper(paper: PaperInfo) -> str:
    if paper.way == "counter" and paper.received_ms is None:
        kind = "bản chính đã đối chiếu" if paper.verdict == "matches" else "bản giấy"
    else:
        kind = f"bản chụp, {paper.pages} trang" + (", đã đối chiếu bản chính" if paper.verdict == "matches" else "")
    return f"{paper.name} ({kind})"


def _items(note: str) -> tuple[str, ...]:
    return tuple(text for line in note.splitlines() if (text := line.strip().removeprefix("–").strip()))


def _closing(number: str, around: Around) -> str:
    place = around.office + (f", {around.address}" if around.address else "")
    return _CLOSINGS[number].format(place=place)


def _place_and_date(place: str, ms: int) -> str:
    """Without a place that has no name (a code), or too long a one."""
    date = local(ms).strftime("ngày %d tháng %m năm %Y")
    is_name = any(letter.isalpha() for letter in place) and len(place) <= _LONGEST_PLACE
    return f"{place}, {date}" if is_name else date[:1].upper() + date[1:]


def _moment(ms: int | None) -> str:
    return local(ms).strftime("%H giờ %M phút, ngày %d tháng %m năm %Y") if ms else ""


_LEADS = {
    "04": "Chúng tôi xin lỗi ông (bà) vì chưa trả được kết quả đúng ngày đã hẹn.",
    "05": "Chúng tôi thông báo dừng giải quyết hồ sơ dưới đây của ông (bà).",
}
_REASON_LABELS = {
    "02": "Nội dung cần bổ sung, hoàn thiện",
    "03": "Lý do từ chối",
    "04": "Lý do chậm trả kết quả",
    "05": "Lý do dừng giải quyết",
}
_CLOSINGS = {
    "01": "Ông (bà) giữ giấy này và mang theo căn cước khi đến nhận kết quả. Nơi hỏi đáp: {place}.",
    "02": "Hồ sơ được tính lại thời gian khi ông (bà) nộp đủ. Nơi nộp và hỏi đáp: {place}.",
    "03": "Nếu chưa đồng ý, ông (bà) có quyền khiếu nại theo quy định của pháp luật. Nơi hỏi đáp: {place}.",
    "04": "Mong ông (bà) thông cảm và đến nhận kết quả vào ngày hẹn mới tại: {place}.",
    "05": "Nếu chưa đồng ý, ông (bà) có quyền khiếu nại theo quy định của pháp luật. Nơi hỏi đáp: {place}.",
}
