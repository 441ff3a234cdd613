"""What the keys of the screen's keyboard do to an answer."""

import pytest

from kiosk.dossier.form import FormField
from kiosk.touch.dossier.keys import CLEAR, ERASE, SPACE, board_of, is_capital, press, rows


def typed(board: str, *keys: str, longest: int = 100) -> str:
    text = ""
    for key in keys:
        text = press(board, text, key, False, longest)  # type: ignore[arg-type]  # the tests name boards by hand
    return text


def test_every_word_of_a_name_begins_with_a_capital_letter() -> None:
    assert typed("name", *"nguyeenx", SPACE, *"vawn", SPACE, SPACE, *"maaux") == "Nguyễn Văn Mẫu"


def test_who_does_not_know_telex_writes_a_name_with_the_keys_of_letters_and_tones() -> None:
    keys = (
        *"ng",
        "u",
        "y",
        "ê",
        "n",
        "ngã",
        SPACE,
        "đ",
        "ô",
        "huyền",
        *"ng",
        SPACE,
        *"thi",
        "nặng",
        SPACE,
        *"mâu",
        "ngã",
    )
    assert typed("name", *keys) == "Nguyễn Đồng Thị Mẫu"


def test_a_tone_is_taken_away_by_its_key_and_replaced_by_another_one() -> None:
    assert typed("words", *"ba", "sắc", "sắc") == "Ba"
    assert typed("words", *"ba", "sắc", "huyền") == "Bà"
    assert typed("words", *"ba", SPACE, "sắc") == "Ba "
    assert typed("words", *"b", "sắc") == "B"


def test_a_sentence_begins_with_one_and_goes_on_without() -> None:
    assert typed("words", *"hoj", SPACE, *"ngheof") == "Họ nghèo"


def test_the_strokes_of_a_date_come_by_themselves_and_go_by_themselves() -> None:
    assert typed("date", *"05091990") == "05/09/1990"
    assert typed("date", *"050919901") == "05/09/1990"
    assert typed("date", *"0509", ERASE, ERASE) == "05"
    assert typed("date", *"1950") == "1950"
    assert typed("date", *"081950") == "08/1950"


def test_an_address_of_a_mailbox_has_no_accents() -> None:
    assert typed("email", *"as", "@gmail.com") == "as@gmail.com"


def test_a_code_is_in_capitals_and_is_cleared_at_once() -> None:
    assert typed("code", *"H29") == "H29"
    assert typed("code", *"H29", CLEAR) == ""


def test_an_unknown_key_and_a_letter_too_many_do_nothing() -> None:
    assert typed("digits", "1", "a", "2", longest=2) == "12"
    assert typed("digits", *"1234", longest=2) == "12"


@pytest.mark.parametrize(
    ("kind", "board"),
    [("name", "name"), ("date", "date"), ("phone", "digits"), ("personal_id", "digits"), ("address", "words")],
)
def test_each_kind_of_answer_has_its_keys(kind: str, board: str) -> None:
    field = FormField(id="x", kind=kind, vi="Mục", en="Field")  # type: ignore[arg-type]  # kinds by hand
    assert board_of(field) == board
    assert len({key for row in rows(board_of(field)) for key in row}) == sum(len(row) for row in rows(board_of(field)))


def test_shift_turns_the_next_letter_round() -> None:
    assert is_capital("name", "", False)
    assert not is_capital("name", "", True)
    assert is_capital("name", "an", True)
