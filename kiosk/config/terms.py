"""What a hub and a kiosk go by: their own file with a published document on top of it.

Checked as a whole, where it is to hold: a value that makes sense in one centre may make none in another. What is wrong
is a ``ConfigError`` whose sentence an admin can read, Vietnamese first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from kiosk.config.hub import HubConfig
from kiosk.config.parts import Problem, decode_value
from kiosk.config.sense import touch_problems
from kiosk.config.settings import (
    Features,
    HallSettings,
    Published,
    Texts,
    Theme,
    effective,
    hub_with,
    kiosk_settings,
    own_kiosk_tree,
    own_tree,
    published_of,
    settings_of,
)
from kiosk.config.settings_sense import centre_problems, layer_problems
from kiosk.config.touch import TouchConfig
from kiosk.errors import ConfigError

_SAID = 3  #: problems that are told at once
_TEXTS, _HALL, _THEME, _FEATURES = Texts(), HallSettings(), Theme(), Features()


@dataclass(frozen=True, slots=True)
class CentreTerms:
    config: HubConfig
    texts: Texts = _TEXTS
    hall: HallSettings = _HALL


@dataclass(frozen=True, slots=True)
class KioskTerms:
    config: TouchConfig
    texts: Texts = _TEXTS
    theme: Theme = _THEME
    features: Features = _FEATURES


def centre_terms(own: HubConfig, tree: msgspec.Raw) -> CentreTerms:
    """Raises ConfigError."""
    merged = effective(own_tree(own), _published(tree).layers)
    _refuse([*layer_problems(merged.tree, "centre"), *centre_problems(merged, is_whole=True)])
    settings = settings_of(merged.tree)
    return CentreTerms(hub_with(own, settings), settings.texts, settings.hall)


def kiosk_terms(own: TouchConfig, tree: msgspec.Raw) -> KioskTerms:
    """Raises ConfigError."""
    said = effective({}, _published(tree).layers).tree
    texts = {"texts": said.get("texts", {})}
    try:
        settings, merged = kiosk_settings(own_kiosk_tree(own), said, own.kiosk)
    except (msgspec.ValidationError, AttributeError, TypeError) as error:
        raise ConfigError(str(error)) from error
    config = msgspec.structs.replace(
        own, language=settings.language, idle=settings.idle, sound=settings.sound, devices=settings.devices
    )
    _refuse([*layer_problems(texts, "centre"), *layer_problems(merged.tree, "kiosk")])
    _refuse(touch_problems(config))
    words = msgspec.convert(texts["texts"], Texts, dec_hook=decode_value)
    return KioskTerms(config, words, settings.theme, settings.features)


def _published(tree: msgspec.Raw) -> Published:
    try:
        return published_of(bytes(tree))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not the layers of settings: {error}") from error


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise ConfigError("; ".join(f"{each.place}: {each.vi} / {each.en}" for each in found[:_SAID]))
