"""Who is next: the rule on the wall."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.model import QueueRule, ServiceId, Ticket, TicketClass, TicketState, Turn
from kiosk.queueing.policy import after_call, lane_heads, next_ticket, overtaken, place
from tests.unit.queueing.made import MINUTE_MS, MORNING_MS, ticket

RULE = QueueRule()
P, N = TicketClass.PRIORITY, TicketClass.NORMAL
SERVICES = ("khai-sinh", "chung-thuc", "dat-dai")

rules = st.builds(QueueRule, priority_share=st.integers(1, 3), others_share=st.integers(1, 4))
turns = st.builds(Turn, priority_run=st.integers(0, 5), others_run=st.integers(0, 5))


@st.composite
def queues(draw: st.DrawFn) -> list[Ticket]:
    size = draw(st.integers(0, 25))
    return [
        ticket(
            number=i + 1,
            service=draw(st.sampled_from(SERVICES)),
            ticket_class=draw(st.sampled_from((P, N))),
            came_ms=MORNING_MS + draw(st.integers(0, 20)) * MINUTE_MS,
            state=draw(st.sampled_from((TicketState.WAITING,) * 4 + (TicketState.PARKED, TicketState.CALLED))),
        )
        for i in range(size)
    ]


def test_nobody_waiting_is_an_ordinary_answer() -> None:
    assert next_ticket([], Turn(), RULE, MORNING_MS) is None


def test_the_first_call_of_the_day_goes_to_a_priority_citizen() -> None:
    waiting = [ticket(1), ticket(2, ticket_class=P, came_ms=MORNING_MS + 1)]
    called = next_ticket(waiting, Turn(), RULE, MORNING_MS + 2)
    assert called is not None
    assert called.id == 2


def test_of_two_who_came_in_the_same_millisecond_the_lower_id_is_first() -> None:
    called = next_ticket([ticket(7), ticket(3, service="dat-dai")], Turn(), RULE, MORNING_MS)
    assert called is not None
    assert called.id == 3


@given(queues(), turns, rules)
def test_within_a_class_the_first_to_come_is_called_first(waiting: list[Ticket], turn: Turn, rule: QueueRule) -> None:
    called = next_ticket(waiting, turn, rule, MORNING_MS)
    candidates = [t for t in waiting if t.state is TicketState.WAITING]
    assert (called is None) == (not candidates)
    if called is not None:
        assert called == min((t for t in candidates if t.ticket_class is called.ticket_class), key=place)


@given(queues(), turns, rules)
def test_the_heads_of_the_lanes_decide_as_all_who_wait_would(
    waiting: list[Ticket], turn: Turn, rule: QueueRule
) -> None:
    assert next_ticket(lane_heads(waiting), turn, rule, MORNING_MS) == next_ticket(waiting, turn, rule, MORNING_MS)


@given(rules, turns)
def test_while_both_classes_wait_the_calls_follow_the_ratio(rule: QueueRule, turn: Turn) -> None:
    both = [ticket(1), ticket(2, ticket_class=P)]
    calls = []
    for _ in range(40):
        called = next_ticket(both, turn, rule, MORNING_MS)
        assert called is not None
        calls.append(called.ticket_class)
        turn = after_call(turn, called.ticket_class)
    start = next(i for i in range(1, 20) if calls[i] is P and calls[i - 1] is N)
    period = rule.priority_share + rule.others_share
    assert calls[start : start + period] == [P] * rule.priority_share + [N] * rule.others_share
    assert calls[start : start + period] == calls[start + period : start + 2 * period]


def test_whoever_was_overtaken_too_long_goes_before_everybody_who_came_later() -> None:
    since_ms = MORNING_MS + MINUTE_MS
    first = ticket(1, overtaken_ms=since_ms)
    later = ticket(2, ticket_class=P, came_ms=MORNING_MS + 5 * MINUTE_MS)
    limit_ms = since_ms + RULE.max_overtaken_s * 1000
    assert next_ticket([first, later], Turn(), RULE, limit_ms) == later
    assert next_ticket([first, later], Turn(), RULE, limit_ms + 1) == first


def test_protection_does_not_push_back_those_who_came_earlier() -> None:
    earlier = ticket(1, service="dat-dai")
    shielded = ticket(2, came_ms=MORNING_MS + 1, overtaken_ms=MORNING_MS)
    now_ms = MORNING_MS + 60 * MINUTE_MS
    assert next_ticket([earlier, shielded], Turn(), RULE, now_ms) == earlier


def test_a_call_overtakes_only_those_who_came_earlier_and_could_have_been_called_there() -> None:
    called = ticket(4, ticket_class=P, came_ms=MORNING_MS + MINUTE_MS)
    here, elsewhere = ticket(1), ticket(2, service="dat-dai")
    parked, later = ticket(3, state=TicketState.PARKED), ticket(5, came_ms=MORNING_MS + 2 * MINUTE_MS)
    waiting = [here, elsewhere, parked, called, later]
    assert overtaken(waiting, called, frozenset({ServiceId("khai-sinh")})) == (here,)


@st.composite
def days(draw: st.DrawFn) -> tuple[QueueRule, list[frozenset[str]], list[tuple[str, object]]]:
    rule = QueueRule(
        priority_share=draw(st.integers(1, 2)), others_share=draw(st.integers(1, 3)), max_overtaken_s=5 * 60
    )
    counters = draw(st.lists(st.frozensets(st.sampled_from(SERVICES), min_size=1), min_size=1, max_size=3))
    arrival = st.tuples(st.sampled_from(SERVICES), st.sampled_from((P, P, N)))
    steps = draw(
        st.lists(
            st.one_of(
                st.tuples(st.just("come"), arrival), st.tuples(st.just("next"), st.integers(0, len(counters) - 1))
            ),
            max_size=80,
        )
    )
    return rule, counters, steps


@given(days())
def test_in_a_whole_day_nobody_is_overtaken_for_longer_than_the_limit(
    day: tuple[QueueRule, list[frozenset[str]], list[tuple[str, object]]],
) -> None:
    rule, counters, steps = day
    waiting: list[Ticket] = []
    turns = [Turn()] * len(counters)
    now_ms = MORNING_MS
    for number, (what, detail) in enumerate(steps, 1):
        now_ms += MINUTE_MS
        if what == "come":
            service, kind = detail
            waiting.append(ticket(number, service=service, ticket_class=kind, came_ms=now_ms))
            continue
        services = frozenset(map(ServiceId, counters[detail]))
        heads = lane_heads(t for t in waiting if t.service in services)
        called = next_ticket(heads, turns[detail], rule, now_ms)
        if called is None:
            assert not heads
            continue
        turns[detail] = after_call(turns[detail], called.ticket_class)
        waiting.remove(called)
        for passed in overtaken(waiting, called, services):
            assert passed.ticket_class is not called.ticket_class
            if passed.overtaken_ms is None:
                waiting[waiting.index(passed)] = replace(passed, overtaken_ms=now_ms)
            else:
                assert now_ms - passed.overtaken_ms <= rule.max_overtaken_s * 1000
