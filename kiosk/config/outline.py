"""The schema of remote settings as something to walk through: each setting with its kind, limits and default. Pure.

The form, and the reference of all settings, are made of it; a new setting needs no line here.
"""

import typing
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from types import UnionType
from typing import Any, Literal

import msgspec

from kiosk.config.hub import PROCEDURE
from kiosk.config.partial import name_of
from kiosk.config.parts import SLUG, Duty, TimeSpan
from kiosk.config.settings import said
from kiosk.wire.common import Text

MAX_TEXT = 300
FieldKind = Literal[
    "yes_no", "number", "choice", "choices", "words", "word_lines", "list", "pairs", "date", "logo", "text"
]
#: How values of a type, or of a pattern, are written.
_SAMPLES: dict[Any, str] = {
    TimeSpan: "07:30-11:30",
    Duty: "22:00-06:00",
    date: "2026-01-31",
    SLUG: "khai-sinh",
    PROCEDURE: "1.001193",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A setting with one input. ``choices``: of a choice; ``low`` and ``high``: of a number; ``longest``: of words.

    ``sample``: how a value is written; ``default``: as people read it; ``needed``: an entry is none without it.
    """

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    longest: int | None = None
    sample: str = ""
    default: str = ""
    needed: bool = False


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
    return tuple(_with_default(_node(field.encode_name, hints[field.name]), field) for field in fields)


def _with_default(node: "Node", field: msgspec.structs.FieldInfo) -> "Node":
    if isinstance(node, Branch) or field.default is msgspec.NODEFAULT or field.default is None:
        return replace(node, needed=field.required) if isinstance(node, Leaf) else node
    return replace(node, default=text_of(node, said(field.default)))


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
        return Leaf(name, "words", longest=MAX_TEXT)
    if origin is dict:
        return Leaf(name, "pairs")
    if kind is date:
        return Leaf(name, "date", sample=_SAMPLES[date])
    if origin is tuple:
        return _list_leaf(name, *_bare(inner[0]))
    longest = next((each.max_length for each in limits if each.max_length is not None), None)
    return Leaf(name, "logo" if name == "logo" else "text", longest=longest, sample=_sample(kind, limits))


def _list_leaf(name: str, kind: Any, limits: list[msgspec.Meta]) -> Leaf:
    if kind is Text:
        return Leaf(name, "word_lines", longest=MAX_TEXT)
    if typing.get_origin(kind) is Literal:
        return Leaf(name, "choices", typing.get_args(kind))
    return Leaf(name, "list", sample=_sample(kind, limits))


def _sample(kind: Any, limits: list[msgspec.Meta]) -> str:
    patterns = [each.pattern for each in limits if each.pattern is not None]
    return next((_SAMPLES[each] for each in (kind, *patterns) if each in _SAMPLES), "")


def text_of(leaf: Leaf, value: Any) -> str:
    """A value as JSON has it, as it stands in an input and as people read it."""
    if value is None or value is msgspec.UNSET:
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
