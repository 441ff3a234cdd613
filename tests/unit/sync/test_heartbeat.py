"""A heartbeat arrives whatever the devices of a centre say."""

import msgspec
import pytest

from kiosk.hub.sync.health import fitting
from kiosk.wire.central_api import MAX_HEARTBEAT, Heartbeat, KioskHealth
from kiosk.wire.kiosk_api import MAX_DETAIL, DeviceState

BABBLE = "Máy in không trả lời. " * 1_000


def beat(kiosks: int, devices: int, detail: str) -> Heartbeat:
    printer = DeviceState(id="may-in", kind="printer", state="unavailable", device="hardware_error", detail=detail)
    health = tuple(KioskHealth(kiosk=f"kiosk-{n}", heard_ms=0, devices=(printer,) * devices) for n in range(kiosks))
    return Heartbeat(centre="phuong-thu", epoch=1, head=7, version="1", sent_ms=5, kiosks=health, displays=(printer,))


def test_what_fits_is_sent_as_it_is() -> None:
    ordinary = beat(3, 4, "hết giấy")
    assert msgspec.json.decode(fitting(ordinary), type=Heartbeat) == ordinary


def test_three_kiosks_that_babble_are_heard_with_the_beginning_of_what_they_say() -> None:
    body = fitting(beat(3, 1, BABBLE))
    assert len(body) <= MAX_HEARTBEAT
    found = msgspec.json.decode(body, type=Heartbeat)
    assert [each.devices[0].detail for each in found.kiosks] == [BABBLE[:MAX_DETAIL]] * 3
    assert found.displays[0].detail == BABBLE[:MAX_DETAIL]


@pytest.mark.parametrize(("kiosks", "devices", "kept"), [(8, 32, 8), (60, 32, 0)])
def test_what_is_still_too_long_loses_its_details_and_then_its_devices(kiosks: int, devices: int, kept: int) -> None:
    body = fitting(beat(kiosks, devices, BABBLE))
    assert len(body) <= MAX_HEARTBEAT
    found = msgspec.json.decode(body, type=Heartbeat)
    assert (found.head, len(found.kiosks)) == (7, kept)
