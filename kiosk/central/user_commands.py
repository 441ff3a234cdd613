"""``kiosk central user add|list|password|disable``: who may see what. Running workers see the change at once."""

import argparse
import getpass
import re
import sys
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from kiosk.central.access import Role, Scope, Visitor, add_account, all_accounts, disable_account, set_password
from kiosk.central.centre_commands import opened_database
from kiosk.errors import ConfigError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_MIN_PASSWORD = 12  #: these pages may be open to the whole network of a city
_MAX_PASSWORD = 256  #: what the sign-in form takes


def add_parsers(actions: Any) -> None:
    what = actions.add_parser("user", help="who may sign in and see which centres").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    add = what.add_parser("add", help="add somebody; the password is asked for, or read from standard input")
    add.add_argument("--role", choices=[role.value for role in Role], required=True)
    scope = add.add_mutually_exclusive_group()
    scope.add_argument("--group", default="", help="sees the centres of this group; without it and --centre: the city")
    scope.add_argument("--centre", default="", help="sees the centre of this code")
    add.add_argument("--display-name", default="", help="as others see it; default: NAME")
    password = what.add_parser("password", help="set a new password and end all sessions of that person")
    disable = what.add_parser("disable", help="end all sessions; that person cannot sign in any more")
    everybody = what.add_parser("list", help="show everybody")
    for parser, act in ((add, _add), (password, _password), (disable, _disable), (everybody, _list)):
        if parser is not everybody:
            parser.add_argument("name", metavar="NAME", help="sign-in name: small letters, digits, dots, hyphens")
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the city's central.toml")
        parser.set_defaults(act=act)


def _add(args: argparse.Namespace) -> int:
    if not _NAME.fullmatch(args.name):
        raise ConfigError(f'NAME: expected small letters, digits, dots and hyphens, got "{args.name}"')
    visitor = Visitor(args.name, args.display_name or args.name, Role(args.role), _scope(args))
    hashed = _hashed_password()
    with opened_database(args.config) as database:
        try:
            added = database.write_now(lambda tx: add_account(tx, visitor, hashed))
        except ValueError as error:
            raise ConfigError(str(error)) from error
    return _say(added, f"{args.name} can sign in as {args.role}.", f"There is already somebody named {args.name}.")


def _password(args: argparse.Namespace) -> int:
    hashed = _hashed_password()
    with opened_database(args.config) as database:
        changed = database.write_now(lambda tx: set_password(tx, args.name, hashed))
    return _say(changed, f"{args.name} has a new password.", f"There is nobody named {args.name}.")


def _disable(args: argparse.Namespace) -> int:
    with opened_database(args.config) as database:
        done = database.write_now(lambda tx: disable_account(tx, args.name))
    return _say(done, f"{args.name} cannot sign in any more.", f"There is nobody named {args.name} who could.")


def _list(args: argparse.Namespace) -> int:
    with opened_database(args.config) as database:
        for account in database.read_now(all_accounts):
            who = account.visitor
            scope = " ".join(filter(None, (who.scope.kind, who.scope.id)))
            print(f"{who.name}\t{who.role}\t{scope}\t{who.display_name}{'  (disabled)' if account.is_disabled else ''}")
    return 0


def _scope(args: argparse.Namespace) -> Scope:
    if args.group:
        return Scope("group", args.group)
    return Scope("centre", args.centre) if args.centre else Scope("city")


def _hashed_password() -> str:
    """Typed twice at a terminal, else one line of standard input. Argon2id with the library's defaults (RFC 9106)."""
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise ConfigError("The two passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not _MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
        raise ConfigError(f"The password: expected {_MIN_PASSWORD} to {_MAX_PASSWORD} characters")
    return PasswordHasher().hash(password)


def _say(done: bool, yes: str, no: str) -> int:
    print(yes if done else no, file=sys.stdout if done else sys.stderr)
    return 0 if done else 1
