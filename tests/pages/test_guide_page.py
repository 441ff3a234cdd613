"""The pages on procedures: found by everyday words, read on a phone, with what is not sure marked."""

from playwright.sync_api import Page, expect

from tests.pages.conftest import Visitor


def phone(visitor: Visitor, path: str, **options: object) -> Page:
    return visitor.open(path, width=390, height=844, **options)  # type: ignore[arg-type]


def test_a_procedure_is_found_and_read_with_two_touches(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures")
    page.fill("#q", "giay doc than")
    page.press("#q", "Enter")
    page.click("text=Cấp Giấy xác nhận tình trạng hôn nhân")
    expect(page.locator("h1")).to_have_text("Cấp Giấy xác nhận tình trạng hôn nhân")
    expect(page.locator("#papers ~ ul > li").first).to_contain_text("Tờ khai")


def test_what_may_mean_several_is_asked_back(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures?q=mai+tang")
    expect(page.locator(".guide [role=status]")).to_contain_text("quý vị chọn giúp")
    expect(page.locator(".guide-hit")).not_to_have_count(0)


def test_what_is_not_found_is_said_with_a_way_on(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures?q=zzzzqqqq")
    expect(page.locator(".guide [role=status]")).to_contain_text("hỏi cán bộ hướng dẫn")


def test_words_of_a_query_are_words_and_not_a_script(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    expect(page.locator("#q")).to_have_value("<script>alert(1)</script>")


def test_who_must_not_pay_is_told_beside_the_fee(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures/2.000635")
    expect(page.locator("section:has(#fee)")).to_contain_text("Được miễn: gia đình có công")


def test_what_is_not_confirmed_is_told_to_a_citizen_as_a_question_and_to_staff_as_a_task(visitor: Visitor) -> None:
    citizen = phone(visitor, "/procedures/1.004873")
    expect(citizen.locator("section:has(#fee)")).to_contain_text("hỏi lại tại quầy")
    expect(citizen.locator("#unsure")).to_have_count(0)
    expect(citizen.locator("section:has(#time) .guide-unsure")).to_have_count(0)
    officer = visitor.signed_in("lan", "/procedures/1.004873")
    expect(officer.locator("section:has(#unsure)")).to_contain_text("Lệ phí")


def test_citizens_read_everyday_words_and_staff_the_catalogues_own_too(visitor: Visitor) -> None:
    citizen = phone(visitor, "/procedures/1.000894")
    expect(citizen.locator("section:has(#result)")).to_contain_text("2 bản Giấy chứng nhận kết hôn")
    expect(citizen.locator("main")).not_to_contain_text("KQ.G15")
    expect(citizen.locator("main")).not_to_contain_text("cổng mới")
    officer = visitor.signed_in("lan", "/procedures/1.000894")
    expect(officer.locator("section:has(#result)")).to_contain_text("mỗi người một bản 02 Giấy chứng nhận kết hôn (mã")
    expect(officer.locator("section:has(#result)")).to_contain_text("cổng mới")


def test_everyday_words_are_in_english_for_who_reads_english(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures/1.000894", language="en")
    expect(page.locator("section:has(#result)")).to_contain_text("Two marriage certificates")


def test_a_procedure_that_this_centre_does_not_handle_says_so(visitor: Visitor) -> None:
    expect(phone(visitor, "/procedures/1.012812").locator("main")).to_contain_text("chưa phát số")


def test_an_unknown_code_leads_back_to_the_search(visitor: Visitor) -> None:
    page = phone(visitor, "/procedures/9.999999")
    expect(page.locator("main")).to_contain_text("Không có thủ tục này")
    page.click("main a")
    expect(page.locator("#q")).to_be_visible()
