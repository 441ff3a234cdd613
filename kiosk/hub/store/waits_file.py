"""What was learnt about waiting, in a file beside the database: after a restart the hub goes on where it was.

1. The outbox is the truth and this only a short cut: a file that is damaged, of another version of the code, of another
   configuration or of another database is set aside with a word in the log, and the outbox is read instead.
2. Whole or not at all: written beside and moved into its place, with a checksum.
3. It is read with a list of types that may stand in it: nothing in it can run.
"""

import hashlib
import io
import logging
import os
import pickle
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any

from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.memory import Memory

log = logging.getLogger(__name__)

FILE = "hub.waits"
_HEAD = b"kiosk waits 1"
_MOST_BYTES = 32 * 1024 * 1024
_CODE = (
    ("kiosk.queueing.waits", None),
    ("kiosk.queueing", "quieter.py"),
    ("kiosk.hub.usecases", "memory.py"),
    ("kiosk.hub.usecases", "witness.py"),
)
_OUR_TYPES = ("kiosk.queueing.", "kiosk.hub.usecases.memory", "kiosk.hub.usecases.witness")
_OTHER_TYPES = frozenset(
    {
        ("array", "_array_reconstructor"),
        ("array", "array"),
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "Counter"),
        ("collections", "deque"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
        ("kiosk.hub.store.waits_file", "Kept"),
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """``seq``: the last event of the outbox that is in the memory; ``epoch``: of which database."""

    epoch: int
    seq: int
    memory: Memory


def mark_of(centre: Centre) -> str:
    """Of the code that learns and of what it was configured with: any change of them makes what was learnt useless."""
    found = hashlib.sha256()
    for package, name in _CODE:
        for file in sorted(files(package).iterdir(), key=lambda each: each.name):
            if file.name.endswith(".py") and name in (None, file.name):
                found.update(file.name.encode() + file.read_bytes())
    found.update(repr((centre.rule, sorted(centre.counters), centre.schedule.week)).encode())
    return found.hexdigest()


class _Pickler(pickle.Pickler):
    """Writes a word of an enumeration as its class and value: Python 3.11.2 would have ``getattr`` run at reading."""

    def reducer_override(self, value: object) -> Any:
        return (type(value), (value.value,)) if isinstance(value, Enum) else NotImplemented


def encode(kept: Kept) -> bytes:
    out = io.BytesIO()
    _Pickler(out, protocol=5).dump(kept)
    return out.getvalue()


def write(folder: Path, mark: str, payload: bytes) -> None:
    """A full disk is told by whoever stores what matters more."""
    unfinished = folder / f"{FILE}.part"
    try:
        with unfinished.open("wb") as file:
            file.write(b"\n".join((_HEAD, mark.encode(), hashlib.sha256(payload).hexdigest().encode(), payload)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / FILE)
    except OSError as error:
        log.warning("What was learnt about waiting cannot be kept: %s", error)


def read(folder: Path, mark: str) -> Kept | None:
    """None where there is none that can be used; why not stands in the log."""
    path = folder / FILE
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too long")
        head, kept_mark, checksum, payload = path.read_bytes().split(b"\n", 3)
        if head != _HEAD or kept_mark != mark.encode():
            raise ValueError("it is of another version or configuration")
        if checksum != hashlib.sha256(payload).hexdigest().encode():
            raise ValueError("it is damaged")
        kept = _Reading(io.BytesIO(payload)).load()
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - unpickling can end in any way; the outbox knows all of it
        log.warning("%s is not used: %s. The outbox is read instead.", path, error)
        return None
    return kept if isinstance(kept, Kept) else None


class _Reading(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if not module.startswith(_OUR_TYPES) and (module, name) not in _OTHER_TYPES:
            raise pickle.UnpicklingError(f"it holds {module}.{name}")
        return super().find_class(module, name)
