"""What the hub sees ahead: waits on the pages, a quieter time, a warning with the counter that would help most."""

from datetime import datetime
from pathlib import Path

import pytest

from kiosk.clock import to_ms
from kiosk.hub.store import waits_file
from kiosk.hub.usecases.centre import Centre, make_centre
from kiosk.hub.usecases.lookahead import Fork, Plainly, picture_of
from kiosk.hub.usecases.memory import ASKED_EVERY_MS, MOST_WAITING, Memory, make_estimator
from kiosk.hub.usecases.witness import Staffing
from kiosk.queueing.model import CounterId, ServiceId, TicketClass
from kiosk.queueing.waits.events import Issued
from kiosk.wire import events
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.small_centre import small_centre
from tests.hub.conftest import RunningHub

BIRTH, COPY = ServiceId("khai-sinh"), ServiceId("sao-y")
MINUTE_MS = 60_000


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return make_centre(small_centre(tmp_path), "http://hub.test")


class Told:
    """A memory that is told a day in events."""

    def __init__(self, centre: Centre) -> None:
        self.centre, self.now_ms, self.ticket = centre, MONDAY_9_00, 0
        self.memory = Memory(make_estimator(centre, MONDAY_9_00))
        for counter, services in (("1", (BIRTH,)), ("2", (BIRTH, COPY)), ("3", (COPY,))):
            self.memory.witness.desks[CounterId(counter)] = Staffing(frozenset(services))

    def hear(self, event: events.Event) -> None:
        self.memory.hear(event, self.now_ms)

    def hold(self, counter: str) -> None:
        self.hear(events.CounterHeld(counter=counter))

    def issue(self, service: ServiceId, high_min: int = 10) -> int:
        self.ticket += 1
        told = {"people_ahead": 0, "p10_s": 0, "p50_s": 60, "p90_s": 120, "low_min": 0, "high_min": high_min}
        self.hear(
            events.TicketIssued(
                ticket=self.ticket,
                day=20261123,
                label="B001",
                service=service,
                ticket_class="normal",
                kiosk="kiosk-1",
                basis="simulated",
                **told,
            )
        )
        return self.ticket

    def serve(self, counter: str, ticket: int, service: ServiceId, minutes: int) -> None:
        self.hear(events.TicketCalled(ticket=ticket, counter=counter, service=service))
        self.now_ms += minutes * MINUTE_MS
        self.hear(events.TicketFinished(ticket=ticket, counter=counter, service=service, service_s=minutes * 60))

    def fork(self, plainly: Plainly | None = None) -> Fork:
        memory = self.memory
        waiting = tuple(memory.witness.waiting())
        return Fork(memory.estimator.fork(), memory.usual.copy(), waiting, dict(memory.witness.desks), plainly)


def seasoned(centre: Centre) -> Told:
    """Counter 1 has served 25 births of 6 minutes each."""
    told = Told(centre)
    told.hold("1")
    for _ in range(25):
        told.serve("1", told.issue(BIRTH), BIRTH, 6)
    return told


def test_everybody_who_waits_is_told_what_is_left_and_newcomers_what_to_expect(centre: Centre) -> None:
    told = seasoned(centre)
    first, *_, last = (told.issue(BIRTH) for _ in range(8))
    picture = picture_of(told.fork(), centre, told.now_ms, 0.0)
    assert picture.plainly is None
    assert picture.waiting[first].high_min < picture.waiting[last].low_min
    assert picture.newcomers[BIRTH].high_min >= picture.waiting[last].high_min


def test_a_first_day_does_not_count_on_counters_where_nobody_has_worked(centre: Centre) -> None:
    """Counter 2 could serve births. It is closed, as on all days before: who comes next is not next at once."""
    told = seasoned(centre)
    told.hear(events.CounterServicesSet(counter="2", services=[BIRTH]))
    first = told.issue(BIRTH)
    told.hear(events.TicketCalled(ticket=first, counter="1", service=BIRTH))
    wait = picture_of(told.fork(), centre, told.now_ms, 0.0).newcomers[BIRTH]
    assert wait.low_min >= 4, "what is left of six minutes"


def test_a_line_without_a_counter_at_work_is_left_to_the_plain_estimate_in_the_first_days(centre: Centre) -> None:
    picture = picture_of(seasoned(centre).fork(), centre, MONDAY_9_00 + 180 * MINUTE_MS, 0.0)
    assert COPY not in picture.newcomers


def test_a_lane_that_will_pass_its_limit_is_warned_of_with_the_counter_that_would_help_most(centre: Centre) -> None:
    told = seasoned(centre)
    for _ in range(10):
        told.issue(BIRTH, high_min=10)
    (warning,) = picture_of(told.fork(), centre, told.now_ms, 0.0).late
    assert (warning.field, warning.in_min) == ("ho-tich", 25), "10 minutes promised and 15 of patience"
    assert warning.counter == CounterId("2"), "counter 3 cannot serve births"
    assert warning.people_then < warning.people


