"""What an admin may change from a desk: the one schema of remote settings.

1. Made of the sections of ``hub.toml`` and ``touch.toml``, so that a value means the same wherever it is said. What
   nobody said is as in the machine's own file.
2. A layer (city, group, centre, kiosk) says a part of it: ``kiosk.config.partial`` derives from this schema what a
   layer may look like; form, JSON Schema, reference and defaults come from it too.
3. What travels is the layers in order, ``Published``; the machine puts its own file below them (``effective``), so
   that it can say for each value who said it, and take away what its own file says.
4. ``warning`` and ``channels`` are for central; ``channels`` never leaves it, and holds no address and no password:
   those stay in ``central.toml``.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from kiosk.config.hub import Counter, Field, Hours, HubConfig, Minutes, PriorityGroup, Rule, Service, Weekday
from kiosk.config.layers import Layer, Merged, Tree, merge
from kiosk.config.parts import DeviceSection, Duty, Section, Slug, decode_value
from kiosk.config.touch import Idle, Sound, TouchConfig
from kiosk.config.warning import NoticeKind
from kiosk.wire.common import Text

#: ``palette`` of assets/theme.toml: each keeps 4.5:1 and more with paper (checked by a test).
PaletteName = Literal["blue", "teal", "green", "red", "violet"]
Language = Literal["vi", "en"]
OWN = "own"  #: name of the layer that is the machine's own file
MAX_LOGO = 200_000  #: bytes of PNG
_LOGO_LETTERS = MAX_LOGO * 4 // 3 + 4


class Theme(Section, frozen=True):
    """``logo``: a PNG in base64, at most 200 kB and 2,000 pixels wide and high; "" is the star of the product."""

    palette: PaletteName = "blue"
    logo: Annotated[str, msgspec.Meta(max_length=_LOGO_LETTERS)] = ""


class Features(Section, frozen=True):
    """What a kiosk offers. ``id_card``: reading the card; ``procedures``: finding one and handing in its dossier."""

    english: bool = True
    id_card: bool = True
    procedures: bool = True


class Texts(Section, frozen=True):
    """Words of the centre for its visitors. ``announcement``: on kiosks and hall screens until it is taken away."""

    announcement: Text | None = None
    welcome: Text | None = None  #: above the fields on a kiosk's first screen
    slip_foot: Text | None = None  #: last line of the slip


class CentreWords(Section, frozen=True):
    """What a centre is called on screens and slips; only its own layer says it, of all others it would be untrue."""

    name: Text | None = None
    address: Text | None = None


class KioskSettings(Section, frozen=True):
    """A kiosk. ``devices``: printer, scanner and camera, merged by id with those of its own file."""

    language: Language = "vi"
    idle: Idle = Idle()
    sound: Sound = Sound()
    theme: Theme = Theme()
    features: Features = Features()
    devices: tuple[DeviceSection, ...] = ()


class NamedKiosk(KioskSettings, frozen=True, kw_only=True):
    """One kiosk of the centre, by the id of its token; says what differs from ``kiosk``."""

    id: Slug


class HallSettings(Section, frozen=True):
    """Hall screens. ``sound``: a tone at each call; ``text``: stands there instead of the announcement."""

    palette: PaletteName = "blue"
    sound: bool = True
    text: Text | None = None


class Patience(Section, frozen=True):
    """A wait is too long ``threshold_min`` beyond its promise; an early word ``early_min`` before that."""

    threshold_min: Minutes = 15
    early_min: Minutes = 5


class ChannelSettings(Section, frozen=True, kw_only=True):
    """When a channel of ``central.toml`` is used; ``id``: its name there."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    on: bool = True
    kinds: tuple[NoticeKind, ...] | None = None
    level: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    hours: tuple[Duty, ...] | None = None
    days: tuple[Weekday, ...] | None = None
    language: Language | None = None


