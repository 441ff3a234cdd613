"""A change reaches centres wave by wave, stops by itself and goes back."""

from itertools import chain
from typing import Any

import pytest

from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import Conflict, LayerState, save_draft
from kiosk.central.fleet.pace import Reachable, next_step, waves_of
from kiosk.central.fleet.rollout import NothingToPublish, Plan, UnderWay, cancel, find, go_back, publish
from kiosk.wire.fleet_api import PartReport
from tests.central.conftest import CENTRES
from tests.central.fleet.conftest import CITY_LAYER, FleetCentral, well

WARM = {"texts": {"welcome": {"vi": "Xin chào", "en": "Welcome"}}}
COLD = {"texts": {"welcome": {"vi": "Mời vào", "en": "Come in"}}}
MINUTE = 60_000


def test_a_change_is_given_to_one_centre_and_the_others_follow_when_it_is_well(fleet: FleetCentral) -> None:
    devices = [fleet.enrolled(code) for code in CENTRES]
    rollout = fleet.publish(WARM, first=CENTRES[1])
    held = [fleet.get(device).status_code for device in devices]
    assert held == [304, 200, 304]
    fleet.take(devices[1])
    fleet.look()
    assert fleet.rollout(rollout.id).wave == 0, "it is watched for a minute"
    fleet.clock.advance(61_000)
    fleet.look()
    assert fleet.rollout(rollout.id).wave == 1
    for _ in range(4):
        for device in devices:
            if fleet.get(device).status_code == 200:
                fleet.take(device)
        fleet.clock.advance(61_000)
        fleet.look()
    assert fleet.rollout(rollout.id).state == "done"
    assert [fleet.layers(device)["city"] for device in devices] == [WARM] * 3


def test_an_ill_first_centre_stops_it_and_gets_back_what_it_had_in_a_newer_version(fleet: FleetCentral) -> None:
    devices = [fleet.enrolled(code) for code in CENTRES]
    fleet.publish(WARM, at_once=True)
    before = [fleet.take(device) for device in devices]
    fleet.clock.advance(61_000)
    fleet.look()
    rollout = fleet.publish(COLD, first=CENTRES[0])
    version = fleet.desired(devices[0]).version
    fleet.report(
        devices[0],
        version=before[0],
        state="rolled_back",
        refused=version,
        reason="unhealthy",
        detail="crashed at start",
    )
    fleet.look()
    assert fleet.rollout(rollout.id).state == "gone_back"
    assert fleet.desired(devices[0]).version > version
    fleet.take(devices[0])
    targets = fleet.central.database.read_now(lambda tx: tx.rows("rollout.targets", id=rollout.id))
    assert [row[-2] for row in targets] == ["crashed at start", "", ""], "said also when it is well again"
    assert fleet.layers(devices[0])["city"] == WARM
    assert [fleet.desired(device).version for device in devices[1:]] == before[1:]
    assert fleet.layer().published == WARM


def test_a_kiosk_that_is_switched_off_stops_no_rollout(fleet: FleetCentral) -> None:
    device = fleet.enrolled(CENTRES[0])
    rollout = fleet.publish(WARM, at_once=True)
    version = fleet.desired(device).version
    off = PartReport(name="kiosk-2", kind="kiosk", version=0, state="waiting", healthy=False)
    fleet.report(device, version=version, parts=(well("hub", version), off))
    fleet.look()
    assert fleet.rollout(rollout.id).state == "running"
    ill = PartReport(name="kiosk-2", kind="kiosk", version=version, state="applied", healthy=False)
    fleet.report(device, version=version, parts=(well("hub", version), ill))
    fleet.look()
    assert fleet.rollout(rollout.id).state == "gone_back"


def test_of_two_layers_that_are_watched_the_one_that_came_last_is_to_blame(fleet: FleetCentral) -> None:
    device = fleet.enrolled(CENTRES[0])
    city = fleet.publish(WARM, at_once=True)
    fleet.take(device)
    centre = fleet.publish(COLD, LayerName("centre", CENTRES[0]), at_once=True)
    version = fleet.desired(device).version
    ill = PartReport(name="kiosk-1", kind="kiosk", version=version - 1, state="rolled_back", refused=version)
    fleet.report(device, version=version, state="rolled_back", parts=(well("hub", version), ill))
    fleet.look()
    assert (fleet.rollout(city.id).state, fleet.rollout(centre.id).state) == ("running", "gone_back")
    back = fleet.desired(device).version
    assert back > version
    fleet.report(device, version=back, state="waiting", parts=(well("hub", back), ill))
    fleet.look()
    assert fleet.rollout(city.id).state == "running", "the kiosk has not taken up the document without it yet"
    fleet.clock.advance(61_000)
    fleet.take(device)
    fleet.look()
    assert fleet.rollout(city.id).state == "done"
    assert fleet.layers(device) == {"city": WARM}


