"""Batches as hubs send them, and as they should not: replayed, reordered, cut off, too large, forged."""

import gzip
import zlib

import msgspec
import pytest

from kiosk.central.devices import LOOK_S
from kiosk.central.enrolment import revoke
from kiosk.wire import events
from kiosk.wire.central_api import DEVICE, MAX_BODY, MAX_ROWS, MAX_SKEW_S, MAX_TEXT, NOW, SENT, SIGNATURE, Happened
from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub, look, whole_state
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import issued


def test_what_is_acknowledged_is_stored(hub: SendingHub) -> None:
    assert hub.acked(1, 300) == 300
    assert [row[0] for row in look(hub.central, "test.events")] == list(range(1, 301))


def test_sending_again_changes_nothing(hub: SendingHub) -> None:
    hub.acked(1, 200)
    before = whole_state(hub.central)
    assert hub.acked(1, 200) == 200
    assert hub.acked(50, 120) == 200
    assert whole_state(hub.central) == before


def test_a_batch_that_overlaps_adds_what_is_new(hub: SendingHub) -> None:
    hub.acked(1, 200)
    assert hub.acked(150, 300) == 300
    assert len(look(hub.central, "test.events")) == 300


def test_a_batch_too_early_is_told_where_to_go_on(hub: SendingHub) -> None:
    hub.acked(1, 100)
    answer = hub.send(151, 200)
    assert (answer.status_code, answer.json()["acked"]) == (409, 100)
    assert len(look(hub.central, "test.events")) == 100


def test_rows_that_the_hub_no_longer_has_are_noted_as_lost(hub: SendingHub) -> None:
    hub.acked(1, 100)
    assert hub.acked(151, 300, oldest=151) == 300
    assert look(hub.central, "test.links")[0][2:] == (300, 300, 50)


def test_an_empty_batch_tells_how_far_it_is(hub: SendingHub) -> None:
    hub.acked(1, 100)
    assert hub.acked(101, 100) == 100


