"""Nothing that anybody holds before a reader raises, and damage never makes another person of a card."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.identity.card import CardReading, Refusal
from kiosk.identity.mojibake import unscramble
from kiosk.identity.payload import MAX_LENGTH
from kiosk.identity.reading import read_code
from tests.unit.identity.made import FIRST, SAMPLES, SECOND, TODAY, payload_of

RAW = [payload_of(sample) for sample in SAMPLES.values()]
BYTES = [raw if isinstance(raw, bytes) else raw.encode() for raw in RAW]
TEXTS = [raw for raw in RAW if isinstance(raw, str)]
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NASTY = [
    "|",
    "||||",
    "\x00",
    "\x02",
    "\x03",
    "\r\n",
    "\t",
    "\ufeff",
    "\u202e",
    "\ud800",
    "?",
    "~",
    "]Q1",
    "\\000026",
    "Ã ",
]


@st.composite
def mutated_texts(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        piece = draw(
            st.one_of(st.sampled_from(NASTY), st.text(max_size=6), st.sampled_from(TEXTS), st.just(text[start:end]))
        )
        text = text[:start] + piece + text[draw(st.sampled_from([start, end])) :]
    return text


@st.composite
def mutated_bytes(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(BYTES)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


@settings(max_examples=1000, deadline=None)
@given(st.one_of(mutated_texts(), mutated_bytes(), st.text(max_size=300), st.binary(max_size=300)))
def test_every_payload_is_answered(payload: bytes | str) -> None:
    answer = read_code(payload, TODAY)
    assert isinstance(answer, CardReading | Refusal)
    if isinstance(answer, CardReading):
        assert len(answer.personal_id.digits) == 12
        shown = answer.full_name + answer.address
        assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cs") or each in BIDI]


@pytest.mark.parametrize(
    "piece", ["|", "~", "\u200b", "\ufffd", "\x81", "Ã ", "Ã\u00aa", "\u7919", "079090000011|", "a.", "<", "a,"]
)
def test_the_longest_payload_of_one_piece_repeated_is_answered_at_once(piece: str) -> None:
    """The person behind must not wait: a second of the processor would show something quadratic."""
    longest = (piece * MAX_LENGTH)[:MAX_LENGTH]
    as_bytes = longest.encode("utf-16-le", "surrogatepass")[:MAX_LENGTH]
    began_s = time.process_time()
    for payload in (longest, FIRST[:30] + longest[: MAX_LENGTH - 30], as_bytes):
        assert isinstance(read_code(payload, TODAY), Refusal)
    assert time.process_time() - began_s < 1


@settings(deadline=None)
@given(st.text(alphabet="0123456789|~Ã\u00a0\ufffd\r\n \x02", max_size=MAX_LENGTH))
def test_long_payloads_of_structure_alone_are_answered_too(payload: str) -> None:
    assert read_code(payload, TODAY)


@given(st.integers(0, len(FIRST)), st.integers(0, len(FIRST)))
def test_a_piece_that_is_missing_never_makes_another_number(start: int, length: int) -> None:
    """A number that lost digits is refused: it is never filled from the next field."""
    answer = read_code(FIRST[:start] + FIRST[start + length :], TODAY)
    if isinstance(answer, CardReading):
        assert answer.personal_id.digits == FIRST[:12]


@given(st.integers(1, len(SECOND) - 1))
def test_another_card_begun_after_a_card_is_never_mixed_into_it(length: int) -> None:
    answer = read_code(FIRST + "\r" + SECOND[:length], TODAY)
    if isinstance(answer, CardReading):
        assert (answer.personal_id.digits, answer.full_name) == (FIRST[:12], "Võ Thị Ngọc Ánh")


@given(st.text(max_size=80))
def test_undoing_views_settles(text: str) -> None:
    once = unscramble(unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode()))
    assert unscramble(once) == once or len(unscramble(once)) < len(once)
