"""What is published for central itself reaches its warnings."""

from kiosk.central.alarms.parts import Rules
from kiosk.central.alarms.rules import limits_of
from kiosk.central.fleet.alarm_settings import read_rules
from kiosk.central.fleet.layer import LayerName
from kiosk.config.parts import Duty
from kiosk.config.warning import Channel, Warnings
from tests.central.conftest import CENTRES
from tests.central.fleet.conftest import FleetCentral

NIGHT = Channel(name="Trực đêm", url="json://localhost", level=2)
DAY = Channel(name="Ban ngày", url="json://localhost")
BASE = Rules(Warnings(), (NIGHT, DAY))


def rules(fleet: FleetCentral) -> Rules:
    return fleet.central.database.read_now(lambda tx: read_rules(tx, BASE))


def finish(fleet: FleetCentral) -> None:
    for number in (1, 2, 3):
        fleet.central.database.write_now(
            lambda tx, it=number: tx.run("rollout.finish", id=it, state="done", author="", now_ms=1)  # type: ignore[misc]
        )


def test_without_anything_said_it_is_as_in_the_file(fleet: FleetCentral) -> None:
    assert rules(fleet) == BASE


def test_the_nearest_layer_decides_when_a_wait_is_too_long(fleet: FleetCentral) -> None:
    fleet.publish({"warning": {"threshold_min": 20}}, at_once=True)
    fleet.publish({"warning": {"early_min": 2}}, LayerName("centre", CENTRES[0]))
    finish(fleet)
    mine, other = (limits_of(rules(fleet).warnings, centre, "x") for centre in CENTRES[:2])
    assert (mine.over_s, mine.early_s) == (20 * 60, 18 * 60)
    assert (other.over_s, other.early_s) == (20 * 60, 15 * 60)


def test_what_is_being_rolled_out_does_not_hold_yet(fleet: FleetCentral) -> None:
    fleet.publish({"warning": {"threshold_min": 20}})
    assert rules(fleet) == BASE


def test_a_channel_is_switched_off_and_its_hours_are_changed(fleet: FleetCentral) -> None:
    said = [{"id": "Trực đêm", "hours": ["22:00-06:00"]}, {"id": "Ban ngày", "on": False}, {"id": "không có"}]
    fleet.publish({"channels": said}, at_once=True)
    finish(fleet)
    (channel,) = rules(fleet).channels
    assert (channel.name, channel.hours, channel.level) == ("Trực đêm", (Duty("22:00-06:00"),), 2)
