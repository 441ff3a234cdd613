"""What a machine goes by now, value by value, and who said each: for ``kiosk config show``; and what the city
wants it to go by, for ``kiosk config pull``. Reads and changes nothing.

The last word on a value has the layer that is named: "city", "group …", "centre …", "kiosk …", "own" for the machine's
own file, "default" for what nobody said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.config.hub import HubConfig
from kiosk.config.kept import KeptSettings
from kiosk.config.layers import Tree, differences
from kiosk.config.settings import (
    PublishedLayer,
    effective,
    kiosk_settings,
    own_kiosk_tree,
    own_tree,
    published_of,
    settings_of,
)
from kiosk.config.signed import Refused, Remembered, verify
from kiosk.config.touch import TouchConfig
from kiosk.errors import ConfigError

DEFAULT = "default"
_OF_OTHERS = ("kiosk", "kiosks", "channels")  #: what kiosks and central go by, and a hub does not


@dataclass(frozen=True, slots=True)
class Said:
    place: str
    value: object
    layer: str


@dataclass(frozen=True, slots=True)
class Shown:
    """``version`` 0: the machine's own file alone."""

    version: int
    is_trial: bool
    values: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class _InUse:
    version: int = 0
    is_trial: bool = False
    layers: tuple[PublishedLayer, ...] = ()


def shown_by_hub(own: HubConfig) -> Shown:
    """Raises ConfigError."""
    used = _in_use(own.data)
    merged = effective(own_tree(own), used.layers)
    tree = _plain(settings_of(merged.tree))
    mine = {name: value for name, value in tree.items() if name not in _OF_OTHERS}
    return Shown(used.version, used.is_trial, _said(mine, merged.origin))


def shown_by_kiosk(own: TouchConfig, folder: Path) -> Shown:
    """``folder``: where the kiosk keeps settings. Raises ConfigError."""
    used = _in_use(folder)
    published = effective({}, used.layers)
    settings, merged = kiosk_settings(own_kiosk_tree(own), published.tree, own.kiosk)
    origin = {
        place: layer if layer == "own" else _who(published.origin, f"{layer}.{place}")
        for place, layer in merged.origin.items()
    }
    texts = _said({"texts": published.tree.get("texts", {})}, published.origin)
    return Shown(used.version, used.is_trial, (*_said(_plain(settings), origin), *texts))


@dataclass(frozen=True, slots=True)
class Pulled:
    """What the city wants, verified. ``tree``: what all its layers say together, without the machine's own file."""

    version: int
    expires_ms: int
    tree: Tree


def pulled(document: bytes, folder: Path, now_ms: int) -> Pulled:
    """By whom this machine trusts; nothing is taken up. ``folder``: where it keeps settings. Raises ConfigError."""
    kept = KeptSettings(folder)
    pinned = kept.pinned()
    if pinned is None:
        raise ConfigError(f"{folder}: nobody has told this machine yet whom to trust")
    try:
        remembered = kept.peek().remembered
    except (OSError, ValueError):
        remembered = Remembered()
    result = verify(document, pinned.trust(), remembered, now_ms)
    if isinstance(result, Refused):
        raise ConfigError(f"what the city wants cannot be trusted: {result.reason} {result.detail}")
    settings = result.settings
    return Pulled(settings.version, settings.expires_ms, effective({}, _layers(settings.tree)).tree)


def _in_use(folder: Path) -> _InUse:
    kept = KeptSettings(folder)
    try:
        standing = kept.peek()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder}: what is noted of the settings cannot be read: {error}") from error
    version = standing.trial or standing.good
    if not version:
        return _InUse()
    document, pinned = kept.document(version), kept.pinned()
    if document is None or pinned is None:
        raise ConfigError(f"{folder}: the settings {version} cannot be read")
    result = verify(document, pinned.trust_of_kept(), Remembered(), 0)
    if isinstance(result, Refused):
        raise ConfigError(f"{folder}: the settings {version} cannot be used: {result.reason} {result.detail}")
    return _InUse(version, bool(standing.trial), _layers(result.settings.tree))


def _layers(tree: msgspec.Raw) -> tuple[PublishedLayer, ...]:
    try:
        return published_of(bytes(tree)).layers
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"what the city signed are not layers that this program knows: {error}") from error


def _plain(settings: msgspec.Struct) -> Tree:
    """As JSON has it: lists, so that entries are named by their id."""
    tree: Tree = msgspec.json.decode(msgspec.json.encode(settings, enc_hook=str))
    return tree


def _said(tree: Tree, origin: Mapping[str, str]) -> tuple[Said, ...]:
    return tuple(Said(each.place, each.after, _who(origin, each.place)) for each in differences({}, tree))


def _who(origin: Mapping[str, str], place: str) -> str:
    """Who said a value, or the whole that it is a part of."""
    while place:
        if place in origin:
            return origin[place]
        place = place.rpartition(".")[0]
    return DEFAULT
