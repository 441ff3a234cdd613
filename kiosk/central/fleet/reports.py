"""What hubs report of settings and commands, and how their devices change."""

import hashlib

import msgspec

from kiosk.central.ports import Database, Transaction
from kiosk.clock import Clock
from kiosk.wire.central_api import Heartbeat
from kiosk.wire.fleet_api import CommandResult, FleetReport, PartReport
from kiosk.wire.kiosk_api import DeviceState

HUB = "hub"
_ILL = ("refused", "rolled_back")


class WrongReport(ValueError):
    """``own`` is no JSON table."""


def is_ill(part: PartReport, version: int) -> bool:
    """Whether ``version`` did it harm. Who never took it up does not count, such as a kiosk that is switched off, or
    one that has only given up an older one so far.
    """
    if part.refused and part.refused < version and part.version < version:
        return False
    return part.state in _ILL or (not part.healthy and part.version >= version)


def store_report(tx: Transaction, centre: int, report: FleetReport, now_ms: int) -> str:
    """The sha256 of the own file that is stored. Raises WrongReport."""
    own = bytes(report.own)
    if own:
        try:
            msgspec.json.decode(own, type=dict[str, msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WrongReport(str(error)) from error
    rows = tx.rows(
        "upkeep.put_report",
        centre=centre,
        version=report.version,
        refused=report.refused,
        state=report.state,
        ill=sum(is_ill(part, report.version) for part in report.parts),
        reported_ms=now_ms,
        report=msgspec.json.encode(msgspec.structs.replace(report, own=b"")).decode(),
        own=own.decode(),
        own_sha256=hashlib.sha256(own).hexdigest() if own else "",
    )
    return str(rows[0][0])


def store_result(tx: Transaction, centre: int, result: CommandResult, now_ms: int) -> bool:
    """False for a command that there is not. The first result counts."""
    tx.run(
        "upkeep.end_command",
        centre=centre,
        number=result.number,
        state=result.state,
        detail=result.detail.replace("\0", ""),  # PostgreSQL has no text with a NUL in it
        now_ms=now_ms,
        attachment=bytes(result.attachment) or None,
        attachment_kind=result.attachment_kind if result.attachment else "",
    )
    return bool(tx.rows("upkeep.has_command", centre=centre, number=result.number))


class DeviceStates:
    """Sees when a device comes into another state; what it remembers is only to write less."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._known: dict[tuple[int, str, str], tuple[str, str]] = {}

    def forget(self) -> None:
        """What is in memory; the database still knows."""
        self._known.clear()

    async def heard(self, centre: int, beat: Heartbeat) -> None:
        """Notes what is new. StoreUnavailable."""
        rows = self._changes(centre, beat, self._clock.now_ms())
        if rows:
            await self._database.write(lambda tx: tx.many("upkeep.add_state", rows))

    def _changes(self, centre: int, beat: Heartbeat, now_ms: int) -> list[dict[str, object]]:
        """Rows for ``upkeep.add_state``; empty when nothing is new."""
        parts = [(kiosk.kiosk, device) for kiosk in beat.kiosks for device in kiosk.devices]
        parts += [(HUB, device) for device in beat.displays]
        rows = []
        for part, device in parts:
            key, state = (centre, part, device.id), (device.device, device.paper)
            if self._known.get(key) != state:
                self._known[key] = state
                rows.append(_state_row(centre, part, device, now_ms))
        return rows


def _state_row(centre: int, part: str, device: DeviceState, now_ms: int) -> dict[str, object]:
    return {
        "centre": centre,
        "part": part,
        "device": device.id,
        "at_ms": now_ms,
        "kind": device.kind,
        "condition": device.device,
        "paper": device.paper,
        "detail": device.detail[:200].replace("\0", ""),
    }
