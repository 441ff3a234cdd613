"""What the pages of settings share: the layer that an address names, and what somebody may do with it."""

from dataclasses import dataclass

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kiosk.central.access import Visitor
from kiosk.central.fleet.layer import KINDS, LayerName, in_order, layer_from_slug, may_change
from kiosk.central.fleet.layerbook import LayerState, layers_of, own_file, read_layer, read_version, wrapped
from kiosk.central.pages.parts import PageParts
from kiosk.central.pages.settings_form import DEFAULT, defaults
from kiosk.central.ports import Transaction
from kiosk.central.views.centres import Centre, Fleet
from kiosk.config.layers import Layer, Merged, merge
from kiosk.config.settings import OWN
from kiosk.web.signin import RoleNeeded
from kiosk.wire.common import Text


@dataclass(frozen=True, slots=True)
class Opened:
    """``centre``: of a centre's or a kiosk's layer. ``title``: what it is called on pages."""

    visitor: Visitor
    name: LayerName
    centre: Centre | None
    title: Text
    may_change: bool


async def opened(parts: PageParts, request: Request, *, to_change: bool = False) -> Opened:
    """Raises HTTPException 404 for a layer that there is not, or not for that account; RoleNeeded."""
    visitor = await parts.door.visitor(request)
    name = layer_from_slug(request.path_params["layer"])
    if name is None:
        raise HTTPException(404)
    fleet = await parts.fleet(visitor)
    if not is_seen(name, fleet):
        raise HTTPException(404)
    known = fleet.find(name.centre)
    allowed = may_change_in(visitor, name, fleet)
    if to_change and not allowed:
        raise RoleNeeded
    return Opened(visitor, name, known.centre if known else None, title_of(name, fleet), allowed)


def is_seen(name: LayerName, fleet: Fleet) -> bool:
    """Whoever may see a centre may see what holds there: the layers above it too. ``fleet``: what somebody may see."""
    if name.kind == "city":
        return True
    return name.id in fleet.groups if name.kind == "group" else fleet.find(name.centre) is not None


def may_change_in(visitor: Visitor, name: LayerName, fleet: Fleet) -> bool:
    known = fleet.find(name.centre)
    return may_change(visitor, name, known.centre.group if known else "")


def title_of(name: LayerName, fleet: Fleet) -> Text:
    """What it is called on pages."""
    if name.kind == "city":
        return Text(vi="Toàn thành phố", en="The whole city")
    known = fleet.find(name.centre)
    place = known.centre.name if known else fleet.groups.get(name.id, Text(vi=name.id, en=name.id))
    if name.kind == "kiosk":
        return Text(vi=f"Kiosk {name.kiosk}, {place.vi}", en=f"Kiosk {name.kiosk}, {place.en}")
    return place


def read_below(tx: Transaction, it: Opened) -> tuple[LayerState, Merged]:
    """The layer, and what holds without it."""
    state, name, centre = read_layer(tx, it.name), it.name, it.centre
    layers = [Layer(DEFAULT, defaults())]
    if centre is not None:
        layers.append(Layer(OWN, own_file(tx, centre.id) or {}))
        lower = [each for each in layers_of(tx, centre.code, centre.group) if _is_below(each, name)]
    else:
        lower = [] if name.kind == "city" else [LayerName("city")]
    layers += [
        Layer(each.title, wrapped(each, read_version(tx, each, read_layer(tx, each).head))) for each in in_order(lower)
    ]
    merged = merge(layers)
    return state, _of_kiosk(merged) if name.kind == "kiosk" else merged


def _is_below(each: LayerName, name: LayerName) -> bool:
    return KINDS.index(each.kind) < KINDS.index(name.kind)


def _of_kiosk(merged: Merged) -> Merged:
    """As a kiosk's layer sees it: what all kiosks of the centre are told."""
    start = "kiosk."
    origin = {place.removeprefix(start): layer for place, layer in merged.origin.items() if place.startswith(start)}
    return Merged(merged.tree.get("kiosk", {}), origin)


def shown_tree(tree: dict[str, object]) -> str:
    """For people who compare: JSON in lines."""
    return msgspec.json.format(msgspec.json.encode(tree), indent=2).decode()
