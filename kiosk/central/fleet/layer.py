"""Which layers there are, whom they concern, and who may see and change them. Pure.

A layer is named in addresses ("city", "group.thu-duc", "centre.25747", "kiosk.25747.kiosk-1") and in the database by
kind and id. Whoever may see a centre may see what holds there: the layers above it too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kiosk.central.access import Role, Scope, Visitor

LayerKind = Literal["city", "group", "centre", "kiosk"]
_KIOSK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KINDS: tuple[LayerKind, ...] = ("city", "group", "centre", "kiosk")


@dataclass(frozen=True, slots=True)
class LayerName:
    """``id``: "" for the city, "25747/kiosk-1" for a kiosk."""

    kind: LayerKind
    id: str = ""

    @property
    def slug(self) -> str:
        return f"{self.kind}.{self.id.replace('/', '.')}" if self.id else self.kind

    @property
    def key(self) -> str:
        """As it stands among the pins of a centre."""
        return f"{self.kind}:{self.id}"

    @property
    def title(self) -> str:
        """As it stands in what is published, and in the audit."""
        return f"{self.kind} {self.id}".strip()

    @property
    def centre(self) -> str:
        """The code of its centre; "" for the city and for groups."""
        return self.id.partition("/")[0] if self.kind in ("centre", "kiosk") else ""

    @property
    def kiosk(self) -> str:
        return self.id.partition("/")[2]

    def concerns(self, centre: str, group: str) -> bool:
        """Whether it holds at that centre."""
        if self.kind == "city":
            return True
        return self.id == group if self.kind == "group" else self.centre == centre


def layer_from_slug(slug: str) -> LayerName | None:
    kind, _, rest = slug.partition(".")
    if kind not in KINDS or not slug.isprintable() or len(slug) > 100:
        return None
    if kind == "kiosk":
        centre, _, kiosk = rest.partition(".")
        return LayerName("kiosk", f"{centre}/{kiosk}") if centre and _KIOSK.fullmatch(kiosk) else None
    return LayerName(kind, rest) if bool(rest) == (kind != "city") else None


def layer_from_key(key: str) -> LayerName:
    kind, _, id_ = key.partition(":")
    return LayerName(next(each for each in KINDS if each == kind), id_)


def in_order(layers: Iterable[LayerName]) -> list[LayerName]:
    """The lowest first: the city, its group, the centre, its kiosks."""
    return sorted(layers, key=lambda layer: (KINDS.index(layer.kind), layer.id))


def may_change(visitor: Visitor, layer: LayerName, group: str) -> bool:
    """The head of a centre changes what holds at that centre, an admin what holds in the scope."""
    if visitor.role is Role.VIEWER:
        return False
    if visitor.scope.kind == "city":
        return True
    if layer.kind == "city":
        return False
    if layer.kind == "group":
        return visitor.scope == Scope("group", layer.id)
    return visitor.scope.covers(layer.centre, group)