def test_a_layer_that_did_harm_is_found_when_the_later_one_is_gone(fleet: FleetCentral) -> None:
    device = fleet.enrolled(CENTRES[0])
    city = fleet.publish(WARM, at_once=True)
    centre = fleet.publish(COLD, LayerName("centre", CENTRES[0]), at_once=True)
    for rollout in (centre, city):
        version = fleet.desired(device).version
        fleet.report(device, version=0, state="rolled_back", refused=version)
        fleet.look()
        assert fleet.rollout(rollout.id).state == "gone_back"
    assert fleet.layers(device) == {}


def test_somebody_takes_it_back_by_hand(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    rollout = fleet.publish(WARM, at_once=True)
    assert fleet.layers(device)["city"] == WARM
    fleet.central.database.write_now(lambda tx: go_back(tx, rollout, "An", fleet.clock.now_ms()))
    fleet.look()
    assert fleet.layers(device) == {}
    assert fleet.desired(device).version == 2
    assert (fleet.rollout(rollout.id).state, fleet.rollout(rollout.id).ended_by) == ("gone_back", "An")


def test_a_scheduled_change_waits_for_its_hour_and_can_be_cancelled(fleet: FleetCentral) -> None:
    device, later = fleet.enrolled(), fleet.clock.now_ms() + 30 * MINUTE
    first = fleet.publish(WARM, start_ms=later, at_once=True)
    assert fleet.get(device).status_code == 304
    fleet.central.database.write_now(lambda tx: cancel(tx, first, "An", fleet.clock.now_ms()))
    assert fleet.layer().published == {}
    fleet.publish(COLD, start_ms=later, at_once=True)
    fleet.clock.advance(30 * MINUTE)
    fleet.look()
    assert fleet.layers(device)["city"] == COLD


def test_a_centre_that_is_away_holds_nothing_up_and_gets_it_when_it_returns(fleet: FleetCentral) -> None:
    devices = [fleet.enrolled(code) for code in CENTRES[:2]]
    rollout = fleet.publish(WARM, at_once=True)
    fleet.take(devices[0])
    fleet.clock.advance(10 * MINUTE)
    fleet.look()
    assert fleet.rollout(rollout.id).state == "done"
    assert fleet.layers(devices[1])["city"] == WARM


def test_a_centre_that_enrols_later_is_told_what_holds(fleet: FleetCentral) -> None:
    fleet.publish(WARM, at_once=True)
    fleet.publish({"warning": {"early_min": 7}}, LayerName("centre", CENTRES[2]))
    device = fleet.enrolled(CENTRES[2])
    fleet.look()
    assert fleet.layers(device) == {"city": WARM, f"centre {CENTRES[2]}": {"warning": {"early_min": 7}}}


def test_layers_stand_in_order_and_a_kiosks_is_an_entry_of_kiosks(fleet: FleetCentral) -> None:
    device = fleet.enrolled(CENTRES[0])
    fleet.publish({"sound": {"volume_percent": 10}}, LayerName("kiosk", f"{CENTRES[0]}/kiosk-1"))
    fleet.publish({"rule": {"priority_share": 2}}, LayerName("group", "bac"))
    fleet.publish(WARM | {"channels": [{"id": "Trực ban", "on": False}]}, at_once=True)
    assert list(fleet.layers(device)) == ["city", "group bac", f"kiosk {CENTRES[0]}/kiosk-1"]
    kiosk = fleet.layers(device)[f"kiosk {CENTRES[0]}/kiosk-1"]
    assert kiosk == {"kiosks": [{"id": "kiosk-1", "sound": {"volume_percent": 10}}]}
    assert "channels" not in fleet.layers(device)["city"], "those are for central"


def test_a_second_admin_is_told_and_loses_nothing(fleet: FleetCentral) -> None:
    mine = fleet.layer().revision
    fleet.save(WARM)
    refused = fleet.central.database.write_now(
        lambda tx: save_draft(tx, CITY_LAYER, COLD, mine, "Bình", fleet.clock.now_ms())
    )
    assert isinstance(refused, Conflict)
    assert (refused.theirs.draft, refused.theirs.draft_by) == (WARM, "An")
    assert fleet.layer().draft == WARM


def test_what_was_changed_since_is_not_published(fleet: FleetCentral) -> None:
    seen = fleet.save(WARM).revision
    fleet.save(COLD)
    now_ms = fleet.clock.now_ms()
    outcome = fleet.central.database.write_now(
        lambda tx: publish(tx, CITY_LAYER, seen, Plan("Bình", "", now_ms), now_ms)
    )
    assert isinstance(outcome, Conflict)


def test_a_layer_is_rolled_out_once_at_a_time_and_not_without_a_draft(fleet: FleetCentral) -> None:
    now_ms = fleet.clock.now_ms()

    def again(revision: int) -> Any:
        return fleet.central.database.write_now(
            lambda tx: publish(tx, CITY_LAYER, revision, Plan("An", "", now_ms), now_ms)
        )

    assert isinstance(again(0), NothingToPublish)
    first = fleet.publish(WARM, start_ms=now_ms + MINUTE)
    assert again(fleet.save(COLD).revision) == UnderWay(first.id)


def test_a_draft_that_says_what_holds_is_none(fleet: FleetCentral) -> None:
    fleet.publish(WARM, at_once=True)
    fleet.save(COLD)
    saved = fleet.save(WARM)
    assert isinstance(saved, LayerState)
    assert saved.draft is None


def many(count: int, away: int = 0) -> list[Reachable]:
    return [Reachable(n, f"{n:05}", n > away) for n in range(1, count + 1)]


def test_waves_are_one_a_twentieth_a_quarter_and_all_and_who_is_away_comes_last() -> None:
    waves = waves_of(many(168, away=20), 7, "00100")
    assert [len(wave) for wave in waves] == [1, 8, 33, 126]
    assert waves[0] == [100]
    assert sorted(chain.from_iterable(waves)) == list(range(1, 169))
    assert set(range(1, 21)) <= set(waves[-1])
    assert waves_of(many(168), 7, "00100")[1] != waves_of(many(168), 8, "00100")[1]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (2, [1, 1]), (3, [1, 2]), (5, [1, 1, 3])])
