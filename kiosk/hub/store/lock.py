"""One hub for one data folder: two would each show half of what happens, and neither would tell the other's pages."""

import fcntl
from pathlib import Path
from typing import IO

from kiosk.errors import FolderInUse, StoreUnavailable

FILE = "hub.lock"


class FolderLock:
    """Held from ``take`` to ``release``, or until the process ends in whatever way: the kernel lets go of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Raises FolderInUse when another hub has it, StoreUnavailable."""
        file: IO[bytes] | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / FILE).open("ab")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if file is not None:
                file.close()
            if isinstance(error, BlockingIOError):
                raise FolderInUse(f"{self._folder}: another hub is running on this folder; stop it first") from error
            raise StoreUnavailable(f"{self._folder}: {error}") from error
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
