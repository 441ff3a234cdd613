"""Vietnamese letters by Telex, key by key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.touch.dossier.telex import erase, press

WORDS = {
    "Nguyeenx": "Nguyễn", "Vawn": "Văn", "Maaux": "Mẫu", "DDoongf": "Đồng", "Dd": "Đ", "hoaf": "hòa", "hoasn": "hoán",
    "toans": "toán", "quar": "quả", "giuwax": "giữa", "tieengs": "tiếng", "phuongwf": "phường", "phuwowngf": "phường",
    "thuyr": "thủy", "nguowif": "người", "giaf": "già", "gif": "gì", "quys": "quý", "quyeenr": "quyển",
    "khuyur": "khuỷu", "ngoafi": "ngoài", "yeeus": "yếu", "muaf": "mùa", "cuar": "của", "thuowr": "thuở",
    "quowr": "quở", "dduwowcj": "được", "ruwowuj": "rượu", "uoongs": "uống", "hueej": "huệ", "DDAAWNGR": "ĐẲNG",
}  # fmt: skip
UNDONE = {"ass": "as", "aaa": "aa", "aww": "aw", "ddd": "dd", "asz": "a", "Smith": "Smith", "az": "az", "w": "w"}


def typed(keys: str) -> str:
    text = ""
    for key in keys:
        text = press(text, key)
    return text


@pytest.mark.parametrize(("keys", "word"), WORDS.items())
def test_a_word_is_written_as_schools_write_it(keys: str, word: str) -> None:
    assert typed(keys) == word


@pytest.mark.parametrize(("keys", "text"), UNDONE.items())
def test_a_key_pressed_again_or_without_a_vowel_stands_for_itself(keys: str, text: str) -> None:
    assert typed(keys) == text


def test_only_the_last_word_changes() -> None:
    assert typed("Ddawsk Lawsk") == "Đắk Lắk"
    assert typed("Traanf Thij Thuwr Nghieemj") == "Trần Thị Thử Nghiệm"


def test_erasing_takes_one_letter_and_the_tone_finds_its_place() -> None:
    assert erase("hoán") == "hóa"
    assert erase("hóa") == "hó"
    assert erase("") == ""


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz AĐ-'"), max_size=30))
def test_whatever_is_typed_stays_nfc_and_never_fails(keys: str) -> None:
    text = typed(keys)
    assert text == unicodedata.normalize("NFC", text)
    assert len(erase(text)) == max(0, len(text) - 1)
