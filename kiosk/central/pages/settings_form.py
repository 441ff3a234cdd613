"""What the settings form shows: for each setting what this layer says, what holds without it, and who says that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.config.layers import Merged, Tree
from kiosk.config.outline import Branch, Leaf, Node, nodes_of, text_of
from kiosk.config.parts import Problem
from kiosk.config.settings import CentreSettings, KioskSettings

DEFAULT = "default"  #: nobody said it
_SINGLE = ("kiosks",)  #: single kiosks are layers of their own
_BLANK_ROWS = 2


@dataclass(frozen=True, slots=True)
class FieldView:
    """An input. ``values``: what this layer says, by suffix of the input's name ("", ".vi", ".en");
    ``below``: what holds otherwise; ``source``: whose word that is.
    """

    place: str
    label: str
    leaf: Leaf
    values: Mapping[str, str]
    chosen: tuple[str, ...]
    below: str
    source: str
    error: Problem | None
    is_leaf: bool = True


@dataclass(frozen=True, slots=True)
class RowView:
    """An entry of a list. ``name``: its id, or its number; "" for one that can be added."""

    name: str
    fields: "tuple[FieldView | GroupView, ...]"
    source: str
    is_said: bool
    is_removed: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A table, or a list of entries."""

    place: str
    label: str
    is_list: bool
    key: str
    fields: "tuple[FieldView | GroupView, ...]" = ()
    rows: tuple[RowView, ...] = ()
    error: Problem | None = None
    is_leaf: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """What the layers below say together, and this layer's problems by place."""

    merged: Merged
    problems: Mapping[str, Problem]

    def source(self, place: str) -> str:
        origin = self.merged.origin
        if place in origin:
            return origin[place]
        inside = [layer for known, layer in origin.items() if known.startswith((f"{place}.", f"{place}["))]
        if inside:
            return inside[-1]
        around = [known for known in origin if place.startswith((f"{known}.", f"{known}["))]
        return origin[max(around, key=len)] if around else DEFAULT


def sections(kind: str) -> tuple[str, ...]:
    """The pages of the form of a layer of that kind."""
    schema = KioskSettings if kind == "kiosk" else CentreSettings
    names = [field.encode_name for field in msgspec.structs.fields(schema)]
    unsaid = _SINGLE if kind == "centre" else (*_SINGLE, "centre")  # only a centre has a name
    return ("kiosk",) if kind == "kiosk" else tuple(name for name in names if name not in unsaid)


def section_nodes(kind: str, section: str) -> tuple[Node, ...]:
    """The fields of one page of the form."""
    if kind == "kiosk":
        return nodes_of(KioskSettings)
    return tuple(node for node in nodes_of(CentreSettings, _SINGLE) if node.name == section)


def defaults() -> Tree:
    """What the product does when nobody says anything: the lowest layer of the form."""
    tree: Tree = msgspec.json.decode(msgspec.json.encode(CentreSettings(), enc_hook=str))
    return {name: value for name, value in tree.items() if name not in _SINGLE}


def views(nodes: Iterable[Node], tree: Tree, below: Below, prefix: str = "") -> tuple[FieldView | GroupView, ...]:
    return _views(nodes, tree, below.merged.tree, below, prefix)


def _views(
    nodes: Iterable[Node], tree: Any, under: Any, below: Below, prefix: str
) -> tuple[FieldView | GroupView, ...]:
    mine, base = (each if isinstance(each, dict) else {} for each in (tree, under))
    made: list[FieldView | GroupView] = []
    for node in nodes:
        place = f"{prefix}.{node.name}" if prefix else node.name
        value, other = mine.get(node.name), base.get(node.name)
        if isinstance(node, Leaf):
            made.append(_field(node, place, value, other, below))
        elif node.is_list:
            rows = _rows(node, place, value or [], other or [], below)
            made.append(GroupView(place, label_of(place), True, node.key, (), rows, below.problems.get(place)))
        else:
            fields = _views(node.inner, value, other, below, place)
            made.append(GroupView(place, label_of(place), False, "", fields, (), below.problems.get(place)))
    return tuple(made)


