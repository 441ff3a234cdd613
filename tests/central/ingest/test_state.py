"""However an outbox is cut up, sent again or mixed up, central ends in the same state."""

import random
from typing import cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.central.store.queries import EngineName, load
from kiosk.wire import events
from kiosk.wire.central_api import Acknowledged, Happened, Heartbeat
from kiosk.wire.kiosk_api import MAX_DETAIL, DeviceState
from tests.central.alarms.rows import Rows
from tests.central.conftest import CENTRES, RunningCentral
from tests.central.ingest.hub import SendingHub, look, whole_state
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import MINUTE_MS, SimulatedDay, arrived, called, finished, issued, missed, undone


def deliver(hub: SendingHub, chance: random.Random) -> None:
    """Pieces of any size from anywhere, until central has everything."""
    acked = 0
    while acked < hub.head:
        first = max(1, acked + 1 + chance.choice([0, 0, 0, -7, -60, 5]))
        last = min(first + chance.choice([0, 1, 3, 20, 90]), hub.head)
        answer = hub.send(first, last)
        assert answer.status_code in (200, 409)
        acked = msgspec.json.decode(answer.content, type=Acknowledged).acked


def comparable(central: RunningCentral, centre: int) -> dict[str, list[tuple[object, ...]]]:
    """The state of one centre, without its number."""
    state = whole_state(central)
    return {
        "hours": [row[1:] for row in state["test.hours"] if row[0] == centre],
        "links": [row[1:] for row in state["test.links"] if row[0] == centre],
    }


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), way=st.integers(0, 10_000))
def test_any_way_of_delivery_ends_in_the_state_of_one_batch(central: RunningCentral, seed: int, way: int) -> None:
    """The same day at two centres: one tells it at once, the other in pieces, twice and out of order."""
    for table in ("event", "open_ticket", "hour_figures", "link", "word", "epoch"):
        engine = central.central.database._engine
        engine._queries["test.empty"] = (
            f"DELETE FROM {table}".encode() if engine.name == "postgresql" else f"DELETE FROM {table}"
        )
        central.central.database.write_now(lambda tx: tx.run("test.empty"))
    rows = SimulatedDay(seed, MONDAY_9_00 - 3 * 3_600_000).rows(250)
    at_once, in_pieces = (SendingHub(central, central.enrolled(centre), rows) for centre in CENTRES[:2])
    at_once.acked(1, 250)
    deliver(in_pieces, random.Random(way))
    assert comparable(central, 1) == comparable(central, 2)
    tickets = [row[:4] + row[4:] for row in look(central, "test.open")]
    assert tickets[0::2] == tickets[1::2], "every open ticket twice, and the same"
    stored = [row[:6] for row in look(central, "test.events")]
    assert stored[:250] == stored[250:] or sorted(stored)[0::2] == sorted(stored)[1::2]


def test_a_ticket_that_ends_in_its_batch_never_touches_the_table(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms, event) for event in (issued(1), called(1), arrived(1), finished(1))]
    hub.acked(1, 4)
    assert look(hub.central, "test.open") == []


def test_a_ticket_lives_on_between_batches(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms, event) for event in (issued(1), called(1), missed(1), called(1), finished(1))]
    states = []
    for seq in range(1, 6):
        hub.acked(seq, seq)
        states.append([(row[4], row[8]) for row in look(hub.central, "test.open")])
    assert states == [[(0, 0)], [(1, 0)], [(3, 1)], [(1, 0)], []]
    assert [row[4:9] for row in look(hub.central, "test.hours")] == [(1, 1, 1, 0, 0)]


