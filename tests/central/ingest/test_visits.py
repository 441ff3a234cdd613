"""A dossier belongs to a visit: what its tickets took is summed up by procedure, once, when the day is over."""

import msgspec
import pytest

from kiosk.central.rolling import count_visits
from kiosk.central.views.centres import Choice
from kiosk.central.views.figures import Period, Spent, read_over_time
from kiosk.clock import local
from kiosk.wire import events
from kiosk.wire.central_api import Happened
from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub, look
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import arrived, called, finished, issued, undone

BIRTH, MARRIAGE = "1.001193", "1.000894"
DAY_MS = 86_400_000


def acted(code: str, ticket: int, procedure: str = BIRTH, act: str = "accept") -> events.DossierActed:
    return events.DossierActed(code=code, procedure=procedure, act=act, counter="quay-1", visit=ticket)


def submitted(code: str, ticket: int, procedure: str = BIRTH) -> events.DossierSubmitted:
    return events.DossierSubmitted(code=code, procedure=procedure, kiosk="kiosk-1", visit=ticket)


def tell(central: RunningCentral, *told: events.Event, at_ms: int = MONDAY_9_00 - 3_600_000) -> SendingHub:
    rows = [Happened(at_ms + number * 1000, each) for number, each in enumerate(told)]
    hub = SendingHub(central, central.enrolled(), rows)
    hub.acked(1, hub.head)
    return hub


def tell_on(hub: SendingHub, event: events.Event, at_ms: int) -> None:
    hub.rows.append(Happened(at_ms, event))
    hub.acked(hub.head, hub.head)


def spent(central: RunningCentral, now_ms: int) -> dict[str, Spent]:
    database = central.central.database
    while database.write_now(lambda tx: count_visits(tx, now_ms)):
        pass
    day = local(MONDAY_9_00).date()
    return database.read_now(lambda tx: read_over_time(tx, Period(day, day), Choice())).procedures


def served(ticket: int, seconds: float) -> list[events.Event]:
    return [issued(ticket), called(ticket), arrived(ticket), finished(ticket, seconds)]


def test_the_time_of_a_visit_is_that_of_its_dossiers(central: RunningCentral) -> None:
    """Two dossiers of one visit share its time; an act on one of them is not a third."""
    hub = tell(
        central,
        submitted("H29-261123-0001", 1),
        submitted("H29-261123-0002", 1, MARRIAGE),
        *served(1, 600.0),
        acted("H29-261123-0001", 1),
        *served(2, 240.0),
        acted("H29-261123-0003", 2, act="receive"),
        acted("H29-261123-0003", 2),
    )
    assert spent(central, MONDAY_9_00) == {}, "the day is not over"
    central.clock.advance(DAY_MS)
    assert spent(central, central.clock.now_ms()) == {}, "the centre has not told of a later day"
    tell_on(hub, events.DayOpened(day=20261124), MONDAY_9_00 + DAY_MS - 60_000)
    found = spent(central, central.clock.now_ms())
    assert found == {BIRTH: Spent(2, 540), MARRIAGE: Spent(1, 300)}
    assert found[BIRTH].mean_s == 270
    assert spent(central, central.clock.now_ms()) == found, "counted once"


@pytest.mark.parametrize(
    "told",
    [
        submitted("H29-261123\0-0001", 1),
        acted("H29-261123-0001", 1, procedure=f"{BIRTH}\0"),
        acted("H29-261123-0001", 1, act="accept\0"),
        msgspec.structs.replace(issued(2), label="C\0", service="khai\0sinh"),
        msgspec.structs.replace(issued(2), label="C\\u0000", service="khai\\"),
    ],
)
def test_what_postgresql_cannot_store_does_not_hold_up_what_comes_after_it(
    central: RunningCentral, told: events.Event
) -> None:
    """It has no text with a NUL in it."""
    hub = tell(central, *served(1, 60.0), told)
    tell_on(hub, submitted("H29-261123-0007", 1), MONDAY_9_00)
    stored = look(central, "test.events")
    assert len(stored) == hub.head


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([issued(1), called(1), arrived(1), acted("H29-261123-0001", 1)], {}),
        ([*served(1, 60.0), acted("H29-261123-0001", 0)], {}),
        (
            [
                *served(1, 60.0),
                undone(1, "finish", "serving"),
                acted("H29-261123-0001", 1),
                finished(1, 90.0),
            ],
            {BIRTH: Spent(1, 90)},
        ),
    ],
    ids=["never finished", "nobody at the counter", "finished by mistake at first"],
)
def test_only_what_is_known_is_counted(
    central: RunningCentral, told: list[events.Event], expected: dict[str, Spent]
) -> None:
    hub = tell(central, *told)
    central.clock.advance(DAY_MS)
    tell_on(hub, events.DayOpened(day=20261124), MONDAY_9_00 + DAY_MS - 60_000)
    assert spent(central, central.clock.now_ms()) == expected


def test_sent_again_it_counts_once(central: RunningCentral) -> None:
    hub = tell(central, submitted("H29-261123-0001", 1), *served(1, 600.0))
    hub.acked(1, hub.head)
    central.clock.advance(DAY_MS)
    tell_on(hub, events.DayOpened(day=20261124), MONDAY_9_00 + DAY_MS - 60_000)
    assert spent(central, central.clock.now_ms()) == {BIRTH: Spent(1, 600)}