def _field(leaf: Leaf, place: str, value: Any, other: Any, below: Below) -> FieldView:
    said_here = value if isinstance(value, dict) and leaf.kind == "words" else {}
    if leaf.kind == "words":
        values = {f".{language}": str(said_here.get(language, "")) for language in ("vi", "en")}
        beneath = " / ".join(filter(None, (str((other or {}).get(language, "")) for language in ("vi", "en"))))
    else:
        values, beneath = {"": text_of(leaf, value)}, text_of(leaf, other)
    chosen = tuple(map(str, value)) if isinstance(value, list) else ()
    problem = below.problems.get(place) or below.problems.get(f"{place}.vi") or below.problems.get(f"{place}.en")
    return FieldView(place, label_of(place), leaf, values, chosen, beneath, below.source(place), problem)


def _rows(branch: Branch, place: str, mine: Sequence[Any], under: Sequence[Any], below: Below) -> tuple[RowView, ...]:
    if not branch.key:
        return _numbered(branch, place, mine, under, below)
    said_here = {str(row.get(branch.key)): row for row in mine}
    beneath = {str(row.get(branch.key)): row for row in under}
    inner = tuple(node for node in branch.inner if node.name != branch.key)
    rows = [
        RowView(
            name,
            _views(inner, said_here.get(name, {}), beneath.get(name, {}), below, f"{place}[{name}]"),
            below.source(f"{place}[{name}]"),
            name in said_here,
            bool(said_here.get(name, {}).get("removed")),
        )
        for name in [*beneath, *(each for each in said_here if each not in beneath)]
    ]
    blank = RowView("", _views(branch.inner, {}, {}, below, f"{place}[+]"), "", False, False)
    return (*rows, blank)


def _numbered(
    branch: Branch, place: str, mine: Sequence[Any], under: Sequence[Any], below: Below
) -> tuple[RowView, ...]:
    """Rows without a name are one value: said all here, or all below."""
    count = len(mine or under) + _BLANK_ROWS

    def row(number: int) -> RowView:
        said_here = mine[number] if number < len(mine) else {}
        beneath = under[number] if number < len(under) and not mine else {}
        fields = _views(branch.inner, said_here, beneath, below, f"{place}[{number}]")
        return RowView(str(number), fields, "", bool(said_here), False)

    return tuple(map(row, range(count)))


def label_of(place: str) -> str:
    """The key of its words: without the names of entries; a kiosk's settings are called alike everywhere."""
    parts = []
    depth = 0
    for letter in place:
        depth += (letter == "[") - (letter == "]")
        if depth == 0 and letter != "]":
            parts.append(letter)
    return "".join(parts).removeprefix("kiosk.") or place


def setting_label(place: str) -> str:
    """The same for a value of which one language is named: ``texts.welcome.vi``."""
    return label_of(place).removesuffix(".vi").removesuffix(".en")


def by_place(problems: Iterable[Problem], *trees: Tree) -> dict[str, Problem]:
    """Problems under the names that inputs have: ``services[0].name`` becomes ``services[khai-sinh].name``."""
    found: dict[str, Problem] = {}
    for problem in problems:
        for tree in trees:
            found.setdefault(_named(problem.place, tree), problem)
    return found


def _named(place: str, tree: Any) -> str:
    here, made = tree, ""
    for part in place.replace("[", ".[").split("."):
        if part.startswith("["):
            index = part[1:-1]
            rows = here if isinstance(here, list) else []
            row = rows[int(index)] if index.isdecimal() and int(index) < len(rows) else None
            name = row.get("id", row.get("date")) if isinstance(row, dict) else None
            made += f"[{name or index}]"
            here = row
        else:
            made += f".{part}" if made else part
            here = here.get(part) if isinstance(here, dict) else None
    return made
