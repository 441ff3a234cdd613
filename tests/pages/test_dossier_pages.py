"""Officers' pages on dossiers, before a real central: what is seen, done, told to the second, and not half done."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from playwright.sync_api import FilePayload, Page, expect

from kiosk.clock import SystemClock
from kiosk.config.hub import Centre
from kiosk.dossier.deadline import WorkCalendar
from kiosk.dossier.forms import read_forms
from kiosk.dossier.procedures import read_procedures
from kiosk.hub.desk.desk import Desk
from kiosk.hub.desk.pictures import PaperDesk
from kiosk.hub.desk.reasons import read_reasons
from kiosk.hub.dossiers.keeping import Kept
from kiosk.hub.dossiers.ports import UNREADABLE, Submitted
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.wire.common import Text
from tests.central.conftest import CENTRES, RunningCentral
from tests.fakes.centre import FakeCentre
from tests.fakes.city_dossiers import NAME, NUMBER, CityLine, city_with_dossiers, line_of
from tests.fakes.papers import photo
from tests.pages.conftest import Visitor
from tests.pages.server import ASSETS, PageServer
from tests.pages.test_accessibility import violations

OFFICE = Centre(
    id=CENTRES[0],
    name=Text(vi="Trung tâm Phục vụ hành chính công phường Mẫu", en="Centre"),
    address=Text(vi="1 Đường Mẫu", en="1 Mau Street"),
)
REASON = "Bản chụp mờ hoặc thiếu góc, không đọc được."


@contextmanager
def workplace() -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield Path(place)


def pdf(pages: int = 1) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    made.save(out)
    return out.getvalue()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[RunningCentral]:
    with city_with_dossiers(tmp_path / "city", f"sqlite:///{tmp_path}/central.db", SystemClock()) as running:
        yield running


@pytest.fixture
def line(central: RunningCentral) -> CityLine:
    return line_of(central)


@pytest.fixture
def unsent() -> list[Submitted]:
    """What the hub keeps because central does not have it."""
    return []


@pytest.fixture
def kept() -> list[Kept]:
    """The same for officers."""
    return []


@pytest.fixture
def server(centre: FakeCentre, line: CityLine, unsent: list[Submitted], kept: list[Kept]) -> Iterator[PageServer]:
    shelf = ASSETS / "catalogue"
    procedures = {each.key: each for each in read_procedures((shelf / "procedures.json").read_bytes())}
    forms = read_forms((shelf / "forms.toml").read_bytes())
    parts = DossierParts(
        desk=Desk(line),
        reasons=read_reasons((shelf / "reasons.toml").read_bytes()),
        calendar=WorkCalendar,
        fields=lambda code: forms.form(procedures[code]).fields,
        assets=ASSETS,
        office=lambda: OFFICE,
        paper_desk=PaperDesk(workplace),
        unsent=lambda: tuple(unsent),
        kept=lambda: tuple(kept),
    )
    running = PageServer(centre, parts)
    running.start()
    yield running
    if running.is_running:
        running.stop()


def states(visitor: Visitor, line: CityLine, language: str) -> Iterator[Page]:
    """The pages in their states, one after the other."""
    paper = pdf(2)
    code = line.submit(
        papers=[line.announced("birth", "Giấy khai sinh", paper, 2), line.announced("form", "Đơn", None)]
    )
    line.bring(code, "birth", paper, 2)
    line.submit(2, handled_by=CENTRES[1])
    yield visitor.signed_in("lan", "/dossiers", language=language)
    page = opened(visitor, code, language=language)
    page.locator("#paper-form button[value=missing]").click()
    expect(page.locator("#paper-form .badge.bad")).to_be_visible()
    for summary in page.locator("details > summary").all():
        summary.click()
    yield page
    page.locator("#act-refuse button.primary").click()
    expect(page.locator("#problem")).to_be_visible()
    yield page
    for lines in (2, 3):
        page.locator(".act-next button.primary").click()
        expect(page.locator(".history li")).to_have_count(lines)
    page.locator("#act-apologise > summary").click()
    page.fill("#note-apologise", "Chờ xác minh.")
    page.locator("#act-apologise button.primary").click()
    expect(page.locator(".history li")).to_have_count(4)
    yield page
    line.away = True
    page.reload()
    yield page


def opened(visitor: Visitor, code: str, who: str = "lan", **options: object) -> Page:
    return visitor.signed_in(who, f"/dossiers/{code}", **options)


def test_a_dossier_is_found_by_its_code_however_typed(visitor: Visitor, line: CityLine) -> None:
    line.submit()
    page = visitor.signed_in("lan", "/dossiers")
    page.fill("#q", " h29 - 261122 - 0001 ")
    page.press("#q", "Enter")
    expect(page.locator("h1")).to_have_text("H29-261122-0001")
    expect(page.locator("#who + dl")).to_contain_text(NAME)


def test_the_card_finds_it_and_its_number_stands_in_no_address(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = visitor.signed_in("lan", "/dossiers")
    page.fill("#q", f"{NUMBER}||{NAME}|01011990|Nữ|Phường Mẫu|01012022")
    page.press("#q", "Enter")
    expect(page.locator(f"a[href='/dossiers/{code}']").first).to_be_visible()
    assert NUMBER not in page.url


def test_the_qr_of_a_receipt_finds_it(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = visitor.signed_in("lan", "/dossiers")
    page.fill("#q", f"http://hub.local/d#{code}.34679C")
    page.press("#q", "Enter")
    expect(page.locator("h1")).to_have_text(code)


@pytest.mark.parametrize("typed", ["", "xin chào", "<script>", "12345", "x" * 900])
def test_what_is_no_code_is_answered_with_an_example(visitor: Visitor, typed: str) -> None:
    page = visitor.signed_in("lan", "/dossiers")
    page.fill("#q", typed)
    page.press("#q", "Enter")
    expect(page.locator(".problem")).to_contain_text("H29-261122-0001")


def test_an_unknown_code_and_one_of_another_centre_are_unknown_alike(visitor: Visitor, central: RunningCentral) -> None:
    line_of(central, CENTRES[1]).submit(7)
    for code in ("H29-261122-0007", "H29-261122-0999"):
        page = opened(visitor, code)
        expect(page.locator("main")).to_contain_text("Không có hồ sơ này.")


def test_an_officer_takes_it_from_papers_to_the_result_in_hand(visitor: Visitor, line: CityLine) -> None:
    paper = pdf(2)
    papers = [line.announced("birth", "Giấy khai sinh", paper, 2), line.announced("form", "Tờ khai", None)]
    code = line.submit(papers=papers)
    line.bring(code, "birth", paper, 2)
    page = opened(visitor, code)
    expect(page.locator("#paper-birth img")).to_have_count(2)
    for name in ("birth", "form"):
        page.locator(f"#paper-{name} button[value=matches]").click()
        expect(page.locator(f"#paper-{name} .badge.good")).to_contain_text("Khớp bản chính")
    for words in ("Tiếp nhận hồ sơ", "Bắt đầu giải quyết"):
        page.locator(".act-next button", has_text=words).click()
    page.set_input_files("#file-ket-qua", {"name": "kq.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    expect(page.locator("#paper-ket-qua img")).to_have_count(1, timeout=30_000)
    page.locator(".act-next button", has_text="Xử lý xong").click()
    page.locator(".act-next button", has_text="Đã trả kết quả").click()
    expect(page.locator(".dossier-state .badge").first).to_have_text("Đã trả kết quả")
    expect(page.locator("#acts ~ [role=status]")).to_contain_text("đã kết thúc")
    expect(page.locator(".history li")).to_have_count(5)


def test_the_pictures_of_the_papers_are_pictures(visitor: Visitor, line: CityLine) -> None:
    paper = pdf()
    code = line.submit(papers=[line.announced("birth", "Giấy khai sinh", paper)])
    line.bring(code, "birth", paper)
    page = opened(visitor, code)
    picture = page.locator("#paper-birth img")
    expect(picture).to_have_js_property("complete", True, timeout=30_000)
    assert picture.evaluate("image => image.naturalWidth") > 100


def test_supplements_are_asked_for_with_all_reasons_and_those_that_the_papers_say(
    visitor: Visitor, line: CityLine
) -> None:
    code = line.submit(papers=[line.announced("form", "Tờ khai", None)])
    page = opened(visitor, code)
    page.fill("#note-form", "chưa ký")
    page.locator("#paper-form button[value=missing]").click()
    page.locator("#act-ask_supplement > summary").click()
    page.locator("#act-ask_supplement label", has_text=REASON).click()
    page.fill("#note-ask_supplement", "Mang theo ảnh 3x4.")
    page.locator("#act-ask_supplement button.primary").click()
    expect(page.locator(".history .note").first).to_have_text(
        f"– Tờ khai: còn thiếu (chưa ký).\n– {REASON}\nMang theo ảnh 3x4.", use_inner_text=True
    )
    expect(page.locator(".dossier-state")).to_contain_text("Tạm dừng tính thời gian")
    page.locator(".act-next button", has_text="Đã nhận đủ").click()
    expect(page.locator(".dossier-state .badge").first).to_have_text("Được tiếp nhận")


def test_a_second_request_for_supplements_needs_the_officer_to_know_what_it_costs(
    visitor: Visitor, line: CityLine
) -> None:
    code = line.submit()
    page = opened(visitor, code)
    page.locator("#act-ask_supplement > summary").click()
    page.fill("#note-ask_supplement", "Thiếu ảnh.")
    page.locator("#act-ask_supplement button.primary").click()
    page.locator(".act-next button.primary").click()
    page.locator("#act-ask_supplement > summary").click()
    expect(page.locator("#act-ask_supplement .warning")).to_contain_text("trễ hạn")
    page.fill("#note-ask_supplement", "Thiếu chữ ký.")
    page.locator("#act-ask_supplement button.primary").click()
    expect(page.locator("#problem")).to_contain_text("trễ hạn")
    expect(page.locator("#note-ask_supplement")).to_have_value("Thiếu chữ ký.")
    page.check("#act-ask_supplement input[name=sure]")
    page.locator("#act-ask_supplement button.primary").click()
    expect(page.locator(".dossier-state")).to_contain_text("Trễ hạn")


def test_of_two_officers_the_second_is_told_and_keeps_what_was_typed(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    first, second = opened(visitor, code), opened(visitor, code, "minh")
    second.locator("#act-refuse > summary").click()
    second.fill("#note-refuse", "Không thuộc thẩm quyền.")
    first.locator(".act-next button.primary").click()
    second.locator("#act-refuse button.primary").click()
    expect(second.locator("#problem")).to_contain_text("Người khác vừa cập nhật")
    expect(second.locator(".dossier-state .badge").first).to_have_text("Được tiếp nhận")


@pytest.mark.parametrize(("note", "said"), [("", "lý do"), ("   ", "lý do")])
def test_without_a_reason_nobody_is_refused(visitor: Visitor, line: CityLine, note: str, said: str) -> None:
    code = line.submit()
    page = opened(visitor, code)
    page.locator("#act-refuse > summary").click()
    page.fill("#note-refuse", note)
    page.locator("#act-refuse button.primary").click()
    expect(page.locator("#problem")).to_contain_text(said)
    expect(page.locator(".dossier-state .badge").first).to_have_text("Mới đăng ký")


def test_a_reason_of_2001_letters_is_counted_and_not_lost(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = opened(visitor, code)
    page.locator("#act-refuse > summary").click()
    page.evaluate("document.querySelector('#note-refuse').removeAttribute('maxlength')")
    page.fill("#note-refuse", "ệ" * 2_001)
    page.locator("#act-refuse button.primary").click()
    expect(page.locator("#problem")).to_contain_text("2001")
    expect(page.locator("#note-refuse")).to_have_value("ệ" * 2_001)


def test_several_photos_are_one_paper_in_the_order_of_their_names(visitor: Visitor, line: CityLine) -> None:
    code = line.submit(papers=[line.announced("form", "Tờ khai", None)])
    page = opened(visitor, code)
    wide, tall = photo(size=(1600, 400)), photo(size=(400, 1600))
    photos = [("IMG_10.jpg", tall), ("IMG_9.jpg", wide), ("IMG_11.jpg", tall)]
    given = [FilePayload(name=name, mimeType="image/jpeg", buffer=content) for name, content in photos]
    page.set_input_files("#file-form", given)
    pictures = page.locator("#paper-form img")
    expect(pictures).to_have_count(3, timeout=30_000)
    is_wide = "all => all.map((each) => each.naturalWidth > each.naturalHeight)"
    expect(pictures.first).to_have_js_property("complete", True)
    assert pictures.evaluate_all(is_wide) == [True, False, False]


@pytest.mark.parametrize("sizes", ["1", "1,2", "-1,4", "x", ",", "1," * 90, "9" * 4_000])
def test_files_that_are_not_as_long_as_they_say_are_not_taken(visitor: Visitor, line: CityLine, sizes: str) -> None:
    code = line.submit(papers=[line.announced("form", "Tờ khai", None)])
    page = opened(visitor, code)
    query = f"paper=form&kind=component&name=x&sizes={sizes}"
    origin = page.url.split("/dossiers")[0]
    answer = page.request.post(f"{origin}/dossiers/{code}/papers?{query}", data=b"four", headers={"origin": origin})
    assert (answer.status, answer.json()["error"]) == (422, "not_read")


def test_a_result_that_is_no_pdf_is_refused_with_a_sentence(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = opened(visitor, code)
    for _ in range(2):
        page.locator(".act-next button.primary").click()
    bad = {"name": "kq.pdf", "mimeType": "application/pdf", "buffer": b"GIF89a" + b"x" * 100}
    page.set_input_files("#file-ket-qua", bad)
    expect(page.locator("section:has(#results) [data-said]")).to_contain_text("phải là tệp PDF", timeout=30_000)


def test_with_the_city_away_it_is_said_and_nothing_is_half_done(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = opened(visitor, code)
    line.away = True
    page.locator(".act-next button.primary").click()
    expect(page.locator("main")).to_contain_text("Chưa có gì được ghi")
    line.away = False
    page = opened(visitor, code)
    expect(page.locator(".dossier-state .badge").first).to_have_text("Mới đăng ký")


def test_the_work_list_stands_in_groups_with_the_most_urgent_first(visitor: Visitor, line: CityLine) -> None:
    for serial, days in ((1, 3), (2, 0), (3, 30)):
        line.submit(serial, limit_days=days)
    for code in ("H29-261122-0002", "H29-261122-0003"):
        page = opened(visitor, code)
        page.locator(".act-next button.primary").click()
    page.goto(page.url.split("/dossiers")[0] + "/dossiers")
    groups = page.locator("section.group h2").all_text_contents()
    assert any(group.startswith("Mới gửi") for group in groups)
    assert groups[-1].startswith("Đang giải quyết")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_passes_axe(visitor: Visitor, line: CityLine, language: str) -> None:
    """WCAG 2.2 AA by axe-core."""
    assert [violations(page) for page in states(visitor, line, language)] == [[]] * 5


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("away", [False, True])
def test_the_list_with_what_is_kept_passes_axe(
    visitor: Visitor, centre: FakeCentre, line: CityLine, kept: list[Kept], language: str, *, away: bool
) -> None:
    for code, trouble in (("H29-261122-0001", ""), ("H29-261122-0002", "agency_taken")):
        kept.append(Kept(code, "1.004873", NAME, centre.clock.now_ms(), trouble))
    kept.append(Kept("H29-261122-0003", "", "", centre.clock.now_ms(), UNREADABLE))
    line.submit(4)
    line.away = away
    page = visitor.signed_in("lan", "/dossiers", language=language)
    expect(page.locator(".group-kept tbody tr")).to_have_count(3)
    expect(page.locator("#away")).to_have_count(int(away))
    assert violations(page) == []
    page = opened(visitor, "H29-261122-0002", language=language)
    expect(page.locator("main")).to_contain_text(
        "Đừng nhận lại" if language == "vi" else "Do not receive them a second"
    )
    assert violations(page) == []


def test_the_page_is_worked_by_keyboard_alone(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    page = opened(visitor, code)
    page.focus("#act-refuse > summary")
    page.keyboard.press("Enter")
    page.focus("#note-refuse")
    page.keyboard.type("Khong thuoc tham quyen.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".dossier-state .badge").first).to_have_text("Không được tiếp nhận")


def test_the_visit_that_brought_it_is_told_with_its_times(visitor: Visitor, centre: FakeCentre, line: CityLine) -> None:
    number = centre.issue("khai-sinh", minutes_ago=20)
    code = line.submit(ticket=centre.tickets[number].label)
    page = opened(visitor, code)
    expect(page.locator("#visit + dl")).to_contain_text("Lấy số lúc")


def test_nobody_without_a_sign_in_sees_anything(visitor: Visitor, line: CityLine) -> None:
    code = line.submit()
    for path in ("/dossiers", f"/dossiers/{code}", f"/dossiers/{code}/forms/01.pdf"):
        page = visitor.open(path)
        expect(page.locator("#password")).to_be_visible()
        assert NAME not in page.content()


def test_what_is_kept_comes_and_goes_on_the_supervisors_page_by_itself(
    visitor: Visitor, centre: FakeCentre, unsent: list[Submitted]
) -> None:
    """Nothing is committed meanwhile: it grows old, or central takes it."""
    page, code = visitor.signed_in("hoa", "/supervisor"), "H29-261122-0001"
    expect(page.locator("#kept")).to_have_count(0)
    unsent.append(Submitted(1, "draft", code, centre.clock.now_ms(), False, 0, False, "code_taken"))
    expect(page.locator(f"#kept-{code}")).to_contain_text("đã có hồ sơ khác mang mã này", timeout=20_000)
    expect(page.get_by_role("button", name=f"Cấp mã mới {code}")).to_be_visible()
    assert violations(page) == []
    unsent.clear()
    expect(page.locator("#kept")).to_have_count(0, timeout=20_000)
