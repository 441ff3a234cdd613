"""Events become short rows and come back as they were."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.central.layout import KINDS, MAX_WORDS, SERVICE, UnknownEvent, Words, from_row, to_row
from kiosk.wire import events
from kiosk.wire.events import Event
from tests.fakes.outbox import SimulatedDay, called, issued

words_of = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def values(kind: type[Any]) -> st.SearchStrategy[Any]:
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "StrType": words_of,
        "IntType": st.integers(-(2**53), 2**53),
        "FloatType": st.integers(0, 10**8).map(lambda ms: ms / 1000),
        "BoolType": st.booleans(),
        "ListType": st.lists(words_of, max_size=4),
    }
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for field in msgspec.structs.fields(kind):
        info = msgspec.inspect.type_info(field.type)
        if isinstance(info, msgspec.inspect.LiteralType):
            parts[field.name] = st.sampled_from(sorted(map(str, info.values)))
        elif isinstance(info, msgspec.inspect.ListType) and isinstance(info.item_type, msgspec.inspect.StructType):
            parts[field.name] = st.lists(values(info.item_type.cls), max_size=3)
        else:
            parts[field.name] = by_type[type(info).__name__]
    return st.builds(kind, **parts)


@given(st.one_of([values(kind) for kind in KINDS]))
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    words = Words()
    assert from_row(to_row(event, words), words.names()) == event


def test_every_event_that_hubs_tell_has_a_kind() -> None:
    assert set(KINDS) == set(Event.__args__)
    assert sorted(KINDS.values()) == list(range(1, len(KINDS) + 1))


def test_a_word_keeps_its_number() -> None:
    words = Words({(SERVICE, "khai-sinh"): 7})
    assert [words.of[SERVICE][word] for word in ("khai-sinh", "new", "newer", "new", "")] == [7, 8, 9, 8, 0]
    assert words.fresh == [(SERVICE, 8, "new"), (SERVICE, 9, "newer")]


def test_a_word_with_a_character_that_postgresql_cannot_hold_is_the_word_without_it() -> None:
    words = Words()
    assert [words.of[SERVICE][word] for word in ("khai\0sinh", "khai\ufffdsinh", "khai\0sinh")] == [1, 1, 1]
    assert words.fresh == [(SERVICE, 1, "khai\ufffdsinh")]


def test_endless_new_words_are_not_kept() -> None:
    words = Words()
    numbers = [words.of[SERVICE][str(n)] for n in range(MAX_WORDS + 10)]
    assert numbers[-1] == 0
    assert len(words.fresh) == MAX_WORDS
    assert words.has_overflowed


def test_an_event_of_a_newer_hub_is_kept_as_it_came() -> None:
    raw = b'{"event":"of_tomorrow","x":1}'
    row = to_row(UnknownEvent("of_tomorrow", raw), Words())
    assert row == (0, 0, 0, 0, raw)
    assert from_row(row, {}) is None


@pytest.mark.parametrize("event", [called(4711), events.TicketArrived(ticket=1, counter="1"), events.KioskOpened()])
def test_most_events_need_hardly_more_than_their_columns(event: Event) -> None:
    assert len(to_row(event, Words())[4]) <= 3


def test_an_issued_ticket_needs_few_bytes() -> None:
    assert len(to_row(issued(4711), Words())[4]) <= 30


def test_a_simulated_day_is_the_same_for_the_same_seed() -> None:
    assert SimulatedDay(3, 0).rows(500) == SimulatedDay(3, 0).rows(500)
