"""The kiosks' side: the same document as the hub's, their commands, and what they report. It is a ``ports.Fleet``."""

import base64

import msgspec

from kiosk.hub.fleet.errands import Errands
from kiosk.hub.fleet.keeper import Keeper
from kiosk.wire.fleet_api import CommandResult, KioskDesired, PartReport


class KioskDesk:
    """Every method from any thread, without a database."""

    def __init__(self, keeper: Keeper, errands: Errands) -> None:
        self._keeper, self._errands = keeper, errands

    def desired(self, kiosk: str, version: int, command: int) -> KioskDesired:
        """What is newer than ``version``, and commands after ``command``."""
        newest, document = self._keeper.offered or (0, None)
        pinned = self._keeper.taking.pinned
        return KioskDesired(
            version=newest,
            document=document if newest > version else None,
            commands=self._errands.of_kiosk(kiosk, command),
            roots=tuple(base64.b64encode(root).decode() for root in pinned.roots) if pinned else (),
            city=pinned.city if pinned else "",
            centre=pinned.centre if pinned else "",
        )

    def marks(self, kiosk: str) -> tuple[int, int]:
        """Version of the settings and number of the newest command that the kiosk should have."""
        return (self._keeper.offered or (0, None))[0], self._errands.newest_of(kiosk)

    def report(self, kiosk: str, part: PartReport) -> None:
        self._keeper.hear(msgspec.structs.replace(part, name=kiosk, kind="kiosk"))

    def answer(self, kiosk: str, result: CommandResult) -> None:
        self._errands.answer(kiosk, result)
