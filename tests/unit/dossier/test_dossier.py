"""A dossier's way from submission to result."""

from dataclasses import replace
from datetime import date, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.clock import VIETNAM, to_ms
from kiosk.dossier.deadline import Due, TimeLimit, WorkCalendar, due
from kiosk.dossier.dossier import Act, Deed, Dossier, NotAllowed, Why, allowed, apologise, carry_out, late, submitted
from kiosk.dossier.status import CLOCK_STANDS, ENDED, Status

CALENDAR = WorkCalendar(days_off={2026: frozenset({date(2026, 2, 16)})})
DAY = 86_400_000


def at(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=VIETNAM))


MONDAY = at("2026-11-16 08:00")
NEW = submitted(Dossier("H29-261116-0001", "1.004873", "26740", "26740", TimeLimit(3)), MONDAY)


def do(dossier: Dossier, act: Act, now_ms: int, note: str = "") -> Dossier:
    result = carry_out(dossier, Deed(act, dossier.revision, "Lan", now_ms, note), CALENDAR)
    assert isinstance(result, Dossier), result
    return result


def refusal(result: Dossier | NotAllowed) -> Why:
    assert isinstance(result, NotAllowed)
    return result.why


def test_a_dossier_that_is_accepted_has_a_due_date_with_its_reasons() -> None:
    accepted = do(NEW, Act.ACCEPT, MONDAY)
    assert accepted.due_ms == at("2026-11-19 17:00")
    assert accepted.why_due


def test_from_submission_to_the_result_every_step_is_in_the_history() -> None:
    dossier = NEW
    for act in (Act.ACCEPT, Act.START, Act.FINISH, Act.HAND_OVER):
        dossier = do(dossier, act, dossier.history[-1].at_ms + 60_000)
    assert [line.status for line in dossier.history] == [
        Status.REGISTERED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
        Status.DONE,
        Status.HANDED_OVER,
    ]
    assert dossier.ended_ms == dossier.history[3].at_ms, "finished counts, not fetched"
    assert allowed(dossier) == ()


def test_the_second_of_two_officers_is_told_and_changes_nothing() -> None:
    accepted = do(NEW, Act.ACCEPT, MONDAY)
    result = carry_out(accepted, Deed(Act.START, NEW.revision, "Minh", MONDAY), CALENDAR)
    assert refusal(result) is Why.CHANGED_MEANWHILE


def test_supplements_and_refusals_need_their_reasons() -> None:
    for act in (Act.ASK_SUPPLEMENT, Act.REFUSE):
        assert refusal(carry_out(NEW, Deed(act, 1, "Lan", MONDAY, "  "), CALENDAR)) is Why.REASON_MISSING
    assert refusal(carry_out(NEW, Deed(Act.REFUSE, 1, "Lan", MONDAY, "x" * 2_001), CALENDAR)) is Why.REASON_TOO_LONG


def test_what_is_not_the_turn_is_refused() -> None:
    assert refusal(carry_out(NEW, Deed(Act.HAND_OVER, 1, "Lan", MONDAY), CALENDAR)) is Why.NOT_NOW


def test_the_days_that_the_citizen_took_move_the_due_date() -> None:
    working = do(do(NEW, Act.ACCEPT, MONDAY), Act.START, MONDAY)
    asked = do(working, Act.ASK_SUPPLEMENT, at("2026-11-17 10:00"), "Thiếu bản sao.")
    brought = do(asked, Act.TAKE_BACK_UP, at("2026-11-19 10:00"))
    assert brought.status is Status.IN_PROGRESS
    assert brought.due_ms == at("2026-11-23 17:00")
    assert not late(asked, at("2026-12-24 10:00")), "the clock stands"


def test_papers_that_were_missing_from_the_start_begin_the_time_only_when_they_are_there() -> None:
    asked = do(NEW, Act.ASK_SUPPLEMENT, MONDAY, "Thiếu tờ khai.")
    assert asked.due_ms is None
    brought = do(asked, Act.TAKE_BACK_UP, at("2026-11-18 09:00"))
    assert brought.status is Status.ACCEPTED
    assert brought.due_ms == at("2026-11-23 17:00")


