"""An officer at a counter."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from starlette.testclient import TestClient

from kiosk.config import HubConfig
from kiosk.hub.app import build_app
from tests.fakes.clock import FakeClock
from tests.hub.conftest import ORIGIN, QUICK_HASHER, RunningHub

MINUTE_MS = 60_000


@pytest.fixture
def held(running: RunningHub) -> RunningHub:
    """An works at counter 1 (births), Bình at counter 2 (everything)."""
    assert running.hold("an", "1") is None
    assert running.hold("binh", "2") is None
    return running


def refused(running: RunningHub, staff: str, counter: str, action: str, **more: object) -> str:
    answer = running.command(staff, counter, action, **more)
    assert answer.status_code in (404, 409, 422), answer.text
    error: str = answer.json()["error"]
    return error


def state(running: RunningHub, ticket: int) -> str:
    found: str = running.rows("SELECT state FROM ticket WHERE id = ?", ticket)[0][0]
    return found


def events(running: RunningHub) -> list[str]:
    return [row[0] for row in running.rows("SELECT json_extract(event, '$.event') FROM outbox ORDER BY seq")]


def test_next_calls_whoever_came_first(held: RunningHub) -> None:
    first, _ = held.take(), held.take()
    called = held.press("an", "1", "call_next")
    assert called is not None
    assert (called["id"], called["state"]) == (first["id"], "called")


def test_nobody_waiting_is_an_ordinary_answer(held: RunningHub) -> None:
    assert held.press("an", "1", "call_next") is None


def test_a_ticket_is_bound_to_a_counter_when_it_is_called(held: RunningHub) -> None:
    ticket = held.take()
    assert held.rows("SELECT counter FROM ticket") == [(None,)]
    held.press("binh", "2", "call_next")
    assert held.rows("SELECT counter FROM ticket") == [("2",)]
    assert held.kiosk("GET", f"/v1/tickets/{ticket['id']}").json()["counter"] == "2"


def test_a_counter_calls_only_what_it_serves(held: RunningHub) -> None:
    held.take("sao-y")
    assert held.press("an", "1", "call_next") is None
    assert held.press("binh", "2", "call_next") is not None


def test_two_counters_never_get_the_same_ticket(held: RunningHub) -> None:
    held.take()
    held.take()
    one, two = held.press("an", "1", "call_next"), held.press("binh", "2", "call_next")
    assert one is not None
    assert two is not None
    assert one["id"] != two["id"]


def test_one_priority_citizen_then_two_others_while_both_wait(held: RunningHub) -> None:
    for _ in range(4):
        held.take()
    for _ in range(2):
        held.take(ticket_class="priority")
    order = []
    for _ in range(6):
        called = held.press("an", "1", "call_next")
        assert called is not None
        order.append(called["label"])
        held.press("an", "1", "arrive")
    assert order == ["B005", "B001", "B002", "B006", "B003", "B004"]


def test_nobody_is_overtaken_for_more_than_half_an_hour(held: RunningHub) -> None:
    old = held.take()
    held.clock.advance(MINUTE_MS)
    held.take(ticket_class="priority")
    held.press("an", "1", "call_next")
    assert held.rows("SELECT overtaken_ms FROM ticket WHERE id = ?", old["id"]) == [(held.clock.now_ms(),)]
    held.clock.advance(31 * MINUTE_MS)
    held.take(ticket_class="priority")
    called = held.press("binh", "2", "call_next")
    assert called is not None
    assert called["id"] == old["id"]


def test_a_whole_visit_writes_one_event_for_each_step(held: RunningHub) -> None:
    before = len(events(held))
    held.take()
    for action in ("call_next", "recall", "arrive", "finish"):
        held.press("an", "1", action)
    assert events(held)[before:] == [
        "ticket_issued",
        "ticket_called",
        "ticket_called",
        "ticket_arrived",
        "ticket_finished",
    ]


def test_next_while_serving_finishes_the_one_and_calls_the_other(held: RunningHub) -> None:
    first, second = held.take(), held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "arrive")
    called = held.press("an", "1", "call_next")
    assert called is not None
    assert called["id"] == second["id"]
    assert state(held, first["id"]) == "served"


def test_next_is_refused_until_the_called_one_has_come_or_not(held: RunningHub) -> None:
    held.take()
    held.take()
    held.press("an", "1", "call_next")
    assert refused(held, "an", "1", "call_next") == "not_settled"


def test_no_show_needs_two_recalls(held: RunningHub) -> None:
    ticket = held.take()
    held.press("an", "1", "call_next")
    assert refused(held, "an", "1", "no_show") == "too_few_recalls"
    held.press("an", "1", "recall")
    held.press("an", "1", "recall")
    held.press("an", "1", "no_show")
    assert state(held, ticket["id"]) == "no_show"


def test_somebody_missed_can_be_called_again(held: RunningHub) -> None:
    ticket = held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "recall")
    held.press("an", "1", "recall")
    held.press("an", "1", "no_show")
    called = held.press("an", "1", "call", ticket=ticket["id"])
    assert called is not None
    assert (called["state"], called["recalls"]) == ("called", 0)


def test_a_parked_ticket_goes_back_to_its_place(held: RunningHub) -> None:
    first, _ = held.take(), held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "arrive")
    held.press("an", "1", "park")
    held.press("an", "1", "requeue", ticket=first["id"])
    called = held.press("an", "1", "call_next")
    assert called is not None
    assert called["id"] == first["id"]


def test_a_transferred_ticket_keeps_its_number_and_its_time(held: RunningHub) -> None:
    first = held.take("khai-sinh")
    held.clock.advance(MINUTE_MS)
    held.take("sao-y")
    held.press("an", "1", "call_next")
    held.press("an", "1", "transfer", service="sao-y")
    called = held.press("binh", "2", "call_next")
    assert called is not None
    assert (called["id"], called["label"], called["service"]) == (first["id"], "B001", "sao-y")


def test_a_transfer_needs_another_service_that_exists(held: RunningHub) -> None:
    held.take()
    held.press("an", "1", "call_next")
    assert refused(held, "an", "1", "transfer") == "missing_field"
    assert refused(held, "an", "1", "transfer", service="mat-trang") == "unknown_service"
    assert refused(held, "an", "1", "transfer", service="khai-sinh") == "same_service"


def test_a_waiting_ticket_can_be_cancelled(held: RunningHub) -> None:
    ticket = held.take()
    held.press("an", "1", "cancel", ticket=ticket["id"])
    assert state(held, ticket["id"]) == "cancelled"
    assert held.press("an", "1", "call_next") is None


def test_a_chosen_ticket_of_another_counters_services_is_refused(held: RunningHub) -> None:
    ticket = held.take("sao-y")
    assert refused(held, "an", "1", "call", ticket=ticket["id"]) == "cannot_serve"


def test_a_ticket_at_another_counter_cannot_be_called(held: RunningHub) -> None:
    ticket = held.take()
    held.press("binh", "2", "call_next")
    assert refused(held, "an", "1", "call", ticket=ticket["id"]) == "wrong_state"


def test_a_ticket_that_does_not_exist_cannot_be_called(held: RunningHub) -> None:
    assert refused(held, "an", "1", "call", ticket=4711) == "unknown_ticket"


def test_a_second_tap_of_next_calls_nobody_else(held: RunningHub) -> None:
    held.take()
    held.take()
    body = {"request_id": "tap-of-next", "action": "call_next", "seen": None}
    answers = [held.as_staff("an", "POST", "/v1/counters/1/commands", body) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert held.rows("SELECT count(*) FROM ticket WHERE state = 'called'") == [(1,)]


def test_a_stale_page_changes_nothing(held: RunningHub) -> None:
    first, _ = held.take(), held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "arrive")
    assert refused(held, "an", "1", "call_next", seen=None) == "stale_page"
    assert state(held, first["id"]) == "serving"


def test_undo_of_next_brings_both_tickets_back(held: RunningHub) -> None:
    first, second = held.take(), held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "arrive")
    held.press("an", "1", "call_next")
    restored = held.press("an", "1", "undo")
    assert restored is not None
    assert (restored["id"], restored["state"]) == (first["id"], "serving")
    assert state(held, second["id"]) == "waiting"


def test_undo_of_a_call_takes_it_off_the_hall_screen_and_gives_the_turn_back(held: RunningHub) -> None:
    held.take()
    held.take(ticket_class="priority")
    held.press("an", "1", "call_next")
    held.press("an", "1", "undo")
    assert held.hub.reader.hall().calls == ()
    called = held.press("an", "1", "call_next")
    assert called is not None
    assert called["ticket_class"] == "priority"


def test_undo_of_finish_brings_the_citizen_back_to_the_counter(held: RunningHub) -> None:
    ticket = held.take()
    for action in ("call_next", "arrive", "finish", "undo"):
        held.press("an", "1", action)
    assert state(held, ticket["id"]) == "serving"


def test_undo_is_possible_for_twenty_seconds_only(held: RunningHub) -> None:
    held.take()
    held.press("an", "1", "call_next")
    held.clock.advance(20_001)
    assert refused(held, "an", "1", "undo") == "too_late"


def test_undo_is_refused_when_something_else_happened_to_the_ticket(held: RunningHub) -> None:
    ticket = held.take()
    for action in ("call_next", "arrive", "park"):
        held.press("an", "1", action)
    held.clock.advance(1000)
    held.press("binh", "2", "requeue", ticket=ticket["id"])
    assert refused(held, "an", "1", "undo") == "changed_since"


def test_undo_goes_back_one_action_and_not_two(held: RunningHub) -> None:
    held.take()
    for action in ("call_next", "arrive", "undo"):
        held.press("an", "1", action)
    assert refused(held, "an", "1", "undo") == "nothing_to_undo"


def test_a_paused_counter_calls_nobody_but_finishes_whom_it_serves(held: RunningHub) -> None:
    held.take()
    held.take()
    held.press("an", "1", "call_next")
    held.press("an", "1", "pause", reason="lunch")
    held.press("an", "1", "finish")
    assert refused(held, "an", "1", "call_next") == "paused"
    held.press("an", "1", "resume")
    assert held.press("an", "1", "call_next") is not None


def test_two_people_cannot_hold_one_counter(held: RunningHub) -> None:
    assert held.hold("binh", "1") == "counter_held"
    assert refused(held, "binh", "1", "call_next") == "not_holding"


def test_an_officer_cannot_take_over_from_somebody_at_work(held: RunningHub) -> None:
    held.cookie("an")
    assert held.hold("binh", "1", take_over=True) == "counter_held"


def test_a_supervisor_takes_over_after_the_question(held: RunningHub) -> None:
    held.cookie("an")
    assert held.hold("chi", "1") == "counter_held"
    assert held.hold("chi", "1", take_over=True) is None
    assert refused(held, "an", "1", "call_next") == "not_holding"


def test_a_counter_whose_holder_has_gone_can_be_taken_over_after_the_question(held: RunningHub) -> None:
    held.cookie("an")
    held.clock.advance(61 * MINUTE_MS)
    assert held.hold("binh", "1") == "counter_held"
    assert held.hold("binh", "1", take_over=True) is None


def test_whoever_takes_another_counter_gives_up_the_first(held: RunningHub) -> None:
    assert held.hold("an", "3") is None
    assert held.rows("SELECT id, holder FROM counter ORDER BY id") == [("1", None), ("2", "binh"), ("3", "an")]


def test_nobody_leaves_while_somebody_is_being_served(held: RunningHub) -> None:
    held.take()
    held.press("an", "1", "call_next")
    assert held.hold("an", "3") == "holds_another"
    answer = held.as_staff("an", "POST", "/console/leave")
    assert answer.status_code == 409
    assert held.rows("SELECT holder FROM counter WHERE id = '1'") == [("an",)]


def test_whoever_was_called_to_a_counter_that_is_gone_can_be_called_to_another(
    config: HubConfig, clock: FakeClock, held: RunningHub
) -> None:
    called = held.take()
    held.press("an", "1", "call_next")
    held.hub.store.close()
    fewer = msgspec.structs.replace(config, counters=config.counters[1:])
    with TestClient(build_app(fewer, clock, "http://hub.test", QUICK_HASHER), base_url=ORIGIN) as client:
        again = RunningHub(client.app.state.hub, client, clock, itertools.count(1000), dict(held.sessions))  # type: ignore[attr-defined]
        assert again.rows("SELECT state FROM ticket") == [("parked",)]
        ticket = again.press("binh", "2", "call", ticket=called["id"])
        assert ticket is not None
        assert ticket["label"] == "B001"


@contextmanager
def started_with(config: HubConfig, held: RunningHub) -> Iterator[RunningHub]:
    """The hub of ``held``, stopped and started again with another configuration."""
    held.hub.store.close()
    app = build_app(config, held.clock, "http://hub.test", QUICK_HASHER)
    with TestClient(app, base_url=ORIGIN) as client:
        yield RunningHub(app.state.hub, client, held.clock, itertools.count(1000), dict(held.sessions))


def services_at_counters(running: RunningHub) -> dict[str, list[str]]:
    return {counter: json.loads(names) for counter, names in running.rows("SELECT id, services FROM counter")}


def test_numbers_of_a_service_that_is_gone_are_still_called_today_by_who_served_it(
    config: HubConfig, held: RunningHub
) -> None:
    number = held.take("ket-hon")
    fewer = msgspec.structs.replace(config, services=(config.services[0], config.services[2]))
    with started_with(fewer, held) as again:
        assert again.ask_ticket("ket-hon").status_code == 404
        chosen = {"counter": "1", "services": ["khai-sinh"]}
        assert again.supervise("set_counter_services", **chosen).status_code == 200
        served = services_at_counters(again)
        assert served == {"1": ["ket-hon", "khai-sinh"], "2": ["ket-hon", "khai-sinh", "sao-y"], "3": ["sao-y"]}
        ticket = again.press("an", "1", "call_next")
        assert ticket is not None
        assert ticket["label"] == number["label"]
        again.clock.advance(24 * 60 * MINUTE_MS)
        with started_with(fewer, again) as tomorrow:
            assert services_at_counters(tomorrow) == {"1": ["khai-sinh"], "2": ["khai-sinh", "sao-y"], "3": ["sao-y"]}


def test_numbers_of_a_service_whose_counters_are_gone_too_are_called_by_every_counter(
    config: HubConfig, held: RunningHub
) -> None:
    held.take("ket-hon")
    fewer = msgspec.structs.replace(config, services=config.services[2:], counters=config.counters[2:])
    with started_with(fewer, held) as again:
        assert again.hold("an", "3") is None
        assert again.press("an", "3", "call_next") is not None


def test_a_counter_that_does_not_exist_is_unknown(held: RunningHub) -> None:
    assert refused(held, "an", "99", "call_next") == "unknown_counter"
    assert held.hold("an", "99") == "unknown_counter"