def test_few_centres_make_few_waves(count: int, sizes: list[int]) -> None:
    assert [len(wave) for wave in waves_of(many(count), 1)] == sizes


@pytest.mark.parametrize(
    ("outcomes", "watched_s", "is_last", "step"),
    [
        ({"open": 10}, 600, False, "wait"),
        ({"done": 10}, 59, False, "wait"),
        ({"done": 10}, 60, False, "next"),
        ({"done": 10}, 60, True, "done"),
        ({"done": 9, "open": 1}, 60, False, "next"),
        ({"done": 8, "open": 2}, 60, False, "wait"),
        ({"done": 5, "away": 100}, 60, True, "done"),
        ({"away": 1}, 600, False, "wait"),
        ({"ill": 1}, 1, False, "stop"),
        ({"ill": 2, "done": 98}, 70, False, "next"),
        ({"ill": 3, "done": 97}, 70, False, "stop"),
        ({"ill": 3, "open": 97}, 5, True, "stop"),
    ],
)
def test_when_a_rollout_goes_on_and_when_it_stops(outcomes: Any, watched_s: float, is_last: bool, step: str) -> None:
    assert next_step(outcomes, 2, watched_s, is_last=is_last) == step


def test_what_is_published_while_all_are_away_goes_to_one_first_and_to_the_others_when_that_one_is_well(
    fleet: FleetCentral,
) -> None:
    """At night hubs are switched off: in the morning a mistake closes one centre and not all."""
    devices = [fleet.enrolled(code) for code in CENTRES]
    fleet.clock.advance(60 * MINUTE)
    rollout = fleet.publish(WARM, first=CENTRES[1])
    for _ in range(5):
        fleet.clock.advance(2 * MINUTE)
        fleet.look()
    assert [fleet.get(device).status_code for device in devices] == [304, 200, 304]
    fleet.take(devices[1])
    for _ in range(3):
        fleet.clock.advance(61_000)
        fleet.look()
    assert fleet.rollout(rollout.id).state == "done"
    assert [fleet.layers(device)["city"] for device in devices] == [WARM] * 3


def test_a_wave_of_centres_that_are_away_is_passed_over_when_one_has_tried_it() -> None:
    assert next_step({"away": 8}, 2, 60, is_last=False, earlier_done=True) == "next"


def test_a_wave_that_becomes_ill_later_stops_it_too() -> None:
    assert next_step({"done": 10}, 2, 90, is_last=False, earlier_ill=True) == "stop"


def test_an_unknown_rollout_is_none(fleet: FleetCentral) -> None:
    assert fleet.central.database.read_now(lambda tx: find(tx, 99)) is None
