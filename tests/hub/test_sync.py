"""Delivery to central over a line and a central that do everything wrong: each event arrives once, in order."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from starlette.responses import Response

from kiosk.clock import SystemClock
from kiosk.config import HubConfig
from kiosk.config.hub import CityAccess
from kiosk.hub.store.database import FILE
from kiosk.hub.store.outbox import SqliteOutbox
from kiosk.hub.store.store import Store
from kiosk.hub.sync.courier import Courier
from kiosk.hub.sync.delivery import Sender
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.enrolment import FILE as ENROLMENT
from kiosk.hub.sync.line import CentralAddress
from kiosk.hub.sync.pace import Pace
from kiosk.hub.sync.position import FILE as POSITION
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import make_centre
from kiosk.hub.usecases.delivery import CityState
from kiosk.wire.central_api import Happened
from kiosk.wire.events import ServiceClosed
from kiosk.wire.kiosk_api import DeviceState
from tests.fakes.bad_line import BadLine, bad_line
from tests.fakes.central_peer import CentralPeer, RunningPeer, running
from tests.fakes.certificate import make_certificate
from tests.fakes.clock import MONDAY_9_00, FakeClock
from tests.fakes.recorder import Recorder
from tests.fakes.small_centre import small_centre

QUICK = Pace(first_s=0.01, longest_s=0.05, beat_s=0.05, gather_s=0.01, breath_s=0.0, look_s=0.02)
DISPLAY = DeviceState(id="display-1", kind="display", state="ready", device="online")


def record(book: TicketBook, name: str, now_ms: int) -> None:
    book.record(ServiceClosed(service=name), now_ms)


@dataclass
class Centre:
    """A hub's store and its courier; ``states``: what the line to the city was, one after the other."""

    config: HubConfig
    clock: FakeClock
    store: Store
    city: CityAccess
    states: Recorder[CityState] = field(default_factory=Recorder)
    courier: Courier | None = None
    happened: int = 0

    def happen(self, times: int) -> None:
        for _ in range(times):
            self.happened += 1
            self.store.submit(partial(record, name=f"s-{self.happened}", now_ms=self.clock.now_ms())).result(10)
            if self.courier is not None:
                self.courier.wake()

    def start(self, pace: Pace = QUICK) -> None:
        store = self.store
        hub = Sender("phuong-thu", self.config.data, SqliteOutbox(store.sending), lambda: (DISPLAY,), self.clock, 0)
        self.courier = Courier(hub, self.city, self._changed, store.begin_epoch, pace)
        self.courier.start()

    def stop(self) -> None:
        if self.courier is not None:
            self.courier.stop()
            self.courier = None

    def restart(self, between: Callable[[], object] = lambda: None) -> None:
        """The store is closed, something happens to its folder, and it is opened again."""
        self.stop()
        self.store.close()
        between()
        self.store = Store(make_centre(self.config, "http://hub.test"), self.clock)
        self.store.open()
        self.start()

    def enrol(self, url: str, code: str = "CODE-0001") -> None:
        enrol(CentralAddress(url), code, self.config.data, self.config.centre.id, self.clock)

    def is_at(self, state: CityState) -> None:
        """Waits for it."""
        self.states.wait_for(lambda states: bool(states) and states[-1] == state, 20)

    def rows(self) -> list[tuple[int, str]]:
        with self.store.readings.moment() as connection:
            return [tuple(row) for row in connection.execute("SELECT at_ms, event FROM outbox ORDER BY seq")]

    def _changed(self) -> None:
        assert self.courier is not None
        self.states.add(self.courier.state().state)


@contextmanager
def centre_of(folder: Path, url: str = "", clock: FakeClock | None = None) -> Iterator[Centre]:
    config, clock = small_centre(folder / "data"), clock or FakeClock(SystemClock().now_ms())
    store = Store(make_centre(config, "http://hub.test"), clock)
    store.open()
    centre = Centre(config, clock, store, CityAccess(url))
    try:
        yield centre
    finally:
        centre.stop()
        centre.store.close()


