"""Reads the files and turns every failure into one ``ConfigError`` for the person who edits them."""

import re
import types
import typing
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.config.hub import HubConfig
from kiosk.config.parts import Section, decode_value
from kiosk.config.sense import hub_problems, touch_problems
from kiosk.config.touch import TouchConfig
from kiosk.errors import ConfigError

AnySection = TypeVar("AnySection", bound=Section)
#: How msgspec ends a message about a value inside the document.
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<key>.*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*)`$")
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*)`$")
_MAX_BYTES = 1_000_000


def load_hub_config(path: Path) -> HubConfig:
    """The centre's configuration, checked; raises ConfigError."""
    config = _read(path, HubConfig)
    _refuse(path, hub_problems(config))
    return msgspec.structs.replace(config, data=path.parent.absolute() / config.data)


def load_touch_config(path: Path) -> TouchConfig:
    """One kiosk's configuration, checked; raises ConfigError."""
    config = _read(path, TouchConfig)
    _refuse(path, touch_problems(config))
    return msgspec.structs.replace(config, token_file=path.parent.absolute() / config.token_file)


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


def _refuse(path: Path, problems: list[str]) -> None:
    if problems:
        raise ConfigError("\n".join(f"{path}: {problem}" for problem in problems))


def _explain(message: str, kind: type[Section]) -> str:
    """ "`listen.port`: Expected `int`, got `str`"; an unknown key also gets the list of those that exist."""
    match = _PLACE.match(message)
    assert match is not None  # the pattern matches every text
    what, key = match["what"], match["key"] or ""
    if found := _UNKNOWN.match(what):
        known = ", ".join(_keys_at(kind, key)) or "none"
        return f"`{_join(key, found['name'])}`: unknown key; expected one of: {known}"
    if found := _MISSING.match(what):
        return f"`{_join(key, found['name'])}`: expected this key, it is missing"
    return f"`{key}`: {what}" if key else what


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _keys_at(kind: Any, key: str) -> list[str]:
    """Names of the keys of the section at ``key``, e.g. ``hours.week[0]``."""
    for part in filter(None, re.split(r"\.|\[[^\]]*\]", key)):
        kind = _section_in(typing.get_type_hints(kind).get(part))
    return [field.encode_name for field in msgspec.structs.fields(kind)] if kind else []


def _section_in(annotation: Any) -> Any:
    """The section type inside ``list[Section]``, ``Section | None`` and the like."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, msgspec.Struct) else None
    return next(filter(None, map(_section_in, typing.get_args(annotation))), None)
