"""What hubs ask, report and answer: ``kiosk.wire.fleet_api``."""

import base64
import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.online_key import make_online_key, make_root, read_signer
from kiosk.central.fleet.orders import LIVE_S, expire_orders, give_order, orders_of
from kiosk.central.fleet.upkeep import prune
from kiosk.config.signed import Reason, Refused, Remembered, Trusted, TrustedCommand, verify, verify_command
from kiosk.errors import ConfigError
from kiosk.wire.central_api import Heartbeat, KioskHealth
from kiosk.wire.fleet_api import MAX_ATTACHMENT, CommandResult, FleetReport
from kiosk.wire.kiosk_api import DeviceState
from tests.central.conftest import CENTRES, RunningCentral, SigningDevice
from tests.central.fleet.conftest import FleetCentral, well
from tests.central.fleet.test_rollout import COLD, WARM

DAY_MS = 24 * 3_600_000


def order(fleet: FleetCentral, kind: str = "test_print", centre: str = CENTRES[0]) -> int:
    place = (fleet.rows("fleet.centre_by_code", code=centre)[0][0], centre)
    now_ms = fleet.clock.now_ms()
    number = fleet.central.database.write_now(lambda tx: give_order(tx, place, kind, "kiosk-1", "An", now_ms))  # type: ignore[arg-type]
    fleet.look()
    return number


def orders(fleet: FleetCentral, centre: str = CENTRES[0]) -> list[tuple[str, str]]:
    place = fleet.rows("fleet.centre_by_code", code=centre)[0][0]
    return [(each.state, each.detail) for each in fleet.central.database.read_now(lambda tx: orders_of(tx, place))]


def answer(fleet: FleetCentral, device: SigningDevice, **values: object) -> int:
    result = msgspec.convert({"state": "done"} | values, CommandResult)
    return fleet.post(device, "/v1/commands/result", msgspec.json.encode(result)).status_code


def test_a_hub_learns_at_enrolment_whom_to_trust(fleet: FleetCentral) -> None:
    device = SigningDevice()
    told = fleet.ask_to_enrol(device, fleet.code()).json()
    assert told["city"] == "hcmc"
    assert [len(base64.b64decode(root)) for root in told["roots"]] == [32]


def test_where_no_key_is_configured_nothing_is_ever_wanted(central: RunningCentral) -> None:
    device = SigningDevice()
    told = central.ask_to_enrol(device, central.code()).json()
    assert (told["roots"], told["city"]) == ([], "")
    device.device = told["device"]
    signed = device.headers("/v1/desired", b"", central.clock.now_ms(), method="GET")
    assert central.client.get("/v1/desired", headers=signed).status_code == 304


