"""Rows become a batch byte for byte as they are stored, and no more than central takes at once."""

import gzip
import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hub.sync.batch import batch_text, parcel
from kiosk.hub.usecases.delivery import Span, Stretch
from kiosk.wire.central_api import MAX_BODY, MAX_TEXT, Batch, Happened
from kiosk.wire.events import CounterHeld, CounterPaused, Event

INSTANTS = st.integers(0, 4_102_444_800_000)
WORDS = st.text(max_size=200)
EVENTS = st.one_of(
    st.builds(CounterHeld, counter=WORDS, taken_over=st.booleans()),
    st.builds(CounterPaused, counter=WORDS, reason=WORDS),
)


def stretch_of(rows: list[tuple[int, str]], first: int = 7) -> Stretch:
    return Stretch(Span(epoch=3, first=1, last=first + len(rows) + 20), first, 2, tuple(rows))


@given(st.lists(st.tuples(INSTANTS, EVENTS), min_size=1, max_size=20), INSTANTS)
def test_a_batch_is_what_the_protocol_says(events: list[tuple[int, Event]], sent_ms: int) -> None:
    rows = [(at_ms, msgspec.json.encode(event).decode()) for at_ms, event in events]
    text = batch_text("phường-1", stretch_of(rows), sent_ms)
    assert msgspec.json.decode(text, type=Batch) == Batch(
        centre="phường-1",
        epoch=3,
        first=7,
        oldest=2,
        head=7 + len(rows) + 20,
        sent_ms=sent_ms,
        rows=tuple(Happened(at_ms, event) for at_ms, event in events),
    )


def test_what_is_too_much_for_one_request_is_cut_and_begins_with_the_same_row() -> None:
    dice = random.Random(1)
    rows = [(1, f'{{"event":"counter_left","v":1,"counter":"{dice.randbytes(2000).hex()}"}}') for _ in range(2000)]
    packet = parcel("a", stretch_of(rows), 1)
    text = gzip.decompress(packet.body)
    assert 1 <= packet.rows < 2000
    assert len(packet.body) <= MAX_BODY
    assert len(text) <= MAX_TEXT
    assert text.count(b'"counter_left"') == packet.rows
    assert b'"first":7,' in text


def test_the_same_rows_at_the_same_moment_are_the_same_bytes() -> None:
    rows = [(1, '{"event":"kiosk_closed","v":1}')] * 5
    assert parcel("a", stretch_of(rows), 1) == parcel("a", stretch_of(rows), 1)
