"""Which buttons the console offers in which state: pure."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.hub.pages import buttons
from kiosk.hub.usecases.views import ConsoleView
from kiosk.queueing.model import CounterId, TicketState
from kiosk.web.i18n import Words, load_words
from tests.fakes.centre import FakeCentre
from tests.fakes.clock import FakeClock

COUNTER = CounterId("1")


@pytest.fixture(scope="module")
def vi() -> Words:
    return load_words(Path(__file__).parents[2] / "assets" / "locales", ("pages",))["vi"]


@pytest.fixture
def centre() -> FakeCentre:
    made = FakeCentre(FakeClock())
    made.put("1", status="open")
    for _ in range(3):
        made.issue("ban-sao")
    return made


def view_of(centre: FakeCentre) -> ConsoleView:
    view = centre.console(COUNTER)
    assert view is not None
    return view


def offered(view: ConsoleView, t: Words) -> set[str]:
    """Ids of the buttons that may be pressed."""
    shown = [buttons.primary(view, t), *buttons.others(view, t), *filter(None, [buttons.pause(view, t)])]
    return {button.id for button in shown if not button.why_not}


def test_an_idle_counter_can_call_and_pause(centre: FakeCentre, vi: Words) -> None:
    assert offered(view_of(centre), vi) == {"call-next", "pause"}


def test_when_nobody_waits_the_button_says_so(vi: Words) -> None:
    empty = FakeCentre(FakeClock())
    empty.put("1", status="open")
    button = buttons.primary(view_of(empty), vi)
    assert button.why_not == "Chưa có ai chờ"


def test_whoever_was_called_must_first_arrive_or_be_missed(centre: FakeCentre, vi: Words) -> None:
    centre.call("1", None)
    view = view_of(centre)
    assert buttons.primary(view, vi).id == "arrive"
    assert offered(view, vi) == {"arrive", "recall", "finish", "park", "transfer", "pause"}
    assert "Đã đến" in buttons.call_chosen(view, vi)


def test_no_show_is_offered_after_enough_recalls_and_says_how_many_are_left(centre: FakeCentre, vi: Words) -> None:
    row = centre.call("1", None)
    assert row is not None
    notes = []
    for recalls in range(3):
        centre.tickets[row.id] = replace(row, recalls=recalls)
        no_show = buttons.others(view_of(centre), vi)[1]
        notes.append((no_show.id, no_show.why_not))
    assert notes == [("no-show", "gọi lại 2 lần nữa"), ("no-show", "gọi lại 1 lần nữa"), ("no-show", "")]


def test_while_serving_one_button_finishes_and_calls_the_next(centre: FakeCentre, vi: Words) -> None:
    row = centre.call("1", None)
    assert row is not None
    centre._move(row, TicketState.SERVING)
    button = buttons.primary(view_of(centre), vi)
    assert (button.label, button.note) == ("Xong, gọi tiếp", "Kế tiếp: C002")
    assert json.loads(button.command) == {"action": "call_next", "seen": row.id}


def test_every_command_carries_the_ticket_that_the_page_shows(centre: FakeCentre, vi: Words) -> None:
    row = centre.call("1", None)
    assert row is not None
    commands = [json.loads(button.command) for button in buttons.others(view_of(centre), vi) if button.command]
    assert {command["seen"] for command in commands} == {row.id}


def test_a_paused_counter_offers_to_work_again_with_the_same_key(centre: FakeCentre, vi: Words) -> None:
    centre.put("1", status="paused", pause_reason="lunch")
    view = view_of(centre)
    assert (buttons.primary(view, vi).id, buttons.primary(view, vi).key) == ("resume", "P")
    assert buttons.pause(view, vi) is None
    assert offered(view, vi) == {"resume"}


def test_a_counter_paused_while_serving_can_still_finish(centre: FakeCentre, vi: Words) -> None:
    row = centre.call("1", None)
    assert row is not None
    centre._move(row, TicketState.SERVING)
    centre.put("1", status="paused", pause_reason="lunch")
    assert {"resume", "finish"} <= offered(view_of(centre), vi)


def test_a_closed_counter_says_why_nobody_can_be_called(centre: FakeCentre, vi: Words) -> None:
    centre.put("1", status="closed")
    view = view_of(centre)
    assert buttons.primary(view, vi).why_not == "Quầy đang đóng"
    assert buttons.call_chosen(view, vi) == "Quầy đang đóng"


def test_undo_is_offered_while_its_seconds_last(centre: FakeCentre, vi: Words) -> None:
    row = centre.call("1", None)
    assert row is not None
    centre.undoable = replace(row, can_undo_until_ms=centre.clock.now_ms() + 5000)
    undo = buttons.others(view_of(centre), vi)[5]
    assert (undo.why_not, undo.until_ms) == ("", centre.clock.now_ms() + 5000)
    centre.undoable = replace(row, can_undo_until_ms=centre.clock.now_ms())
    assert buttons.others(view_of(centre), vi)[5].why_not


def test_no_two_buttons_share_a_key(centre: FakeCentre, vi: Words) -> None:
    states = [view_of(centre)]
    row = centre.call("1", None)
    assert row is not None
    states.append(view_of(centre))
    centre._move(row, TicketState.SERVING)
    states.append(view_of(centre))
    for view in states:
        shown = [buttons.primary(view, vi), *buttons.others(view, vi), *filter(None, [buttons.pause(view, vi)])]
        keys = [button.key for button in shown]
        assert len(keys) == len(set(keys))
