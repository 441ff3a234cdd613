"""``kiosk staff add|list|passwd|disable``: who may sign in. A running hub sees the change at once."""

import argparse
import getpass
import re
import sys
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.clock import SystemClock
from kiosk.config import load_hub_config
from kiosk.errors import ConfigError
from kiosk.hub.store.administration import change_access
from kiosk.web.ports import Staff

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_MIN_PASSWORD = 8


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("staff", help="add staff who may sign in")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add somebody; the password is asked for, or read from standard input")
    add.add_argument("--role", choices=["officer", "supervisor"], required=True)
    add.add_argument("--display-name", default="", help="as colleagues see it; default: NAME")
    passwd = actions.add_parser("passwd", help="set a new password and end all sessions of that person")
    disable = actions.add_parser("disable", help="end all sessions; that person cannot sign in any more")
    for named in (add, passwd, disable):
        named.add_argument("name", metavar="NAME", help="sign-in name: small letters, digits, dots, hyphens")
    for each in (add, passwd, disable, actions.add_parser("list", help="show everybody")):
        each.add_argument("--config", type=Path, required=True, metavar="FILE", help="the centre's hub.toml")


def run(args: argparse.Namespace) -> int:
    return _ACTIONS[args.action](args)


def _add(args: argparse.Namespace) -> int:
    if not _NAME.fullmatch(args.name):
        raise ConfigError(f'NAME: expected small letters, digits, dots and hyphens, got "{args.name}"')
    config = load_hub_config(args.config)
    staff = Staff(args.name, args.display_name or args.name, args.role, _hashed_password())
    added = change_access(config, SystemClock(), lambda book: book.add_staff(staff))
    return _say(added, f"{args.name} can sign in as {args.role}.", f"There is already somebody named {args.name}.")


def _passwd(args: argparse.Namespace) -> int:
    config, password = load_hub_config(args.config), _hashed_password()
    changed = change_access(config, SystemClock(), lambda book: book.set_password(args.name, password))
    return _say(changed, f"{args.name} has a new password.", f"There is nobody named {args.name}.")


def _disable(args: argparse.Namespace) -> int:
    config = load_hub_config(args.config)
    done = change_access(config, SystemClock(), lambda book: book.disable_staff(args.name))
    return _say(done, f"{args.name} cannot sign in any more.", f"There is nobody named {args.name}.")


def _list(args: argparse.Namespace) -> int:
    for line in change_access(load_hub_config(args.config), SystemClock(), lambda book: book.all_staff()):
        print(f"{line.name}\t{line.role}\t{line.display_name}{'  (disabled)' if line.disabled else ''}")
    return 0


_ACTIONS = {"add": _add, "passwd": _passwd, "disable": _disable, "list": _list}


def _hashed_password() -> str:
    """Typed twice at a terminal, else one line of standard input. Argon2id with the library's defaults (RFC 9106)."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise ConfigError("The two passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if len(password) < _MIN_PASSWORD:
        raise ConfigError(f"The password: expected at least {_MIN_PASSWORD} characters")
    return PasswordHasher().hash(password)


def _say(done: bool, yes: str, no: str) -> int:
    print(yes if done else no, file=sys.stdout if done else sys.stderr)
    return 0 if done else 1
