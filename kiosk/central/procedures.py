"""The city's catalogue of procedures: versions come in as drafts, somebody reviews them, hubs get what was released.

1. Nothing that was imported is shown to anybody outside before an admin has released it.
2. Who releases says which version was on the screen: one that was imported meanwhile has not been reviewed.
3. No version is ever changed or deleted after its release; a newer one takes its place from its day on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from kiosk.central.ports import Transaction
from kiosk.clock import day_of
from kiosk.dossier.importing import Imported, NotRead, read_import
from kiosk.dossier.procedures import Procedure, in_force, read_procedures
from kiosk.dossier.review import Difference, differences, reviewed

DRAFTS_SHOWN = 200  #: the next ones follow when these are done
_decode = msgspec.json.Decoder(Procedure).decode


@dataclass(frozen=True, slots=True)
class Draft:
    """``version``: its number, for the one who releases. ``is_new``: there is no such procedure yet."""

    procedure: Procedure
    version: int
    origin: str
    imported_by: str
    imported_ms: int
    differences: tuple[Difference, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """``same``: how many are as they already hold."""

    drafts: int
    same: int
    not_read: tuple[NotRead, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """A file. ``by``: the account, or the name that was given to the command."""

    content: bytes
    origin: str
    by: str


@dataclass(frozen=True, slots=True)
class Release:
    """``effective_from``: a day like 20260701. ``confirmed``: facts that were compared with the law."""

    code: str
    version: int
    effective_from: int
    by: str
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``shipped``: what comes with the product; it holds where the city has released nothing."""

    shipped: tuple[Procedure, ...]

    def take_in(self, tx: Transaction, given: Import, now_ms: int) -> Taken:
        """Drafts of what differs from what holds, in the place of older drafts. ValueError: no such file."""
        held = self.in_force(tx, now_ms)
        read: Imported = read_import(given.content, held)
        new = [each for each in read.procedures if differences(held.get(each.key), each)]
        for each in new:
            who = {"code": each.key, "by": given.by, "now_ms": now_ms}
            tx.run("procedures.put_aside", **who)
            content = msgspec.json.encode(each).decode()
            tx.run(
                "procedures.add_draft",
                **who,
                effective_from=each.effective_from,
                content=content,
                origin=given.origin[:200],
            )
        return Taken(len(new), len(read.procedures) - len(new), read.not_read)

    def drafts(self, tx: Transaction, now_ms: int) -> tuple[Draft, ...]:
        """The first ``DRAFTS_SHOWN``, by code, with what they change."""
        held = self.in_force(tx, now_ms)
        return tuple(_draft(row, held) for row in tx.rows("procedures.drafts", limit=DRAFTS_SHOWN))

    def release(self, tx: Transaction, wanted: Release, now_ms: int) -> bool:
        """False: that draft is not there any more. Raises ValueError for what is no day or no fact."""
        day_of_text(str(wanted.effective_from))
        rows = tx.rows("procedures.draft", code=wanted.code)
        if not rows or rows[0][4] != wanted.version:
            return False
        held = reviewed(_decode(rows[0][0]), wanted.by, wanted.effective_from, wanted.confirmed)
        content = msgspec.json.encode(held).decode()
        values = {"code": wanted.code, "version": wanted.version, "effective_from": wanted.effective_from}
        return tx.run("procedures.release", **values, content=content, by=wanted.by, now_ms=now_ms) == 1

    def put_aside(self, tx: Transaction, code: str, by: str, now_ms: int) -> bool:
        """A draft that is wrong; False when there is none."""
        return tx.run("procedures.put_aside", code=code, by=by, now_ms=now_ms) > 0

    def in_force(self, tx: Transaction, now_ms: int) -> dict[str, Procedure]:
        return in_force((*self.shipped, *released(tx)), day_of(now_ms))


def shipped_catalogue(folder: Path) -> Catalogue:
    """``folder``: the product's catalogue."""
    return Catalogue(read_procedures((folder / "procedures.json").read_bytes()))


def released(tx: Transaction) -> tuple[Procedure, ...]:
    """All of them, also those that hold no more or not yet: a hub changes over on the day by itself."""
    return tuple(_decode(content) for (content,) in tx.rows("procedures.released"))


def tag(tx: Transaction) -> str:
    """Another whenever something was released."""
    count, newest_ms = tx.rows("procedures.tag")[0]
    return f"{count}-{newest_ms}"


def day_of_text(text: str) -> int:
    """A day like 20260701, from that or from 2026-07-01. Raises ValueError."""
    digits = text.strip().replace("-", "")
    if len(digits) != 8 or not digits.isdecimal():
        raise ValueError(f'"{text[:20]}": expected a day such as 2026-07-01')
    date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    return int(digits)


def lines_of(changes: Iterable[Difference]) -> list[str]:
    """For a terminal."""
    return [f"  {each.part}: {' / '.join(each.before) or '-'} -> {' / '.join(each.after) or '-'}" for each in changes]


def _draft(row: tuple[str, str, str, int, int], held: Mapping[str, Procedure]) -> Draft:
    content, origin, by, imported_ms, version = row
    procedure = _decode(content)
    known = held.get(procedure.key)
    return Draft(procedure, version, origin, by, imported_ms, differences(known, procedure), known is None)