def test_a_slip_is_taken_back_in_another_batch_even_when_the_ticket_had_ended(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    rows = [
        issued(1),
        called(1),
        arrived(1),
        finished(1, 120),
        undone(1, "finish", "serving"),
        undone(1, "arrive", "called"),
    ]
    hub.rows = [Happened(now_ms - MINUTE_MS + n, event) for n, event in enumerate(rows)]
    hub.acked(1, 4)
    assert look(hub.central, "test.open") == []
    hub.acked(5, 5)
    assert [row[4] for row in look(hub.central, "test.open")] == [2]
    hub.acked(6, 6)
    assert [row[4] for row in look(hub.central, "test.open")] == [1]
    assert [row[4:9] for row in look(hub.central, "test.hours")] == [(1, 1, 0, 0, 0)]


def test_who_was_missed_yesterday_is_gone_with_the_new_day(hub: SendingHub) -> None:
    now_ms = hub.central.clock.now_ms()
    rows = [(issued(1), 24), (called(1), 23), (missed(1), 23), (events.DayOpened(day=20261123), 2), (issued(2), 1)]
    hub.rows = [Happened(now_ms - back * 3_600_000, event) for event, back in rows]
    for seq in range(1, 6):
        hub.acked(seq, seq)
    assert [row[0] for row in look(hub.central, "test.open")] == [2]


def test_a_hub_restored_from_an_old_backup_goes_on(hub: SendingHub) -> None:
    """Its rows from 151 on are other ones now. Who came since the backup is unknown to it."""
    now_ms = hub.central.clock.now_ms()
    hub.rows = [Happened(now_ms - MINUTE_MS, issued(ticket)) for ticket in range(1, 201)]
    hub.acked(1, 200)
    hub.rows[150:] = [Happened(now_ms, called(3)), Happened(now_ms, issued(1_000_001))]
    hub.epoch, hub.first_of_epoch = now_ms, 151
    assert hub.beat().json()["acked"] == 0
    assert hub.acked(151, 152) == 152
    assert [row[0] for row in look(hub.central, "test.open")] == [*range(1, 151), 1_000_001]
    assert [row[4] for row in look(hub.central, "test.open")][2] == 1
    assert len(look(hub.central, "test.events")) == 202
    assert look(hub.central, "test.links")[0][1:] == (now_ms, 152, 152, 0)


def test_rows_of_the_epoch_before_are_still_taken_once(hub: SendingHub) -> None:
    """The restored hub tells what it had not delivered before the backup, or forgets how far it had been."""
    old_epoch = hub.epoch
    hub.acked(1, 100)
    hub.epoch, hub.first_of_epoch = old_epoch + 1, 121
    hub.acked(121, 150)
    for _ in range(2):
        assert hub.acked(90, 120, epoch=old_epoch, oldest=1) == 120
    assert len(look(hub.central, "test.events")) == 150
    assert look(hub.central, "test.links")[0][1:3] == (hub.epoch, 150)


def test_a_new_database_that_starts_behind_its_first_row_is_asked_for_it(hub: SendingHub) -> None:
    hub.acked(1, 100)
    hub.epoch, hub.first_of_epoch = hub.epoch + 1, 121
    answer = hub.send(131, 150)
    assert (answer.status_code, answer.json()["acked"]) == (409, 0)
    assert hub.acked(121, 300) == 300


def test_a_heartbeat_is_the_news_of_the_line(hub: SendingHub) -> None:
    hub.acked(1, 100)
    hub.central.clock.advance(1_000)
    assert hub.beat(head=250).json()["acked"] == 100
    assert look(hub.central, "test.links")[0][2:4] == (100, 250)
    hub.beat(head=100)
    assert look(hub.central, "test.links")[0][2:4] == (100, 100)


def test_what_a_device_says_for_ever_is_cut_and_not_refused(hub: SendingHub) -> None:
    """An older hub does not cut it; refused, its centre would be thought to be silent."""
    babbling = DeviceState(id="bang-1", kind="display", state="unavailable", device="offline", detail="x" * 20_000)
    assert hub.beat(displays=(babbling, babbling)).status_code == 200
    found = msgspec.json.decode(bytes(hub.central.rows("figures.health", centre=1)[0][0]), type=Heartbeat)
    assert [each.detail for each in found.displays] == ["x" * MAX_DETAIL] * 2


def test_while_an_epoch_has_only_been_announced_something_is_missing(hub: SendingHub) -> None:
    """No alarm then: a ticket that was called may not have been told of yet."""
    hub.acked(1, 100, head=100)
    hub.beat(epoch=hub.epoch + 1, head=120)
    acked, head = look(hub.central, "test.links")[0][2:4]
    assert acked < head


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"x" * 70_000])
def test_what_is_no_heartbeat_gets_a_clear_answer(hub: SendingHub, body: bytes) -> None:
    assert hub.post(body, "/v1/heartbeat", gzipped=False).status_code in (400, 413)


def test_many_centres_at_once_share_a_transaction(central: RunningCentral) -> None:
    hubs = [SendingHub(central, central.enrolled(centre), SimulatedDay(n, MONDAY_9_00 - 9_000_000).rows(200))
            for n, centre in enumerate(CENTRES)]  # fmt: skip
    for first in range(1, 200, 50):
        for hub in hubs:
            hub.acked(first, first + 49)
    assert len(look(central, "test.events")) == 600


def test_finding_the_newest_hour_of_a_centre_reads_no_other_hours(hub: SendingHub, database_url: str) -> None:
    """A year of a centre is twenty thousand hours, and this is asked with every batch."""
    hub.acked(1, 300)
    last = max(row[1:3] for row in look(hub.central, "test.hours"))
    rows, engine = Rows(database_url), cast(EngineName, database_url.partition(":")[0])
    rows.run(
        "INSERT INTO hour_figures (centre, day, hour, service) "
        "SELECT 1, 20250101 + a.seq, 9, b.seq FROM event AS a CROSS JOIN event AS b WHERE b.seq <= 60"
    )
    rows.run("ANALYZE")
    plan = rows.explain(load(engine)["ingest.newest_hours"], {"centres": [1] if engine == "postgresql" else "[1]"})
    newest = hub.central.rows("ingest.newest_hours", centres=[1, 2])
    rows.close()
    assert newest == [(1, *last)]
    assert "Seq Scan" not in plan
    assert "SCAN h" not in plan
    assert "SCAN d" not in plan
