"""Reads the files and turns every failure into one ``ConfigError`` for the person who edits them."""

import re
import typing
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.config.central import CentralConfig
from kiosk.config.exchange import CitizenNotice, ExchangeSection
from kiosk.config.hub import HubConfig
from kiosk.config.parts import NAMED_KINDS, DeviceSection, Problem, Section, decode_value
from kiosk.config.sense import central_problems, hub_problems, touch_problems
from kiosk.config.touch import TouchConfig
from kiosk.config.warning import Channel
from kiosk.errors import ConfigError

AnySection = TypeVar("AnySection", bound=Section)
#: How msgspec ends a message about a value inside the document.
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<key>.*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*)`$")
_MAX_BYTES = 1_000_000
_SQLITE = "sqlite:///"


def load_hub_config(path: Path) -> HubConfig:
    """The centre's configuration, checked; raises ConfigError."""
    config = _read(path, HubConfig)
    _refuse(path, hub_problems(config))
    folder = path.parent.absolute()
    central = config.central
    if central.ca_file is not None:
        central = msgspec.structs.replace(central, ca_file=folder / central.ca_file)
    return msgspec.structs.replace(
        config, data=folder / config.data, central=central, devices=_placed(config.devices, folder)
    )


def load_touch_config(path: Path) -> TouchConfig:
    """One kiosk's configuration, checked; raises ConfigError."""
    config = _read(path, TouchConfig)
    _refuse(path, touch_problems(config))
    folder = path.parent.absolute()
    devices = _placed(config.devices, folder)
    return msgspec.structs.replace(
        config,
        token_file=folder / config.token_file,
        run=folder / config.run,
        data=folder / config.data,
        devices=devices,
    )


def load_central_config(path: Path) -> CentralConfig:
    """The city's configuration, checked; raises ConfigError."""
    config = _read(path, CentralConfig)
    _refuse(path, central_problems(config))
    folder = path.parent.absolute()
    database, tls = config.database, config.tls
    if database.startswith(_SQLITE):
        database = f"{_SQLITE}{folder / database.removeprefix(_SQLITE)}"
    if tls is not None:
        tls = msgspec.structs.replace(tls, certificate=folder / tls.certificate, key=folder / tls.key)
    notify = msgspec.structs.replace(
        config.notify, channels=tuple(_in(folder, each) for each in config.notify.channels)
    )
    exchange = _exchange_in(folder, config.dossiers.exchange)
    notice = _notice_in(folder, config.dossiers.notice)
    papers = folder / config.dossiers.papers
    dossiers = msgspec.structs.replace(config.dossiers, papers=papers, exchange=exchange, notice=notice)
    if dossiers.key_file is not None:
        dossiers = msgspec.structs.replace(dossiers, key_file=folder / dossiers.key_file)
    fleet = config.fleet
    if fleet.key_file is not None:
        fleet = msgspec.structs.replace(fleet, key_file=folder / fleet.key_file)
    return msgspec.structs.replace(config, database=database, tls=tls, notify=notify, dossiers=dossiers, fleet=fleet)


def _exchange_in(folder: Path, section: ExchangeSection) -> ExchangeSection:
    files, portal = section.folder, section.portal
    if files is not None:
        files = msgspec.structs.replace(files, path=folder / files.path)
    if portal is not None:
        ca_file = folder / portal.ca_file if portal.ca_file else None
        portal = msgspec.structs.replace(portal, password_file=folder / portal.password_file, ca_file=ca_file)
    return msgspec.structs.replace(section, folder=files, portal=portal)


def _notice_in(folder: Path, section: CitizenNotice) -> CitizenNotice:
    sms, email = section.sms_url_file, section.email_url_file
    return msgspec.structs.replace(
        section, sms_url_file=folder / sms if sms else None, email_url_file=folder / email if email else None
    )


def _in(folder: Path, channel: Channel) -> Channel:
    if channel.url_file is None:
        return channel
    return msgspec.structs.replace(channel, url_file=folder / channel.url_file)


def _placed(devices: Iterable[DeviceSection], folder: Path) -> tuple[DeviceSection, ...]:
    return tuple(
        device if device.kind in NAMED_KINDS else msgspec.structs.replace(device, port=str(folder / device.port))
        for device in devices
    )


def _read(path: Path, kind: type[AnySection]) -> AnySection:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(raw) > _MAX_BYTES:
        raise ConfigError(f"{path}: {len(raw)} bytes; expected at most {_MAX_BYTES}")
    try:
        return msgspec.toml.decode(raw, type=kind, dec_hook=decode_value)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_explain(str(error), kind)}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not a TOML file: {error}") from error


def _refuse(path: Path, problems: list[Problem]) -> None:
    if problems:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in problems))


def _explain(message: str, kind: type[Section]) -> str:
    """ "`listen.port`: Expected `int`, got `str`"; an unknown key or word also gets the list of those that exist."""
    match = _PLACE.match(message)
    assert match is not None  # the pattern matches every text
    what, key = match["what"], match["key"] or ""
    if found := _UNKNOWN.match(what):
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(_section_in(_type_at(kind, key))))
        return f"`{_join(key, found['name'])}`: unknown key; expected one of: {known}"
    if found := _MISSING.match(what):
        return f"`{_join(key, found['name'])}`: expected this key, it is missing"
    if what.startswith("Invalid enum value"):
        what = f"{what}; expected one of: {', '.join(_words_in(_type_at(kind, key)))}"
    return f"`{key}`: {what}" if key else what


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _type_at(kind: Any, key: str) -> Any:
    """The annotation of the value at ``key``, e.g. ``hours.week[0].days[1]``."""
    for part in filter(None, re.split(r"\.|\[[^\]]*\]", key)):
        kind = typing.get_type_hints(_section_in(kind))[part]
    return kind


def _section_in(annotation: Any) -> Any:
    """The section inside ``tuple[Section, ...]``, ``Section | None`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next(filter(None, map(_section_in, typing.get_args(annotation))), None)


def _words_in(annotation: Any) -> list[str]:
    """The words of the ``Literal`` inside ``tuple[Literal[...], ...]`` and the like."""
    if typing.get_origin(annotation) is typing.Literal:
        return list(typing.get_args(annotation))
    return [word for inner in typing.get_args(annotation) for word in _words_in(inner)]
