"""The state table alone: no window, no hub, no printer."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.touch.events import (
    CatalogueCame,
    ChooseField,
    ChooseLanguage,
    ChoosePriority,
    ChooseService,
    Effect,
    Event,
    HubLost,
    HubSilent,
    PaperCame,
    PrinterChanged,
    PrintTicket,
    RefreshCatalogue,
    ReportPaper,
    ReprintWanted,
    Scanned,
    SendRequest,
    SetUpWrong,
    Tap,
    Tick,
    TicketCame,
    TicketRefused,
    WithdrawRequest,
)
from kiosk.touch.flow import (
    ANSWER_MS,
    SETTLE_MS,
    Now,
    Paper,
    Screen,
    Session,
    Timing,
    advance,
    first_state,
    in_session,
    notice_of_scan,
)
from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import IssueTicket
from tests.fakes.hub_stand_in import small_catalogue, small_ticket

TIMING = Timing()
NO = Text(vi="Không.", en="No.")


class Walk:
    """A person and a machine: events one after the other, each a second after the one before."""

    def __init__(self, priority: bool = True) -> None:
        self.ms = 1_000_000
        self.ids = 0
        self.effects: list[Effect] = []
        self.state = first_state("vi", TIMING, self._now())
        self.tell(CatalogueCame(small_catalogue(priority=priority)))

    def tell(self, *events: Event, after_ms: int = 1000) -> "Walk":
        for event in events:
            self.ms += after_ms
            self.state, effects = advance(self.state, event, self._now())
            self.effects += effects
        return self

    def _now(self) -> Now:
        self.ids += 1
        return Now(self.ms, f"request-{self.ids:06d}")

    def to_services(self) -> "Walk":
        return self.tell(Tap.TAKE_NUMBER, ChooseField("ho-tich"))

    def to_issuing(self) -> "Walk":
        return self.to_services().tell(ChooseService("khai-sinh"), ChoosePriority(None))

    def to_ticket(self) -> "Walk":
        return self.to_issuing().answer()

    def answer(self) -> "Walk":
        return self.tell(TicketCame(self.request.request_id, small_ticket(self.request, 1)))

    @property
    def request(self) -> IssueTicket:
        assert self.state.session.request is not None
        return self.state.session.request

    def sent(self) -> list[str]:
        return [effect.request.request_id for effect in self.effects if isinstance(effect, SendRequest)]

    def of(self, kind: type[Effect]) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def test_four_taps_lead_to_a_number_and_its_paper() -> None:
    walk = Walk().to_ticket()
    assert walk.state.screen is Screen.TICKET
    assert walk.of(PrintTicket) == [PrintTicket(small_ticket(walk.request, 1), "vi")]
    assert walk.state.session.paper is Paper.PRINTING


def test_without_priority_groups_the_question_is_not_asked() -> None:
    assert Walk(priority=False).to_services().tell(ChooseService("khai-sinh")).state.screen is Screen.ISSUING


def test_a_service_may_do_without_the_priority_question() -> None:
    catalogue = small_catalogue()
    services = [msgspec.structs.replace(service, asks_priority=False) for service in catalogue.services]
    walk = Walk().tell(CatalogueCame(msgspec.structs.replace(catalogue, services=services)))
    assert walk.to_services().tell(ChooseService("khai-sinh")).state.screen is Screen.ISSUING


@pytest.mark.parametrize(("group", "ticket_class"), [(None, "normal"), ("cao-tuoi", "priority")])
def test_the_answer_about_priority_is_sent_as_a_class_and_never_as_a_group(
    group: str | None, ticket_class: str
) -> None:
    walk = Walk().to_services().tell(ChooseService("khai-sinh"), ChoosePriority(group))
    assert walk.request.ticket_class == ticket_class
    assert b"cao-tuoi" not in msgspec.json.encode(walk.request)


def test_the_language_of_the_person_goes_with_the_request_and_the_paper() -> None:
    walk = Walk().tell(ChooseLanguage("en")).to_ticket()
    assert walk.request.language == "en"
    assert [effect.language for effect in walk.effects if isinstance(effect, PrintTicket)] == ["en"]


def test_a_double_tap_that_falls_through_onto_the_next_screen_does_nothing() -> None:
    walk = Walk().to_services()
    walk.tell(ChooseService("khai-sinh")).tell(ChoosePriority(None), after_ms=SETTLE_MS - 1)
    assert walk.state.screen is Screen.PRIORITY
    walk.tell(ChoosePriority(None)).tell(ChoosePriority(None), after_ms=20)
    assert len(walk.sent()) == 1


def test_a_closed_or_unknown_service_cannot_be_chosen() -> None:
    walk = Walk().to_services().tell(ChooseService("ket-hon"), ChooseService("khong-co"))
    assert walk.state.screen is Screen.SERVICES


def test_back_goes_one_screen_back() -> None:
    walk = Walk().to_services().tell(ChooseService("khai-sinh"))
    seen = [walk.tell(Tap.BACK).state.screen for _ in range(3)]
    assert seen == [Screen.SERVICES, Screen.FIELDS, Screen.HOME]


def test_help_returns_to_where_it_was_opened() -> None:
    assert Walk().to_services().tell(Tap.HELP, Tap.BACK).state.screen is Screen.SERVICES


def test_help_does_not_lose_a_number_and_learns_what_the_paper_did() -> None:
    walk = Walk().to_ticket().tell(Tap.HELP, PaperCame(1, 20261122, 0, "printed"), Tap.BACK)
    assert walk.state.screen is Screen.TICKET
    assert walk.state.session.paper is Paper.PRINTED


def test_a_silent_hub_is_said_and_the_same_request_brings_the_number() -> None:
    walk = Walk().to_issuing()
    asked = walk.request.request_id
    walk.tell(HubSilent(asked))
    assert walk.state.screen is Screen.UNREACHABLE
    walk.answer()
    assert walk.state.screen is Screen.TICKET
    assert walk.sent() == [asked]


def test_who_stops_waiting_withdraws_the_request_and_a_late_number_is_not_shown() -> None:
    walk = Walk().to_issuing()
    request = walk.request
    walk.tell(HubSilent(request.request_id), Tap.CANCEL)
    assert walk.of(WithdrawRequest) == [WithdrawRequest(request.request_id)]
    walk.tell(TicketCame(request.request_id, small_ticket(request, 1)))
    assert walk.state.screen is Screen.HOME
    assert walk.of(PrintTicket) == []


def test_who_walks_away_while_the_hub_is_silent_withdraws_too() -> None:
    walk = Walk().to_issuing()
    asked = walk.request.request_id
    walk.tell(HubSilent(asked)).tell(Tick(), after_ms=TIMING.reset_after_s * 1000)
    assert walk.state.screen is Screen.HOME
    assert walk.of(WithdrawRequest) == [WithdrawRequest(asked)]


def test_a_wait_without_any_word_is_called_unreachable() -> None:
    assert Walk().to_issuing().tell(Tick(), after_ms=ANSWER_MS).state.screen is Screen.UNREACHABLE


def test_a_refusal_is_shown_in_the_hubs_words_and_another_service_can_be_chosen() -> None:
    walk = Walk().to_issuing()
    walk.tell(TicketRefused(walk.request.request_id, NO))
    assert (walk.state.screen, walk.state.session.refusal) == (Screen.REFUSED, NO)
    assert walk.tell(Tap.BACK).state.screen is Screen.FIELDS


def test_a_new_try_after_a_refusal_is_a_new_intention() -> None:
    walk = Walk().to_issuing()
    walk.tell(TicketRefused(walk.request.request_id, NO), Tap.BACK, ChooseField("ho-tich"))
    walk.tell(ChooseService("khai-sinh"), ChoosePriority(None))
    assert len(set(walk.sent())) == 2


@pytest.mark.parametrize(
    ("outcome", "paper"),
    [("printed", Paper.PRINTED), ("not_printed", Paper.NOT_PRINTED), ("unknown", Paper.UNKNOWN)],
)
def test_what_became_of_the_paper_is_shown_and_reported(outcome: str, paper: Paper) -> None:
    walk = Walk().to_ticket()
    walk.tell(PaperCame(1, 20261122, 0, outcome, "paper_out" if outcome == "not_printed" else ""))  # type: ignore[arg-type]
    assert walk.state.session.paper is paper
    (report,) = [effect for effect in walk.effects if isinstance(effect, ReportPaper)]
    assert (report.ticket, report.report.outcome) == (1, outcome)


def test_the_paper_of_somebody_who_has_gone_is_reported_and_shown_to_nobody() -> None:
    walk = Walk().to_ticket().tell(Tap.DONE, PaperCame(1, 20261122, 0, "not_printed", "jammed"))
    assert walk.state.session == Session("vi")
    assert len(walk.of(ReportPaper)) == 1


def test_a_reprint_does_not_change_what_the_person_in_front_reads() -> None:
    walk = Walk().to_ticket().tell(PaperCame(1, 20261122, 0, "printed"))
    walk.tell(ReprintWanted(small_ticket(walk.request, 1)), PaperCame(1, 20261122, 1, "not_printed", "paper_out"))
    assert walk.state.session.paper is Paper.PRINTED
    assert len({effect.report.request_id for effect in walk.effects if isinstance(effect, ReportPaper)}) == 2


def test_a_printed_ticket_makes_room_and_a_number_without_paper_stays_longer() -> None:
    def left_after(outcome: str, seconds: int) -> Screen:
        walk = Walk().to_ticket().tell(PaperCame(1, 20261122, 0, outcome))  # type: ignore[arg-type]
        return walk.tell(Tick(), after_ms=seconds * 1000).state.screen

    assert left_after("printed", TIMING.ticket_s - 1) is Screen.TICKET
    assert left_after("printed", TIMING.ticket_s) is Screen.HOME
    assert left_after("not_printed", TIMING.ticket_s) is Screen.TICKET
    assert left_after("not_printed", TIMING.number_s) is Screen.HOME


def test_before_a_session_ends_there_are_twenty_seconds_to_say_i_am_here() -> None:
    walk = Walk().to_services().tell(Tick(), after_ms=TIMING.warn_after_s * 1000)
    assert walk.state.idle_left_s == TIMING.reset_after_s - TIMING.warn_after_s == 20
    walk.tell(Tap.STILL_HERE)
    assert (walk.state.screen, walk.state.idle_left_s) == (Screen.SERVICES, None)


def test_a_touch_under_the_warning_only_keeps_the_session() -> None:
    walk = Walk().to_services().tell(Tick(), after_ms=TIMING.warn_after_s * 1000)
    walk.tell(ChooseService("khai-sinh"))
    assert (walk.state.screen, walk.state.idle_left_s) == (Screen.SERVICES, None)


def test_nobody_for_long_enough_leaves_nothing_of_the_person() -> None:
    walk = Walk().tell(ChooseLanguage("en"), Tap.CONTRAST, Tap.LOWER).to_services()
    walk.tell(Tick(), after_ms=TIMING.reset_after_s * 1000)
    assert walk.state.session == Session("vi")


def test_a_clock_that_is_set_back_does_not_keep_a_session_open() -> None:
    walk = Walk().to_services().tell(Tick(), after_ms=-500_000)
    assert walk.state.session == Session("vi")


def test_a_kiosk_that_closes_brings_people_back_to_the_reason() -> None:
    closed = msgspec.structs.replace(small_catalogue(), is_open=False, notice=NO)
    walk = Walk().to_services().tell(CatalogueCame(closed))
    assert walk.state.screen is Screen.HOME
    assert walk.tell(Tap.TAKE_NUMBER).state.screen is Screen.HOME


def test_a_kiosk_that_closes_does_not_take_a_number_away() -> None:
    closed = msgspec.structs.replace(small_catalogue(), is_open=False)
    assert Walk().to_ticket().tell(CatalogueCame(closed)).state.screen is Screen.TICKET


def test_without_the_hub_nobody_is_led_through_questions() -> None:
    walk = Walk().tell(HubLost(), Tap.TAKE_NUMBER)
    assert walk.state.screen is Screen.HOME
    assert walk.tell(CatalogueCame(small_catalogue()), Tap.TAKE_NUMBER).state.screen is Screen.FIELDS


def test_somebody_who_starts_gets_fresh_waits() -> None:
    assert Walk().tell(Tap.TAKE_NUMBER).of(RefreshCatalogue) == [RefreshCatalogue()]


def test_a_wrong_set_up_is_out_of_service_until_the_hub_answers() -> None:
    walk = Walk().tell(SetUpWrong("touch.toml: no such key"))
    assert walk.tell(Tap.TAKE_NUMBER, Tap.BACK, Tick()).state.screen is Screen.OUT_OF_SERVICE
    assert walk.tell(CatalogueCame(small_catalogue())).state.screen is Screen.HOME


def test_a_wrong_set_up_takes_nobodys_number_off_the_screen() -> None:
    assert Walk().to_ticket().tell(SetUpWrong("401")).state.screen is Screen.TICKET


def test_the_same_trouble_again_changes_nothing() -> None:
    walk = Walk().tell(SetUpWrong("401"))
    before = walk.state
    assert walk.tell(SetUpWrong("401")).state == before


@pytest.mark.parametrize(
    ("code", "notice"),
    [
        ("079085000123||Người Mẫu|01011985|Nam|1 Đường Thử|01012022", "scan_id_card"),
        ("http://192.0.2.10:8080/t/abc", "scan_ticket"),
        ("\x00\x02rác", "scan_unreadable"),
        ("", "scan_unreadable"),
    ],
)
def test_a_scanned_code_gets_a_plain_answer_and_is_not_kept(code: str, notice: str) -> None:
    walk = Walk().tell(Scanned(code))
    assert walk.state.session.notice == notice_of_scan(code) == notice
    assert not code or code not in repr(walk.state)
    walk.tell(Tick(), after_ms=10_000)
    assert walk.state.session.notice == ""


def test_a_broken_printer_is_known_before_anybody_takes_a_number() -> None:
    assert Walk().tell(PrinterChanged("paper_out")).state.printer == "paper_out"


CATALOGUES = st.sampled_from(
    [
        small_catalogue(),
        small_catalogue(priority=False),
        msgspec.structs.replace(small_catalogue(), is_open=False),
        msgspec.structs.replace(small_catalogue(), fields=[], services=[]),
    ]
)
IDS = st.sampled_from(["ho-tich", "chung-thuc", "khai-sinh", "ket-hon", "sao-y", "cao-tuoi", "?"])
REQUESTS = st.integers(0, 60).map(lambda number: f"request-{number:06d}")
TICKETS = st.integers(1, 3).map(lambda n: small_ticket(IssueTicket(request_id="request-000000", service="sao-y"), n))
EVENTS = st.one_of(
    st.sampled_from(list(Tap)),
    st.just(Tick()),
    st.builds(ChooseLanguage, st.sampled_from(["vi", "en"])),
    st.builds(ChooseField, IDS),
    st.builds(ChooseService, IDS),
    st.builds(ChoosePriority, st.none() | IDS),
    st.builds(CatalogueCame, CATALOGUES),
    st.just(HubLost()),
    st.builds(HubSilent, REQUESTS),
    st.builds(TicketCame, REQUESTS, TICKETS),
    st.builds(TicketRefused, REQUESTS, st.just(NO)),
    st.builds(
        PaperCame,
        st.integers(1, 3),
        st.just(20261122),
        st.integers(0, 2),
        st.sampled_from(["printed", "not_printed", "unknown"]),
    ),
    st.builds(ReprintWanted, TICKETS),
    st.builds(PrinterChanged, st.sampled_from(["", "paper_out"])),
    st.builds(Scanned, st.text(max_size=40)),
    st.just(SetUpWrong("wrong")),
)
STEPS = st.lists(st.tuples(EVENTS, st.sampled_from([0, 100, 400, 1000, 30_000])), max_size=60)


@settings(deadline=None)  # a busy machine is no fault of the table
@given(STEPS)
def test_whatever_happens_every_request_is_one_intention_and_in_the_end_the_kiosk_is_free(
    steps: list[tuple[Event, int]],
) -> None:
    walk = Walk()
    for event, after_ms in steps:
        asked_before = len(walk.sent())
        before = walk.state
        walk.tell(event, after_ms=after_ms)
        if len(walk.sent()) > asked_before:
            assert before.screen in (Screen.SERVICES, Screen.PRIORITY)
            assert walk.state.screen is Screen.ISSUING
    assert len(walk.sent()) == len(set(walk.sent()))
    for _ in range(2 + ANSWER_MS // 1000 + TIMING.number_s + TIMING.reset_after_s + TIMING.patient_s):
        walk.tell(Tick())
    assert walk.state.screen in (Screen.HOME, Screen.OUT_OF_SERVICE)
    assert walk.state.session == Session("vi")
    assert not in_session(walk.state)


@settings(deadline=None)
@given(STEPS)
def test_a_request_that_nobody_waits_for_any_more_was_answered_or_withdrawn(steps: list[tuple[Event, int]]) -> None:
    walk = Walk()
    answered: set[str] = set()
    for event, after_ms in steps:
        if isinstance(event, TicketCame | TicketRefused):
            answered.add(event.request_id)
        walk.tell(event, after_ms=after_ms)
    waiting = {walk.request.request_id} if walk.state.session.request else set()
    withdrawn = {effect.request_id for effect in walk.effects if isinstance(effect, WithdrawRequest)}
    assert set(walk.sent()) <= answered | withdrawn | waiting
