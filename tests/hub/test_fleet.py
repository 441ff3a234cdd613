"""What the city wants reaches the hub and its kiosks, and what came of it goes back."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from kiosk.config import HubConfig
from kiosk.config.numbered import NumberedFiles
from kiosk.config.signed import Reason, Refused
from kiosk.hub.app import build_app
from kiosk.hub.sync.enrol import enrol as enrol_at
from kiosk.hub.sync.line import CentralAddress
from kiosk.wire.fleet_api import CommandResult, FleetReport, KioskDesired
from tests.fakes.central_peer import CentralPeer, running
from tests.fakes.clock import FakeClock
from tests.fakes.recorder import Recorder
from tests.fakes.signed_settings import Signer, public
from tests.hub.conftest import ORIGIN, QUICK_HASHER, RunningHub, enrol

Tree = dict[str, Any]


def layers(tree: Tree) -> Tree:
    return {"layers": [{"name": "city", "tree": tree}]}


HOURS: Tree = {"texts": {"announcement": {"vi": "Mai nghỉ lễ", "en": "Closed tomorrow"}}, "rule": {"undo_s": 7}}


@dataclass
class Centre:
    running: RunningHub
    peer: CentralPeer
    signer: Signer

    def publish(self, version: int, tree: Tree) -> None:
        self.peer.document = version, self.signer.document(version, layers(tree))

    def reported(self, wanted: Any) -> FleetReport:
        return self.peer.reports.wait_for(lambda items: any(map(wanted, items)), 20)[-1]


@pytest.fixture
def peer(clock: FakeClock) -> Iterator[tuple[CentralPeer, str, Signer]]:
    signer = Signer(clock.now_ms())
    root = base64.b64encode(public(signer.root)).decode()
    with running(CentralPeer(clock=clock, roots=(root,), city="hcmc")) as found:
        yield found.peer, found.url, signer


@pytest.fixture
def centre(config: HubConfig, clock: FakeClock, peer: tuple[CentralPeer, str, Signer]) -> Iterator[Centre]:
    central, url, signer = peer
    enrol_at(CentralAddress(url), "CODE-0001", config.data, "phuong-thu", clock)
    app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        enrol(app.state.hub)
        yield Centre(RunningHub(app.state.hub, client, clock), central, signer)


def test_a_published_change_is_in_use_without_a_restart_and_central_is_told(centre: Centre) -> None:
    centre.publish(5, HOURS)
    report = centre.reported(lambda report: report.version == 5 and report.state == "applied")
    assert [part.name for part in report.parts] == ["hub"]
    catalogue = centre.running.kiosk("GET", "/v1/catalogue").json()
    assert (catalogue["is_open"], catalogue["notice"]["vi"]) == (True, "Mai nghỉ lễ")
    assert centre.running.hub.centre.rule.undo_s == 7
    centre.running.hub.store.maintain(lambda _: None)
    recorded = [row[0] for row in centre.running.rows("SELECT event FROM outbox WHERE event LIKE '%settings_taken%'")]
    assert any('"applied"' in event for event in recorded)


def test_central_hears_once_what_the_centre_s_own_file_says(centre: Centre) -> None:
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    told = [report for report in centre.peer.reports.items if report.own]
    assert len(told) == 1
    assert [each["id"] for each in msgspec.json.decode(told[0].own)["services"]] == ["khai-sinh", "ket-hon", "sao-y"]


def test_what_makes_no_sense_here_is_refused_and_not_asked_for_again(centre: Centre) -> None:
    centre.publish(5, {"services": [{"id": each, "removed": True} for each in ("khai-sinh", "ket-hon", "sao-y")]})
    report = centre.reported(lambda report: report.state == "refused")
    assert (report.reason, report.refused, report.version) == (Reason.SENSELESS, 5, 0)
    assert len(report.detail) > 20
    assert centre.running.take()["label"] == "B001", "the centre goes on"


@pytest.mark.parametrize(
    "tree",
    [
        {"texts": {"announcement": {"vi": "<b>Nghỉ</b>", "en": "x"}}},
        {"texts": {"announcement": {"vi": "[color=ff0000]Nghỉ", "en": "x"}}},
        {"kiosk": {"theme": {"logo": base64.b64encode(b"GIF89a not a png").decode()}}},
        {"hours": {"week": [{"days": ["mon"], "reception": ["07:30-11:30", "11:00-17:00"]}]}},
    ],
    ids=["html", "kivy", "logo", "hours"],
)
def test_bad_content_is_refused_with_its_place(centre: Centre, tree: Tree) -> None:
    centre.publish(5, tree)
    report = centre.reported(lambda report: report.state == "refused")
    assert report.reason == Reason.SENSELESS
    assert report.detail


def test_a_stranger_s_document_changes_nothing(centre: Centre) -> None:
    refused: Recorder[Refused | None] = Recorder()
    stranger = Signer(centre.running.clock.now_ms())
    centre.running.hub.fleet.keeper.receive(stranger.document(9, layers(HOURS)), refused.add)
    assert refused.wait_for(bool)[0] == Refused(Reason.UNKNOWN_KEY, "no pinned root signed the key")
    assert centre.running.hub.centre.rule.undo_s == 20


def half_of(answer: bytes) -> Response:
    """A line that is cut: less than was promised."""
    response = Response(answer[: len(answer) // 2])
    response.headers["Content-Length"] = str(len(answer))
    return response


@pytest.mark.parametrize(
    "spoil",
    [half_of, lambda answer: Response(answer[:-40]), lambda _: Response(b" " * 50_000_000)],
    ids=["half", "an end that is missing", "50 MB"],
)
def test_half_a_download_and_fifty_megabytes_change_nothing_and_the_whole_is_taken_then(
    centre: Centre, spoil: Callable[[bytes], Response]
) -> None:
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    centre.peer.spoil.append(spoil)
    before = len(centre.peer.asked.items)
    centre.publish(6, HOURS | {"rule": {"undo_s": 9}})
    centre.peer.asked.wait_for(lambda items: not centre.peer.spoil and (5, 0) in items[before:], 20)
    centre.reported(lambda report: report.version == 6 and report.state == "applied")
    assert centre.running.hub.centre.rule.undo_s == 9


def test_settings_with_which_the_hub_does_not_answer_are_given_up_by_itself(centre: Centre) -> None:
    hub, clock = centre.running.hub, centre.running.clock
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")

    def check() -> None:
        if hub.centre.rule.undo_s == 8:
            raise RuntimeError("the supervisor's page cannot be made")

    hub.fleet.keeper.watch(check)
    centre.publish(6, {"rule": {"undo_s": 8}})
    centre.reported(lambda report: report.version == 6 and report.state == "waiting")
    clock.advance(61_000)
    report = centre.reported(lambda report: report.state == "rolled_back")
    assert (report.version, report.refused, report.reason) == (5, 6, Reason.ILL)
    assert "supervisor's page" in report.detail
    assert hub.centre.rule.undo_s == 7
    assert hub.fleet.keeper.offered is not None
    assert hub.fleet.keeper.offered[0] == 5, "no kiosk is given the other"


def desired(centre: Centre, mark: str = "") -> KioskDesired | None:
    headers = {"authorization": "Bearer token-of-kiosk-1"} | ({"if-none-match": mark} if mark else {})
    answer = centre.running.client.get("/v1/settings", headers=headers)
    return None if answer.status_code == 304 else msgspec.json.decode(answer.content, type=KioskDesired)


def test_a_kiosk_gets_the_same_document_and_whom_to_trust(centre: Centre) -> None:
    assert centre.running.client.get("/v1/settings").status_code == 401
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    found = desired(centre)
    assert found is not None
    assert (found.version, found.document) == centre.peer.document
    assert found.roots == (base64.b64encode(public(centre.signer.root)).decode(),)
    assert (found.city, found.centre) == ("hcmc", "phuong-thu")
    assert desired(centre, '"5.0"') is None


def test_what_a_kiosk_says_of_its_settings_reaches_central(centre: Centre) -> None:
    said = {"name": "me", "kind": "kiosk", "version": 5, "state": "rolled_back", "reason": "crashed", "healthy": False}
    centre.running.kiosk("POST", "/v1/settings/report", said)
    report = centre.reported(lambda report: len(report.parts) == 2)
    assert (report.state, report.reason, report.parts[1].name) == ("rolled_back", "crashed", "kiosk-1")


def test_a_command_for_a_kiosk_is_carried_out_once_and_answered_once(centre: Centre) -> None:
    state = {"id": "printer", "kind": "printer", "state": "ready", "device": "online"}
    centre.running.kiosk("POST", "/v1/devices", {"devices": [state]})
    signed = centre.signer.command(3, "test_print", "kiosk-1")
    centre.peer.commands[3] = signed
    centre.peer.asked.wait_for(lambda items: (0, 3) in items, 20)
    found = desired(centre)
    assert found is not None
    assert found.commands == (signed,)
    assert desired(centre, '"0.3"') is None
    result = {"number": 3, "state": "done", "detail": "printed"}
    centre.running.kiosk("POST", "/v1/commands/result", result)
    centre.running.kiosk("POST", "/v1/commands/result", result)
    assert centre.peer.results.wait_for(bool) == [CommandResult(number=3, state="done", detail="printed")]
    centre.running.hub.store.maintain(lambda _: None)
    events = centre.running.rows("SELECT event FROM outbox WHERE event LIKE '%command_carried_out%'")
    assert len(events) == 1
    assert '"admin"' in events[0][0], "who gave it"


def test_a_kiosk_that_gave_up_an_older_version_is_waited_for_and_not_ill(centre: Centre) -> None:
    said = {"name": "me", "kind": "kiosk", "version": 4, "state": "rolled_back", "refused": 5, "healthy": False}
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    centre.running.kiosk("POST", "/v1/settings/report", said)
    centre.reported(lambda report: report.version == 5 and report.state == "rolled_back")
    centre.publish(6, HOURS | {"rule": {"undo_s": 9}})
    centre.reported(lambda report: report.version == 6 and report.state == "waiting")
    centre.running.kiosk("POST", "/v1/settings/report", said | {"version": 6, "state": "applied", "healthy": True})
    centre.reported(lambda report: report.version == 6 and report.state == "applied")


def test_a_command_that_is_refused_is_asked_for_ever_more_seldom_until_another_comes(centre: Centre) -> None:
    """A stranger's, or one that is over by this hub's clock: central sends it again until it is over there too."""
    centre.peer.commands[3] = Signer(centre.running.clock.now_ms()).command(3, "fetch_logs", "hub")
    before, began_s = len(centre.peer.asked.items), time.monotonic()
    centre.peer.asked.wait_for(lambda items: len(items) >= before + 6, 30)
    assert time.monotonic() - began_s >= 2.0, "a quarter, a quarter, a half and a whole second between five of them"
    centre.peer.commands[4] = centre.signer.command(4, "fetch_logs", "hub")
    assert centre.peer.results.wait_for(bool, 20)[0].number == 4


def test_what_a_newer_kiosk_says_besides_is_ignored(centre: Centre) -> None:
    said = {"name": "me", "kind": "kiosk", "version": 0, "state": "applied", "mood": "sunny"}
    assert centre.running.kiosk("POST", "/v1/settings/report", said).status_code == 200
    assert len(centre.reported(lambda report: len(report.parts) == 2).parts) == 2


def test_a_command_that_waits_for_its_kiosk_outlives_a_restart_of_the_hub(
    config: HubConfig, clock: FakeClock, peer: tuple[CentralPeer, str, Signer]
) -> None:
    central, url, signer = peer
    enrol_at(CentralAddress(url), "CODE-0001", config.data, "phuong-thu", clock)
    for handed_on in (False, True):
        app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
        with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
            hub = RunningHub(app.state.hub, client, clock)
            if not handed_on:
                enrol(app.state.hub)
                hub.kiosk("POST", "/v1/devices", {"devices": []})
                central.commands[3] = signer.command(3, "test_print", "kiosk-1")
            central.asked.wait_for(lambda items: items[-1] == (0, 3), 20)
            found = msgspec.json.decode(hub.kiosk("GET", "/v1/settings").content, type=KioskDesired)
            assert found.commands == (central.commands[3],)
            if handed_on:
                hub.kiosk("POST", "/v1/commands/result", {"number": 3, "state": "done"})
                assert central.results.wait_for(bool, 20)[0].state == "done"
    assert list((config.data / "errands").iterdir()) == []


def test_a_command_that_no_kiosk_answers_expires(centre: Centre) -> None:
    centre.running.kiosk("POST", "/v1/devices", {"devices": []})
    centre.peer.commands[3] = centre.signer.command(3, "screenshot", "kiosk-1")
    centre.peer.asked.wait_for(lambda items: (0, 3) in items, 20)
    centre.running.clock.advance(61_000)
    centre.running.hub.fleet.look()
    assert centre.peer.results.wait_for(bool)[0].state == "expired"


def test_commands_for_nobody_and_for_the_hub_itself(centre: Centre) -> None:
    centre.peer.commands[3] = centre.signer.command(3, "test_print", "kiosk-9")
    centre.peer.commands[4] = centre.signer.command(4, "fetch_logs", "hub")
    centre.peer.commands[5] = centre.signer.command(5, "reload_settings", "hub")
    results = centre.peer.results.wait_for(lambda items: len(items) == 3, 20)
    assert [(each.number, each.state) for each in results] == [(3, "failed"), (4, "done"), (5, "refused")]
    assert results[1].attachment_kind == "log"


def test_a_result_that_central_did_not_get_is_told_after_a_restart_of_the_hub(
    config: HubConfig, clock: FakeClock, peer: tuple[CentralPeer, str, Signer]
) -> None:
    central, url, _ = peer
    enrol_at(CentralAddress(url), "CODE-0001", config.data, "phuong-thu", clock)
    before = build_app(config, clock, "http://hub.test", QUICK_HASHER).state.hub
    result = CommandResult(number=9, state="done", attachment=b"log", attachment_kind="log")
    before.fleet.reports.answer(result)  # nobody sends it: the hub ends here
    app = build_app(config, clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False):
        assert central.results.wait_for(lambda items: len(items) == 1, 20) == [result]
    assert list((config.data / "results").iterdir()) == []


def test_of_kept_results_the_newest_fifty_are_told_in_order_and_broken_ones_go(tmp_path: Path) -> None:
    kept = NumberedFiles(tmp_path / "results", CommandResult)
    for number in range(60, 0, -1):
        kept.keep(number, CommandResult(number=number, state="done"))
    (tmp_path / "results" / "61.json").write_bytes(b"{")
    (tmp_path / "results" / "strange.json").write_bytes(b"{}")
    assert list(kept.read()) == list(range(11, 61))
    assert len(list((tmp_path / "results").iterdir())) == 50


def test_what_the_supervisor_puts_up_counts_before_the_city_s_and_central_sees_where(centre: Centre) -> None:
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    words = {"vi": "Thang máy hỏng"}
    assert centre.running.supervise("announce", words=words).status_code == 200
    catalogue = centre.running.kiosk("GET", "/v1/catalogue").json()
    assert (catalogue["is_open"], catalogue["notice"]) == (True, {"vi": "Thang máy hỏng", "en": "Thang máy hỏng"})
    centre.running.supervise("close_kiosk", words={"vi": "Mất điện", "en": "No power"})
    catalogue = centre.running.kiosk("GET", "/v1/catalogue").json()
    assert (catalogue["is_open"], catalogue["notice"]["en"]) == (False, "No power")
    centre.running.hub.fleet.look()
    report = centre.reported(lambda report: len(report.overrides) == 2)
    assert report.overrides == ("kiosk.closed", "texts.announcement")
    centre.running.supervise("open_kiosk")
    centre.running.supervise("end_announcement")
    assert centre.running.kiosk("GET", "/v1/catalogue").json()["notice"]["vi"] == "Mai nghỉ lễ"


def test_the_hub_starts_with_what_it_had_taken_up_when_the_city_is_away(
    centre: Centre, config: HubConfig, clock: FakeClock
) -> None:
    centre.publish(5, HOURS)
    centre.reported(lambda report: report.version == 5 and report.state == "applied")
    again = build_app(config, clock, "http://hub.test", QUICK_HASHER).state.hub
    assert again.centre.rule.undo_s == 7