def test_nothing_is_warned_of_while_promises_hold(centre: Centre) -> None:
    told = seasoned(centre)
    for _ in range(3):
        told.issue(BIRTH, high_min=30)
    assert picture_of(told.fork(), centre, told.now_ms, 0.0).late == ()


def test_without_another_counter_the_warning_names_none(centre: Centre) -> None:
    told = seasoned(centre)
    told.hold("2")
    for _ in range(30):
        told.issue(BIRTH, high_min=5)
    (warning,) = picture_of(told.fork(), centre, told.now_ms, 0.0).late
    assert warning.counter is None


def test_while_the_plain_estimate_answers_the_picture_only_says_why(centre: Centre) -> None:
    picture = picture_of(seasoned(centre).fork(Plainly.FAILED), centre, MONDAY_9_00, 0.0)
    assert (picture.plainly, dict(picture.newcomers)) == (Plainly.FAILED, {})


def test_with_a_thousand_waiting_what_was_seen_is_not_remembered_for_each(centre: Centre) -> None:
    """It would take two kilobytes for each and milliseconds of the write thread; the last answer is carried on."""
    told = seasoned(centre)
    for _ in range(MOST_WAITING + 1):
        told.issue(BIRTH)
        told.now_ms += 2 * ASKED_EVERY_MS
    crowd = Issued(told.now_ms, told.ticket + 1, BIRTH, TicketClass.NORMAL)
    assert told.memory.issue(crowd) is None


def test_a_look_of_the_lookout_reaches_hall_status_page_and_kiosk(running: RunningHub) -> None:
    running.hold("an", "1")
    for _ in range(32):
        running.take()
        running.press("an", "1", "call_next")
        running.press("an", "1", "arrive")
        running.clock.advance(5 * MINUTE_MS)
    tickets = [running.take() for _ in range(6)]
    running.hub.lookout.look()
    picture = running.hub.outlook.picture
    assert picture.plainly is None
    told = picture.newcomers[BIRTH]
    assert {lane.service: lane.wait for lane in running.hub.reader.hall().lanes}[BIRTH] == told
    catalogue = running.kiosk("GET", "/v1/catalogue").json()
    waits = {service["id"]: service["wait"] for service in catalogue["services"]}
    assert waits["khai-sinh"] == {"low_min": told.low_min, "high_min": told.high_min}
    view = running.hub.reader.status(tickets[-1]["status_url"].rpartition("/")[2])
    assert view is not None
    assert view.wait_now == picture.waiting[tickets[-1]["id"]]
    assert view.promised.high_min == tickets[-1]["wait"]["high_min"], "what was told at issue stays the promise"


def test_the_lookout_keeps_what_was_learnt(running: RunningHub) -> None:
    running.take()
    running.hub.lookout.look()
    kept = waits_file.read(running.hub.centre.config.data, waits_file.mark_of(running.hub.centre))
    assert kept is not None
    assert len(kept.memory.witness.waiting()) == 1


def test_after_a_batch_that_was_not_stored_the_hub_recalls_what_is(running: RunningHub) -> None:
    running.take()
    running.hub.outlook.doubt()
    running.take()
    assert running.rows("SELECT basis FROM ticket ORDER BY id")[-1] == ("plain:recalling",)
    running.hub.lookout.look()
    assert not running.hub.outlook.is_doubted
    assert running.hub.outlook.memory.estimator.fork().refresh(running.clock.now_ms()).keys() == {1, 2}


def test_a_day_that_never_was_is_forgotten(running: RunningHub) -> None:
    """The clock had run a year ahead and is put right: the estimator does not live on in that future."""
    running.take()
    running.clock.set(to_ms(datetime(2027, 11, 23, 9, 0)))
    running.take()
    running.clock.set(MONDAY_9_00)
    running.take()
    running.hub.lookout.look()
    assert running.hub.outlook.memory.estimator.fork().refresh(running.clock.now_ms()) != {}


def test_the_day_ends_with_an_event_of_how_promises_were_kept(running: RunningHub) -> None:
    running.hold("an", "1")
    running.take()
    running.press("an", "1", "call_next")
    running.clock.advance(24 * 60 * MINUTE_MS)
    running.take()
    found = running.rows("SELECT event FROM outbox WHERE event LIKE '%calibration_measured%'")
    assert len(found) == 1
    assert '"day":20261123,"services":[{"service":"khai-sinh","called":1,"modelled":0' in found[0][0]


def test_the_supervisor_sees_how_often_promises_held_today_and_over_the_month(running: RunningHub) -> None:
    for _ in range(2):
        running.clock.advance(24 * 60 * MINUTE_MS)
        running.sessions.clear()
        running.hold("an", "1")
        running.take()
        running.press("an", "1", "call_next")
    figures = running.hub.reader.supervisor().promises
    assert figures.plainly == "new"
    assert [(row.service, row.called) for row in figures.today] == [(None, 1), (BIRTH, 1)]
    assert [(row.service, row.called, row.under_p90) for row in figures.month] == [(None, 2, 1.0), (BIRTH, 2, 1.0)]
