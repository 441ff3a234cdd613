"""From the schema of settings to fields of a form and back. Pure; a new setting needs no line here.

1. A field that is left empty says nothing: the layer below counts. That value is shown beside it.
2. What cannot be read as the type is kept as it was typed, and the schema says what was expected.
"""

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import UnionType
from typing import Any, Literal

import msgspec

from kiosk.config.layers import Tree
from kiosk.config.partial import name_of
from kiosk.wire.common import Text

FieldKind = Literal[
    "yes_no", "number", "choice", "choices", "words", "word_lines", "list", "pairs", "date", "logo", "text"
]
Form = Mapping[str, Sequence[str]]
_MISSING = msgspec.UNSET


@dataclass(frozen=True, slots=True)
class Leaf:
    """A setting with one input. ``choices``: of a choice; ``low`` and ``high``: of a number."""

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A table, or a list of them. ``key``: what names its entries; "" for a list whose rows have no name."""

    name: str
    inner: "tuple[Leaf | Branch, ...]"
    is_list: bool = False
    key: str = ""


Node = Leaf | Branch


def nodes_of(kind: type[msgspec.Struct], without: Iterable[str] = ()) -> tuple[Node, ...]:
    """The fields of a section, in its order."""
    hints = typing.get_type_hints(kind, include_extras=True)
    skipped = set(without)
    fields = [field for field in msgspec.structs.fields(kind) if field.encode_name not in skipped]
    # A name comes first, wherever the schema has it.
    fields.sort(key=lambda field: field.encode_name not in ("id", "date"))
    return tuple(_node(field.encode_name, hints[field.name]) for field in fields)


def _node(name: str, annotation: Any) -> Node:
    kind, limits = _bare(annotation)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Text:
        return Branch(name, nodes_of(kind))
    if origin is tuple and (section := _section(inner[0])) is not None:
        return Branch(name, nodes_of(section), is_list=True, key=name_of(section) or "")
    return _leaf(name, kind, limits)


def _section(annotation: Any) -> type[msgspec.Struct] | None:
    kind, _ = _bare(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Text else None


def _bare(annotation: Any) -> tuple[Any, list[msgspec.Meta]]:
    """Without ``| None`` and ``Annotated``, and the limits that stood there."""
    limits: list[msgspec.Meta] = []
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation, *meta = typing.get_args(annotation)
            limits += [each for each in meta if isinstance(each, msgspec.Meta)]
        elif typing.get_origin(annotation) in (UnionType, typing.Union):
            annotation = next(each for each in typing.get_args(annotation) if each is not type(None))
        else:
            return annotation, limits


def _leaf(name: str, kind: Any, limits: list[msgspec.Meta]) -> Leaf:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is bool:
        return Leaf(name, "yes_no", ("true", "false"))
    if kind in (int, float):
        low = next(
            (
                float(each.ge if each.ge is not None else each.gt or 0)
                for each in limits
                if each.ge is not None or each.gt is not None
            ),
            None,
        )
        high = next((float(each.le) for each in limits if each.le is not None), None)
        return Leaf(name, "number", (), low, high, kind is int)
    if origin is Literal:
        return Leaf(name, "choice", inner)
    if kind is Text:
        return Leaf(name, "words")
    if origin is dict:
        return Leaf(name, "pairs")
    if kind is date:
        return Leaf(name, "date")
    if origin is tuple:
        return _list_leaf(name, _bare(inner[0])[0])
    return Leaf(name, "logo" if name == "logo" else "text")


def _list_leaf(name: str, kind: Any) -> Leaf:
    if kind is Text:
        return Leaf(name, "word_lines")
    if typing.get_origin(kind) is Literal:
        return Leaf(name, "choices", typing.get_args(kind))
    return Leaf(name, "list")


# --- from a form


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


# --- into a form


def text_of(leaf: Leaf, value: Any) -> str:
    """A value as it stands in its input, and as people read it."""
    if value is None or value is _MISSING:
        return ""
    if leaf.kind == "yes_no":
        return str(value).lower()
    if leaf.kind in ("list", "choices") and isinstance(value, list):
        return ", ".join(map(str, value))
    if leaf.kind == "word_lines" and isinstance(value, list):
        return "\n".join(f"{each.get('vi', '')} | {each.get('en', '')}" for each in value)
    if leaf.kind == "pairs" and isinstance(value, dict):
        return "\n".join(
            f"{name} = {text_of(Leaf(name, 'yes_no'), each) if each in (True, False) else each}"
            for name, each in value.items()
        )
    return str(value)
