"""Results of commands until central has them: one file each, whole or not there, so that a restart loses none.

A command is carried out once (``kiosk.hub.fleet.errands``): what came of it cannot be found out again.
"""

import logging
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.config.kept import Disk
from kiosk.wire.fleet_api import CommandResult

log = logging.getLogger(__name__)

MOST = 50
_NAME = "result.{}.json"


class KeptResults:
    """Used by one program at a time; a disk that takes nothing costs the result only if the hub then ends."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._folder, self._disk = folder, disk or Disk()

    def read(self) -> list[CommandResult]:
        """In the order of their numbers, the newest ``MOST``; what cannot be read goes."""
        found: list[CommandResult] = []
        for path in self._folder.glob(_NAME.format("*")):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=CommandResult))
            except (OSError, ValueError) as error:  # msgspec's errors are ValueErrors
                log.warning("%s cannot be read: %s", path.name, error)
                with suppress(OSError):
                    self._disk.remove(path)
        found.sort(key=lambda result: result.number)
        for old in found[:-MOST]:
            self.forget(old)
        return found[-MOST:]

    def keep(self, result: CommandResult) -> None:
        path = self._path(result)
        unfinished = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.write(unfinished, msgspec.json.encode(result))
            self._disk.replace(unfinished, path)
            self._disk.sync(self._folder)
        except OSError as error:
            log.error("The result of command %d cannot be kept: %s", result.number, error)

    def forget(self, result: CommandResult) -> None:
        """Central has it, or does not want it."""
        with suppress(OSError):
            self._disk.remove(self._path(result))

    def _path(self, result: CommandResult) -> Path:
        return self._folder / _NAME.format(result.number)
