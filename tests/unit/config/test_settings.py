"""Remote settings: one schema, layers of it, and what they become on a machine."""

import base64
import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.config import load_hub_config, load_touch_config
from kiosk.config.layers import Layer, Tree, merge
from kiosk.config.settings import (
    OWN,
    PublishedLayer,
    effective,
    hub_with,
    kiosk_settings,
    own_kiosk_tree,
    own_tree,
    settings_of,
)
from kiosk.config.settings_sense import centre_problems, layer_problems
from kiosk.config_command import layer_from, layer_schema

DEMO = Path(__file__).parents[3] / "assets" / "demo"
HUB = load_hub_config(DEMO / "hub.toml")
TOUCH = load_touch_config(DEMO / "touch.toml")


def whole(*layers: Tree) -> Any:
    return effective(own_tree(HUB), [PublishedLayer(f"layer {n}", tree) for n, tree in enumerate(layers)])


def places(problems: Any) -> list[str]:
    return [problem.place for problem in problems]


def png(width: int, height: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0b3d91").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_what_nobody_said_is_as_in_the_centres_own_file() -> None:
    merged = whole()
    assert hub_with(HUB, settings_of(merged.tree)) == HUB
    assert set(merged.origin.values()) == {OWN}


def test_a_layer_changes_one_value_of_one_service_and_leaves_the_others() -> None:
    first = HUB.services[0].id
    config = hub_with(HUB, settings_of(whole({"services": [{"id": first, "expected_service_min": 33}]}).tree))
    assert config.services[0].expected_service_min == 33
    assert config.services[0].name == HUB.services[0].name
    assert config.services[1:] == HUB.services[1:]


def test_a_layer_takes_away_a_counter_that_only_the_centres_own_file_names() -> None:
    last = HUB.counters[-1].id
    merged = whole({"counters": [{"id": last, "removed": True}]})
    assert last not in [counter.id for counter in settings_of(merged.tree).counters]


def test_a_kiosk_goes_by_what_it_is_told_above_what_all_kiosks_are() -> None:
    tree: Tree = {
        "kiosk": {"sound": {"volume_percent": 20}, "language": "en"},
        "kiosks": [{"id": "kiosk-1", "sound": {"volume_percent": 90}}, {"id": "kiosk-2", "language": "vi"}],
    }
    settings, merged = kiosk_settings(own_kiosk_tree(TOUCH), tree, "kiosk-1")
    assert (settings.sound.volume_percent, settings.language) == (90, "en")
    assert [device.id for device in settings.devices] == [device.id for device in TOUCH.devices]
    assert merged.origin["sound.volume_percent"] == "kiosks[kiosk-1]"


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"colour": "blue"}, ""),
        ({"rule": {"priority_share": 0}}, "rule.priority_share"),
        ({"rule": {"priority_share": "2"}}, "rule.priority_share"),
        ({"hours": {"week": [{"days": ["sunday"], "reception": ["07:30-11:30"]}]}}, "hours.week[0].days[0]"),
        ({"hours": {"week": [{"days": ["sun"], "reception": ["11:30-07:30"]}]}}, "hours.week[0].reception[0]"),
        ({"services": [{"name": {"vi": "A"}}]}, "services[0]"),
        ({"kiosk": {"theme": {"palette": "pink"}}}, "kiosk.theme.palette"),
        ({"texts": {"announcement": {"vi": "<b>Nghỉ</b>", "en": "Closed"}}}, "texts.announcement.vi"),
        ({"texts": {"announcement": {"vi": "Nghỉ", "en": "[color=f00]Closed"}}}, "texts.announcement.en"),
        ({"texts": {"announcement": {"vi": "Nghỉ \u202e", "en": "Closed"}}}, "texts.announcement.vi"),
        ({"texts": {"announcement": {"vi": "A" * 301, "en": "A"}}}, "texts.announcement.vi"),
        ({"kiosk": {"theme": {"logo": "bm8="}}}, "kiosk.theme.logo"),
        ({"kiosks": [{"id": "k1", "theme": {"logo": png(2001, 1)}}]}, "kiosks[k1].theme.logo"),
    ],
)
def test_a_layer_that_cannot_be_is_refused_with_its_place(tree: Tree, place: str) -> None:
    problems = layer_problems(tree, "centre")
    assert places(problems) == [place]
    assert problems[0].vi
    assert problems[0].en