@pytest.fixture
def central() -> Iterator[RunningPeer]:
    with running(CentralPeer()) as peer:
        yield peer


@pytest.fixture
def line(central: RunningPeer) -> Iterator[BadLine]:
    with bad_line(central.port) as line:
        yield line


@pytest.fixture
def centre(tmp_path: Path, line: BadLine) -> Iterator[Centre]:
    """Enrolled, not started yet, behind the bad line."""
    with centre_of(tmp_path) as centre:
        centre.enrol(line.url)
        yield centre


def names(rows: list[Happened]) -> list[str]:
    return [row.event.service for row in rows if isinstance(row.event, ServiceClosed)]


def everything_arrived_once(centre: Centre, peer: CentralPeer) -> None:
    peer.batches.wait_for(lambda _: f"s-{centre.happened}" in names(peer.taken()), 20)
    assert names(peer.taken()) == [f"s-{n}" for n in range(1, centre.happened + 1)]


def test_everything_arrives_once_in_order_and_is_acknowledged(centre: Centre, central: RunningPeer) -> None:
    centre.happen(1200)
    centre.start()
    everything_arrived_once(centre, central.peer)
    assert [row.at_ms for row in central.peer.taken()] == [at_ms for at_ms, _ in centre.rows()]
    centre.is_at("fine")
    beats = len(central.peer.beats.items)
    central.peer.beats.wait_for(lambda _: len(central.peer.beats.items) > beats + 1)
    assert centre.courier is not None
    assert centre.courier.state().acked == len(centre.rows())
    assert centre.courier.state().until_ms > 0


def test_what_happens_later_is_sent_when_it_is_committed(centre: Centre, central: RunningPeer) -> None:
    centre.start()
    for _ in range(5):
        centre.happen(1)
        everything_arrived_once(centre, central.peer)


def test_a_heartbeat_comes_at_the_moment_that_central_asked_for(tmp_path: Path, central: RunningPeer) -> None:
    """Its own next one would come within the hour."""
    central.peer.again_s = 0.2
    with centre_of(tmp_path) as centre:
        centre.enrol(central.url)
        began_s = time.monotonic()
        centre.start(Pace(beat_s=3600))
        central.peer.beats.wait_for(lambda beats: len(beats) == 4, 10)
        assert time.monotonic() - began_s >= 0.6


def test_central_cannot_make_a_hub_beat_without_rest(tmp_path: Path, central: RunningPeer) -> None:
    central.peer.again_s = -1.0
    with centre_of(tmp_path) as centre:
        centre.enrol(central.url)
        began_s = time.monotonic()
        centre.start(Pace(beat_s=3600))
        central.peer.beats.wait_for(lambda beats: len(beats) == 4, 10)
        assert time.monotonic() - began_s >= 0.6


def test_a_heartbeat_tells_how_the_centre_is(centre: Centre, central: RunningPeer) -> None:
    centre.start()
    beat = central.peer.beats.wait_for(lambda beats: len(beats) >= 3)[-1]
    assert (beat.centre, beat.head, beat.displays) == ("phuong-thu", len(centre.rows()), (DISPLAY,))
    assert beat.version
    assert beat.disk_free_mb > 0
    assert abs(beat.offset_ms) < 60_000


def test_an_answer_that_is_lost_after_central_has_stored_the_batch_costs_nothing(
    centre: Centre, central: RunningPeer, line: BadLine
) -> None:
    centre.happen(700)
    line.lose_answers(6)
    centre.start()
    everything_arrived_once(centre, central.peer)
    assert line.lost == 6


def test_a_line_that_flaps_while_things_happen_loses_and_repeats_nothing(
    centre: Centre, central: RunningPeer, line: BadLine
) -> None:
    centre.start()
    for n in range(25):
        centre.happen(7)
        line.cut()
        centre.happen(7)
        line.mend()
        line.lose_answers(n % 3)
    line.lose_answers(0)
    everything_arrived_once(centre, central.peer)


