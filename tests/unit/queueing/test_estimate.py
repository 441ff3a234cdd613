"""The plain estimate: never absurd, and it moves in the right direction."""

import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.estimate import LONGEST_S, Situation, estimate
from kiosk.queueing.model import CounterId, CounterView, Lane, QueueRule, ServiceId, TicketClass
from tests.unit.queueing.made import MORNING_MS

SERVICES = tuple(ServiceId(s) for s in ("khai-sinh", "chung-thuc", "dat-dai", "cu-tru"))
ME = SERVICES[0]
P, N = TicketClass.PRIORITY, TicketClass.NORMAL


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    lanes = [
        Lane(service, kind, draw(st.integers(0, 30))) for service in SERVICES for kind in (P, N) if draw(st.booleans())
    ]
    counters = []
    for number in range(draw(st.integers(0, 6))):
        busy = draw(st.sampled_from((None, *SERVICES)))
        counters.append(
            CounterView(
                id=CounterId(str(number)),
                services=frozenset(draw(st.sets(st.sampled_from(SERVICES)))),
                open=draw(st.booleans()),
                busy_with=busy,
                busy_since_ms=None if busy is None else MORNING_MS - draw(st.integers(-60, 3600)) * 1000,
            )
        )
    return Situation(
        lanes=tuple(lanes),
        counters=tuple(counters),
        rule=QueueRule(priority_share=draw(st.integers(0, 3)), others_share=draw(st.integers(0, 3))),
        now_ms=MORNING_MS,
        service_s={s: draw(st.floats(1, 3600)) for s in SERVICES if draw(st.booleans())},
        opens_in_s=draw(st.sampled_from((0.0, 0.0, 900.0))),
        breaks_s=draw(st.sampled_from(((), ((600.0, 6000.0),)))),
    )


classes = st.sampled_from((P, N))


@given(situations(), classes)
def test_an_estimate_is_ordered_finite_and_never_negative(now: Situation, kind: TicketClass) -> None:
    p10, p50, p90 = estimate(ME, kind, now).quantiles_s
    assert 0 <= p10 <= p50 <= p90 < 3 * LONGEST_S


@given(situations(), classes, st.sampled_from(SERVICES), classes, st.integers(1, 20))
def test_more_people_ahead_never_shorten_the_estimate(
    now: Situation, kind: TicketClass, service: ServiceId, who: TicketClass, more: int
) -> None:
    fuller = replace(now, lanes=_with(now.lanes, service, who, more))
    for before, after in zip(estimate(ME, kind, now).quantiles_s, estimate(ME, kind, fuller).quantiles_s, strict=True):
        assert after >= before - 1e-6


@given(situations(), classes, st.sets(st.sampled_from(SERVICES)))
def test_opening_a_counter_that_can_serve_me_never_lengthens_the_estimate(
    now: Situation, kind: TicketClass, also: set[ServiceId]
) -> None:
    """Besides the first of all: it is the sign that the others, on which the estimate counted, are not open."""
    if not any(c.open for c in now.counters):
        return
    one_more = CounterView(CounterId("99"), frozenset({ME, *also}), open=True)
    helped = replace(now, counters=(*now.counters, one_more))
    for before, after in zip(estimate(ME, kind, now).quantiles_s, estimate(ME, kind, helped).quantiles_s, strict=True):
        assert after <= before + 1e-6


def test_with_nobody_ahead_and_a_free_counter_there_is_no_wait() -> None:
    free = CounterView(CounterId("1"), frozenset({ME}), open=True)
    assert estimate(ME, N, _situation([], [free])).p50_s == 0


def test_nobody_is_promised_to_be_called_at_once_while_no_counter_is_open() -> None:
    closed = CounterView(CounterId("1"), frozenset({ME}), open=False)
    assert estimate(ME, N, _situation([], [closed])).p50_s >= 5 * 60


def test_two_counters_halve_the_wait() -> None:
    counters = [CounterView(CounterId(n), frozenset({ME}), open=True) for n in "12"]
    ahead = [Lane(ME, N, 8)]
    one, two = (estimate(ME, N, _situation(ahead, counters[:n])).p50_s for n in (1, 2))
    assert one == 8 * 300
    assert two == one / 2


def test_people_whom_my_counters_do_not_serve_are_not_ahead_of_me() -> None:
    counters = [
        CounterView(CounterId("1"), frozenset({ME}), open=True),
        CounterView(CounterId("2"), frozenset({SERVICES[2]}), open=True),
    ]
    assert estimate(ME, N, _situation([Lane(SERVICES[2], N, 50)], counters)).p50_s == 0


def test_a_priority_citizen_waits_for_few_of_the_others() -> None:
    counter = CounterView(CounterId("1"), frozenset({ME}), open=True)
    now = _situation([Lane(ME, N, 20), Lane(ME, P, 1)], [counter])
    assert estimate(ME, P, now).p50_s == 3 * 300
    assert estimate(ME, N, now).p50_s == 21 * 300


def test_before_opening_the_wait_for_the_doors_is_part_of_it() -> None:
    counter = CounterView(CounterId("1"), frozenset({ME}), open=False)
    early = replace(_situation([Lane(ME, N, 1)], [counter]), opens_in_s=900)
    assert estimate(ME, N, early).p50_s == 900 + 300


def test_what_does_not_fit_before_lunch_waits_until_after_it() -> None:
    counter = CounterView(CounterId("1"), frozenset({ME}), open=True)
    now = replace(_situation([Lane(ME, N, 3)], [counter]), breaks_s=((600, 4200),))
    assert estimate(ME, N, now).p50_s == 900 + 3600


def test_an_estimate_of_a_full_centre_is_made_in_a_fraction_of_a_millisecond() -> None:
    services = [ServiceId(f"dich-vu-{n}") for n in range(10)]
    counters = [
        CounterView(CounterId(str(n)), frozenset(services[n % 7 : n % 7 + 4]), True, services[n % 7], MORNING_MS)
        for n in range(12)
    ]
    now = _situation([Lane(s, kind, 15) for s in services for kind in (P, N)], counters)
    best_s = min(_duration_s(services[0], now) for _ in range(50))
    assert best_s < 0.003, "ten times the budget, so that a busy machine does not fail the test"


def _duration_s(service: ServiceId, now: Situation) -> float:
    start = time.perf_counter()
    estimate(service, N, now)
    return time.perf_counter() - start


def _situation(lanes: list[Lane], counters: list[CounterView]) -> Situation:
    times = dict.fromkeys(SERVICES, 300.0)
    return Situation(tuple(lanes), tuple(counters), QueueRule(), MORNING_MS, service_s=times)


def _with(lanes: tuple[Lane, ...], service: ServiceId, kind: TicketClass, more: int) -> tuple[Lane, ...]:
    for lane in lanes:
        if (lane.service, lane.ticket_class) == (service, kind):
            rest = tuple(other for other in lanes if other is not lane)
            return (*rest, replace(lane, waiting=lane.waiting + more))
    return (*lanes, Lane(service, kind, more))
