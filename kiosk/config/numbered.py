"""Things with a number on this machine's disk, one file each, whole or not there: so that a restart loses none.

A command is carried out once: what came of it cannot be found out again, and who handed it on must know of it still.
"""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from kiosk.config.kept import Disk

log = logging.getLogger(__name__)

T = TypeVar("T", bound=msgspec.Struct)
MOST = 50
_NAME = "{}.json"


class NumberedFiles(Generic[T]):
    """A folder of its own; used by one program at a time. A disk that takes nothing costs an entry only if the program
    then ends."""

    def __init__(self, folder: Path, kind: type[T], disk: Disk | None = None) -> None:
        self._folder, self._kind, self._disk = folder, kind, disk or Disk()

    def read(self) -> dict[int, T]:
        """In the order of their numbers, the newest ``MOST``; older ones, and what cannot be read, go."""
        found: dict[int, T] = {}
        for path in self._folder.glob(_NAME.format("*")):
            try:
                found[int(path.stem)] = msgspec.json.decode(path.read_bytes(), type=self._kind)
            except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
                log.warning("%s cannot be read: %s", path.name, error)
                with suppress(OSError):
                    self._disk.remove(path)
        numbers = sorted(found)
        for old in numbers[:-MOST]:
            self.forget(old)
        return {number: found[number] for number in numbers[-MOST:]}

    def keep(self, number: int, entry: T) -> None:
        path = self._path(number)
        unfinished = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.write(unfinished, msgspec.json.encode(entry))
            self._disk.replace(unfinished, path)
            self._disk.sync(self._folder)
        except OSError as error:
            log.error("%s cannot be kept: %s", path.name, error)

    def forget(self, number: int) -> None:
        """It is done with."""
        with suppress(OSError):
            self._disk.remove(self._path(number))

    def _path(self, number: int) -> Path:
        return self._folder / _NAME.format(number)
