"""Labels that survive every keyboard, and numbers that are given once a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.model import Ticket
from kiosk.queueing.numbering import LAST_NUMBER, PREFIX_LETTERS, is_prefix, label, next_number, parse_label
from tests.unit.queueing.made import ticket

numbers = st.integers(1, LAST_NUMBER)


def test_no_prefix_is_a_vowel() -> None:
    """An input method would turn "A105" into "Á05"."""
    assert not set(PREFIX_LETTERS) & set("AEIOUY")


@pytest.mark.parametrize("text", ["", "A", "b", "BC", "Đ", "1", " B"])
def test_other_prefixes_are_refused(text: str) -> None:
    assert not is_prefix(text)


def test_the_first_number_of_a_day_is_one_and_the_next_follows_the_last() -> None:
    assert next_number(None) == 1
    assert next_number(41) == 42


def test_when_the_numbers_of_a_day_are_used_up_there_is_no_next_one() -> None:
    assert next_number(LAST_NUMBER) is None


@given(st.sampled_from(PREFIX_LETTERS), numbers)
def test_a_label_reads_back_as_what_it_was(prefix: str, number: int) -> None:
    assert parse_label(f" {label(prefix, number).lower()} ") == (prefix, number)


@given(st.text())
def test_no_text_breaks_the_reading_of_labels(text: str) -> None:
    parsed = parse_label(text)
    assert parsed is None or label(*parsed) == text.strip().upper()


def test_labels_have_three_digits_and_four_from_a_thousand_on() -> None:
    assert label("B", 12) == "B012"
    assert label("B", 1000) == "B1000"
    shown: Ticket = ticket(12)
    assert shown.label == "B012"
