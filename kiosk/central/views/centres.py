"""The centres of the city, and which of them somebody may see or asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.central.access import Scope
from kiosk.central.ports import Transaction
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class Centre:
    """``id`` is central's own number, ``code`` the hub's. ``x``, ``y``: the tile on the map from 1, 0 for none."""

    id: int
    code: str
    name: Text
    group: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """The line to a centre: when it was last heard, and how many of its events are still to come."""

    heard_ms: int
    behind: int
    version: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What figures are asked for: 0 or "" is all."""

    centre: int = 0
    group: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A centre with its line; None where no hub was ever enrolled."""

    centre: Centre
    line: Line | None


@dataclass(frozen=True, slots=True)
class Fleet:
    """All centres and groups that somebody may see."""

    known: tuple[Known, ...]
    groups: dict[str, Text]

    @property
    def centres(self) -> tuple[Centre, ...]:
        return tuple(each.centre for each in self.known)

    def of(self, scope: Scope) -> "Fleet":
        """The part that ``scope`` covers."""
        known = tuple(each for each in self.known if scope.covers(each.centre.code, each.centre.group))
        mine = {each.centre.group for each in known}
        return Fleet(known, {id: name for id, name in self.groups.items() if id in mine})

    def find(self, code: str) -> Known | None:
        return next((each for each in self.known if each.centre.code == code), None)


def read_fleet(tx: Transaction) -> Fleet:
    known = tuple(map(_known, tx.rows("figures.known_centres")))
    return Fleet(known, {row[0]: Text(vi=row[1], en=row[2]) for row in tx.rows("figures.groups")})


def has_map(centres: Iterable[Centre]) -> bool:
    """Whether each has a tile of its own."""
    tiles = [(centre.x, centre.y) for centre in centres]
    return bool(tiles) and min(min(tile) for tile in tiles) > 0 and len(set(tiles)) == len(tiles)


def _known(row: tuple[Any, ...]) -> Known:
    number, code, name_vi, name_en, group, x, y, heard_ms, acked, head, version = row
    centre = Centre(number, code, Text(vi=name_vi, en=name_en), group, x, y)
    return Known(centre, None if heard_ms is None else Line(heard_ms, max(0, head - acked), version))
