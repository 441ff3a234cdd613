"""The model's promises through a whole hub: as good after a restart, and never in the way of a ticket."""

import itertools
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kiosk.cli import main
from kiosk.clock import to_ms
from kiosk.hub.app import build_app
from kiosk.hub.store import waits_file
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.memory import Estimator, make_estimator
from kiosk.queueing.estimate import Estimate
from kiosk.queueing.model import QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.estimator import WaitEstimator
from kiosk.queueing.waits.events import Event, Issued
from kiosk.queueing.waits.learner import Learnt
from tests.fakes.clock import MONDAY_9_00, FakeClock
from tests.fakes.small_centre import small_centre
from tests.hub.conftest import ORIGIN, QUICK_HASHER, RunningHub, enrol

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
REQUESTS = itertools.count()  #: ids go on through a restart
PROMISES = "SELECT p10_s, p50_s, p90_s, basis FROM ticket ORDER BY id"


@contextmanager
def opened(folder: Path, clock: FakeClock, make: Callable[[Centre, int], Estimator] = make_estimator) -> Iterator[Any]:
    app = build_app(small_centre(folder), clock, "http://hub.test", QUICK_HASHER, make)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        if app.state.hub.directory.staff("an") is None:
            enrol(app.state.hub)
        yield RunningHub(app.state.hub, client, clock, ids=REQUESTS)


class DayAtWork:
    """Tickets and calls of some hours, minute by minute; it goes on through a restart."""

    def __init__(self) -> None:
        self.minute = 0

    def begin(self, running: RunningHub) -> None:
        for staff, counter in (("an", "1"), ("binh", "2")):
            running.hold(staff, counter)

    def work(self, running: RunningHub, minutes: int) -> None:
        """A ticket every two minutes, and each counter does something every other minute."""
        for _ in range(minutes):
            self.minute += 1
            running.clock.advance(MINUTE_MS)
            if self.minute % 2:
                running.take(("khai-sinh", "ket-hon", "sao-y")[self.minute % 3])
            staff, counter = ("an", "1") if self.minute % 2 else ("binh", "2")
            called = running.rows("SELECT 1 FROM ticket WHERE counter = ? AND state = 'called'", counter)
            running.press(staff, counter, "arrive" if called else "call_next")


def whole_day(folder: Path, restart: bool) -> list[tuple[Any, ...]]:
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(folder, clock) as running:
        day.begin(running)
        day.work(running, 90)
        if not restart:
            day.work(running, 60)
            return running.rows(PROMISES)
        sessions = running.sessions
    with opened(folder, clock) as running:
        running.sessions = sessions
        day.work(running, 60)
        return running.rows(PROMISES)


def test_a_hub_that_was_restarted_in_the_middle_of_the_day_promises_what_it_would_have_promised(tmp_path: Path) -> None:
    straight, restarted = whole_day(tmp_path / "a", restart=False), whole_day(tmp_path / "b", restart=True)
    assert restarted == straight
    assert {basis for *_, basis in straight} == {"plain:new", "simulated"}


def test_a_long_past_is_made_up_for_beside_the_work_of_the_day(tmp_path: Path) -> None:
    """Without its file the hub tells the plain estimate first, then the paces; in the end it promises as if it had
    never stopped."""
    found = []
    for folder, loses_its_file in ((tmp_path / "a", False), (tmp_path / "b", True)):
        clock, day = FakeClock(MONDAY_9_00), DayAtWork()
        with opened(folder, clock) as running:
            day.begin(running)
            day.work(running, 440)
            sessions = running.sessions
        if loses_its_file:
            (folder / waits_file.FILE).unlink()
        with opened(folder, clock) as running:
            running.sessions = sessions
            assert running.hub.outlook.is_partial == loses_its_file
            for _ in range(5):
                running.hub.lookout.look()
            day.work(running, 4)
            found.append(running.rows(PROMISES))
        assert (folder / waits_file.FILE).exists()
    assert found[0] == found[1]


@pytest.mark.parametrize("kept", ["nothing", "too little"])
def test_a_hub_opens_before_a_long_past_is_taken_in_and_says_so(tmp_path: Path, kept: str) -> None:
    """A file from before most of the past, after a power cut, makes no hub wait either."""
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(tmp_path, clock) as running:
        running.take()
        running.hub.store.keep_waits()
        early = (tmp_path / waits_file.FILE).read_bytes()
        day.begin(running)
        day.work(running, 440)
        sessions = running.sessions
    (tmp_path / waits_file.FILE).unlink()
    if kept == "too little":
        (tmp_path / waits_file.FILE).write_bytes(early)
    with opened(tmp_path, clock) as running:
        running.sessions = sessions
        assert running.hub.outlook.memory.calls == 0
        running.take()
        assert running.rows(PROMISES)[-1][-1] == "plain:recalling"
        running.hub.lookout.look()
        clock.advance(MINUTE_MS)
        running.take()
        assert running.rows(PROMISES)[-1][-1] == "simulated"
        waiting = {ticket for ticket, _ in running.hub.outlook.memory.witness.waiting()}
        assert waiting == {ticket for (ticket,) in running.rows("SELECT id FROM ticket WHERE state = 'waiting'")}


