"""Uploads on their way in: in files of a folder that is memory where the machine has one, so that nothing readable
reaches a disk. Each has a limit, and so have those of one owner and all together; one that stops coming is dropped.
"""

import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.clock import Clock

MAX_TOGETHER = 160 << 20
MAX_OF_ONE, MOST_OF_ONE = 48 << 20, 8  #: bytes and uploads of one owner: a phone sends one file after the other
STALE_S = 120
_MEMORY = Path("/dev/shm")


class TooMuch(Exception):
    """Of one upload: it is larger than it may be."""


class NoRoom(Exception):
    """Of its owner or of all: others are being sent just now."""


class Incoming:
    """One upload, grown by one thread at a time."""

    def __init__(self, path: Path, owner: str, limit: int, now_s: float) -> None:
        self.path, self.owner, self.limit, self.size, self.touched_s = path, owner, limit, 0, now_s


class Inbox:
    """``folder``: the data folder that it belongs to."""

    def __init__(self, folder: Path, clock: Clock, max_together: int = MAX_TOGETHER) -> None:
        self._data, self._clock, self._max_together = folder, clock, max_together
        self._gate = threading.Lock()
        self._incoming: dict[str, Incoming] = {}
        self._folder: Path | None = None

    def open(self) -> None:
        """Empty, whatever a crash has left. Raises OSError."""
        self._folder = memory_folder(self._data)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)

    def close(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def at(self, key: str, limit: int) -> Incoming:
        """The upload of that name (owner/id), begun if there is none. Raises NoRoom."""
        owner = key.partition("/")[0]
        with self._gate:
            known = self._incoming.get(key)
            if known is None:
                if len(self._of(owner)) >= MOST_OF_ONE:
                    raise NoRoom
                known = Incoming(self.room / secrets.token_hex(8), owner, limit, self._clock.monotonic_s())
                self._incoming[key] = known
            return known

    def add(self, incoming: Incoming, chunk: bytes) -> None:
        """Raises TooMuch, NoRoom, OSError; then nothing of ``chunk`` was kept."""
        if incoming.size + len(chunk) > incoming.limit:
            raise TooMuch
        with self._gate:
            mine, all_of_them = self._of(incoming.owner), self._incoming.values()
            for uploads, most in ((mine, MAX_OF_ONE), (all_of_them, self._max_together)):
                if sum(each.size for each in uploads) + len(chunk) > most:
                    raise NoRoom
            incoming.size += len(chunk)
            incoming.touched_s = self._clock.monotonic_s()
        with open(incoming.path, "ab") as file:
            file.write(chunk)

    def _of(self, owner: str) -> list[Incoming]:
        return [each for each in self._incoming.values() if each.owner == owner]

    def end(self, key: str) -> None:
        """Done with, or given up."""
        with self._gate:
            known = self._incoming.pop(key, None)
        if known is not None:
            known.path.unlink(missing_ok=True)

    def drop_stale(self) -> None:
        now_s = self._clock.monotonic_s()
        with self._gate:
            stale = [key for key, each in self._incoming.items() if now_s - each.touched_s > STALE_S]
        for key in stale:
            self.end(key)

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """An empty folder, gone at the end."""
        place = self.room / f"work-{secrets.token_hex(8)}"
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    @property
    def room(self) -> Path:
        assert self._folder is not None  # opened
        return self._folder


def memory_folder(data: Path) -> Path:
    """Always the same for one data folder, so that the next start finds what a crash left in it."""
    name = f"kiosk-hub-{hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:16]}"
    place = _MEMORY / name
    with suppress(OSError):
        if place.is_symlink() or (place.exists() and place.stat().st_uid != os.geteuid()):
            return data / "work"  # somebody else on this machine has that name
        if os.access(_MEMORY, os.W_OK | os.X_OK):
            return place
    return data / "work"
