"""``kiosk token new|list|revoke``: the tokens of kiosks and hall screens. The hub keeps only their SHA-256."""

import argparse
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.clock import SystemClock, local
from kiosk.config import load_hub_config
from kiosk.hub.store.administration import change_access
from kiosk.web.signin import token_hash

_KINDS = ("kiosk", "hall")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("token", help="make the token of a kiosk or a hall screen")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="print a new token; an old one of the same name ends")
    revoke = actions.add_parser("revoke", help="end a token")
    for named in (new, revoke):
        named.add_argument("kind", choices=_KINDS)
        named.add_argument("name", metavar="NAME", help="for example kiosk-1")
    for each in (new, revoke, actions.add_parser("list", help="show who has a token")):
        each.add_argument("--config", type=Path, required=True, metavar="FILE", help="the centre's hub.toml")


def run(args: argparse.Namespace) -> int:
    return _ACTIONS[args.action](args)


def _new(args: argparse.Namespace) -> int:
    token, clock = secrets.token_urlsafe(32), SystemClock()
    change_access(
        load_hub_config(args.config),
        clock,
        lambda book: book.add_token(token_hash(token), args.kind, args.name, clock.now_ms()),
    )
    print(token)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    clock = SystemClock()
    ended = change_access(
        load_hub_config(args.config), clock, lambda book: book.revoke_token(args.kind, args.name, clock.now_ms())
    )
    if not ended:
        print(f"There is no token of {args.kind} {args.name}.", file=sys.stderr)
    return 0 if ended else 1


def _list(args: argparse.Namespace) -> int:
    for line in change_access(load_hub_config(args.config), SystemClock(), lambda book: book.all_tokens()):
        since: datetime = local(line.created_ms)
        print(f"{line.kind}\t{line.name}\tsince {since:%Y-%m-%d %H:%M}")
    return 0


_ACTIONS = {"new": _new, "list": _list, "revoke": _revoke}