def test_what_is_held_already_is_not_sent_again(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    assert fleet.get(device).status_code == 304
    fleet.publish(WARM, at_once=True)
    answer = fleet.get(device)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1.0"')
    assert fleet.get(device, "1.0").status_code == 304


def test_a_hub_that_waits_is_answered_when_something_is_published(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(fleet.get, device, "0.0", Prefer="wait=30")
        while fleet.central.desired.waiting == 0:
            assert not waiting.done()
        fleet.publish(WARM, at_once=True)
        assert waiting.result(10).status_code == 200


def test_a_hub_that_waits_does_not_hold_up_a_restart(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(fleet.get, device, "0.0", Prefer="wait=30")
        while fleet.central.desired.waiting == 0:
            assert not waiting.done()
        portal = fleet.client.portal
        assert portal is not None
        portal.call(fleet.central.end_streams)
        assert waiting.result(10).status_code == 304


def test_a_stranger_is_told_nothing(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    fleet.publish(WARM, at_once=True)
    forged = SigningDevice(device.device, device.centre)
    assert fleet.get(forged).status_code == 401
    assert fleet.get(SigningDevice("nobody")).status_code == 401
    assert fleet.post(forged, "/v1/report", b"{}").status_code == 401


@pytest.mark.parametrize("tag", ["", "1", "a.b", "1.2.3", "9" * 20 + ".0", "-1.0"])
def test_a_tag_that_is_none_is_refused(fleet: FleetCentral, tag: str) -> None:
    assert fleet.get(fleet.enrolled(), tag).status_code == 400


def test_a_document_is_for_one_centre(fleet: FleetCentral) -> None:
    mine, other = (fleet.enrolled(code) for code in CENTRES[:2])
    fleet.publish(WARM, at_once=True)
    document = fleet.desired(mine).document
    assert document is not None
    refused = verify(document, fleet.trust(other), Remembered(), fleet.clock.now_ms())
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.OTHER_CENTRE


def test_a_document_is_good_from_the_moment_it_is_asked_for(fleet: FleetCentral) -> None:
    """A hub that comes back after a year gets one that it may take up."""
    device = fleet.enrolled()
    fleet.publish(WARM, at_once=True)
    fleet.clock.advance(350 * DAY_MS)
    document = fleet.desired(device).document
    assert document is not None
    assert isinstance(verify(document, fleet.trust(device), Remembered(), fleet.clock.now_ms()), Trusted)


def test_a_report_replaces_the_one_before_and_keeps_the_own_file(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    own = json.dumps({"hours": {"last_ticket_min": 20}}).encode()
    first = fleet.report(device, own=own)
    assert len(first.own_sha256) == 64
    again = fleet.report(device, version=3, overrides=("hours.last_ticket_min",), parts=(well("hub", 3),))
    assert again == first
    (report,) = fleet.rows("upkeep.reports")
    assert report[1:5] == (3, 0, "applied", 0)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"centre":"25747","version":-1,"state":"applied"}'])
def test_what_is_no_report_is_refused(fleet: FleetCentral, body: bytes) -> None:
    assert fleet.post(fleet.enrolled(), "/v1/report", body).status_code == 400


def test_what_a_newer_hub_says_besides_is_ignored(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    part = {"name": "hub", "kind": "hub", "version": 3, "state": "applied", "mood": "sunny"}
    said = {"centre": device.centre, "version": 3, "state": "applied", "parts": [part], "weather": "rain"}
    assert fleet.post(device, "/v1/report", json.dumps(said).encode()).status_code == 200
    (report,) = fleet.rows("upkeep.reports")
    assert report[1:4] == (3, 0, "applied")
    assert not any(word in str(report) for word in ("sunny", "rain"))


def test_an_own_file_that_is_no_table_is_refused(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    report = FleetReport(centre=device.centre, version=0, state="applied", own=b"[1")
    assert fleet.post_report(device, report).status_code == 400


def test_nobody_reports_for_another_centre(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    assert fleet.post_report(device, FleetReport(centre=CENTRES[1], version=0, state="applied")).status_code == 403


def test_a_command_reaches_its_hub_signed_and_is_not_sent_twice(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    number = order(fleet)
    answer = fleet.get(device)
    assert answer.headers["ETag"] == f'"0.{number}"'
    (signed,) = fleet.desired(device).commands
    trusted = verify_command(signed, fleet.trust(device), Remembered(), fleet.clock.now_ms())
    assert isinstance(trusted, TrustedCommand)
    assert (trusted.command.kind, trusted.command.target, trusted.command.by) == ("test_print", "kiosk-1", "An")
    assert fleet.get(device, f"0.{number}").status_code == 304
    assert fleet.desired(device, "0.0").document is None


def test_a_result_is_kept_with_what_came_with_it_and_the_first_counts(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    number = order(fleet, "fetch_logs")
    log = gzip.compress(b"log")
    assert answer(fleet, device, number=number, attachment=base64.b64encode(log).decode(), attachment_kind="log") == 200
    assert answer(fleet, device, number=number, state="failed", detail="again") == 200
    assert orders(fleet) == [("done", "")]
    place = fleet.rows("fleet.centre_by_code", code=CENTRES[0])[0][0]
    ((stored, kind),) = fleet.rows("upkeep.attachment", centre=place, number=number)
    assert (bytes(stored), kind) == (log, "log")
    assert fleet.desired(device, "0.0").commands == ()


def test_a_result_for_no_command_and_one_that_is_too_long_are_refused(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    assert answer(fleet, device, number=9) == 400
    big = json.dumps(
        {"number": 1, "state": "done", "attachment": base64.b64encode(b"x" * (MAX_ATTACHMENT + 1)).decode()}
    )
    assert fleet.post(device, "/v1/commands/result", big.encode()).status_code == 400
    assert fleet.post(device, "/v1/commands/result", b" " * 900_000).status_code == 413


def test_a_word_with_a_nul_in_it_breaks_no_database(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    assert answer(fleet, device, number=order(fleet), detail="paper\0out") == 200
    fleet.report(device, detail="a\0b")
    assert orders(fleet) == [("done", "paperout")]


def test_a_command_past_its_time_is_not_sent_and_ends(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    number = order(fleet)
    fleet.clock.advance(LIVE_S * 1000 + 1)
    assert fleet.desired(device).commands == ()
    assert fleet.get(device, f"0.{number}").status_code == 304
    fleet.clock.advance(10 * 60_000)
    fleet.central.database.write_now(lambda tx: expire_orders(tx, fleet.clock.now_ms()))
    assert orders(fleet) == [("expired", "")]


def test_numbers_of_commands_only_go_up(fleet: FleetCentral) -> None:
    first, second = order(fleet), order(fleet)
    fleet.clock.advance(400 * DAY_MS)
    fleet.central.database.write_now(lambda tx: prune(tx, fleet.clock.now_ms()))
    assert orders(fleet) == []
    assert first < second < order(fleet)


def test_a_number_tells_of_its_second_so_that_a_database_put_back_from_a_backup_gives_none_twice(
    fleet: FleetCentral,
) -> None:
    first = order(fleet)
    fleet.clock.advance(60_000)
    assert order(fleet) - first == 60


def test_settings_and_commands_come_together(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    fleet.publish(COLD, at_once=True)
    order(fleet)
    both = fleet.desired(device)
    assert both.document is not None
    assert len(both.commands) == 1


def beat(device: SigningDevice, now_ms: int, printer: str, paper: str) -> bytes:
    devices = (DeviceState(id="printer", kind="printer", state="ready", device=printer, paper=paper),)  # type: ignore[arg-type]
    display = DeviceState(id="bang-1", kind="display", state="ready", device="online")
    kiosk = KioskHealth(kiosk="kiosk-1", heard_ms=now_ms, devices=devices)
    heartbeat = Heartbeat(
        centre=device.centre, epoch=1, head=0, version="1", sent_ms=now_ms, kiosks=(kiosk,), displays=(display,)
    )
    return msgspec.json.encode(heartbeat)


def test_only_a_change_of_a_device_is_kept(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    place = fleet.rows("fleet.centre_by_code", code=device.centre)[0][0]
    for printer, paper in (
        ("online", "full"),
        ("online", "full"),
        ("online", "out"),
        ("offline", "unknown"),
        ("online", "full"),
    ):
        fleet.clock.advance(30_000)
        assert (
            fleet.post(device, "/v1/heartbeat", beat(device, fleet.clock.now_ms(), printer, paper)).status_code == 200
        )
    rows = fleet.rows("upkeep.states", centre=place, part="kiosk-1", device="printer", most=10)
    assert [row[1:3] for row in rows] == [
        ("online", "full"),
        ("offline", "unknown"),
        ("online", "out"),
        ("online", "full"),
    ]
    assert len(fleet.rows("upkeep.states", centre=place, part="hub", device="bang-1", most=10)) == 1


def test_a_worker_that_begins_anew_notes_nothing_twice(fleet: FleetCentral) -> None:
    device = fleet.enrolled()
    place = fleet.rows("fleet.centre_by_code", code=device.centre)[0][0]
    fleet.post(device, "/v1/heartbeat", beat(device, fleet.clock.now_ms(), "online", "full"))
    fleet.central.states.forget()
    fleet.clock.advance(30_000)
    fleet.post(device, "/v1/heartbeat", beat(device, fleet.clock.now_ms(), "online", "full"))
    assert len(fleet.rows("upkeep.states", centre=place, part="kiosk-1", device="printer", most=10)) == 1


def test_a_renewed_online_key_has_a_higher_number_and_the_same_root(tmp_path: Path) -> None:
    make_root(tmp_path / "root")
    first = make_online_key(tmp_path / "online", tmp_path / "root", "hcmc", 10, 1_795_000_000_000)
    second = make_online_key(tmp_path / "online", tmp_path / "root", "hcmc", 10, 1_795_000_000_000)
    assert (first.number, second.number) == (1, 2)
    assert first.roots == second.roots


def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    make_root(tmp_path / "root")
    make_online_key(tmp_path / "online", tmp_path / "root", "hcmc", 10, 1_795_000_000_000)
    (tmp_path / "online").chmod(0o644)
    with pytest.raises(ConfigError, match="others may read"):
        read_signer(tmp_path / "online")
    with pytest.raises(ConfigError, match="not overwritten"):
        make_root(tmp_path / "root")
    with pytest.raises(ConfigError, match="is no key"):
        make_online_key(tmp_path / "new", tmp_path / "online", "hcmc", 10, 1_795_000_000_000)


def test_what_a_kiosk_layer_is_called() -> None:
    assert LayerName("kiosk", "25747/kiosk-1").slug == "kiosk.25747.kiosk-1"
