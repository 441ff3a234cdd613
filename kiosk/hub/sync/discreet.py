"""What goes to the city names no folders of this machine: of a path its last part is kept, which names the thing.

The centre's own pages and logs keep the whole path: who repairs the machine needs it.
"""

import re

import msgspec

from kiosk.wire.central_api import Heartbeat
from kiosk.wire.fleet_api import CommandResult, FleetReport
from kiosk.wire.kiosk_api import DeviceState

#: Two names and more; not the slash of "5/7", of "Offline/No paper" or of an address such as "http://hub/v1".
_PATH = re.compile(r"(?<![\w/.])/(?:[^/\s'\",;:]+/)+([^/\s'\",;:]*)")


def without_paths(words: str) -> str:
    return _PATH.sub(r"\1", words)


def discreet_heartbeat(beat: Heartbeat) -> Heartbeat:
    kiosks = (msgspec.structs.replace(kiosk, devices=_devices(kiosk.devices)) for kiosk in beat.kiosks)
    return msgspec.structs.replace(beat, kiosks=tuple(kiosks), displays=_devices(beat.displays))


def discreet_report(report: FleetReport) -> FleetReport:
    parts = tuple(msgspec.structs.replace(part, detail=without_paths(part.detail)) for part in report.parts)
    return msgspec.structs.replace(report, detail=without_paths(report.detail), parts=parts)


def discreet_result(result: CommandResult) -> CommandResult:
    return msgspec.structs.replace(result, detail=without_paths(result.detail))


def _devices(states: tuple[DeviceState, ...]) -> tuple[DeviceState, ...]:
    return tuple(msgspec.structs.replace(each, detail=without_paths(each.detail)) for each in states)
