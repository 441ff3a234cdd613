"""Whether settings make sense where they are to hold: the sense of the files, and of what only settings have."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosk.config.hub import Centre, HubConfig
from kiosk.config.layers import Merged, Tree
from kiosk.config.logo import logo_problem
from kiosk.config.outline import MAX_TEXT
from kiosk.config.partial import WrongLayer, check_layer, wrong_layer
from kiosk.config.parts import Problem
from kiosk.config.sense import hub_problems, idle_problems
from kiosk.config.settings import CentreSettings, hub_with, kiosk_settings, settings_of
from kiosk.wire.common import Text

#: What a browser, Kivy or a printer could take for something else than words.
_MARKUP = re.compile(
    r"<[A-Za-z/!]|\[/?(?:b|i|u|s|sub|sup|color|size|font|font_\w+|ref|anchor)(?:=[^\]]*)?\]|"
    r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]"
)


def layer_problems(tree: Tree, kind: str) -> list[Problem]:
    """What is wrong with one layer, wherever it will hold. ``kind``: "city", "group", "centre", "kiosk"."""
    try:
        check_layer(tree, kind)
    except WrongLayer as error:
        return [Problem(error.place, error.words.vi, error.words.en)]
    return [*_texts(tree, ""), *_logos(tree, ""), *_name(tree, kind)]


def centre_problems(merged: Merged, *, is_whole: bool) -> list[Problem]:
    """What makes no sense at a centre. ``is_whole``: its own file is among the layers; else only what was said is
    looked at, and the centre looks at the whole.
    """
    try:
        settings = settings_of(merged.tree)
    except msgspec.ValidationError as error:
        wrong = wrong_layer(error)
        return [Problem(wrong.place, wrong.words.vi, wrong.words.en)] if is_whole else []
    problems = hub_problems(_stand_in(settings)) if is_whole else []
    return [*problems, *_kiosks(merged.tree)]


def _stand_in(settings: CentreSettings) -> HubConfig:
    nobody = Centre("x", Text(vi="", en=""), Text(vi="", en=""))
    return hub_with(HubConfig(centre=nobody, fields=(), services=(), counters=()), settings)


def _kiosks(tree: Tree) -> Iterator[Problem]:
    for name in ["", *(str(each.get("id", "")) for each in tree.get("kiosks", []))]:
        place = f"kiosks[{name}]" if name else "kiosk"
        try:
            # Devices are left to the kiosk: only it knows what its own file says of them.
            settings, _ = kiosk_settings({}, _without_devices(tree), name)
        except msgspec.ValidationError as error:
            wrong = wrong_layer(error)
            yield Problem(f"{place}.{wrong.place}", wrong.words.vi, wrong.words.en)
        else:
            yield from idle_problems(f"{place}.idle", settings.idle)


def _without_devices(tree: Tree) -> Tree:
    def bare(part: Tree) -> Tree:
        return {name: value for name, value in part.items() if name != "devices"}

    return {"kiosk": bare(tree.get("kiosk", {})), "kiosks": [bare(each) for each in tree.get("kiosks", [])]}


def _name(tree: Tree, kind: str) -> Iterator[Problem]:
    said = tree.get("centre") or {}
    if kind in ("city", "group") and said:
        yield Problem("centre", "mỗi trung tâm có tên riêng", "expected at one centre only: each has a name of its own")
    if (name := said.get("name")) and not str(name.get("vi", "")).strip():
        yield Problem("centre.name", "cần tên bằng tiếng Việt", "expected a name in Vietnamese")


def _texts(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            name = inner.get("id", inner.get("date", index)) if isinstance(inner, dict) else index
            yield from _texts(inner, f"{place}[{name}]")
    elif isinstance(value, str) and place.endswith((".vi", ".en")):
        if len(value) > MAX_TEXT:
            yield Problem(
                place, f"dài quá, nhiều nhất {MAX_TEXT} chữ", f"too long; expected at most {MAX_TEXT} letters"
            )
        if _MARKUP.search(value):
            yield Problem(
                place, "chỉ được viết chữ thường, không có thẻ như <b> hay [b]", "expected plain words, no markup"
            )


def _logos(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{place}.{key}" if place else key
            if key == "logo" and isinstance(inner, str) and (problem := logo_problem(inner)) is not None:
                yield Problem(here, problem.vi, problem.en)
            yield from _logos(inner, here)
    elif isinstance(value, list):
        for inner in value:
            name = inner.get("id", "") if isinstance(inner, dict) else ""
            yield from _logos(inner, f"{place}[{name}]")