def test_a_slow_line_is_no_broken_line(centre: Centre, central: RunningPeer, line: BadLine) -> None:
    line.delay(0.05)
    centre.happen(50)
    centre.start()
    everything_arrived_once(centre, central.peer)
    assert "failing" not in centre.states.items


def test_while_it_cannot_be_sent_the_page_says_since_when_and_afterwards_that_all_is_well(
    centre: Centre, central: RunningPeer, line: BadLine, caplog: pytest.LogCaptureFixture
) -> None:
    centre.start()
    centre.is_at("fine")
    line.cut()
    centre.happen(3)
    centre.is_at("failing")
    assert centre.courier is not None
    assert centre.courier.state().since_ms == centre.clock.now_ms()
    line.mend()
    centre.is_at("fine")
    everything_arrived_once(centre, central.peer)
    told = [entry.message for entry in caplog.records if "Nothing can be sent to central now" in entry.message]
    assert len(told) == 1, "once, not at every try"


@pytest.mark.parametrize(
    "nonsense",
    [
        Response("<html>Đăng nhập Wi-Fi</html>", media_type="text/html"),
        Response("x" * 5_000_000),
        Response(b"\xff\xfe\x00", 200),
        Response('{"acked": -1, "now_ms": 0}'),
        Response('{"acked": "all", "now_ms": 0}'),
        Response('{"acked": 0, "now_ms": 0}', headers={"Kiosk-Now": "yesterday"}),
        Response("", 302, headers={"Location": "http://127.0.0.1:1/v1/events"}),
        Response("Bad Gateway", 502),
        Response("busy", 503, headers={"Retry-After": "0"}),
        Response("busy", 429, headers={"Retry-After": "soon"}),
        Response("", 204),
        Response("", 404),
    ],
    ids=["portal", "huge", "bytes", "negative", "words", "time", "redirect", "502", "503", "429", "204", "404"],
)
def test_nonsense_is_no_answer_and_the_same_is_sent_again(
    nonsense: Response, centre: Centre, central: RunningPeer
) -> None:
    central.peer.misbehave = [lambda: nonsense] * 5
    centre.happen(20)
    centre.start()
    everything_arrived_once(centre, central.peer)


def test_a_central_that_was_restored_from_an_older_copy_gets_again_what_it_lost(
    centre: Centre, central: RunningPeer
) -> None:
    centre.happen(100)
    centre.start()
    everything_arrived_once(centre, central.peer)
    for rows in central.peer.rows.values():
        del rows[40:]
    everything_arrived_once(centre, central.peer)


def test_without_its_note_of_what_central_has_the_hub_asks_and_sends_nothing_twice(
    centre: Centre, central: RunningPeer
) -> None:
    centre.happen(100)
    centre.start()
    everything_arrived_once(centre, central.peer)
    centre.restart((centre.config.data / POSITION).unlink)
    sent_before = len(central.peer.batches.items)
    centre.happen(5)
    everything_arrived_once(centre, central.peer)
    assert all(len(batch.rows) < 50 for batch in central.peer.batches.items[sent_before:])


