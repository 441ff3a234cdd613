"""``kiosk central procedures``: brings in versions of procedures from a file, shows what they change, releases them."""

import argparse
from pathlib import Path
from typing import Any

from kiosk.central.centre_commands import opened_database
from kiosk.central.procedures import Import, Release, day_of_text, lines_of, shipped_catalogue
from kiosk.clock import SystemClock, day_of
from kiosk.dossier.review import FACTS
from kiosk.errors import ConfigError

CATALOGUE = Path(__file__).parent.parent.parent / "assets" / "catalogue"


def add_parsers(actions: Any) -> None:
    what = actions.add_parser("procedures", help="the catalogue of procedures").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    entry = what.add_parser("import", help="bring in versions as drafts: JSON, records of the national database, CSV")
    entry.add_argument("file", type=Path)
    shown = what.add_parser("list", help="show the drafts and what they change")
    release = what.add_parser("release", help="let a draft hold from a day on; hubs get it within minutes")
    release.add_argument("code", metavar="CODE", help="of the procedure, such as 1.001193")
    release.add_argument("--from", dest="day", default="", metavar="DAY", help="such as 2026-12-01; default: today")
    release.add_argument(
        "--confirm", default="", metavar="FACTS", help=f"what was compared with the law: {','.join(FACTS)}"
    )
    reject = what.add_parser("reject", help="put a draft aside")
    reject.add_argument("code", metavar="CODE")
    for parser, act in ((entry, _import), (shown, _list), (release, _release), (reject, _reject)):
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the city's central.toml")
        parser.set_defaults(act=act)
        if parser is not shown:
            parser.add_argument("--by", required=True, metavar="NAME", help="who does it; kept with the version")


def _import(args: argparse.Namespace) -> int:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{args.file}: cannot be read: {error.strerror or error}") from error
    given, now_ms = Import(content, args.file.name, args.by), SystemClock().now_ms()
    with opened_database(args.config) as database:
        try:
            taken = database.write_now(lambda tx: shipped_catalogue(CATALOGUE).take_in(tx, given, now_ms))
        except ValueError as error:
            raise ConfigError(f"{args.file}: {error}") from error
    for each in taken.not_read:
        print(f"{each.place}: {each.why}")
    print(f"{taken.drafts} drafts to be reviewed, {taken.same} as they hold already, {len(taken.not_read)} not read")
    return 1 if taken.not_read else 0


def _list(args: argparse.Namespace) -> int:
    with opened_database(args.config) as database:
        drafts = database.read_now(lambda tx: shipped_catalogue(CATALOGUE).drafts(tx, SystemClock().now_ms()))
    for draft in drafts:
        print(f"{draft.procedure.key} {draft.procedure.name} ({draft.origin}, {draft.imported_by})")
        print("\n".join(lines_of(draft.differences)))
    return 0


def _release(args: argparse.Namespace) -> int:
    now_ms = SystemClock().now_ms()
    try:
        day = day_of_text(args.day) if args.day else day_of(now_ms)
    except ValueError as error:
        raise ConfigError(f"--from: {error}") from error
    confirmed = tuple(filter(None, args.confirm.split(",")))
    with opened_database(args.config) as database:
        drafts = database.read_now(lambda tx: tx.rows("procedures.draft", code=args.code))
        if not drafts:
            raise ConfigError(f"{args.code}: there is no draft")
        wanted = Release(args.code, drafts[0][4], day, args.by, confirmed)
        try:
            done = database.write_now(lambda tx: shipped_catalogue(CATALOGUE).release(tx, wanted, now_ms))
        except ValueError as error:
            raise ConfigError(f"--confirm: {error}") from error
    print(f"{args.code} holds from {day}" if done else f"{args.code}: another draft has come in; look again")
    return 0 if done else 1


def _reject(args: argparse.Namespace) -> int:
    with opened_database(args.config) as database:
        done = database.write_now(
            lambda tx: shipped_catalogue(CATALOGUE).put_aside(tx, args.code, args.by, SystemClock().now_ms())
        )
    print(f"{args.code} is put aside" if done else f"{args.code}: there is no draft")
    return 0 if done else 1
