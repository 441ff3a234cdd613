"""Settings in layers, and where each value comes from."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.layers import Difference, Layer, differences, merge

CITY = Layer(
    "city",
    {
        "warning_min": 15,
        "hours": {"last_ticket_min": 15},
        "services": [{"id": "a", "name": {"vi": "Một", "en": "One"}}, {"id": "b", "name": {"vi": "Hai", "en": "Two"}}],
        "bring": ["can-cuoc"],
    },
)


def test_a_later_layer_says_only_what_is_different() -> None:
    merged = merge([CITY, Layer("centre", {"hours": {"last_ticket_min": 30}})])
    assert merged.tree["hours"] == {"last_ticket_min": 30}
    assert merged.tree["warning_min"] == 15
    assert merged.origin["hours.last_ticket_min"] == "centre"
    assert merged.origin["warning_min"] == "city"


def test_entries_are_merged_by_their_id_and_keep_their_order() -> None:
    above = {"services": [{"id": "b", "name": {"vi": "Nhì"}}, {"id": "c", "name": {"vi": "Ba", "en": "Three"}}]}
    merged = merge([CITY, Layer("group", above)])
    assert [entry["id"] for entry in merged.tree["services"]] == ["a", "b", "c"]
    assert merged.tree["services"][1]["name"] == {"vi": "Nhì", "en": "Two"}
    assert merged.origin["services[b].name.vi"] == "group"
    assert merged.origin["services[b].name.en"] == "city"


def test_an_entry_can_be_taken_away_and_come_back() -> None:
    without = merge([CITY, Layer("centre", {"services": [{"id": "a", "removed": True}]})])
    assert [entry["id"] for entry in without.tree["services"]] == ["b"]
    assert not any(place.startswith("services[a]") for place in without.origin)


def test_null_gives_the_default_back() -> None:
    merged = merge([CITY, Layer("centre", {"warning_min": None})])
    assert "warning_min" not in merged.tree
    assert "warning_min" not in merged.origin


def test_a_list_without_ids_is_one_value() -> None:
    merged = merge([CITY, Layer("kiosk", {"bring": ["to-khai", "don"]})])
    assert merged.tree["bring"] == ["to-khai", "don"]
    assert merged.origin["bring"] == "kiosk"


def test_a_table_may_take_the_place_of_a_value_and_back() -> None:
    merged = merge([CITY, Layer("centre", {"hours": 3}), Layer("kiosk", {"hours": {"x": 1}})])
    assert merged.tree["hours"] == {"x": 1}
    assert [place for place in merged.origin if place.startswith("hours")] == ["hours.x"]


def test_the_layers_are_not_changed_by_merging() -> None:
    before = msgspec.json.encode(CITY.tree)
    merge([CITY, Layer("centre", {"services": [{"id": "a", "name": {"vi": "Khác"}}], "hours": {"x": 1}})])
    assert msgspec.json.encode(CITY.tree) == before


def test_a_difference_names_the_place_and_both_values() -> None:
    after = merge([CITY, Layer("centre", {"warning_min": 20, "services": [{"id": "a", "removed": True}]})]).tree
    assert differences(CITY.tree, after) == (
        Difference("warning_min", 15, 20),
        Difference("services[a].id", "a", msgspec.UNSET),
        Difference("services[a].name.vi", "Một", msgspec.UNSET),
        Difference("services[a].name.en", "One", msgspec.UNSET),
    )


VALUES = st.recursive(
    st.integers(0, 3) | st.sampled_from(["x", "y"]),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(st.integers(0, 3), max_size=2),
    max_leaves=8,
)
TREES = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


@given(TREES, TREES)
def test_what_a_layer_says_holds_and_an_empty_layer_changes_nothing(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    merged = merge([Layer("city", below), Layer("centre", above)])
    assert merge([Layer("city", merged.tree), Layer("centre", above)]).tree == merged.tree
    assert merge([Layer("city", below), Layer("centre", {})]).tree == below
    assert set(merged.origin.values()) <= {"city", "centre"}


@given(TREES, TREES)
def test_there_is_a_difference_exactly_where_trees_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (differences(one, other) == ()) == (one == other)
