"""What the printed forms say, and that they say nothing that is not so."""

from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from kiosk.clock import VIETNAM, to_ms
from kiosk.dossier.status import Status
from kiosk.hub.desk.printed import Around, PrintedForm, printable, printed_form
from kiosk.hub.desk.reasons import about_papers, read_reasons, written
from kiosk.hub.pages.dossier_sheet import pdf_bytes
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import Applicant, DossierReply, DossierStatus, HistoryLine, PaperInfo

ASSETS = Path(__file__).parents[3] / "assets"
MONDAY = to_ms(datetime(2026, 11, 16, 8, 15, tzinfo=VIETNAM))
DUE = to_ms(datetime(2026, 11, 19, 17, tzinfo=VIETNAM))
LATER = to_ms(datetime(2026, 11, 23, 17, tzinfo=VIETNAM))
NOTHING = Text(vi="", en="")
AROUND = Around("Trung tâm Phục vụ hành chính công phường Mẫu", "1 Đường Mẫu", "Đăng ký khai sinh", "Miễn phí")


def line(status: Status, note: str = "", by: str = "Nguyễn Thị Lan") -> HistoryLine:
    return HistoryLine(at_ms=MONDAY, status=status.value, words=NOTHING, note=note, by=by)


def reply(*history: HistoryLine, papers: tuple[PaperInfo, ...] = (), put_off: bool = False) -> DossierReply:
    why = [Text(vi="3 ngày làm việc kể từ hôm sau.", en="3 working days.")]
    status = DossierStatus(
        code="H29-261116-0007",
        procedure="1.001193",
        status=history[-1].status,
        words=NOTHING,
        next_step=NOTHING,
        due_ms=LATER if put_off else DUE,
        why_due=[*why, Text(vi="Gia hạn thêm 2 ngày làm việc.", en="Put off.")] if put_off else why,
        late=False,
        history=list(history),
        apology=Text(vi="Xin lỗi.", en="Sorry.") if put_off else None,
        promised_ms=DUE if put_off else None,
        received_at=Text(vi="Phường Mẫu", en="Ward"),
        handled_by=Text(vi="Phường Khác", en="Other ward"),
    )
    who = Applicant(full_name="Trần Thị Mẫu Thử", personal_id="079300000017", phone="0900000017")
    return DossierReply(
        status=status, revision=1, acts=[], applicant=who, answers={}, ticket="B012", papers=list(papers)
    )


def paper(name: str, verdict: str = "", pages: int = 0, note: str = "") -> PaperInfo:
    return PaperInfo(
        paper=name,
        name=name,
        kind="component",
        way="kiosk" if pages else "counter",
        pages=pages,
        sha256="a" * 64 if pages else "",
        received_ms=MONDAY if pages else None,
        verdict=verdict,  # type: ignore[arg-type]  # the parameters are verdicts
        note=note,
    )


def made(number: str, of: DossierReply) -> PrintedForm:
    form = printed_form(number, of, AROUND)
    assert form is not None
    return form