def test_a_second_request_for_papers_counts_as_late() -> None:
    dossier = do(do(NEW, Act.ASK_SUPPLEMENT, MONDAY, "Thiếu tờ khai."), Act.TAKE_BACK_UP, MONDAY)
    assert not late(dossier, MONDAY)
    assert late(do(dossier, Act.ASK_SUPPLEMENT, MONDAY, "Thiếu ảnh."), MONDAY)


def test_late_is_after_the_due_date_whether_open_or_finished() -> None:
    working = do(do(NEW, Act.ACCEPT, MONDAY), Act.START, MONDAY)
    assert not late(working, at("2026-11-19 17:00"))
    assert late(working, at("2026-11-19 17:01"))
    in_time = do(working, Act.FINISH, at("2026-11-19 16:00"))
    assert not late(in_time, at("2027-01-01 00:00"))
    assert late(do(working, Act.FINISH, at("2026-11-20 08:00")), at("2027-01-01 00:00"))


def test_an_apology_puts_it_off_once_and_before_the_date() -> None:
    working = do(do(NEW, Act.ACCEPT, MONDAY), Act.START, MONDAY)
    later = due(MONDAY, TimeLimit(6), CALENDAR)
    now = at("2026-11-18 09:00")
    extended = apologise(working, later, working.revision, now, "Lan", "Chờ xác minh.")
    assert isinstance(extended, Dossier)
    assert extended.due_ms == later.at_ms
    much_later = Due(later.at_ms + DAY, ())
    assert refusal(apologise(extended, much_later, extended.revision, now, "Lan", "Lại chờ.")) is Why.ALREADY_EXTENDED
    assert refusal(apologise(working, later, working.revision, at("2026-11-20 09:00"), "Lan", "x")) is Why.TOO_LATE
    assert refusal(apologise(working, Due(MONDAY, ()), working.revision, now, "Lan", "x")) is Why.NOT_LATER
    assert refusal(apologise(working, later, working.revision, now, "Lan", " ")) is Why.REASON_MISSING
    assert refusal(apologise(NEW, later, NEW.revision, now, "Lan", "x")) is Why.NOT_NOW
    assert refusal(apologise(working, later, 99, now, "Lan", "x")) is Why.CHANGED_MEANWHILE


def test_after_putting_off_the_new_date_moves_by_the_days_that_the_citizen_takes() -> None:
    working = do(do(NEW, Act.ACCEPT, MONDAY), Act.START, MONDAY)
    later = due(MONDAY, TimeLimit(5), CALENDAR)
    put_off = apologise(working, later, working.revision, MONDAY, "Lan", "Chờ xác minh.")
    assert isinstance(put_off, Dossier)
    assert (put_off.promised_ms, put_off.due_ms) == (working.due_ms, later.at_ms)
    asked = do(put_off, Act.ASK_PAYMENT, MONDAY, "Nộp lệ phí.")
    paid = do(asked, Act.TAKE_BACK_UP, MONDAY + 2 * DAY)
    assert paid.due_ms == due(MONDAY, TimeLimit(7), CALENDAR).at_ms


def test_a_procedure_without_a_known_limit_has_no_due_date() -> None:
    assert do(replace(NEW, limit=None), Act.ACCEPT, MONDAY).due_ms is None


class AnyOrder(RuleBasedStateMachine):
    """Whatever officers do in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.dossier, self.now_ms = NEW, MONDAY

    @rule(act=st.sampled_from(Act), wait_ms=st.integers(0, 3 * DAY), note=st.sampled_from(["", "Lý do."]))
    def act(self, act: Act, wait_ms: int, note: str) -> None:
        self.now_ms += wait_ms
        before = self.dossier
        result = carry_out(before, Deed(act, before.revision, "Lan", self.now_ms, note), CALENDAR)
        if isinstance(result, Dossier):
            assert act in allowed(before)
            assert result.revision == before.revision + 1
            assert result.history[:-1] == before.history
            assert (result.due_ms or 0) >= (before.due_ms or 0), "a due date never comes nearer"
            self.dossier = result
        else:
            assert act not in allowed(before) or result.why is Why.REASON_MISSING

    @invariant()
    def is_whole(self) -> None:
        dossier = self.dossier
        assert dossier.history[-1].status is dossier.status
        assert (dossier.paused_ms is not None) == (dossier.status in CLOCK_STANDS)
        assert (allowed(dossier) == ()) == (dossier.status in ENDED)
        assert all(pause.from_ms <= pause.until_ms for pause in dossier.pauses)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
