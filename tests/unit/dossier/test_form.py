"""Form fields: what is taken, how it is stored, and what is said of a wrong answer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.dossier.form import Choice, FormField, Kind, Wrong, check, check_all, prefill, tidy

TODAY = date(2026, 11, 22)


def field(kind: Kind, **more: object) -> FormField:
    choices = (Choice(id="nam", vi="Nam", en="Male"), Choice(id="nu", vi="Nữ", en="Female")) if kind == "choice" else ()
    return FormField(id="x", kind=kind, vi="Mục", en="Item", choices=choices, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("name", "  Nguyễn  Văn\u200e Mẫu ", "Nguyễn Văn Mẫu"),
        ("name", "Y Blim Niê-Kdăm", "Y Blim Niê-Kdăm"),
        ("name", "Nguye\u0302\u0303n Văn A", "Nguyễn Văn A"),
        ("date", "5/9/1990", "1990-09-05"),
        ("date", "29.02.2024", "2024-02-29"),
        ("personal_id", "079 090 000 011", "079090000011"),
        ("phone", "+84 90 123 45 67", "0901234567"),
        ("phone", "0084901234567", "0901234567"),
        ("phone", "(028) 3829.1234", "02838291234"),
        ("email", "ten.ho@vidu.vn", "ten.ho@vidu.vn"),
        ("number", "1.500.000", "1500000"),
        ("choice", "nu", "nu"),
        ("address", "12/3 Đường số 5,\nấp 2", "12/3 Đường số 5, ấp 2"),
    ],
)
def test_an_answer_is_stored_in_one_form(kind: Kind, typed: str, stored: str) -> None:
    assert check(field(kind), typed, TODAY) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("name", "Nguyễn Văn 5"),
        ("name", "<script>alert(1)</script>"),
        ("date", "30/02/2026"),
        ("date", "23/11/2026"),
        ("date", "1990-09-05"),
        ("date", "01/01/1800"),
        ("personal_id", "07909000001"),
        ("personal_id", "٠٧٩٠٩٠٠٠٠٠١١"),
        ("phone", "12345"),
        ("phone", "0123456789"),
        ("email", "ten@vidu"),
        ("number", "năm"),
        ("choice", "khac"),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(kind: Kind, typed: str) -> None:
    result = check(field(kind), typed, TODAY)
    assert isinstance(result, Wrong)
    assert result.words.vi.endswith(".")
    assert result.words.en.endswith(".")


def test_what_is_required_must_be_there_and_the_rest_may_be_left_out() -> None:
    assert isinstance(check(field("text"), " \u200b ", TODAY), Wrong)
    assert check(field("text", required=False), "  ", TODAY) == ""


def test_an_answer_has_its_longest_length() -> None:
    assert isinstance(check(field("text", max_length=5), "sáu chữ", TODAY), Wrong)


def test_an_appointment_may_lie_ahead() -> None:
    assert check(field("date", may_be_future=True), "23/11/2026", TODAY) == "2026-11-23"


@pytest.mark.parametrize(("typed", "stored"), [("1950", "1950"), ("8/1950", "1950-08"), ("15/08/1950", "1950-08-15")])
def test_a_birthday_of_which_only_a_part_is_known_is_taken_where_the_form_says_so(typed: str, stored: str) -> None:
    assert check(field("date", may_be_partial=True), typed, TODAY) == stored


@pytest.mark.parametrize("typed", ["13/1950", "50", "/1950", "2027", "19 50"])
def test_a_part_of_a_date_must_still_be_one(typed: str) -> None:
    assert isinstance(check(field("date", may_be_partial=True), typed, TODAY), Wrong)


def test_only_what_is_asked_is_kept_and_everything_wrong_is_told_at_once() -> None:
    fields = [
        FormField(id="ho_ten", kind="name", vi="Họ và tên", en="Name"),
        FormField(id="ngay", kind="date", vi="Ngày", en="Day"),
        FormField(id="so", kind="phone", vi="Điện thoại", en="Phone"),
    ]
    answers, wrong = check_all(fields, {"ho_ten": "Trần Thị Mẫu", "ngay": "x", "thua": "bí mật"}, TODAY)
    assert answers == {"ho_ten": "Trần Thị Mẫu"}
    assert [each.field for each in wrong] == ["ngay", "so"]


def test_a_card_fills_the_fields_that_ask_for_it() -> None:
    fields = [
        FormField(id="ho_ten", kind="name", vi="Họ và tên", en="Name", prefill="full_name"),
        FormField(id="ly_do", kind="text", vi="Lý do", en="Reason"),
    ]
    assert prefill(fields, {"full_name": "Trần Thị Mẫu", "sex": "Nữ"}) == {"ho_ten": "Trần Thị Mẫu"}


def test_a_card_chooses_the_answer_that_has_its_words() -> None:
    assert prefill([field("choice", prefill="sex")], {"sex": "Nữ"}) == {"x": "nu"}
    assert prefill([field("choice", prefill="sex")], {"sex": ""}) == {}


def test_a_choice_without_choices_is_no_field() -> None:
    with pytest.raises(ValueError, match="choice"):
        FormField(id="x", kind="choice", vi="Mục", en="Item")


@given(st.text(max_size=300), st.sampled_from(["name", "date", "personal_id", "phone", "email", "text", "number"]))
def test_any_answer_is_stored_or_told_and_what_is_stored_is_stable(typed: str, kind: Kind) -> None:
    result = check(field(kind), typed, TODAY)
    assert isinstance(result, Wrong) or tidy(result) == result
