"""What a heartbeat tells of the machine. What cannot be read is left out: health never holds up a delivery."""

import shutil
from pathlib import Path

import msgspec

from kiosk.hub.sync.discreet import discreet_heartbeat
from kiosk.wire.central_api import MAX_HEARTBEAT, Heartbeat, with_short_details

_THERMAL = Path("/sys/class/thermal")
#: Zones that are not connected tell 0, -273 or thousands of degrees.
_BELIEVED_C = (1.0, 125.0)
_MB = 1_000_000


def fitting(beat: Heartbeat) -> bytes:
    """As central takes it: what does not fit is left out, for without a heartbeat a centre is thought to be silent."""
    beat = discreet_heartbeat(beat)
    body = msgspec.json.encode(with_short_details(beat))
    if len(body) > MAX_HEARTBEAT:
        body = msgspec.json.encode(with_short_details(beat, 0))
    if len(body) > MAX_HEARTBEAT:
        body = msgspec.json.encode(msgspec.structs.replace(beat, kiosks=(), displays=()))
    return body


def disk_free_mb(folder: Path) -> int:
    """-1: not known."""
    try:
        return shutil.disk_usage(folder).free // _MB
    except OSError:
        return -1


def temperature_c(thermal: Path = _THERMAL) -> float | None:
    """Of the hottest zone, which is the processor in practice (Linux, Documentation/driver-api/thermal/sysfs-api)."""
    found = [degrees for zone in thermal.glob("thermal_zone*") if (degrees := _degrees(zone)) is not None]
    return max(found, default=None)


def _degrees(zone: Path) -> float | None:
    try:
        degrees = int((zone / "temp").read_text()) / 1000
    except (OSError, ValueError):
        return None
    return degrees if _BELIEVED_C[0] <= degrees <= _BELIEVED_C[1] else None
