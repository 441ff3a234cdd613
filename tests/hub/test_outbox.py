"""The outbox as the delivery reads it: in order, by epoch, without what is forgotten."""

import shutil
from collections.abc import Iterator
from functools import partial

import pytest

from kiosk.config import HubConfig
from kiosk.hub.store.database import FILE
from kiosk.hub.store.outbox import SqliteOutbox
from kiosk.hub.store.pruning import Pruning
from kiosk.hub.store.store import Store
from kiosk.hub.usecases.book import TicketBook
from kiosk.hub.usecases.centre import make_centre
from kiosk.hub.usecases.delivery import Span
from kiosk.hub.usecases.printing import report_devices
from kiosk.wire.central_api import KioskHealth
from kiosk.wire.events import ServiceClosed
from kiosk.wire.kiosk_api import DeviceReport, DeviceState
from tests.fakes.clock import FakeClock

DAY_MS = 24 * 3600 * 1000


def opened(config: HubConfig, clock: FakeClock) -> Store:
    store = Store(make_centre(config, "http://hub.test"), clock)
    store.open()
    return store


@pytest.fixture
def store(config: HubConfig, clock: FakeClock) -> Iterator[Store]:
    store = opened(config, clock)
    yield store
    store.close()


def happen(store: Store, clock: FakeClock, times: int) -> None:
    for n in range(times):
        store.submit(partial(record, event=ServiceClosed(service=f"s-{n}"), now_ms=clock.now_ms())).result(10)


def record(book: TicketBook, event: ServiceClosed, now_ms: int) -> None:
    book.record(event, now_ms)


def only_span(store: Store) -> Span:
    (span,) = SqliteOutbox(store.sending).spans()
    return span


def test_rows_follow_each_other_and_are_the_stored_texts(store: Store, clock: FakeClock) -> None:
    happen(store, clock, 5)
    span = only_span(store)
    stretch = SqliteOutbox(store.sending).stretch(span, span.last - 4, 3)
    assert (stretch.first, stretch.oldest, stretch.last) == (span.last - 3, 1, span.last - 1)
    assert stretch.rows[0] == (clock.now_ms(), '{"event":"service_closed","v":1,"service":"s-1"}')


def test_where_rows_are_gone_what_comes_after_them_is_the_oldest(store: Store, clock: FakeClock) -> None:
    happen(store, clock, 5)
    last = only_span(store).last
    store.maintain(lambda connection: connection.execute("DELETE FROM outbox WHERE seq = ?", (last - 2,)))
    outbox = SqliteOutbox(store.sending)
    before = outbox.stretch(only_span(store), last - 5, 10)
    after = outbox.stretch(only_span(store), last - 3, 10)
    assert (before.first, before.last, before.oldest) == (last - 4, last - 3, 1)
    assert (after.first, after.last, after.oldest) == (last - 1, last, last - 1)


def test_rows_of_a_backup_that_is_put_back_keep_their_epoch(config: HubConfig, clock: FakeClock, store: Store) -> None:
    happen(store, clock, 3)
    store.close()
    store = opened(config, clock)  # leaves a backup
    in_backup = only_span(store)
    happen(store, clock, 4)
    store.close()
    (backup,) = (config.data / "backups").iterdir()
    shutil.copy(backup, config.data / FILE)
    clock.advance(60_000)
    again = opened(config, clock)
    happen(again, clock, 2)
    old, new = SqliteOutbox(again.sending).spans()
    again.close()
    assert (old.epoch, old.first) == (in_backup.epoch, 1)
    assert new.epoch > old.epoch
    assert new.first == old.last + 1
    assert new.last >= new.first + 1


def test_a_new_epoch_is_above_the_old_one_even_with_a_clock_in_1970(
    config: HubConfig, clock: FakeClock, store: Store
) -> None:
    before = only_span(store)
    clock.set(1000)
    store.begin_epoch()
    assert [span.epoch for span in SqliteOutbox(store.sending).spans()] == [before.epoch, before.epoch + 1]


def test_what_central_has_and_nobody_needs_is_forgotten_from_the_oldest_on(store: Store, clock: FakeClock) -> None:
    happen(store, clock, 600)
    clock.advance(401 * DAY_MS)
    happen(store, clock, 3)
    pruning, old = Pruning(store, clock, 400), only_span(store).last - 4  # and the day that opened
    assert pruning.forget_some(old - 10, free_mb=-1)
    while pruning.forget_some(old - 10, free_mb=-1):
        pass
    assert SqliteOutbox(store.sending).stretch(only_span(store), 0, 1).first == old - 9
    assert not pruning.forget_some(0, free_mb=-1), "nothing goes that central has not"
    pruning.forget_some(None, free_mb=-1)
    assert SqliteOutbox(store.sending).stretch(only_span(store), 0, 1).first == old + 1, "without a city age decides"


def test_a_full_disk_makes_do_with_two_months(store: Store, clock: FakeClock) -> None:
    happen(store, clock, 5)
    clock.advance(61 * DAY_MS)
    pruning, last = Pruning(store, clock, 400), only_span(store).last
    pruning.forget_some(last, free_mb=10_000)
    assert SqliteOutbox(store.sending).stretch(only_span(store), 0, 1).rows
    pruning.forget_some(last, free_mb=100)
    assert not SqliteOutbox(store.sending).stretch(only_span(store), 0, 1).rows
    assert only_span(store).last == last, "numbers go on"


def test_a_clock_in_1970_forgets_nothing(store: Store, clock: FakeClock) -> None:
    happen(store, clock, 3)
    clock.set(1000)
    assert not Pruning(store, clock, 400).forget_some(None, free_mb=-1)
    assert SqliteOutbox(store.sending).stretch(only_span(store), 0, 1).first == 1


def test_what_a_kiosk_last_reported_goes_into_the_heartbeat(store: Store, clock: FakeClock) -> None:
    printer = DeviceState(id="printer", kind="printer", state="ready", device="online", paper="low")
    report, now_ms = DeviceReport(devices=[printer]), clock.now_ms()
    store.submit(lambda book: report_devices(book, report, "kiosk-1", now_ms)).result(10)
    heard = KioskHealth(kiosk="kiosk-1", heard_ms=now_ms, devices=(printer,))
    assert SqliteOutbox(store.sending).kiosks() == (heard,)
