"""The session between table, hub and printer; how the touch app starts."""

import threading
from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.touch.app import why_no_paper
from kiosk.touch.events import (
    CatalogueCame,
    ChooseField,
    ChoosePriority,
    ChooseService,
    HubSilent,
    Language,
    PaperCame,
    ReprintWanted,
    Tap,
    TicketCame,
)
from kiosk.touch.flow import SETTLE_MS, Paper, Screen, Timing
from kiosk.touch.hub_line import read_token
from kiosk.touch.session import TouchSession
from kiosk.wire.kiosk_api import DeviceState, IssueTicket, PrintReport, TicketReply
from tests.fakes.clock import FakeClock
from tests.fakes.hub_stand_in import small_catalogue, small_ticket


class FakeHub:
    def __init__(self) -> None:
        self.issued: list[IssueTicket] = []
        self.papers: list[int] = []
        self.withdrawn: list[str] = []
        self.refreshed = 0

    def issue(self, request: IssueTicket) -> None:
        self.issued.append(request)

    def withdraw(self, request_id: str) -> None:
        self.withdrawn.append(request_id)

    def report_paper(self, ticket: int, report: PrintReport) -> None:
        self.papers.append(ticket)

    def refresh(self) -> None:
        self.refreshed += 1


class FakePrinter:
    """Answers before ``print_ticket`` returns, as a kiosk without a printer does."""

    def __init__(self, session: TouchSession) -> None:
        self._session = session
        self.printed: list[tuple[int, Language]] = []

    def print_ticket(self, ticket: TicketReply, language: Language) -> None:
        self.printed.append((ticket.id, language))
        self._session.tell(PaperCame(ticket.id, ticket.day, ticket.reprint, "not_printed", "no_device"))


class Kiosk:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.changes = 0
        self.session = TouchSession("vi", Timing(), self.clock, self._changed)
        self.hub, self.printer = FakeHub(), FakePrinter(self.session)
        self.session.connect(self.hub, self.printer)
        self.session.tell(CatalogueCame(small_catalogue()))

    def _changed(self) -> None:
        self.changes += 1

    def walk(self) -> IssueTicket:
        for event in (Tap.TAKE_NUMBER, ChooseField("ho-tich"), ChooseService("khai-sinh"), ChoosePriority(None)):
            self.clock.advance(SETTLE_MS)
            self.session.tell(event)
        return self.hub.issued[-1]


def test_a_printer_that_answers_at_once_is_heard_after_the_ticket_is_on_the_screen() -> None:
    kiosk = Kiosk()
    request = kiosk.walk()
    kiosk.session.tell(TicketCame(request.request_id, small_ticket(request, 4)))
    assert kiosk.printer.printed == [(4, "vi")]
    assert kiosk.session.state.session.paper is Paper.NOT_PRINTED
    assert kiosk.hub.papers == [4]


def test_who_gives_up_withdraws_and_who_starts_refreshes() -> None:
    kiosk = Kiosk()
    request = kiosk.walk()
    kiosk.session.tell(HubSilent(request.request_id))
    kiosk.clock.advance(SETTLE_MS)
    kiosk.session.tell(Tap.CANCEL)
    assert kiosk.hub.withdrawn == [request.request_id]
    assert kiosk.hub.refreshed == 1


def test_request_ids_are_never_the_same() -> None:
    assert len({Kiosk().walk().request_id for _ in range(50)}) == 50


def test_events_of_many_threads_are_all_handled() -> None:
    kiosk = Kiosk()
    ticket = small_ticket(IssueTicket(request_id="request-0001", service="sao-y"), 9)
    threads = [
        threading.Thread(target=lambda: [kiosk.session.tell(ReprintWanted(ticket)) for _ in range(50)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kiosk.printer.printed) == len(kiosk.hub.papers) == 400


def test_the_window_is_told_of_changes_only() -> None:
    kiosk = Kiosk()
    before = kiosk.changes
    kiosk.session.tell(CatalogueCame(small_catalogue()))
    assert kiosk.changes == before
    assert kiosk.session.state.screen is Screen.HOME


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"device": "online", "state": "ready", "paper": "full"}, ""),
        ({"device": "online", "state": "ready", "paper": "low"}, ""),
        ({"device": "starting", "state": "busy"}, ""),
        ({"device": "user_error", "state": "unavailable", "paper": "out"}, "paper_out"),
        ({"device": "user_error", "state": "unavailable", "cover": "open"}, "cover_open"),
        ({"device": "user_error", "state": "unavailable", "paper": "jammed"}, "jammed"),
        ({"device": "offline", "state": "unavailable"}, "offline"),
        ({"device": "no_device", "state": "unavailable"}, "no_device"),
        ({"device": "hardware_error", "state": "unavailable"}, "error"),
    ],
)
def test_a_printer_that_cannot_print_is_named_with_its_reason(state: dict[str, str], reason: str) -> None:
    assert why_no_paper([DeviceState(id="printer", kind="printer", **state)]) == reason  # type: ignore[arg-type]


def test_a_kiosk_without_a_printer_says_so() -> None:
    assert why_no_paper([DeviceState(id="s", kind="scanner", state="ready", device="online")]) == "no_device"


@pytest.mark.parametrize("content", ["", "two words", "dấu"])
def test_a_token_file_that_holds_no_token_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "kiosk.token").write_text(content)
    with pytest.raises(ConfigError, match=r"kiosk\.token"):
        read_token(tmp_path / "kiosk.token")


def test_a_token_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing"):
        read_token(tmp_path / "missing")


class BrokenPrinter:
    def print_ticket(self, ticket: TicketReply, language: Language) -> None:
        raise RuntimeError(ticket.label)


def test_after_a_fault_the_kiosk_still_answers_and_the_log_repeats_none_of_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kiosk = Kiosk()
    kiosk.session.connect(kiosk.hub, BrokenPrinter())
    request = kiosk.walk()
    ticket = small_ticket(request, 4)
    kiosk.session.tell(TicketCame(request.request_id, ticket))
    assert "PrintTicket failed with RuntimeError" in caplog.text
    assert ticket.label not in caplog.text
    kiosk.clock.advance(SETTLE_MS)
    kiosk.session.tell(Tap.DONE)
    assert kiosk.session.state.screen is Screen.HOME
