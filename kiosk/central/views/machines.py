"""Every machine of the city as it was last heard of, and who needs a technician."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosk.central.ports import Transaction
from kiosk.central.views.today import heartbeat
from kiosk.wire.central_api import Heartbeat
from kiosk.wire.common import Text
from kiosk.wire.fleet_api import FleetReport
from kiosk.wire.kiosk_api import DeviceState

HUB = "hub"
SILENT_MS = 10 * 60_000  #: a hub speaks every 30 s
KIOSK_SILENT_MS = 3 * 60_000  #: a kiosk every 30 s to its hub
LOW_DISK_MB = 2_000
HOT_C = 80.0
WRONG_CLOCK_MS = 60_000
_BAD = ("offline", "no_device", "hardware_error", "user_error")


@dataclass(frozen=True, slots=True)
class Machine:
    """A device. ``part``: its kiosk, or "hub" for counter displays."""

    part: str
    state: DeviceState


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why somebody should go there. ``why``: a word of the locales; ``people``: how many it concerns on a usual day;
    ``is_soon``: nothing stands still yet.
    """

    centre: str
    name: Text
    part: str
    device: str
    why: str
    people: int
    since_ms: int
    is_soon: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A centre's machines. ``heard_ms`` 0: never enrolled. ``wanted``: the version that it is to run with;
    ``visitors``: tickets on a usual day.
    """

    number: int
    code: str
    name: Text
    group: str
    heard_ms: int
    offset_ms: int
    version: str
    health: Heartbeat | None
    wanted: int
    report: FleetReport | None
    visitors: int

    @property
    def machines(self) -> tuple[Machine, ...]:
        if self.health is None:
            return ()
        of_kiosks = [Machine(kiosk.kiosk, each) for kiosk in self.health.kiosks for each in kiosk.devices]
        return (*of_kiosks, *(Machine(HUB, each) for each in self.health.displays))

    @property
    def settings_version(self) -> int:
        told = self.report.version if self.report else 0
        return max(told, self.health.settings_version if self.health else 0)

    def is_silent(self, now_ms: int) -> bool:
        return self.heard_ms > 0 and now_ms - self.heard_ms > SILENT_MS

    def troubles(self, now_ms: int) -> list[Trouble]:
        if self.heard_ms == 0:
            return []
        if self.is_silent(now_ms) or self.health is None:
            return [self._trouble(HUB, "", "silent", self.visitors, self.heard_ms)] if self.is_silent(now_ms) else []
        return [
            *self._hub_troubles(self.health),
            *self._kiosk_troubles(self.health),
            *self._display_troubles(self.health),
        ]

    def _hub_troubles(self, health: Heartbeat) -> Iterator[Trouble]:
        if 0 <= health.disk_free_mb < LOW_DISK_MB:
            yield self._trouble(HUB, "", "disk", self.visitors, self.heard_ms, is_soon=True)
        if health.temperature_c is not None and health.temperature_c >= HOT_C:
            yield self._trouble(HUB, "", "hot", self.visitors, self.heard_ms, is_soon=True)
        if abs(self.offset_ms) > WRONG_CLOCK_MS:
            yield self._trouble(HUB, "", "clock", self.visitors, self.heard_ms, is_soon=True)
        if self.report is not None and self.report.state in ("refused", "rolled_back"):
            yield self._trouble(HUB, "", "settings", self.visitors, self.heard_ms, is_soon=True)

    def _kiosk_troubles(self, health: Heartbeat) -> Iterator[Trouble]:
        share = self.visitors // max(len(health.kiosks), 1)
        for kiosk in health.kiosks:
            if health.sent_ms - kiosk.heard_ms > KIOSK_SILENT_MS:
                yield self._trouble(kiosk.kiosk, "", "kiosk_silent", share, kiosk.heard_ms)
                continue
            for device in kiosk.devices:
                why = _why(device)
                if why:
                    soon = why == "paper_low"
                    yield self._trouble(kiosk.kiosk, device.id, why, share, device.since_ms, is_soon=soon)

    def _display_troubles(self, health: Heartbeat) -> Iterator[Trouble]:
        share = self.visitors // max(len(health.displays), 1)
        for device in health.displays:
            if why := _why(device):
                yield self._trouble(HUB, device.id, why, share, device.since_ms)

    def _trouble(
        self, part: str, device: str, why: str, people: int, since_ms: int, *, is_soon: bool = False
    ) -> Trouble:
        return Trouble(self.code, self.name, part, device, why, people, since_ms, is_soon)


def _why(device: DeviceState) -> str:
    """The most urgent reason to go to a device; "" for none. Silence is never called "no paper"."""
    if device.device in _BAD:
        return device.device
    if device.cover == "open":
        return "cover_open"
    if device.paper in ("out", "jammed"):
        return f"paper_{device.paper}"
    return "paper_low" if device.paper == "low" else ""


def troubles_of(units: list[Unit], now_ms: int) -> list[Trouble]:
    """What stands still first, then by how many people it concerns."""
    found = [trouble for unit in units for trouble in unit.troubles(now_ms)]
    return sorted(found, key=lambda each: (each.is_soon, -each.people, each.centre, each.part, each.device))


def read_units(tx: Transaction, since_day: int) -> list[Unit]:
    """All centres; ``since_day``: from when on visitors are counted."""
    wanted = {row[0]: row[1] for row in tx.rows("rollout.changed", since=-1)}
    reports = {row[0]: _report(row[5]) for row in tx.rows("upkeep.reports")}
    visitors = {row[0]: row[1] // max(row[2], 1) for row in tx.rows("upkeep.visitors", since=since_day)}
    return [_unit(row, wanted, reports, visitors) for row in tx.rows("upkeep.healths")]


def _unit(row: tuple[Any, ...], wanted: dict[int, int], reports: dict[int, Any], visitors: dict[int, int]) -> Unit:
    number, code, name_vi, name_en, group, heard_ms, offset_ms, version, health = row
    name, mine = Text(vi=name_vi, en=name_en), (wanted.get(number, 0), reports.get(number), visitors.get(number, 0))
    return Unit(number, code, name, group, heard_ms, offset_ms, version, heartbeat(health), *mine)


def _report(text: str) -> FleetReport | None:
    try:
        return msgspec.json.decode(text, type=FleetReport)
    except msgspec.DecodeError:  # of another version
        return None
