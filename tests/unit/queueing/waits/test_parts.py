"""The parts of the estimator, each by its rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.queueing.model import CounterId, QueueRule, ServiceId, TicketClass
from kiosk.queueing.waits.arrivals import Arrivals
from kiosk.queueing.waits.blend import Blend
from kiosk.queueing.waits.boosting import Settings, train
from kiosk.queueing.waits.coverage import Coverage
from kiosk.queueing.waits.durations import DayEffect, Durations
from kiosk.queueing.waits.features import Place, features, guess_min
from kiosk.queueing.waits.forward import interleave
from kiosk.queueing.waits.hall import Hall, Waiter
from kiosk.queueing.waits.no_shows import NoShows
from kiosk.queueing.waits.pace import Rate, Ratio
from kiosk.queueing.waits.simulation import Able, Floor, Overtakers, Party, play, times_s, work
from kiosk.queueing.waits.timetable import DAY_S, NEVER_S, Timetable
from tests.unit.queueing.waits.made_day import NINE_MS

HOURS = ((27_000.0, 41_400.0), (46_800.0, 61_200.0))
ONE, SERVICE = CounterId("1"), ServiceId("khai-sinh")
P, N = TicketClass.PRIORITY, TicketClass.NORMAL


def test_a_rate_fades_with_its_memory() -> None:
    rate = Rate(600)
    for second in range(0, 6000, 60):
        rate.add(second)
    assert rate.at(6000) == pytest.approx(1 / 60, rel=0.1)
    assert rate.at(6600) == pytest.approx(rate.at(6000) / np.e)


def test_a_ratio_believes_its_prior_until_it_has_seen_enough() -> None:
    ratio = Ratio(100)
    assert ratio.value(5.0, 3) == 5.0
    for _ in range(300):
        ratio.add(20, 2)
    assert ratio.value(5.0, 3) == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_trees_learn_the_quantile_that_they_are_asked_for(quantile: float) -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((4000, 3))
    targets = 10 * (rows[:, 0] > 0.5) + rng.exponential(1 + rows[:, 1])
    trees = train(rows[:3000], targets[:3000], quantile, Settings(rounds=80, rate=0.1))
    below = np.mean(targets[3000:] <= trees.predict(rows[3000:]))
    assert below == pytest.approx(quantile, abs=0.05)


def test_the_same_examples_give_the_same_trees() -> None:
    rng = np.random.default_rng(2)
    rows, targets = rng.random((400, 4)), rng.random(400)
    first, second = (train(rows, targets, 0.5, Settings(rounds=10)) for _ in range(2))
    assert np.array_equal(first.answers, second.answers)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), min_size=60, max_size=60))
def test_a_corrected_promise_keeps_its_order_and_is_never_negative(history: list[tuple[float, float]]) -> None:
    coverage = Coverage()
    for waited, told in history:
        coverage.learn(N, (told * 0.5, told, told * 2), waited)
    p10, p50, p90 = coverage.correct(N, (3.0, 8.0, 12.0))
    assert 0 <= p10 <= p50 == 8.0 <= p90


def test_too_narrow_promises_are_stretched_until_nine_of_ten_hold() -> None:
    rng = np.random.default_rng(3)
    coverage, held = Coverage(), []
    for waited in rng.exponential(10, size=1500):
        raw = (6.0, 7.0, 8.0)
        held.append(waited <= coverage.correct(N, raw)[2])
        coverage.learn(N, raw, waited)
    assert np.mean(held[500:]) == pytest.approx(0.9, abs=0.03)


def test_priority_citizens_have_a_memory_of_their_own() -> None:
    coverage = Coverage()
    for _ in range(100):
        coverage.learn(N, (1.0, 2.0, 3.0), 50.0)
    assert coverage.correct(P, (1.0, 2.0, 3.0)) == (1.0, 2.0, 3.0)


def test_the_voice_that_was_right_lately_is_believed() -> None:
    blend = Blend()
    for _ in range(100):
        blend.learn({"good": (9, 10, 11), "bad": (19, 20, 21)}, 10.5)
    assert blend.mix({"good": (9, 10, 11), "bad": (19, 20, 21)})[1] == pytest.approx(10, abs=0.1)
    assert blend.mix({"bad": (19, 20, 21)}) == pytest.approx((19, 20, 21))


def test_a_feature_that_tells_nothing_does_not_break_the_learning() -> None:
    rng = np.random.default_rng(5)
    rows = np.column_stack([np.full(400, 3.0), rng.integers(0, 2, 400), np.zeros(400)])
    trees = train(rows, np.full(400, 7.0), 0.5, Settings(rounds=10))
    assert trees.predict(rows[:2]) == pytest.approx([7.0, 7.0])


def _typical_mean_s(durations: Durations) -> float:
    return float(durations.shape(SERVICE).mean() * durations.typical_s(SERVICE))


def test_service_times_follow_what_was_seen_and_todays_pace() -> None:
    durations = Durations()
    rng = np.random.default_rng(4)
    for _ in range(10):
        for seconds in rng.lognormal(np.log(300), 0.3, size=40):
            durations.learn(SERVICE, ONE, float(seconds))
        durations.new_day()
    before_s = _typical_mean_s(durations) * durations.speed(ONE)
    assert before_s == pytest.approx(300 * np.exp(0.045), rel=0.12)
    for _ in range(40):
        durations.learn(SERVICE, ONE, 450.0)
    assert _typical_mean_s(durations) * durations.speed(ONE) > 1.15 * before_s


def test_one_slow_morning_is_hardly_believed_where_days_never_differed() -> None:
    calm, restless = DayEffect(0.08), DayEffect(0.08)
    for day in range(30):
        for effect, off in ((calm, 0.0), (restless, 0.3 * (-1) ** day)):
            for _ in range(40):
                effect.add(off)
            effect.new_day(noise=0.4)
    for effect in (calm, restless):
        for _ in range(20):
            effect.add(0.3)
    assert calm.mean(0.4) < 0.1 < 0.2 < restless.mean(0.4) <= 0.3


def test_an_end_that_nobody_pressed_weighs_little() -> None:
    durations = Durations()
    for _ in range(100):
        durations.learn(SERVICE, ONE, 300.0)
    before_s = durations.typical_s(SERVICE)
    durations.learn(SERVICE, ONE, 3.9 * 3600)
    assert durations.typical_s(SERVICE) < 1.1 * before_s


def test_who_waited_long_is_more_likely_to_be_gone() -> None:
    no_shows = NoShows()
    for number in range(400):
        no_shows.learn(60.0, 50.0, came=number % 50 > 0)
        no_shows.learn(5000.0, 70.0, came=number % 8 > 0)
    soon, late = no_shows.share(np.array([60.0, 5000.0]))
    assert soon == pytest.approx(1 / 50, abs=0.01)
    assert late == pytest.approx(1 / 8, abs=0.02)
    assert 50 <= no_shows.mean_s <= 70


def test_times_are_drawn_for_who_comes_and_who_does_not() -> None:
    durations = Durations()
    which, typical_s = np.zeros((1, 1), dtype=np.intp), np.array([[600.0]])
    uniform = np.linspace(0, 1, 1000, endpoint=False)[None, :]
    come = durations.draw([SERVICE], which, typical_s, np.array([[0.0]]), uniform)
    half = durations.draw([SERVICE], which, typical_s, np.array([[0.5]]), uniform)
    assert come.mean() == pytest.approx(600 * durations.shape(SERVICE).mean() + 30, rel=0.05)
    assert half.mean() == pytest.approx((come.mean() + durations.no_shows.mean_s + 30) / 2, rel=0.05)
    assert half.min() > 0


def test_what_is_left_of_a_long_service_is_never_negative() -> None:
    left = Durations().remaining(SERVICE, 480.0, 100_000.0, np.linspace(0, 0.99, 50))
    assert (left >= 0).all()


def test_a_counter_without_a_past_works_by_the_hours_of_the_centre() -> None:
    windows = Timetable(HOURS).futures(ONE, 26_000.0)
    assert windows[0, :2].tolist() == [[27_000.0, 41_400.0], [46_800.0, 61_200.0]]


def test_a_counter_that_is_late_in_the_first_days_is_expected_to_be_so_as_long_again() -> None:
    """Until enough days are known: whoever has been late for ten minutes does not come this very moment, as a rule."""
    windows = Timetable(HOURS).futures(ONE, 27_600.0)
    assert windows[0, :2].tolist() == [[28_200.0, 41_400.0], [46_800.0, 61_200.0]]
    assert Timetable(()).futures(ONE, 27_600.0)[0, 0].tolist() == [27_600.0, 86_400.0]


def test_a_counter_goes_to_lunch_as_on_past_days() -> None:
    timetable = Timetable(HOURS)
    for _ in range(6):
        timetable.opened(ONE, 27_000)
        timetable.closed(ONE, 40_000)
        timetable.opened(ONE, 47_000)
        timetable.closed(ONE, 60_000)
        timetable.day_over(was_working_day=True)
    timetable.opened(ONE, 27_100)
    windows = timetable.futures(ONE, 36_000.0)
    assert (windows[:, 0] == (36_000.0, 40_000.0)).all()
    assert (windows[:, 1] == (47_000.0, 60_000.0)).all()


def _usual_mornings(arrivals: Arrivals) -> None:
    """Six priority citizens and 24 others between nine and ten."""
    for _ in range(5):
        for number in range(30):
            arrivals.add(SERVICE, number % 5 == 0, 9 * 3600 + 120 * number)
        arrivals.new_day(0)


def test_expected_overtakers_follow_the_usual_day() -> None:
    arrivals = Arrivals()
    _usual_mornings(arrivals)
    times, people = arrivals.expected(8 * 3600.0)
    assert np.interp(3600, times, people) == pytest.approx(0)
    assert np.interp(7200, times, people) == pytest.approx(6)
    assert set(arrivals.mix()) == {SERVICE}


def test_more_overtakers_are_expected_on_a_full_day_and_never_more_than_three_times_as_many() -> None:
    arrivals = Arrivals()
    _usual_mornings(arrivals)
    for number in range(60):
        arrivals.add(SERVICE, False, 9 * 3600 + number)
    fuller = arrivals.expected(9 * 3600.0 + 1800)[1][-1]
    assert fuller > 3 * 1.5
    for _ in range(5000):
        arrivals.add(SERVICE, False, 9 * 3600 + 60)
    assert arrivals.expected(9 * 3600.0 + 1800)[1][-1] == pytest.approx(3 * 3)


def _floor(counters: int, closes_s: float = NEVER_S) -> Floor:
    opens = np.full((4, counters, 2), NEVER_S)
    closes = np.full((4, counters, 2), NEVER_S)
    opens[:, :, 0], closes[:, :, 0] = 0.0, closes_s
    opens[:, :, 1], closes[:, :, 1] = 7200.0, 20_000.0
    return Floor(opens, closes, np.ones(counters), NEVER_S - DAY_S)


def test_everybody_goes_to_the_counter_that_is_free_first() -> None:
    floor, both = _floor(2), Able(np.array([0, 1]))
    starts = play(floor, [Party(both, work(np.full(4, 300.0))) for _ in range(4)])
    assert [start[0] for start in map(times_s, starts)] == [0, 0, 300, 300]


def test_nobody_is_begun_during_the_break() -> None:
    floor, one = _floor(1, closes_s=500.0), Able(np.array([0]))
    starts = play(floor, [Party(one, work(np.full(4, 300.0))) for _ in range(3)])
    assert [start[0] for start in map(times_s, starts)] == [0, 300, 7200]


def test_who_comes_later_with_priority_goes_before_who_would_start_after_that() -> None:
    floor, one = _floor(1), Able(np.array([0]))
    comes = np.full((1, 4), 400.0)
    overtakers = Overtakers(comes, work(np.full((1, 4), 100.0)), np.zeros((1, 4), dtype=np.intp), [one])
    starts = play(floor, [Party(one, work(np.full(4, 300.0))) for _ in range(8)], overtakers)
    assert [start[0] for start in map(times_s, starts)][:2] == [0, 300]
    assert times_s(starts[-1])[0] == 7 * 300 + 100


def test_who_comes_later_does_not_go_before_somebody_who_has_begun_by_then() -> None:
    floor, one = _floor(1), Able(np.array([0]))
    overtakers = Overtakers(
        np.full((1, 4), 400.0), work(np.full((1, 4), 100.0)), np.zeros((1, 4), dtype=np.intp), [one]
    )
    play(floor, [Party(one, work(np.full(4, 300.0)))], overtakers)
    overtakers.go_before(floor, one)
    assert (floor.first_free_s(one) == 300.0).all()


def _waiter(ticket: int, kind: TicketClass) -> Waiter:
    return Waiter(ticket, SERVICE, kind, ticket, ticket, 0, 0)


def test_the_order_of_calls_interleaves_the_classes() -> None:
    priority, others = [_waiter(n, P) for n in (1, 2)], [_waiter(n, N) for n in (3, 4, 5, 6, 7)]
    order = interleave(priority, others, QueueRule(priority_share=1, others_share=2), N)
    assert [w.ticket for w in order] == [1, 3, 4, 2, 5, 6, 7]
    before_me = interleave(priority, others, QueueRule(priority_share=1, others_share=2), P)
    assert [w.ticket for w in before_me] == [1, 3, 4, 2, 5, 6]


def test_the_first_guess_grows_with_the_people_ahead() -> None:
    hall = Hall()
    guesses = [guess_min(features(hall, SERVICE, N, Place(n, 0, n), NINE_MS)) for n in (0, 5, 20)]
    assert guesses == sorted(guesses)
    assert guesses[0] > 0