def test_every_answer_tells_the_time(hub: SendingHub) -> None:
    for answer in (hub.send(1, 10), hub.send(200, 210), hub.post(b"{"), hub.without_device(b""), hub.beat()):
        assert answer.headers[NOW] == str(hub.central.clock.now_ms()), answer.status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not packed", 400),
        (gzip.compress(b"{"), 400),
        (gzip.compress(b"[]"), 400),
        (gzip.compress(b"\xff\xfe"), 400),
        (gzip.compress(b"[" * 100_000), 400),
        (gzip.compress(b"{}")[:-3], 400),
        (gzip.compress(b"{}") + b"more", 400),
        (gzip.compress(bytes(MAX_TEXT + 1)), 413),
        (bytes(MAX_BODY + 1), 413),
    ],
    ids=["empty", "plain", "cut", "list", "no text", "deep", "cut off", "more behind", "bomb", "too long"],
)
def test_what_is_no_batch_gets_a_clear_answer(hub: SendingHub, body: bytes, status: int) -> None:
    answer = hub.post(body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"] in ("malformed", "too_large")
    assert look(hub.central, "test.events") == []


def test_a_bomb_in_a_bomb_is_cut_off_while_it_is_unpacked(hub: SendingHub) -> None:
    """A gigabyte of zeros in a megabyte; only what is allowed is ever unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(900)) + packer.flush()
    assert len(bomb) < MAX_BODY
    assert hub.post(bomb).status_code == 413


def test_too_many_rows_are_refused(hub: SendingHub) -> None:
    rows = [[0, msgspec.to_builtins(issued(n + 1))] for n in range(MAX_ROWS + 1)]
    answer = hub.send(1, 0, rows=rows)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": 0},
        {"first": -1},
        {"epoch": 2**60},
        {"oldest": 5, "first": 2},
        {"rows": [[1]]},
        {"rows": [["now", {"event": "kiosk_opened"}]]},
        {"rows": [[1, {"event": "ticket_arrived", "ticket": "1", "counter": "1"}]]},
        {"rows": [[1, {"event": "ticket_arrived", "ticket": 2**80, "counter": "1"}]]},
        {"rows": [[1, {"event": "ticket_arrived", "ticket": 1, "counter": "1" * 5_000}]]},
        {"rows": [[1, {"v": 1}]]},
        {"rows": [[1, {"event": "of_tomorrow", "x": "1" * 50_000}]]},
        {"sent_ms": "now"},
    ],
)
def test_a_batch_with_something_wrong_is_refused_as_a_whole(hub: SendingHub, wrong: dict[str, object]) -> None:
    answer = hub.send(1, 10, **wrong)
    assert answer.status_code in (400, 413), answer.text
    assert look(hub.central, "test.events") == []


def test_a_refusal_names_the_row(hub: SendingHub) -> None:
    rows = [[1, {"event": "kiosk_opened"}], [1, {"event": "ticket_arrived", "ticket": 1}]]
    assert "row 8" in hub.send(7, 8, rows=rows).json()["detail"]


def test_events_of_a_newer_hub_are_stored_as_they_came(hub: SendingHub) -> None:
    rows = [[hub.rows[0].at_ms, {"event": kind, "v": 1, "colour": 7}] for kind in ("of_tomorrow", "kiosk_opened")]
    assert hub.acked(1, 2, rows=rows) == 2
    assert [row[2] for row in look(hub.central, "test.events")] == [0, 25]


def test_numbers_at_their_limits_are_stored(hub: SendingHub) -> None:
    largest = 2**53
    event = msgspec.to_builtins(issued(largest - 1)) | {
        "high_min": largest,
        "p10_s": -largest,
        "day": largest,
        "v": largest,
    }
    rows = [[at_ms, event | {"ticket": largest - 1 - n}] for n, at_ms in enumerate((10**30, -(10**30), 0))]
    assert hub.acked(1, 3, rows=rows) == 3


@pytest.mark.parametrize(
    "event",
    [
        msgspec.structs.replace(issued(1), label="A\0001"),
        msgspec.structs.replace(issued(1), service="khai\0sinh"),
        events.DossierSubmitted(code="H\0", procedure="1.0\0", kiosk="kiosk-1", visit=1),
    ],
    ids=["label", "word", "dossier"],
)
def test_text_that_postgresql_cannot_hold_is_stored_without_what_it_cannot(
    central: RunningCentral, event: events.Event
) -> None:
    """Else all that is stored together with it would be stored one by one, as often as its hub likes."""
    hub = SendingHub(central, central.enrolled(), [Happened(MONDAY_9_00 - 60_000, event)])
    assert hub.acked(1, 1) == 1
    assert hub.beat(version="1\0").status_code == 200


def test_an_unknown_device_is_refused(hub: SendingHub) -> None:
    hub.device.device = "d-4711"
    assert hub.send(1, 10).json()["error"] == "unknown_device"


def test_a_device_of_another_centre_is_refused(hub: SendingHub) -> None:
    answer = hub.send(1, 10, centre="25750")
    assert (answer.status_code, answer.json()["error"]) == (403, "another_centre")


def test_a_centre_that_does_not_exist_is_refused(hub: SendingHub) -> None:
    assert hub.send(1, 10, centre="4711").status_code == 403


def test_a_revoked_device_is_refused_within_seconds(hub: SendingHub) -> None:
    central, now_ms = hub.central, hub.central.clock.now_ms()
    hub.acked(1, 10)
    central.central.database.write_now(lambda tx: revoke(tx, hub.device.device, now_ms))
    central.clock.advance(round(LOOK_S * 1000))
    central.client.portal.call(central.central.devices.look)
    answer = hub.send(11, 20)
    assert (answer.status_code, answer.json()["error"]) == (401, "revoked")


def test_a_changed_body_is_refused(hub: SendingHub) -> None:
    body = gzip.compress(msgspec.json.encode(hub.batch(1, 10)))
    signed = hub.device.headers("/v1/events", body, hub.central.clock.now_ms())
    answer = hub.post(gzip.compress(msgspec.json.encode(hub.batch(1, 11))), **{SIGNATURE: signed[SIGNATURE]})
    assert (answer.status_code, answer.json()["error"]) == (401, "forged")


@pytest.mark.parametrize("signature", ["", "AAAA", "no base64!", "\u00e9"])
def test_a_signature_that_is_none_is_refused(hub: SendingHub, signature: str) -> None:
    assert hub.post(b"{}", **{SIGNATURE: signature.encode("latin-1")}).status_code == 401


def test_a_signature_for_another_address_is_refused(hub: SendingHub) -> None:
    body = gzip.compress(msgspec.json.encode(hub.batch(1, 10)))
    signed = hub.device.headers("/v1/heartbeat", body, hub.central.clock.now_ms())
    assert hub.post(body, **{SIGNATURE: signed[SIGNATURE]}).json()["error"] == "forged"


@pytest.mark.parametrize("off_s", [-MAX_SKEW_S - 1, MAX_SKEW_S + 1, 400_000_000])
def test_a_request_of_another_time_is_refused_and_told_the_time(hub: SendingHub, off_s: int) -> None:
    """So a request that somebody recorded is worth nothing five minutes later."""
    body = gzip.compress(msgspec.json.encode(hub.batch(1, 10)))
    answer = hub.post(body, **hub.device.headers("/v1/events", body, hub.central.clock.now_ms() + off_s * 1000))
    assert (answer.status_code, answer.json()["error"]) == (401, "wrong_time")
    assert answer.headers[NOW] == str(hub.central.clock.now_ms())


@pytest.mark.parametrize("sent", ["", "now", "-1", "1e9", "9" * 40, "²"])
def test_a_moment_that_is_none_is_refused(hub: SendingHub, sent: str) -> None:
    assert hub.post(b"{}", **{SENT: sent.encode("latin-1")}).status_code == 401


def test_who_may_not_speak_is_not_unpacked(central: RunningCentral) -> None:
    answer = central.client.post(
        "/v1/events", content=gzip.compress(bytes(MAX_TEXT)), headers={DEVICE: "d-1", "content-encoding": "gzip"}
    )
    assert answer.status_code == 401