def test_words_with_a_less_than_sign_are_no_markup() -> None:
    text = {"vi": "Trẻ < 6 tuổi [miễn phí] 2 > 1", "en": "Children < 6 [free]"}
    assert layer_problems({"texts": {"welcome": text}}, "city") == []


def test_a_logo_is_taken_and_one_of_twenty_thousand_pixels_is_not_unpacked() -> None:
    assert layer_problems({"theme": {"logo": png(300, 100)}}, "kiosk") == []
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    problems = layer_problems({"theme": {"logo": base64.b64encode(bomb).decode()}}, "kiosk")
    assert places(problems) == ["theme.logo"]


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"services": [{"id": each.id, "removed": True} for each in HUB.services]}, "no open service"),
        ({"counters": [{"id": each.id, "removed": True} for each in HUB.counters]}, "no counter serves"),
        ({"hours": {"week": [{"days": ["mon"], "reception": ["07:30-08:00", "16:00-17:00"]}]}}, "pause"),
        ({"services": [{"id": "moi", "field": "khong-co"}]}, "name"),
        ({"kiosk": {"idle": {"warn_after_s": 90}}}, "more than warn_after_s"),
    ],
)
def test_what_makes_no_sense_at_a_centre_is_refused_in_both_languages(tree: Tree, words: str) -> None:
    problems = centre_problems(whole(tree), is_whole=True)
    assert any(words in problem.en for problem in problems), problems
    assert all(problem.vi for problem in problems)


def test_two_counters_on_one_display_address_are_refused() -> None:
    shared = [each for each in HUB.devices if each.address is not None]
    other = next(each for each in shared[1:] if each.port == shared[0].port)
    tree = {"devices": [{"id": other.id, "address": shared[0].address}]}
    assert any(problem.place.endswith(".address") for problem in centre_problems(whole(tree), is_whole=True))


def test_of_a_centre_whose_own_file_is_not_known_only_what_was_said_is_looked_at() -> None:
    merged = merge([Layer("city", {"services": [{"id": "a", "expected_service_min": 3}]})])
    assert centre_problems(merged, is_whole=False) == []


def test_the_demonstration_makes_sense_with_a_good_layer() -> None:
    assert centre_problems(whole({"texts": {"welcome": {"vi": "Xin chào", "en": "Welcome"}}}), is_whole=True) == []


def test_a_layer_in_toml_and_in_json_is_the_same() -> None:
    toml = b'[[hours.holidays]]\ndate = 2027-02-06\nname = { vi = "T", en = "T" }\n'
    tree = layer_from(toml, is_toml=True)
    assert tree == layer_from(json.dumps(tree).encode(), is_toml=False)
    assert layer_problems(tree, "city") == []


@pytest.mark.parametrize("raw", [b"", b"[", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"not JSON|expected a table"):
        layer_from(raw, is_toml=False)


def test_the_json_schema_knows_every_section() -> None:
    schema = layer_schema("city")
    assert "volume_percent" in json.dumps(schema)
    assert set(schema["$defs"]["PartOfCentreSettings"]["properties"]) >= {"hours", "services", "texts", "kiosks"}


def test_a_centre_is_called_what_its_layer_says_and_otherwise_as_in_its_own_file() -> None:
    name = {"vi": "Trung tâm mới", "en": "New centre"}
    config = hub_with(HUB, settings_of(whole({"centre": {"name": name}}).tree))
    assert (config.centre.name.vi, config.centre.name.en) == ("Trung tâm mới", "New centre")
    assert (config.centre.id, config.centre.address) == (HUB.centre.id, HUB.centre.address)
    assert hub_with(HUB, settings_of(whole({"centre": {"name": name}}, {"centre": {"name": None}}).tree)) == HUB


@pytest.mark.parametrize("kind", ["city", "group"])
def test_a_name_for_several_centres_at_once_is_refused(kind: str) -> None:
    name = {"centre": {"name": {"vi": "Một tên", "en": "One name"}}}
    assert places(layer_problems(name, kind)) == ["centre"]
    assert places(layer_problems(name, "centre")) == []
    assert places(layer_problems({"centre": {"name": {"vi": " ", "en": "x"}}}, "centre")) == ["centre.name"]