def test_when_the_note_cannot_be_written_delivery_goes_on(
    centre: Centre, central: RunningPeer, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder in its place fails as a full disk does."""
    (centre.config.data / POSITION).mkdir()
    centre.happen(1200)
    centre.start()
    everything_arrived_once(centre, central.peer)
    assert len([entry for entry in caplog.records if "cannot be noted" in entry.message]) == 1


def test_a_batch_that_is_too_large_for_central_is_sent_in_parts(centre: Centre, central: RunningPeer) -> None:
    central.peer.max_rows = 30
    centre.happen(200)
    centre.start()
    everything_arrived_once(centre, central.peer)


def test_a_row_that_central_does_not_take_is_said_and_nothing_after_it_is_sent_before_it(
    centre: Centre, central: RunningPeer
) -> None:
    central.peer.poison = '"s-50"'
    centre.happen(100)
    centre.start()
    centre.is_at("row_refused")
    assert names(central.peer.taken()) == [f"s-{n}" for n in range(1, 50)]
    central.peer.poison = ""
    everything_arrived_once(centre, central.peer)


def test_rows_that_the_hub_no_longer_has_are_a_hole_that_central_knows_of(centre: Centre, central: RunningPeer) -> None:
    centre.happen(20)
    centre.store.maintain(lambda connection: connection.execute("DELETE FROM outbox WHERE seq <= 10"))
    centre.start()
    central.peer.batches.wait_for(lambda _: len(central.peer.taken()) == len(centre.rows()))
    (rows,) = central.peer.rows.values()
    assert [row is None for row in rows] == [True] * 10 + [False] * (len(rows) - 10)


@pytest.mark.parametrize("wrong_ms", [-MONDAY_9_00, 365 * 86_400_000, -3 * 86_400_000, 400_000])
def test_a_hub_whose_clock_is_wrong_delivers_and_tells_how_wrong_it_is(
    tmp_path: Path, central: RunningPeer, wrong_ms: int
) -> None:
    clock = FakeClock(max(SystemClock().now_ms() + wrong_ms, 5))
    true_ms = SystemClock().now_ms() - clock.now_ms()
    with centre_of(tmp_path, clock=clock) as centre:
        centre.enrol(central.url)
        centre.happen(10)
        centre.start()
        everything_arrived_once(centre, central.peer)
        beats = central.peer.beats.wait_for(lambda beats: beats[-1].offset_ms != 0)
        assert abs(beats[-1].offset_ms - true_ms) < 60_000
        assert "refused" not in centre.states.items


def test_a_clock_that_is_set_while_the_hub_runs_is_noticed_and_nobody_is_refused_for_it(
    centre: Centre, central: RunningPeer
) -> None:
    centre.start()
    for hours in (5, -48, 0):
        centre.clock.set(SystemClock().now_ms() + hours * 3_600_000)
        centre.happen(5)
        everything_arrived_once(centre, central.peer)
    assert "refused" not in centre.states.items


def test_a_device_that_is_revoked_says_so_keeps_everything_and_goes_on_when_enrolled_again(
    centre: Centre, central: RunningPeer, line: BadLine, caplog: pytest.LogCaptureFixture
) -> None:
    centre.start()
    centre.happen(5)
    everything_arrived_once(centre, central.peer)
    central.peer.revoked.add("device-1")
    centre.happen(5)
    centre.is_at("refused")
    central.peer.refused.wait_for(lambda refused: len(refused) >= 5)
    assert len([entry for entry in caplog.records if "Central refuses this hub" in entry.message]) == 1
    central.peer.codes["CODE-0002"] = "phuong-thu"
    centre.enrol(line.url, "CODE-0002")
    centre.is_at("fine")
    everything_arrived_once(centre, central.peer)


def test_a_hub_that_was_never_enrolled_is_quiet_and_one_that_is_enrolled_while_it_runs_begins_by_itself(
    tmp_path: Path, central: RunningPeer
) -> None:
    with centre_of(tmp_path) as centre:
        centre.happen(5)
        centre.start()
        centre.is_at("none")
        assert centre.courier is not None
        assert centre.courier.prunable() is None
        centre.enrol(central.url)
        everything_arrived_once(centre, central.peer)
        assert centre.courier.prunable() is not None


def test_a_hub_whose_key_is_lost_says_that_it_must_be_enrolled_again_and_keeps_everything(
    tmp_path: Path, central: RunningPeer
) -> None:
    with centre_of(tmp_path, central.url) as centre:
        centre.enrol(central.url)
        centre.happen(5)
        centre.start()
        everything_arrived_once(centre, central.peer)
        (centre.config.data / ENROLMENT).unlink()
        centre.happen(5)
        everything_arrived_once(centre, central.peer)
        centre.restart()
        centre.is_at("not_enrolled")
        centre.happen(5)
        central.peer.codes["CODE-0002"] = "phuong-thu"
        centre.enrol(central.url, "CODE-0002")
        everything_arrived_once(centre, central.peer)


def test_a_spoilt_key_file_is_told_and_a_new_enrolment_repairs_it(centre: Centre, central: RunningPeer) -> None:
    (centre.config.data / ENROLMENT).write_bytes(b"\0" * 100)
    centre.happen(5)
    centre.start()
    centre.is_at("not_enrolled")
    central.peer.codes["CODE-0002"] = "phuong-thu"
    centre.enrol(central.url, "CODE-0002")
    everything_arrived_once(centre, central.peer)


def test_a_backup_that_is_put_back_goes_on_in_a_new_epoch_and_nothing_is_told_twice(
    centre: Centre, central: RunningPeer
) -> None:
    centre.happen(30)
    centre.start()
    everything_arrived_once(centre, central.peer)
    centre.restart()  # leaves a backup
    centre.happen(30)
    everything_arrived_once(centre, central.peer)
    centre.clock.advance(60_000)
    (backup,) = (centre.config.data / "backups").iterdir()
    centre.restart(lambda: shutil.copy(backup, centre.config.data / FILE))
    centre.happen(10)
    central.peer.batches.wait_for(lambda _: len(central.peer.rows) == 2)
    everything_arrived_once(centre, central.peer)


def test_a_copy_that_is_put_back_unnoticed_is_found_out_by_what_central_has(
    centre: Centre, central: RunningPeer
) -> None:
    """As after the snapshot of a whole machine: the note beside the database is as old as the database."""
    centre.happen(30)
    centre.start()
    everything_arrived_once(centre, central.peer)
    centre.restart(lambda: shutil.copytree(centre.config.data, centre.config.data.parent / "snapshot"))
    centre.happen(30)
    everything_arrived_once(centre, central.peer)
    centre.clock.advance(60_000)

    def put_back() -> None:
        shutil.rmtree(centre.config.data)
        shutil.copytree(centre.config.data.parent / "snapshot", centre.config.data)

    centre.restart(put_back)
    central.peer.beats.wait_for(lambda beats: len({beat.epoch for beat in beats}) == 2)
    centre.happen(10)
    everything_arrived_once(centre, central.peer)


def test_a_central_that_tells_of_rows_that_never_were_is_believed_once_and_cannot_make_the_numbers_run_away(
    centre: Centre, central: RunningPeer
) -> None:
    too_much = Response('{"acked": 1000000, "now_ms": 0}')
    central.peer.misbehave = [lambda: too_much]
    centre.happen(5)
    centre.start()
    everything_arrived_once(centre, central.peer)
    assert len(SqliteOutbox(centre.store.sending).spans()) == 1, "one wrong answer changes nothing"
    central.peer.misbehave = [lambda: too_much] * 20
    central.peer.beats.wait_for(lambda _: not central.peer.misbehave, 20)
    centre.happen(5)
    everything_arrived_once(centre, central.peer)
    assert len(SqliteOutbox(centre.store.sending).spans()) == 2


def test_over_plain_http_nothing_goes_to_another_machine_unless_that_is_meant(
    centre: Centre, central: RunningPeer
) -> None:
    centre.city = CityAccess("http://192.0.2.1:8090")
    centre.happen(3)
    centre.start()
    centre.is_at("not_enrolled")
    assert central.peer.taken() == []


def test_a_central_that_cannot_be_verified_is_told_nothing_and_the_page_says_so(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    files = {"ssl_certfile": str(certificate.certificate), "ssl_keyfile": str(certificate.key)}
    with running(CentralPeer(), **files) as peer, centre_of(tmp_path) as centre:
        url = f"https://127.0.0.1:{peer.port}"
        enrol(CentralAddress(url, certificate.authority), "CODE-0001", centre.config.data, "phuong-thu", centre.clock)
        centre.happen(5)
        centre.start()
        centre.is_at("untrusted")
        assert peer.peer.taken() == []
        centre.city = CityAccess(url, certificate.authority)
        centre.restart()
        everything_arrived_once(centre, peer.peer)
