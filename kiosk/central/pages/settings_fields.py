"""From fields of a form back to settings. Pure; a new setting needs no line here.

1. A field that is left empty says nothing: the layer below counts. That value is shown beside it.
2. What cannot be read as the type is kept as it was typed, and the schema says what was expected.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kiosk.config.layers import Tree
from kiosk.config.outline import Branch, Leaf, Node

Form = Mapping[str, Sequence[str]]
_MISSING = msgspec.UNSET


def read_nodes(nodes: Iterable[Node], form: Form, prefix: str) -> Tree:
    """What was said in the fields under ``prefix``; nothing for those that are empty."""
    tree: Tree = {}
    for node in nodes:
        place = f"{prefix}.{node.name}" if prefix else node.name
        value = _read_leaf(node, form, place) if isinstance(node, Leaf) else _read_branch(node, form, place)
        if value is not _MISSING:
            tree[node.name] = value
    return tree


def _read_branch(branch: Branch, form: Form, place: str) -> Any:
    if not branch.is_list:
        return read_nodes(branch.inner, form, place) or _MISSING
    rows = []
    for name in form.get(f"{place}#", ()):
        here = f"{place}[{name}]"
        row = read_nodes(branch.inner, form, here)
        if form.get(f"{here}.removed"):
            row = {branch.key: name, "removed": True}
        elif branch.key and row and branch.key not in row:
            row = {branch.key: name} | row
        if row and set(row) != {branch.key}:
            rows.append(row)
    return rows or _MISSING


def _read_leaf(leaf: Leaf, form: Form, place: str) -> Any:
    if leaf.kind == "words":
        vi, en = (_text(form, f"{place}.{language}") for language in ("vi", "en"))
        return {"vi": vi, "en": en} if vi or en else _MISSING
    if leaf.kind == "choices":
        return [each for each in form.get(place, ()) if each] or _MISSING
    text = _text(form, place)
    return _value(leaf, text) if text else _MISSING


def _text(form: Form, place: str) -> str:
    return "\n".join(line.strip() for line in (form.get(place) or [""])[-1].splitlines()).strip()


def _value(leaf: Leaf, text: str) -> Any:
    if leaf.kind == "yes_no":
        return {"true": True, "false": False}.get(text, text)
    if leaf.kind == "number":
        return _number(text, leaf.whole)
    if leaf.kind == "list":
        return [each.strip() for each in text.replace("\n", ",").split(",") if each.strip()]
    if leaf.kind == "word_lines":
        return [_pair(line, "|") for line in text.splitlines() if line]
    if leaf.kind == "pairs":
        pairs = (line.partition("=") for line in text.splitlines() if line)
        return {name.strip(): _plain(value.strip()) for name, _, value in pairs}
    return text


def _number(text: str, whole: bool) -> Any:
    try:
        return int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text


def _pair(line: str, mark: str) -> dict[str, str]:
    vi, _, en = line.partition(mark)
    return {"vi": vi.strip(), "en": en.strip()}


def _plain(text: str) -> str | int | float | bool:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
