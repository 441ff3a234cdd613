"""Settings in layers: city, group, centre, kiosk. A later layer says only what is different.

1. Tables are merged key by key; a value replaces the one below; ``null`` takes it away: the default counts again.
2. A list of tables with an ``id`` (services, counters, devices) or a ``date`` (holidays) is merged entry by entry; an
   entry with ``removed = true`` goes. Any other list is one value.
3. For every value it is known which layer it comes from.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import tomli_w

#: What JSON or TOML gives: tables, lists, words, numbers, dates.
Tree = dict[str, Any]
NAMED_BY = ("id", "date")
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Layer:
    """``name``: who says it, e.g. "city", "group thu-duc", "centre 26740"."""

    name: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class Merged:
    """``origin``: by place ("hours.last_ticket_min", "services[a].name.vi") the layer that has the last word."""

    tree: Tree
    origin: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """``before`` or ``after`` is ``msgspec.UNSET`` where there was or is nothing."""

    place: str
    before: object
    after: object


@dataclass(slots=True)
class _Merge:
    layer: str
    origin: dict[str, str] = field(default_factory=dict)

    def tables(self, below: Tree, above: Tree, place: str) -> Tree:
        merged = dict(below)
        for key, value in above.items():
            here = f"{place}.{key}" if place else key
            if value is None:
                merged.pop(key, None)
                self._forget(here)
            else:
                merged[key] = self._value(merged.get(key), value, here)
        return merged

    def _value(self, below: Any, above: Any, place: str) -> Any:
        if isinstance(above, dict):
            if not isinstance(below, dict):
                self._forget(place)
            return self.tables(below if isinstance(below, dict) else {}, above, place)
        name = _named_by(above)
        if name is not None and (below is None or below == [] or _named_by(below) == name):
            return self._entries(below or [], above, name, place)
        self._forget(place)
        self.origin[place] = self.layer
        return above

    def _entries(self, below: list[Tree], above: list[Tree], name: str, place: str) -> list[Tree]:
        merged = {str(entry[name]): entry for entry in below}
        for entry in above:
            key = str(entry[name])
            here = f"{place}[{key}]"
            if entry.get(REMOVED) is True:
                merged.pop(key, None)
                self._forget(here)
            else:
                merged[key] = self.tables(merged.get(key, {}), entry, here)
        return list(merged.values())

    def _forget(self, place: str) -> None:
        for known in [p for p in self.origin if p == place or p.startswith((f"{place}.", f"{place}["))]:
            del self.origin[known]


def merge(layers: Sequence[Layer]) -> Merged:
    """All layers, the lowest (the city) first. Nothing is checked here: the result is validated as a whole."""
    tree: Tree = {}
    origin: dict[str, str] = {}
    for layer in layers:
        tree = _Merge(layer.name, origin).tables(tree, layer.tree, "")
    return Merged(tree, origin)


def differences(before: Tree, after: Tree) -> tuple[Difference, ...]:
    """What an admin is shown before publishing, in the order of the places."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    places = [*old, *(place for place in new if place not in old)]
    return tuple(
        Difference(place, old.get(place, msgspec.UNSET), new.get(place, msgspec.UNSET))
        for place in places
        if old.get(place, msgspec.UNSET) != new.get(place, msgspec.UNSET)
    )


def written(tree: Tree, *, is_toml: bool) -> str:
    """As a file that people read: TOML or JSON. TOML has no null: what was taken away is left out."""
    return tomli_w.dumps(_without_null(tree)) if is_toml else json.dumps(tree, indent=2, ensure_ascii=False)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(each) for name, each in value.items() if each is not None}
    return [_without_null(each) for each in value] if isinstance(value, list) else value


def _leaves(value: Any, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and (value or not place):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else key)
    elif (name := _named_by(value)) is not None:
        for entry in value:
            yield from _leaves(entry, f"{place}[{entry[name]}]")
    else:
        yield place, value


def _named_by(value: Any) -> str | None:
    """The key that names the entries of a list of tables; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    for name in NAMED_BY:
        if all(isinstance(entry, dict) and name in entry for entry in value):
            return name
    return None
