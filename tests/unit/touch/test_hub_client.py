"""The hub client against a real server that is late, rude or gone."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.responses import Response

from kiosk.touch.events import (
    CatalogueCame,
    Event,
    HubLost,
    HubSilent,
    ReprintWanted,
    SetUpWrong,
    TicketCame,
    TicketRefused,
)
from kiosk.touch.hub_client import GIVE_UP_S, HubClient, Wishes, event_names
from kiosk.touch.hub_line import HubAddress
from kiosk.wire.kiosk_api import DeviceState, IssueTicket, PrintReport
from tests.fakes.hub_stand_in import (
    TOKEN,
    HubStandIn,
    Misbehaviour,
    RunningStandIn,
    refusal,
    reply,
    small_catalogue,
    small_ticket,
    stand_in,
)
from tests.fakes.recorder import Recorder

REQUEST = IssueTicket(request_id="request-0001", service="khai-sinh")


@contextlib.contextmanager
def client_of(
    url: str, token: str = TOKEN, give_up_s: float = GIVE_UP_S
) -> Iterator[tuple[HubClient, Recorder[Event]]]:
    events: Recorder[Event] = Recorder()
    client = HubClient(HubAddress(url, token), events.add, lost_after_s=0.5, give_up_s=give_up_s)
    client.open()
    try:
        yield client, events
    finally:
        client.close()


@pytest.fixture
def running() -> Iterator[RunningStandIn]:
    with stand_in() as running:
        yield running


def has(kind: type) -> Callable[[list[Event]], bool]:
    return lambda events: any(isinstance(event, kind) for event in events)


async def _server_error() -> Response:
    return Response("Traceback …", 500)


async def _overloaded() -> Response:
    return reply(refusal("store_unavailable"), 503)


async def _garbage() -> Response:
    return Response(b"\xff\xfe<html>not the hub</html>")


async def _stranger() -> Response:
    return Response("<html>404 from a router</html>", 404)


async def _redirect() -> Response:
    return Response(status_code=307, headers={"location": "http://192.0.2.1/"})


async def _late() -> None:
    await asyncio.Event().wait()


async def _endless() -> Response:
    return Response(b"x" * 2_100_000)


def test_a_ticket_comes_with_the_request_it_answers(running: RunningStandIn) -> None:
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        came = next(one for one in events.wait_for(has(TicketCame)) if isinstance(one, TicketCame))
    assert came.request_id == REQUEST.request_id
    assert came.ticket.label == "B001"


@pytest.mark.parametrize("misbehaviour", [_server_error, _overloaded, _garbage, _stranger, _redirect, _endless])
def test_an_answer_that_was_not_agreed_is_asked_again_with_the_same_id(
    running: RunningStandIn, misbehaviour: Misbehaviour
) -> None:
    running.hub.misbehave = [misbehaviour, misbehaviour]
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        told = events.wait_for(has(TicketCame))
    assert [one.request_id for one in running.hub.requests.items] == [REQUEST.request_id] * 3
    assert has(HubSilent)(told)
    assert len(running.hub.tickets) == 1


def test_an_answer_that_is_late_is_asked_for_again_and_the_person_is_told(running: RunningStandIn) -> None:
    running.hub.misbehave = [_late]
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        told = events.wait_for(has(TicketCame), 10)
    assert has(HubSilent)(told)
    assert len({one.request_id for one in running.hub.requests.items}) == 1


def test_one_lost_connection_is_repaired_before_anybody_is_told(running: RunningStandIn) -> None:
    """An idle connection that the hub has closed is ordinary."""
    running.hub.misbehave = [_server_error]
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        told = events.wait_for(has(TicketCame))
    assert not has(HubSilent)(told)


def test_a_refusal_ends_the_request_with_words_for_the_person(running: RunningStandIn) -> None:
    async def closed() -> Response:
        return reply(refusal("service_closed", vi="Đã đóng.", en="Closed."), 409)

    running.hub.misbehave = [closed]
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        told = events.wait_for(has(TicketRefused))
    refused = next(one for one in told if isinstance(one, TicketRefused))
    assert refused.message.vi == "Đã đóng."
    assert len(running.hub.requests.items) == 1


def test_a_hub_that_comes_back_gives_the_ticket_that_was_asked_for(running: RunningStandIn) -> None:
    running.shut()
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        events.wait_for(has(HubSilent))
        running.open()
        events.wait_for(has(TicketCame), 10)
    assert {one.request_id for one in running.hub.requests.items} == {REQUEST.request_id}


def test_a_withdrawn_request_is_not_repeated_and_the_hub_is_told(running: RunningStandIn) -> None:
    running.shut()
    with client_of(running.url) as (client, events):
        client.issue(REQUEST)
        events.wait_for(has(HubSilent))
        client.withdraw(REQUEST.request_id)
        running.open()
        running.hub.withdrawn.wait_for(lambda ids: REQUEST.request_id in ids, 10)
        client.issue(IssueTicket(request_id="request-0002", service="sao-y"))
        events.wait_for(has(TicketCame), 10)
    assert [one.request_id for one in running.hub.requests.items] == ["request-0002"]


def test_paper_reports_arrive_once_and_in_order_although_the_hub_was_busy(running: RunningStandIn) -> None:
    running.hub.refuse_reports = 2
    with client_of(running.url) as (client, _):
        for ticket in (1, 2, 3):
            client.report_paper(ticket, PrintReport(request_id=f"paper-{ticket:04d}", outcome="printed"))
        reports = running.hub.papers.wait_for(lambda papers: len(papers) == 3, 10)
    assert [ticket for ticket, _ in reports] == [1, 2, 3]


def test_a_report_that_the_hub_always_fails_over_lets_the_others_pass(running: RunningStandIn) -> None:
    running.hub.stumbles_over = 1
    with client_of(running.url) as (client, _):
        for ticket in (1, 2, 3):
            client.report_paper(ticket, PrintReport(request_id=f"paper-{ticket:04d}", outcome="printed"))
        client.report_devices([])
        running.hub.papers.wait_for(lambda papers: len(papers) == 2, 10)
        running.hub.devices.wait_for(lambda reports: len(reports) == 1, 10)
        running.hub.stumbles_over = 0
        reports = running.hub.papers.wait_for(lambda papers: len(papers) == 3, 10)
    assert [ticket for ticket, _ in reports] == [2, 3, 1]


def test_a_report_that_the_hub_failed_over_for_too_long_is_given_up_with_a_word(
    running: RunningStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    running.hub.stumbles_over = 1
    with client_of(running.url, give_up_s=0.0) as (client, _):
        for ticket in (1, 2):
            client.report_paper(ticket, PrintReport(request_id=f"paper-{ticket:04d}", outcome="printed"))
        reports = running.hub.papers.wait_for(lambda papers: len(papers) == 1, 10)
    assert [ticket for ticket, _ in reports] == [2]
    assert "given up" in caplog.text


def test_a_change_of_a_device_is_reported_at_once(running: RunningStandIn) -> None:
    state = DeviceState(id="printer", kind="printer", state="ready", device="online")
    with client_of(running.url) as (client, _):
        client.report_devices([state])
        running.hub.devices.wait_for(lambda reports: len(reports) == 1)
        client.report_devices([])
        reports = running.hub.devices.wait_for(lambda reports: len(reports) == 2)
    assert [list(report.devices) for report in reports] == [[state], []]


def test_the_catalogue_comes_at_start_and_whenever_the_hub_says_that_it_changed(running: RunningStandIn) -> None:
    with client_of(running.url) as (_, events):
        events.wait_for(has(CatalogueCame))
        running.hub.streams.wait_for(bool)
        running.hub.catalogue = small_catalogue(version=2)
        running.hub.announce("catalogue")
        events.wait_for(lambda told: any(isinstance(one, CatalogueCame) and one.catalogue.version == 2 for one in told))


def test_a_reprint_is_told_once_although_it_stays_on_the_list(running: RunningStandIn) -> None:
    with client_of(running.url) as (client, events):
        events.wait_for(has(CatalogueCame))
        running.hub.streams.wait_for(bool)
        running.hub.jobs = [small_ticket(REQUEST, 7)]
        running.hub.announce("print-jobs")
        events.wait_for(has(ReprintWanted))
        before = len(running.hub.fetches.items)
        client.refresh()
        running.hub.fetches.wait_for(lambda fetches: len(fetches) > before)
        client.refresh()
        running.hub.fetches.wait_for(lambda fetches: len(fetches) > before + 1)
        assert sum(isinstance(one, ReprintWanted) for one in events.items) == 1


def test_a_hub_that_is_gone_is_noticed_and_its_return_too(running: RunningStandIn) -> None:
    running.shut()
    with client_of(running.url) as (_, events):
        events.wait_for(has(HubLost), 12)
        running.open()
        events.wait_for(has(CatalogueCame), 12)


def test_a_wrong_token_is_a_matter_for_the_operator(running: RunningStandIn) -> None:
    with client_of(running.url, token="wrong") as (_, events):
        wrong = next(one for one in events.wait_for(has(SetUpWrong)) if isinstance(one, SetUpWrong))
    assert "401" in wrong.detail


def test_the_token_is_not_in_the_words_of_an_address() -> None:
    assert TOKEN not in repr(HubAddress("http://hub.test", TOKEN))


def test_a_line_that_speaks_no_http_is_no_hub() -> None:
    """A serial server or a camera may sit at the configured address."""
    with socket.create_server(("127.0.0.1", 0)) as rude, contextlib.ExitStack() as closing:

        def talk() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = rude.accept()
                    line.sendall(b"\x1b@220 hello\r\n\r\n")
                    line.close()

        threading.Thread(target=talk, daemon=True).start()
        client, events = closing.enter_context(client_of(f"http://127.0.0.1:{rude.getsockname()[1]}"))
        client.issue(REQUEST)
        assert not has(TicketCame)(events.wait_for(has(HubSilent)))


def test_event_names_are_read_whatever_stands_between() -> None:
    lines = [b"event: catalogue", b"data: {}", b"", b": ping", b"", b"data: x", b"", b"event:print-jobs", b"", b""]
    assert list(event_names(iter(lines))) == ["catalogue", "print-jobs"]


def test_closing_does_not_wait_for_the_live_stream() -> None:
    with stand_in(HubStandIn()) as running, client_of(running.url) as (client, _):
        running.hub.streams.wait_for(bool)
        client.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "listener"]


def test_staff_who_put_paper_in_have_the_printer_asked_once_and_every_report_says_so(running: RunningStandIn) -> None:
    asked: Recorder[int] = Recorder()
    running.hub.printer_check = 77
    client = HubClient(HubAddress(running.url, TOKEN), lambda _: None, wishes=Wishes(check_printer=asked.add))
    client.open()
    try:
        asked.wait_for(lambda got: len(got) == 1)
        client.printer_checked(77, [])
        running.hub.devices.wait_for(lambda got: [one.printer_check for one in got] == [77])
        client.refresh()
        client.report_devices([])
        running.hub.devices.wait_for(lambda got: [one.printer_check for one in got] == [77, 77])
    finally:
        client.close()
    assert asked.items == [77]