class CentreSettings(Section, frozen=True):
    """All that holds at one centre. ``kiosk``: all kiosks of the centre; ``kiosks``: single ones."""

    centre: CentreWords = CentreWords()
    texts: Texts = Texts()
    hours: Hours = Hours()
    fields: tuple[Field, ...] = ()
    services: tuple[Service, ...] = ()
    counters: tuple[Counter, ...] = ()
    priority_groups: tuple[PriorityGroup, ...] = ()
    rule: Rule = Rule()
    warning: Patience = Patience()
    channels: tuple[ChannelSettings, ...] = ()
    devices: tuple[DeviceSection, ...] = ()
    kiosk: KioskSettings = KioskSettings()
    kiosks: tuple[NamedKiosk, ...] = ()
    hall: HallSettings = HallSettings()


class PublishedLayer(msgspec.Struct, frozen=True):
    """``name``: "city", "group thu-duc", "centre 26740", "kiosk kiosk-1"; ``tree``: what it says, not yet checked."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    tree: dict[str, Any]


class Published(msgspec.Struct, frozen=True):
    """``Settings.tree`` of a signed document: the layers of one centre, the lowest first."""

    layers: Annotated[tuple[PublishedLayer, ...], msgspec.Meta(max_length=200)]


def published_of(tree: bytes) -> Published:
    """Raises msgspec.ValidationError."""
    return msgspec.json.decode(tree, type=Published)


def effective(own: Tree, published: Sequence[PublishedLayer]) -> Merged:
    """What holds at the machine, and who said it; to be checked by ``settings_of`` and for its sense."""
    return merge([Layer(OWN, own), *(Layer(layer.name, layer.tree) for layer in published)])


def settings_of(tree: Tree) -> CentreSettings:
    """What the hub goes by; raises msgspec.ValidationError, which names the place.

    ``kiosk`` and ``kiosks`` are left out: only a kiosk can put its own file below them (``kiosk_settings``).
    """
    mine = {name: value for name, value in tree.items() if name not in ("kiosk", "kiosks")}
    return msgspec.convert(mine, CentreSettings, dec_hook=decode_value)


def own_tree(config: HubConfig) -> Tree:
    """What the centre's own file says of these settings: the lowest layer."""
    tree = {name: said(getattr(config, name)) for name in _SHARED}
    tree["centre"] = {"name": said(config.centre.name), "address": said(config.centre.address)}
    tree["warning"] = {"threshold_min": config.warning_min}
    return {name: value for name, value in tree.items() if value}


def own_kiosk_tree(config: TouchConfig) -> Tree:
    """What the kiosk's own file says of ``KioskSettings``."""
    tree = {"language": config.language, "idle": said(config.idle), "sound": said(config.sound)}
    tree["devices"] = said(config.devices)
    return {name: value for name, value in tree.items() if value}


def hub_with(config: HubConfig, settings: CentreSettings) -> HubConfig:
    """The hub's configuration with ``settings``, which were merged onto ``own_tree``."""
    shared = {name: getattr(settings, name) for name in _SHARED}
    said_anew = {name: words for name in ("name", "address") if (words := getattr(settings.centre, name)) is not None}
    centre = msgspec.structs.replace(config.centre, **said_anew)
    return msgspec.structs.replace(config, warning_min=settings.warning.threshold_min, centre=centre, **shared)


def kiosk_settings(own: Tree, tree: Tree, kiosk: str) -> tuple[KioskSettings, Merged]:
    """What holds at one kiosk: its own file, what all kiosks are told, what this one is told.

    Raises msgspec.ValidationError.
    """
    mine = next((dict(each) for each in tree.get("kiosks", []) if each.get("id") == kiosk), {})
    mine.pop("id", None)
    layers = [Layer(OWN, own), Layer("kiosk", tree.get("kiosk", {})), Layer(f"kiosks[{kiosk}]", mine)]
    merged = merge(layers)
    return msgspec.convert(merged.tree, KioskSettings, dec_hook=decode_value), merged


def said(value: Any) -> Any:
    """As JSON has it, without what is at its default."""
    if isinstance(value, Text):
        return {"vi": value.vi, "en": value.en}
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: said(inner)
            for field in msgspec.structs.fields(value)
            if (inner := getattr(value, field.name)) != field.default
        }
    if isinstance(value, tuple | list):
        return [said(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, dict) else value if isinstance(value, bool | int | float) else str(value)


#: Sections that ``hub.toml`` and ``CentreSettings`` have in common, name by name.
_SHARED = ("fields", "services", "counters", "priority_groups", "rule", "hours", "devices")
