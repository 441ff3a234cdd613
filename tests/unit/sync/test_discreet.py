"""What goes to the city names no folders of a machine of the centre."""

import msgspec
import pytest

from kiosk.hub.sync.discreet import discreet_report, discreet_result, without_paths
from kiosk.hub.sync.health import fitting
from kiosk.wire.central_api import Heartbeat, KioskHealth
from kiosk.wire.fleet_api import CommandResult, FleetReport, PartReport
from kiosk.wire.kiosk_api import DeviceState


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("could not open port /dev/kiosk/printer: [Errno 2]", "could not open port printer: [Errno 2]"),
        ("[Errno 13] Permission denied: '/etc/kiosk/profiles/own.toml'", "[Errno 13] Permission denied: 'own.toml'"),
        ("/var/lib/kiosk/data/: No space left", ": No space left"),
        ("cannot open:/dev/kiosk/printer", "cannot open:printer"),
        ("page 5/7, Offline/No paper", "page 5/7, Offline/No paper"),
        ("http://127.0.0.1:8080/v1/settings is away", "http://127.0.0.1:8080/v1/settings is away"),
        ("hết giấy", "hết giấy"),
    ],
)
def test_of_a_path_the_last_part_is_kept(words: str, told: str) -> None:
    assert without_paths(words) == told


def test_a_heartbeat_a_report_and_a_result_are_discreet() -> None:
    why = "no such file: /dev/kiosk/printer"
    state = DeviceState(id="printer", kind="printer", state="unavailable", device="offline", detail=why)
    health = KioskHealth(kiosk="kiosk-1", heard_ms=1, devices=(state,))
    beat = Heartbeat(
        centre="a",
        epoch=1,
        head=0,
        version="1",
        sent_ms=1,
        offset_ms=0,
        started_ms=1,
        kiosks=(health,),
        displays=(state,),
    )
    part = PartReport(name="kiosk-1", kind="kiosk", version=0, state="refused", detail=why)
    report = FleetReport(centre="a", version=0, state="refused", detail=why, parts=(part,))
    result = CommandResult(number=1, state="failed", detail=why)
    for told in (fitting(beat), *map(msgspec.json.encode, (discreet_report(report), discreet_result(result)))):
        assert b"/dev" not in told
        assert b"no such file: printer" in told