def text_of(form: PrintedForm) -> str:
    with pypdfium2.PdfDocument(pdf_bytes(form, ASSETS)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return "\n".join(pages).replace("\r\n", "\n")


REGISTERED = line(Status.REGISTERED, by="citizen")


def test_a_form_exists_when_what_it_is_about_has_happened() -> None:
    assert printable(reply(REGISTERED)) == ()
    assert printable(reply(REGISTERED, line(Status.ACCEPTED))) == ("01",)
    assert printable(reply(REGISTERED, line(Status.SUPPLEMENT_ASKED, "x"), line(Status.ACCEPTED))) == ("01", "02")
    assert printable(reply(REGISTERED, line(Status.REFUSED, "x"))) == ("03",)
    accepted = (REGISTERED, line(Status.ACCEPTED), line(Status.ACCEPTED, "Chờ."))
    assert printable(reply(*accepted, put_off=True)) == ("01", "04")
    assert printable(reply(REGISTERED, line(Status.ACCEPTED), line(Status.STOPPED, "x"))) == ("01", "05")
    assert printed_form("02", reply(REGISTERED), AROUND) is None


def test_the_receipt_says_who_what_when_and_where_with_the_number_masked() -> None:
    papers = (paper("Giấy chứng sinh", "matches"), paper("Tờ khai", pages=2), paper("Ảnh", "missing"))
    text = text_of(made("01", reply(REGISTERED, line(Status.ACCEPTED), papers=papers)))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "0007/TNHS",
        "H29-261116-0007",
        "Trần Thị Mẫu Thử",
        "079*****0017",
        "Giấy chứng sinh (bản chính đã đối chiếu)",
        "Tờ khai (bản chụp, 2 trang)",
        "08 giờ 15 phút, ngày 16 tháng 11 năm 2026",
        "17 giờ 00 phút, ngày 19 tháng 11 năm 2026",
        "Phường Khác",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Bản in từ hệ thống, chưa có chữ ký",
    ):
        assert part in text
    assert "079300000017" not in text
    assert "Ảnh" not in text, "what is missing was not handed in"


def test_the_receipt_of_what_was_put_off_still_says_the_first_promise() -> None:
    history = (REGISTERED, line(Status.ACCEPTED), line(Status.ACCEPTED, "Chờ xác minh."))
    text = text_of(made("01", reply(*history, put_off=True)))
    assert "19 tháng 11" in text
    assert "Gia hạn" not in text
    apology = text_of(made("04", reply(*history, put_off=True)))
    assert "19 tháng 11" in apology
    assert "23 tháng 11" in apology
    assert "Chờ xác minh." in apology


@pytest.mark.parametrize(
    ("number", "status"),
    [("02", Status.SUPPLEMENT_ASKED), ("03", Status.REFUSED), ("05", Status.STOPPED)],
)
def test_every_reason_stands_on_a_line_of_its_own(number: str, status: Status) -> None:
    note = written(["Giấy tờ đã hết hạn.", "Tờ khai chưa ký."], "Mang theo ảnh.")
    text = text_of(made(number, reply(REGISTERED, line(Status.ACCEPTED), line(status, note))))
    for reason in ("Giấy tờ đã hết hạn.", "Tờ khai chưa ký.", "Mang theo ảnh."):
        assert f"– {reason}" in text.replace("–  ", "– ")


def test_two_thousand_letters_and_strange_ones_are_printed_over_several_pages() -> None:
    note = "\n".join("Lý do **đậm** __gạch__ <b> % \\ 😀 " + "ề" * 60 for _ in range(25))[:2_000]
    content = pdf_bytes(made("02", reply(REGISTERED, line(Status.SUPPLEMENT_ASKED, note))), ASSETS)
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) >= 1


def test_the_first_receipt_counts_and_the_last_request() -> None:
    history = (REGISTERED, line(Status.SUPPLEMENT_ASKED, "Một."), line(Status.ACCEPTED, by="Lan"))
    twice = (*history, line(Status.SUPPLEMENT_ASKED, "Hai."), line(Status.IN_PROGRESS, by="Minh"))
    assert made("01", reply(*twice)).officer == "Lan"
    assert "Hai." in text_of(made("02", reply(*twice)))


def test_a_paper_with_which_something_is_wrong_becomes_a_reason() -> None:
    papers = [paper("Giấy khai sinh", "unreadable"), paper("Tờ khai", "matches"), paper("Ảnh", "missing", note="3x4")]
    assert about_papers(papers) == (
        "Giấy khai sinh: bản chụp không đọc được.",
        "Ảnh: còn thiếu (3x4).",
    )


def test_the_shipped_reasons_are_sentences() -> None:
    reasons = read_reasons((ASSETS / "catalogue" / "reasons.toml").read_bytes())
    for act in ("ask_supplement", "refuse", "ask_payment", "stop", "apologise"):
        assert reasons.of(act)
        assert all(sentence.endswith(".") for sentence in reasons.of(act))
    assert reasons.of("accept") == ()
