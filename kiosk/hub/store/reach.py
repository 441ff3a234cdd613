"""How far the database of a folder had come, beside it in a small file: a database that is behind is an older copy.

The file tells what is already synced to disk, so it is never ahead of a good database, however the hub ended. It is
not synced itself: after a power cut it may be older or gone, and then it says less or nothing.
"""

import logging
import sqlite3
from contextlib import suppress
from pathlib import Path

import msgspec

log = logging.getLogger(__name__)

FILE = "hub.reach"


class Reach(msgspec.Struct, frozen=True, order=True):
    """``number``, ``ticket``: the highest given number of ``day`` and the highest id of a ticket. Epochs grow."""

    epoch: int
    seq: int  #: of the outbox: grows with everything that happens
    day: int = 0
    number: int = 0
    ticket: int = 0


def reach_of(connection: sqlite3.Connection) -> Reach:
    """Of what this connection sees committed, which is what is synced. Raises sqlite3.Error."""
    epoch, day = connection.execute("SELECT epoch, day FROM meta").fetchone()
    ends = dict(map(tuple, connection.execute("SELECT name, seq FROM sqlite_sequence")))
    number = connection.execute(
        "SELECT max(last) FROM (SELECT last FROM number_series WHERE day = :day"
        " UNION ALL SELECT last FROM number_floor WHERE day = :day)",
        {"day": day},
    ).fetchone()[0]
    return Reach(epoch, ends.get("outbox", 0), day, number or 0, ends.get("ticket", 0))


def read_reach(folder: Path) -> Reach | None:
    """None: not known, which is ordinary."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Reach)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read: %s", folder / FILE, error)
        return None


def write_reach(folder: Path, reach: Reach) -> None:
    """Whole or not at all. A full disk is told by whoever stores what matters more."""
    unfinished = folder / f"{FILE}.part"
    with suppress(OSError):
        unfinished.write_bytes(msgspec.json.encode(reach))
        unfinished.replace(folder / FILE)
