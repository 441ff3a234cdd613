"""``kiosk central root-key`` and ``online-key``: what settings are signed with.

The root key belongs on a stick in a safe: it is needed once a year, for a new online key.
"""

import argparse
from pathlib import Path
from typing import Any

from kiosk.central.fleet.online_key import make_online_key, make_root
from kiosk.clock import SystemClock, local
from kiosk.errors import ConfigError


def add_parsers(actions: Any) -> None:
    root = actions.add_parser("root-key", help="make the root key, to be kept offline")
    root.add_argument("file", type=Path, help="where to; it must not be there yet")
    root.set_defaults(act=_root)
    online = actions.add_parser("online-key", help="make or renew the key that central signs settings with")
    online.add_argument("file", type=Path, help="where to; `fleet.key_file` in central.toml names it")
    online.add_argument("--root", type=Path, required=True, metavar="FILE", help="the root key")
    online.add_argument("--city", required=True, metavar="ID", help='a word for the city, e.g. "hcmc"; stays the same')
    online.add_argument("--days", type=int, default=400, help="how long it is good; default: 400")
    online.set_defaults(act=_online)


def _root(args: argparse.Namespace) -> int:
    print(f"root key {make_root(args.file)}\nKeep {args.file} offline: whoever has it can change every machine.")
    return 0


def _online(args: argparse.Namespace) -> int:
    if not 1 <= args.days <= 3660:
        raise ConfigError("--days: expected 1 to 3660")
    signer = make_online_key(args.file, args.root, args.city, args.days, SystemClock().now_ms())
    print(f"online key {signer.number} of {signer.city}, good until {local(signer.expires_ms):%Y-%m-%d}")
    return 0
