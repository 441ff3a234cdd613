"""The layers as they stand in the database: drafts, versions, and what a centre's own file says.

1. One draft a layer. Whoever saves says which revision was on the screen; when somebody saved since, nothing is stored
   and both are shown.
2. A version is never changed. To restore an old one is to make a new one of the same content.
"""

from dataclasses import dataclass, field

import msgspec

from kiosk.central.fleet.audit import note
from kiosk.central.fleet.layer import LayerName, in_order
from kiosk.central.ports import Transaction
from kiosk.config.layers import Layer, Merged, Tree, merge
from kiosk.config.parts import Problem
from kiosk.config.settings import OWN
from kiosk.config.settings_sense import centre_problems, layer_problems

MAX_TREE = 600_000  #: bytes of JSON
_MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class LayerState:
    """``head``: the version that holds, 0 for none; ``draft``: what is not published, None for nothing."""

    name: LayerName
    head: int = 0
    newest: int = 0
    draft: Tree | None = None
    revision: int = 0
    draft_by: str = ""
    draft_ms: int = 0
    published: Tree = field(default_factory=dict)

    @property
    def tree(self) -> Tree:
        """What the form shows."""
        return self.published if self.draft is None else self.draft


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    author: str
    reason: str
    made_ms: int
    tree: Tree


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved since: ``theirs`` stands in the database."""

    theirs: LayerState


def read_layer(tx: Transaction, name: LayerName) -> LayerState:
    rows = tx.rows("settings.layer", kind=name.kind, id=name.id)
    if not rows:
        return LayerState(name)
    head, newest, draft, revision, draft_by, draft_ms = rows[0]
    tree = None if draft is None else msgspec.json.decode(draft)
    return LayerState(name, head, newest, tree, revision, draft_by, draft_ms, read_version(tx, name, head))


def read_version(tx: Transaction, name: LayerName, version: int) -> Tree:
    """{} for version 0 and for one that there is not."""
    rows = tx.rows("settings.version", kind=name.kind, id=name.id, version=version) if version else []
    return msgspec.json.decode(rows[0][0], type=Tree) if rows else {}


def versions(tx: Transaction, name: LayerName) -> list[Version]:
    """The newest first."""
    rows = tx.rows("settings.versions", kind=name.kind, id=name.id, most=_MOST_VERSIONS)
    return [
        Version(number, author, reason, made_ms, msgspec.json.decode(t)) for number, author, reason, made_ms, t in rows
    ]


def save_draft(
    tx: Transaction, name: LayerName, tree: Tree, revision: int, author: str, now_ms: int
) -> LayerState | Conflict:
    """Rule 1. A draft that says what is published already is none."""
    tx.run("settings.add_layer", kind=name.kind, id=name.id)
    values = {"kind": name.kind, "id": name.id, "revision": revision, "author": author, "now_ms": now_ms}
    if tree == read_layer(tx, name).published:
        saved = tx.run("settings.drop_draft", **values)
    else:
        saved = tx.run("settings.save_draft", draft=msgspec.json.encode(tree).decode(), **values)
    if not saved:
        return Conflict(read_layer(tx, name))
    note(tx, now_ms, author, "saved", name)
    return read_layer(tx, name)


def layers_of(tx: Transaction, centre: str, group: str) -> list[LayerName]:
    """Those that say something at that centre, the lowest first; drafts do not count."""
    every = (LayerName(kind, id_) for kind, id_, _ in tx.rows("settings.heads"))
    return in_order(name for name in every if name.concerns(centre, group))


def own_file(tx: Transaction, centre: int) -> Tree | None:
    """What the centre's own file says; None when it never told."""
    rows = tx.rows("settings.own_file", centre=centre)
    return msgspec.json.decode(rows[0][0], type=Tree) if rows and rows[0][0] else None


def merged_at(
    tx: Transaction, centre: tuple[int, str, str], instead: LayerName | None = None, tree: Tree | None = None
) -> tuple[Merged, bool]:
    """What holds at a centre (number, code, group), with ``tree`` as what ``instead`` says; and whether its own file
    is known.
    """
    number, code, group = centre
    own, names = own_file(tx, number), layers_of(tx, code, group)
    if instead is not None:
        names = in_order({*names, instead})
    layers = [Layer(OWN, own or {})]
    for name in names:
        said = tree if name == instead and tree is not None else read_version(tx, name, _head(tx, name))
        layers.append(Layer(name.title, wrapped(name, said)))
    return merge(layers), own is not None


def wrapped(name: LayerName, tree: Tree) -> Tree:
    """What a layer says as a part of what its centre is told: a kiosk's is an entry of ``kiosks``."""
    return {"kiosks": [{"id": name.kiosk} | tree]} if name.kind == "kiosk" else tree


def _head(tx: Transaction, name: LayerName) -> int:
    rows = tx.rows("settings.layer", kind=name.kind, id=name.id)
    return int(rows[0][0]) if rows else 0


def problems_with(tx: Transaction, name: LayerName, tree: Tree) -> list[Problem]:
    """What is wrong with ``tree`` in itself, and at the centres that it concerns: of those the first that has any.

    Centres that are told the same and have the same file of their own are looked at once.
    """
    found = layer_problems(tree, name.kind)
    if found:
        return found
    heads = [LayerName(kind, id_) for kind, id_, _ in tx.rows("settings.heads")]
    files = dict(tx.rows("settings.own_files"))
    seen: set[object] = set()
    for number, code, group, _heard_ms in tx.rows("rollout.centres"):
        if not name.concerns(code, group):
            continue
        alike = (files.get(number), frozenset(each for each in heads if each.concerns(code, group)))
        if alike in seen:
            continue
        seen.add(alike)
        merged, is_whole = merged_at(tx, (number, code, group), name, tree)
        wrong = centre_problems(merged, is_whole=is_whole)
        if wrong:
            where = f"{code}: " if name.kind in ("city", "group") else ""
            return [Problem(each.place, where + each.vi, where + each.en) for each in wrong]
    return []
