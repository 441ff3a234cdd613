"""The key of today's card marks: a file of the hub's data folder, for its owner only, gone when its day ends.

Without it nobody can find out whose card a mark is of, not even by trying all numbers: marks of yesterday mean nothing.
"""

import contextlib
import logging
import os
import secrets
import threading
from pathlib import Path

from kiosk.identity.privacy import KEY_BYTES

log = logging.getLogger(__name__)
FILE = "card.key"


class CardKey:
    """Safe from two threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._gate = threading.Lock()
        self._known = (0, "")

    def of(self, day: int) -> str:
        """In hex; made when the day has none yet. "" when it cannot be kept: then no marks are taken."""
        with self._gate:
            try:
                if self._known[0] != day:
                    self._known = (day, self._stored(day) or self._made(day))
            except OSError as error:
                log.error("The key of today's card marks cannot be kept: %s", error)
                return ""
            return self._known[1]

    def drop_other_than(self, day: int) -> None:
        """What cannot be deleted now is tried again when the next key is made."""
        with self._gate, contextlib.suppress(OSError):
            if not self._stored(day):
                self._path.unlink(missing_ok=True)

    def _stored(self, day: int) -> str:
        try:
            of_day, key = self._path.read_text("ascii").split()
        except (FileNotFoundError, ValueError):
            return ""
        return key if of_day == str(day) and len(key) == 2 * KEY_BYTES else ""

    def _made(self, day: int) -> str:
        key = secrets.token_hex(KEY_BYTES)
        unfinished = self._path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{day} {key}\n")
        unfinished.replace(self._path)
        return key
