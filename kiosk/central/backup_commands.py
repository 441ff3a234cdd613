"""``kiosk central backup`` and ``restore``."""

import argparse
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.central.fleet.rollout import pass_versions
from kiosk.central.store.backup import back_up, restore, suffix_of
from kiosk.central.store.database import database_at
from kiosk.clock import SystemClock, local
from kiosk.config import load_central_config
from kiosk.errors import ConfigError

_STEM = "central-"


def add_parsers(actions: Any) -> None:
    backup = actions.add_parser("backup", help="copy the whole database to a new file, while central runs")
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="the file in it is named by date and time")
    backup.add_argument("--keep", type=int, default=0, metavar="N", help="take the oldest away beyond N; default: none")
    backup.set_defaults(act=_back_up)
    back = actions.add_parser("restore", help="put a backup into an empty database, while central is stopped")
    back.add_argument("file", type=Path, metavar="FILE")
    back.set_defaults(act=_restore)
    for parser in (backup, back):
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the city's central.toml")


def _back_up(args: argparse.Namespace) -> int:
    if args.keep < 0:
        raise ConfigError("--keep: expected 0 or more")
    url = load_central_config(args.config).database
    file = args.folder / f"{_STEM}{local(SystemClock().now_ms()):%Y%m%d-%H%M%S}{suffix_of(url)}"
    back_up(url, file)
    print(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
    kept = sorted(args.folder.glob(f"{_STEM}*{suffix_of(url)}"))
    for old in kept[: -args.keep] if args.keep else []:
        old.unlink()
        print(f"{old} taken away")
    return 0


def _restore(args: argparse.Namespace) -> int:
    url = load_central_config(args.config).database
    restore(url, args.file)
    database = database_at(url)
    database.open()
    with closing(database):
        database.write_now(pass_versions)
    print(f"restored from {args.file}. Start central; the hubs send what came in since then.")
    return 0
