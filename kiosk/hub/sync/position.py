"""Which row is next, in which epoch. Kept beside the database in a small file: lost, it is asked of central again.

Rows that were written before a backup was put back belong to the epoch in which they happened: under their old name
central sees that it has them. The new epoch begins with the first row after it.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.hub.usecases.delivery import Span

log = logging.getLogger(__name__)

FILE = "central.progress"


class Position(msgspec.Struct, frozen=True):
    """Everything before ``epoch`` is done with; of ``epoch`` central has everything up to row ``acked``."""

    epoch: int
    acked: int


def placed(position: Position | None, spans: Sequence[Span]) -> tuple[Position, Span]:
    """Where to go on, and the span to go on in. A position in an epoch that this database never had is none."""
    known = [span.epoch for span in spans]
    if position is None or position.epoch not in known:
        position = Position(spans[0].epoch, spans[0].first - 1)
    place = known.index(position.epoch)
    while place < len(spans) - 1 and position.acked >= spans[place].last:
        place += 1
        position = Position(spans[place].epoch, spans[place].first - 1)
    return position, spans[place]


def read_position(folder: Path) -> Position | None:
    """None: not known, which is ordinary."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Position)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s cannot be read, central will be asked: %s", folder / FILE, error)
        return None


def write_position(folder: Path, position: Position) -> None:
    """Whole or not at all; raises OSError. Older than the truth is harmless, so nobody waits for the disk here."""
    unfinished = folder / f"{FILE}.part"
    unfinished.write_bytes(msgspec.json.encode(position))
    os.replace(unfinished, folder / FILE)


def forget_position(folder: Path) -> None:
    (folder / FILE).unlink(missing_ok=True)
