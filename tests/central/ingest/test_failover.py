"""The database goes back to an earlier moment, as after a failover that lost commits, and the workers go on."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kiosk.central.devices import LOOK_S, WHOLE_S
from kiosk.wire.central_api import Acknowledged, Happened
from tests.central.alarms.rows import Rows
from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub, look, whole_state
from tests.fakes.outbox import called, finished, issued

_TABLES = ("event", "word", "link", "epoch", "open_ticket", "hour_figures", "stale_day", "device", "enrol_code")


@contextmanager
def lost(central: RunningCentral) -> Iterator[None]:
    """What is committed within is gone afterwards."""
    rows = Rows(central.central.config.database)
    try:
        for table in _TABLES:
            rows.run(f"CREATE TABLE before_{table} AS SELECT * FROM {table}")
        yield
        rows.run("BEGIN")
        for table in _TABLES:
            rows.run(f"DELETE FROM {table}")
            rows.run(f"INSERT INTO {table} SELECT * FROM before_{table}")
        rows.run("COMMIT")
    finally:
        rows.close()


def test_words_that_were_lost_are_written_again(hub: SendingHub) -> None:
    """The worker remembers a number for "ket-hon" that now nobody has; events must not point to nothing."""
    now_ms = hub.central.clock.now_ms()
    told = [issued(1, "khai-sinh"), issued(2, "ket-hon"), issued(3, "ket-hon"), called(2), finished(2)]
    hub.rows = [Happened(now_ms, event) for event in told]
    assert hub.acked(1, 1) == 1
    with lost(hub.central):
        assert hub.acked(2, 3) == 3
    answer = hub.send(4, 5)
    assert answer.status_code == 409, "the hub is told where to go on"
    assert msgspec.json.decode(answer.content, type=Acknowledged).acked == 1
    assert hub.acked(2, 5) == 5
    assert [row[4] for row in look(hub.central, "test.events")][:3] == ["khai-sinh", "ket-hon", "ket-hon"]
    assert {row[3] for row in look(hub.central, "test.hours")} == {"khai-sinh", "ket-hon"}


def test_after_it_everything_is_as_if_nothing_had_been_lost(central: RunningCentral, hub: SendingHub) -> None:
    hub.acked(1, 100)
    with lost(central):
        hub.acked(101, 200)
        before = whole_state(central)
    hub.acked(101, 200)
    assert whole_state(central) == before


def test_a_device_that_the_database_does_not_know_any_more_must_enrol_again(central: RunningCentral) -> None:
    with lost(central):
        hub = SendingHub(central, central.enrolled())
        assert hub.beat().status_code == 200
    for _ in range(2):
        central.clock.advance(1000 * round(WHOLE_S + LOOK_S))
        central.client.portal.call(central.central.devices.look)  # type: ignore[union-attr]  # it is open
    assert hub.beat().status_code == 401
