"""Asking the hub about a dossier, over real HTTP: in order, patiently, and no longer than somebody waits."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.touch.clerk import Clerk
from kiosk.touch.dossier import asks
from kiosk.touch.events import Event, HubAway, HubDenied, HubSaid
from kiosk.touch.hub_line import HubAddress
from kiosk.wire.procedure_api import ProcedureHits
from kiosk.wire.submission_api import DraftState, KioskLookUp, StartDraft
from tests.fakes.dossier_desk import CODE, DRAFT, PROCEDURE, SECRET
from tests.fakes.hub_stand_in import TOKEN, RunningStandIn, stand_in
from tests.fakes.recorder import Recorder

ERRAND = "errand-0001"
START = asks.start(ERRAND, StartDraft(request_id=ERRAND, procedure=PROCEDURE))
LOOK_UP = asks.look_up(ERRAND, KioskLookUp(code=CODE, secret=SECRET))


@dataclass
class Office:
    clerk: Clerk
    hub: RunningStandIn
    told: Recorder[Event]

    def await_told(self, kind: type[Event]) -> Event:
        got = self.told.wait_for(lambda events: any(isinstance(event, kind) for event in events), 15)
        return next(event for event in got if isinstance(event, kind))


@pytest.fixture
def office() -> Iterator[Office]:
    stop, told = threading.Event(), Recorder[Event]()
    with stand_in() as hub:
        clerk = Clerk(HubAddress(hub.url, TOKEN), told.add, stop)
        thread = threading.Thread(target=clerk.run)
        thread.start()
        yield Office(clerk, hub, told)
        stop.set()
        clerk.wake()
        thread.join(10)
        assert not thread.is_alive()


def test_a_draft_is_begun_and_a_page_added_in_the_order_in_which_they_were_asked(office: Office) -> None:
    office.clerk.add(START)
    office.clerk.add(asks.add_page((ERRAND, DRAFT), "birth-note", "upload-1", "camera", b"page"))
    got = office.told.wait_for(lambda events: len(events) == 2, 15)
    assert [event.reply.papers[0].pages for event in got if isinstance(event, HubSaid)] == [0, 1]  # type: ignore[attr-defined]  # DraftState
    assert all(isinstance(event.reply, DraftState) for event in got if isinstance(event, HubSaid))


def test_a_patient_ask_is_told_as_away_and_answered_when_the_hub_is_back(office: Office) -> None:
    office.hub.shut()
    office.clerk.add(START)
    office.await_told(HubAway)
    office.hub.open()
    said = office.await_told(HubSaid)
    assert isinstance(said, HubSaid)
    assert said.ask == START


def test_what_is_asked_once_is_told_as_away_at_once(office: Office) -> None:
    office.hub.shut()
    office.clerk.add(LOOK_UP)
    away = office.await_told(HubAway)
    assert isinstance(away, HubAway)
    assert away.ask == LOOK_UP


def test_a_city_that_is_away_is_a_word_of_the_hub_and_no_silence(office: Office) -> None:
    office.hub.hub.dossiers.central_away = True
    office.clerk.add(LOOK_UP)
    denied = office.await_told(HubDenied)
    assert isinstance(denied, HubDenied)
    assert denied.error == "central_away"


def test_an_errand_that_is_over_is_not_asked_for_any_more_but_its_draft_is_wiped(office: Office) -> None:
    office.hub.shut()
    office.clerk.add(START)
    office.await_told(HubAway)
    office.clerk.drop(ERRAND)
    office.clerk.add(asks.leave(DRAFT))
    office.hub.open()
    office.await_told(HubSaid)
    assert (office.hub.hub.dossiers.started, office.hub.hub.dossiers.left) == ([], [DRAFT])


def test_a_shape_that_was_not_agreed_is_no_answer(office: Office) -> None:
    office.clerk.add(asks.find(ERRAND, "khai sinh"))
    said = office.await_told(HubSaid)
    assert isinstance(said, HubSaid)
    assert isinstance(said.reply, ProcedureHits)
    wrong = asks.Ask(asks.What.STATE, ERRAND, f"/v1/procedures/{PROCEDURE}/form", None, DraftState, patient=False)
    office.clerk.add(wrong)
    away = office.await_told(HubAway)
    assert isinstance(away, HubAway)
    assert away.ask == wrong
