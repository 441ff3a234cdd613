"""``kiosk config``: settings that an admin may change from a desk, as files."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kiosk.clock import SystemClock, local
from kiosk.config import load_hub_config, load_touch_config
from kiosk.config.layers import Tree, differences, written
from kiosk.config.partial import layer_kind
from kiosk.config.parts import Duty, TimeSpan
from kiosk.config.reference import reference
from kiosk.config.settings_sense import layer_problems
from kiosk.config.shown import pulled, shown_by_hub, shown_by_kiosk
from kiosk.errors import ConfigError
from kiosk.hub.sync.pull import wanted_by_city
from kiosk.systemd import state_folder
from kiosk.touch.pull import wanted_by_hub
from kiosk.web.i18n import load_words

_KINDS = ("city", "group", "centre", "kiosk")
_MAX_BYTES = 1_000_000
_MOST_LETTERS = 200  #: of a value; a logo is longer
_LOCALES = Path(__file__).resolve().parents[1] / "assets" / "locales"
_SPAN = {"type": "string", "pattern": r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$"}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "config", help="look at, check, compare and fetch remote settings", description=__doc__
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    schema = actions.add_parser("schema", help="print the JSON Schema of a layer")
    schema.set_defaults(act=_schema)
    explain = actions.add_parser("reference", help="explain every setting: what to write, limits, default")
    explain.add_argument("--language", choices=("vi", "en"), default="vi", help="default: vi")
    explain.set_defaults(act=_reference)
    check = actions.add_parser("check", help="say what is wrong with a layer in a TOML or JSON file")
    check.add_argument("file", type=Path)
    check.set_defaults(act=_check)
    diff = actions.add_parser("diff", help="say what differs between two files")
    diff.add_argument("before", type=Path)
    diff.add_argument("after", type=Path)
    diff.set_defaults(act=_diff)
    show = actions.add_parser("show", help="print what a hub or a kiosk goes by, each value with who said it")
    show.add_argument("--config", type=Path, required=True, metavar="FILE", help="its hub.toml or touch.toml")
    show.set_defaults(act=_show)
    pull = actions.add_parser(
        "pull", help="fetch what the city wants of a hub or a kiosk, verified; nothing is taken up"
    )
    pull.add_argument("--config", type=Path, required=True, metavar="FILE", help="its hub.toml or touch.toml")
    pull.add_argument("file", type=Path, nargs="?", help="where to write it, .toml or .json; default: print as TOML")
    pull.set_defaults(act=_pull)
    for action in (schema, check):
        action.add_argument("--layer", choices=_KINDS, default="centre", help="default: centre")


def run(args: argparse.Namespace) -> int:
    return int(args.act(args) or 0)


def layer_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a layer."""

    def of_own_types(own: type) -> dict[str, Any]:
        if issubclass(own, TimeSpan | Duty):
            return _SPAN
        return {"type": "string"}

    return msgspec.json.schema(layer_kind(kind), schema_hook=of_own_types)


def read_layer(path: Path) -> Tree:
    """Raises ConfigError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(raw) > _MAX_BYTES:
        raise ConfigError(f"{path}: {len(raw)} bytes; expected at most {_MAX_BYTES}")
    try:
        return layer_from(raw, is_toml=path.suffix == ".toml")
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error


def layer_from(raw: bytes, *, is_toml: bool) -> Tree:
    """A layer as JSON has it: dates of TOML become words. Raises ValueError."""
    try:
        tree = msgspec.toml.decode(raw) if is_toml else msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not {'TOML' if is_toml else 'JSON'}: {error}") from error
    if not isinstance(tree, dict):
        raise ValueError("expected a table")
    return msgspec.to_builtins(tree, builtin_types=()) if is_toml else tree


def _schema(args: argparse.Namespace) -> int:
    print(json.dumps(layer_schema(args.layer), indent=2, ensure_ascii=False))
    return 0


def _reference(args: argparse.Namespace) -> int:
    say = load_words(_LOCALES, ("settings",))[args.language]
    for section, settings in reference(say):
        print(f"\n{say(f'setting.{section}')}\n")
        for each in settings:
            limits = f" ({each.limits})" if each.limits else ""
            default = f" {say('settings.reference_default')}: {each.default}." if each.default else ""
            print(f"  {each.place}\n      {each.name}: {each.kind}{limits}.{default}")
    return 0


def _check(args: argparse.Namespace) -> int:
    problems = layer_problems(read_layer(args.file), args.layer)
    for problem in problems:
        print(f"{args.file}: {problem}")
    return 1 if problems else 0


def _diff(args: argparse.Namespace) -> int:
    for each in differences(read_layer(args.before), read_layer(args.after)):
        print(f"{each.place}: {_shown(each.before)} -> {_shown(each.after)}")
    return 0


def _show(args: argparse.Namespace) -> int:
    is_kiosk = "hub_url" in read_layer(args.config)
    if is_kiosk:
        kiosk = load_touch_config(args.config)
        shown = shown_by_kiosk(kiosk, state_folder(kiosk.data))
    else:
        shown = shown_by_hub(load_hub_config(args.config))
    trial = ", on trial" if shown.is_trial else ""
    print(f"settings {shown.version}{trial}" if shown.version else "own file alone")
    for each in shown.values:
        print(f"{each.place} = {_cut(_shown(each.value))}  [{each.layer}]")
    return 0


def _pull(args: argparse.Namespace) -> int:
    clock = SystemClock()
    if "hub_url" in read_layer(args.config):
        kiosk = load_touch_config(args.config)
        folder, document = state_folder(kiosk.data), wanted_by_hub(kiosk)
    else:
        hub = load_hub_config(args.config)
        folder, document = hub.data, wanted_by_city(hub, clock)
    if document is None:
        print("the city wants nothing of this machine", file=sys.stderr)
        return 0
    found = pulled(document, folder, clock.now_ms())
    text = written(found.tree, is_toml=args.file is None or args.file.suffix != ".json")
    if args.file is None:
        print(text, end="")
    else:
        _write(args.file, text)
    print(f"settings {found.version}, good until {local(found.expires_ms):%Y-%m-%d %H:%M}", file=sys.stderr)
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"


def _shown(value: object) -> str:
    if value is msgspec.UNSET:
        return "–"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