def test_without_its_file_the_hub_learns_from_the_outbox(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(tmp_path, clock) as running:
        day.begin(running)
        day.work(running, 90)
    (tmp_path / waits_file.FILE).unlink()
    with caplog.at_level(logging.INFO), opened(tmp_path, clock) as running:
        assert running.hub.outlook.memory.calls >= 30
        running.take()
        assert running.rows(PROMISES)[-1][-1] == "simulated"
    assert "events taken in anew" in caplog.text


@pytest.mark.parametrize("damage", [b"", b"kiosk waits 0\nx\ny\nz", b"\x80\x05junk", None], ids=repr)
def test_a_file_that_cannot_be_used_is_said_so_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: bytes | None
) -> None:
    clock = FakeClock(MONDAY_9_00)
    with opened(tmp_path, clock) as running:
        running.take()
    file = tmp_path / waits_file.FILE
    file.write_bytes(file.read_bytes()[:-1] + b"?" if damage is None else damage)
    with opened(tmp_path, clock) as running:
        assert running.take()["label"] == "B002"
    assert "is not used" in caplog.text


def test_nothing_in_the_file_can_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A pickle that calls ``os.system`` with a right checksum is refused by the list of types."""
    payload = b"cos\nsystem\n(S'true'\ntR."
    waits_file.write(tmp_path, "mark", payload)
    assert waits_file.read(tmp_path, "mark") is None
    assert "os.system" in caplog.text or "posix.system" in caplog.text


class FailingToAnswer(WaitEstimator):
    """Fails at every question."""

    def issue(self, event: Issued) -> Estimate:
        raise ZeroDivisionError("a part of the model fails")

    def refresh(self, now_ms: int) -> dict[int, Estimate]:
        raise ZeroDivisionError("a part of the model fails")


class FailingToListen(FailingToAnswer):
    """Takes nothing in either."""

    def observe(self, event: Event) -> None:
        raise KeyError("a part of the model fails")


@pytest.mark.parametrize("failing", [FailingToAnswer, FailingToListen])
def test_an_estimator_that_fails_holds_up_no_ticket_and_the_promise_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, failing: type[WaitEstimator]
) -> None:
    with opened(tmp_path, FakeClock(), lambda centre, now_ms: failing(QueueRule())) as running:
        running.hold("an", "1")
        tickets = [running.take() for _ in range(3)]
        assert [ticket["label"] for ticket in tickets] == ["B001", "B002", "B003"]
        assert {row[-1] for row in running.rows(PROMISES)} == {"plain:failed"}
        events = running.rows("SELECT event FROM outbox WHERE event LIKE '%ticket_issued%'")
        assert all('"basis":"plain:failed"' in event for (event,) in events)
        called = running.press("an", "1", "call_next")
        assert called is not None
        assert called["label"] == "B001"
        running.hub.lookout.look()
        assert running.hub.reader.supervisor().promises.plainly == "failed"
        assert running.hub.reader.hall().lanes[0].wait is not None, "the plain estimate answers"
    assert caplog.text.count("The wait estimate failed") == 1, "told once a minute, not for every ticket"


class FailingToLearn(WaitEstimator):
    """Has enough to learn from, and cannot."""

    @property
    def learning_is_due(self) -> bool:
        return True

    def study(self) -> Callable[[], Learnt | None]:
        def fail() -> Learnt | None:
            raise IndexError("a part of the model fails")

        return fail


def test_a_training_that_fails_is_not_tried_again_at_every_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path, FakeClock(), lambda centre, now_ms: FailingToLearn(QueueRule())) as running:
        for _ in range(3):
            running.hub.lookout.look()
        assert caplog.text.count("Nothing could be learnt") == 1
        running.clock.advance(61 * MINUTE_MS)
        running.hub.lookout.look()
        assert caplog.text.count("Nothing could be learnt") == 2


WIDE = Estimate(0.0, 600.0, 36_000.0, "simulated")


class Unsure(WaitEstimator):
    """Between nothing and ten hours."""

    def issue(self, event: Issued) -> Estimate:
        self.observe(event)
        return WIDE

    def estimate(self, service: ServiceId, ticket_class: TicketClass, now_ms: int) -> Estimate:
        return WIDE

    def refresh(self, now_ms: int) -> dict[int, Estimate]:
        return dict.fromkeys(
            (waiter.ticket for lane in self.hall.lanes.values() for waiter in lane.line.values()), WIDE
        )


def test_neither_slip_nor_screen_promises_the_night(tmp_path: Path) -> None:
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(tmp_path, clock, lambda centre, now_ms: Unsure(QueueRule())) as running:
        day.begin(running)
        day.work(running, 90)
        clock.set(to_ms(datetime(2026, 11, 23, 22, 0)))
        told = running.take()
        running.hub.lookout.look()
        picture = running.hub.outlook.picture
        assert told["wait"] == {"low_min": 0, "high_min": 150}, "two hours, and half an hour for who is still there"
        assert {wait.high_min for wait in (*picture.waiting.values(), *picture.newcomers.values())} == {150}


def test_a_rush_is_carried_on_from_the_last_answer(tmp_path: Path) -> None:
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(tmp_path, clock) as running:
        day.begin(running)
        day.work(running, 90)
        clock.advance(10 * MINUTE_MS)
        for _ in range(5):
            running.take("khai-sinh")
        rush = running.rows(PROMISES)[-5:]
    assert [basis for *_, basis in rush] == ["simulated"] + ["simulated+carried"] * 4
    assert [row[1] for row in rush] == sorted(row[1] for row in rush), "who comes later is told no less"


def test_a_new_day_starts_with_an_empty_hall(tmp_path: Path) -> None:
    clock, day = FakeClock(MONDAY_9_00), DayAtWork()
    with opened(tmp_path, clock) as running:
        day.begin(running)
        day.work(running, 90)
        for _ in range(12):
            running.take()
        clock.advance(DAY_MS)
        running.hold("an", "1")
        running.take()
        assert running.rows(PROMISES)[-1][1] <= 120


def test_the_arithmetic_of_every_command_has_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before anything is imported that brings numpy along; whoever sets another number gets it."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == "4"
