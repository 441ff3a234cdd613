"""Vietnamese letters survive readers that take UTF-8 for something else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.identity.card import Doubt
from kiosk.identity.mojibake import VIETNAMESE, foreign, guess, is_lossy, unscramble
from tests.unit.identity.made import FIRST, card

WORDS = [
    "Nguyễn",
    "Trần",
    "Phạm",
    "Huỳnh",
    "Vũ",
    "Võ",
    "Đặng",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Thị",
    "Hữu",
    "Ánh",
    "Ý",
    "Quý",
]
names = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)


def windows_view(text: str) -> str:
    """Windows-1252 with the undefined codes passed through, as programs do."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@given(names)
def test_good_text_is_never_touched(name: str) -> None:
    assert unscramble(name) == name


@given(names, st.sampled_from(["cp437", "cp850", "mac_roman", "latin_1", "cp1251"]))
def test_a_view_in_a_one_byte_page_is_undone(name: str, page: str) -> None:
    assert unscramble(name.encode().decode(page)) == name


@given(names)
def test_a_windows_view_is_undone_even_when_it_happened_twice(name: str) -> None:
    assert unscramble(windows_view(name)) == name
    assert unscramble(windows_view(windows_view(name))) == name


@given(names, st.sampled_from(["big5", "shift_jis", "cp932", "gb18030", "cp949"]))
def test_a_guess_of_zbar_is_undone_where_it_can_be(name: str, page: str) -> None:
    """Where the bytes make sense in that page at all; a library refuses the others."""
    try:
        seen = name.encode().decode(page)
    except UnicodeDecodeError:
        return
    assert unscramble(seen) == name


def test_letters_of_minority_languages_and_foreign_names_are_left_alone() -> None:
    for name in ("Y Čư Ƀkrông", "H'Ŭn Niê", "José Müller", "Công ty “Mẫu” – Chi nhánh 2"):
        assert unscramble(name) == name
        assert not is_lossy(name)


@pytest.mark.parametrize("text", ["L? Minh", "L\ufffd Minh", "L礙 Minh", "Ph╞░ß╗£", "\ue000nh"])
def test_lost_letters_are_admitted(text: str) -> None:
    assert is_lossy(text)


def test_bytes_of_the_old_vietnamese_page_are_understood() -> None:
    # cp1258 has letters with a hat and writes the tone after them.
    written = unicodedata.normalize("NFC", "Tr\u00e2\u0300n V\u0103n M\u00e2\u0303u")
    assert guess(b"Tr\xe2\xccn V\xe3n M\xe2\xdeu") == written
    reading = card(FIRST.split("Võ")[0].encode() + b"Tr\xe2\xccn V\xe3n M\xe2\xdeu|09071987|Nam|Qu\xe2\xf2n 3|12082021")
    assert (reading.full_name, reading.address) == (written, "Quận 3")
    assert Doubt.TEXT_REPAIRED in reading.doubts


def test_one_spoilt_byte_costs_one_letter_and_not_the_card() -> None:
    payload = FIRST.encode().replace("ọ".encode(), b"\xff")
    reading = card(payload)
    assert reading.full_name == "Võ Thị Ng\ufffdc Ánh"
    assert reading.doubts == (Doubt.TEXT_LOSSY,)
    assert reading.name_needs_checking


def test_the_alphabet_is_whole() -> None:
    assert len(set(VIETNAMESE)) == 2 * 67
    assert foreign("Chữ quốc ngữ: ă â đ ê ô ơ ư, ÀẢÃÁẠ") == 0
