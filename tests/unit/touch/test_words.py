"""What people read: both languages, numbers, icons."""

import re
import tomllib
from pathlib import Path

import pytest

from kiosk.touch.events import Language
from kiosk.touch.flow import Paper
from kiosk.touch.ui.i18n import ASSETS, clock_words, count_words, date_words, load_words, wait_told
from kiosk.wire.kiosk_api import WaitRange
from tests.fakes.clock import MONDAY_9_00

UI = Path(load_words.__code__.co_filename).parent
KEY = re.compile(r"""words\[["']([a-z_]+\.[a-z_0-9]+)["']\]""")


def test_both_languages_have_the_same_texts_with_the_same_blanks() -> None:
    vi, en = load_words("vi"), load_words("en")
    assert vi.keys() == en.keys()
    blanks = re.compile(r"\{(\w+)\}")
    assert {key: set(blanks.findall(text)) for key, text in vi.items()} == {
        key: set(blanks.findall(text)) for key, text in en.items()
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_screen_slip_phone_and_counter_call_the_code_that_is_kept_secret_by_one_name(language: str) -> None:
    """Who is asked for it looks for that name on the paper."""
    files = {
        name: (ASSETS / f"locales/{name}.{language}.toml").read_text() for name in ("touch", "receipt", "pages", "desk")
    }
    names = {each for text in files.values() for each in re.findall(r'^secret = "(.+)"$', text, re.MULTILINE)}
    assert len(names) == 1
    everywhere = "".join(file.read_text() for file in (ASSETS / "locales").glob(f"*.{language}.toml"))
    assert "mã bí mật" not in everywhere.lower()


def test_every_text_that_a_screen_names_exists() -> None:
    named = {key for file in UI.rglob("*") if file.suffix in (".py", ".kv") for key in KEY.findall(file.read_text())}
    assert named
    assert named <= load_words("vi").keys()


def test_every_word_about_the_paper_and_every_reason_has_a_sentence() -> None:
    words = load_words("vi")
    reasons = ("paper_out", "cover_open", "offline", "no_device", "jammed", "error", "busy")
    assert all(f"reason.{reason}" in words for reason in reasons)
    assert all(f"paper.{paper.value}" in words and f"paper.{paper.value}_hint" in words for paper in Paper)


@pytest.mark.parametrize(
    ("low", "high", "vi", "en"),
    [
        (8, 14, "8–14 phút", "8–14 min"),
        (9, 9, "khoảng 9 phút", "about 9 min"),
        (0, 6, "dưới 6 phút", "under 6 min"),
        (0, 0, "dưới 1 phút", "under 1 min"),
    ],
)
def test_a_wait_is_told_in_the_words_of_the_promise(low: int, high: int, vi: str, en: str) -> None:
    wait = WaitRange(low_min=low, high_min=high)
    assert (wait_told(wait, "vi"), wait_told(wait, "en")) == (vi, en)


@pytest.mark.parametrize(("language", "one"), [("vi", "1 người"), ("en", "1 person")])
def test_one_person_is_not_people(language: Language, one: str) -> None:
    assert count_words(1, load_words(language), "ticket.ahead", "ticket.ahead_none") == one


def test_dates_and_hours_are_written_as_in_vietnam() -> None:
    assert date_words(MONDAY_9_00, load_words("vi")) == "Thứ Hai, 23/11/2026"
    assert clock_words(MONDAY_9_00) == "09:00"


def test_every_icon_that_a_screen_names_is_in_the_font() -> None:
    """A name that is not there shows a document."""
    icons = tomllib.loads((ASSETS / "icons" / "icons.toml").read_text())
    named = {name for file in UI.rglob("*.kv") for name in re.findall(r"icon: '([a-z-]+)'", file.read_text())}
    assert named
    assert named <= icons.keys()
