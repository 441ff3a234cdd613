"""``kiosk central centres import``, ``enrol`` and ``revoke``: which centres there are and which devices may speak."""

import argparse
import contextlib
import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.central.dossiers.agencies import move_agency
from kiosk.central.enrolment import CentreEntry, make_code, put_centres, revoke
from kiosk.central.store.database import ThreadedDatabase, database_at
from kiosk.clock import SystemClock
from kiosk.config import load_central_config
from kiosk.dossier.code import AGENCY
from kiosk.errors import ConfigError

_HOUR_MS = 3_600_000
_MOST_LINES = 20_000
_COLUMNS = ("code", "name")
_OPTIONAL = ("name_en", "group", "grid_x", "grid_y")
#: How units are called since July 2025, and in English.
_KINDS = {"Phường": "Ward", "Xã": "Commune", "Đặc khu": "Special Zone"}


def add_parsers(actions: Any) -> None:
    centres = actions.add_parser("centres", help="the list of centres").add_subparsers(dest="what", required=True)
    entry = centres.add_parser("import", help="add centres and change their names, from a CSV file")
    entry.add_argument("file", type=Path, help="columns code,name and, if you like, name_en,group,grid_x,grid_y")
    entry.set_defaults(act=_import_centres)
    agency = centres.add_parser("agency", help="say which centre an agency code of dossiers belongs to")
    agency.add_argument("agency", metavar="AGENCY", help="`dossiers.agency` of its hub, e.g. 000.00.01.H29")
    agency.add_argument("centre", metavar="CENTRE", help="code of the centre, e.g. 25747")
    agency.set_defaults(act=_move_agency)
    code = actions.add_parser("enrol", help="print a code by which one device of a centre enrols")
    code.add_argument("centre", nargs="*", metavar="CENTRE", help="code of the centre, e.g. 25747")
    code.add_argument("--all", action="store_true", help="one for each centre")
    code.add_argument("--hours", type=float, default=24.0, help="how long it can be used; default: 24")
    code.set_defaults(act=_enrol)
    lost = actions.add_parser("revoke", help="let a lost device in no more, within seconds")
    lost.add_argument("device", metavar="DEVICE", help="its name, as the log of its enrolment and the pages show it")
    lost.set_defaults(act=_revoke)
    for parser in (entry, agency, code, lost):
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the city's central.toml")


@contextlib.contextmanager
def opened_database(config: Path) -> Iterator[ThreadedDatabase]:
    """Raises ConfigError, StoreUnavailable, SchemaTooNew."""
    database = database_at(load_central_config(config).database)
    database.open()
    try:
        yield database
    finally:
        database.close()


def read_centres(path: Path) -> list[CentreEntry]:
    """Raises ConfigError, naming the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            names = lines.fieldnames or []
            if not set(_COLUMNS) <= set(names) or set(names) - {*_COLUMNS, *_OPTIONAL}:
                raise ConfigError(
                    f"{path}: expected the columns {','.join((*_COLUMNS, *_OPTIONAL))}, got {','.join(names)}"
                )
            entries = [_entry(path, lines.line_num, line) for line in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    codes = [entry.code for entry in entries]
    twice = next((code for index, code in enumerate(codes) if code in codes[:index]), None)
    if twice is not None or not 0 < len(codes) <= _MOST_LINES:
        what = f"{twice} stands there twice" if twice is not None else f"{len(codes)} centres"
        raise ConfigError(f"{path}: {what}; expected each centre once, at most {_MOST_LINES}")
    return entries


def _entry(path: Path, number: int, line: dict[str | Any, str | Any]) -> CentreEntry:
    words = {key: (value or "").strip() for key, value in line.items() if isinstance(key, str)}
    code, name = words["code"], words["name"]
    if None in line or not code or not name or len(code) > 40 or len(name) > 200:
        raise ConfigError(f"{path}: line {number}: expected a code and a name in {len(line)} columns")
    x, y = words.get("grid_x", ""), words.get("grid_y", "")
    if bool(x) != bool(y) or not all(each.isdecimal() and len(each) <= 4 for each in (x, y) if each):
        raise ConfigError(f"{path}: line {number}: expected grid_x and grid_y as whole numbers, or neither")
    place = (int(x), int(y)) if x else None
    return CentreEntry(code, name, words.get("name_en") or english_name(name), words.get("group", ""), place)


def english_name(name: str) -> str:
    """ "Phường Thủ Dầu Một" is "Thu Dau Mot Ward": as English text writes it, without marks."""
    kind = next((kind for kind in _KINDS if name.startswith(f"{kind} ")), None)
    if kind is None:
        return name
    letters = unicodedata.normalize("NFD", name.removeprefix(f"{kind} ").replace("Đ", "D").replace("đ", "d"))
    return f"{''.join(letter for letter in letters if not unicodedata.combining(letter))} {_KINDS[kind]}"


def _import_centres(args: argparse.Namespace) -> int:
    entries = read_centres(args.file)
    with opened_database(args.config) as database:
        new = database.write_now(lambda tx: put_centres(tx, entries))
    print(f"{new} new centres, {len(entries) - new} known ones")
    return 0


def _move_agency(args: argparse.Namespace) -> int:
    if not re.fullmatch(AGENCY, args.agency):
        raise ConfigError(f'"{args.agency}" is not the code of an agency; expected e.g. 000.00.01.H29')
    now_ms = SystemClock().now_ms()
    with opened_database(args.config) as database:
        is_done = database.write_now(lambda tx: move_agency(tx, args.centre, args.agency, now_ms))
    print(f"{args.agency} belongs to {args.centre}" if is_done else f"{args.centre}: there is no such centre")
    return 0 if is_done else 1


def _enrol(args: argparse.Namespace) -> int:
    now_ms, valid_ms = SystemClock().now_ms(), int(args.hours * _HOUR_MS)
    if bool(args.centre) == args.all or valid_ms <= 0:
        raise ConfigError("expected the code of a centre, or --all; and more than no hours")
    with opened_database(args.config) as database:
        wanted = args.centre or [row[1] for row in database.read_now(lambda tx: tx.rows("fleet.centres"))]
        made = database.write_now(lambda tx: [(each, make_code(tx, each, now_ms, valid_ms)) for each in wanted])
    for centre, code in made:
        print(f"{centre} {code}" if code else f"{centre}: there is no such centre")
    return 0 if all(code for _, code in made) else 1


def _revoke(args: argparse.Namespace) -> int:
    with opened_database(args.config) as database:
        is_done = database.write_now(lambda tx: revoke(tx, args.device, SystemClock().now_ms()))
    print(
        f"{args.device} is revoked" if is_done else f"{args.device}: there is no such device, or it is revoked already"
    )
    return 0 if is_done else 1
