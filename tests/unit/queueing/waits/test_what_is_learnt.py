"""What the estimator learns from past days, beside the trees: networks, a surface, and lanes that share counters."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.queueing.model import ServiceId, TicketClass
from kiosk.queueing.waits.events import Issued, LaneStaffed
from kiosk.queueing.waits.features import Place, features, guess_min
from kiosk.queueing.waits.hall import Hall
from kiosk.queueing.waits.learner import LEAST_EXAMPLES, Example, learn
from kiosk.queueing.waits.network import Networks, train_networks
from kiosk.queueing.waits.ridge import Ridge, fit_ridge
from kiosk.queueing.waits.scaling import Floats
from kiosk.queueing.waits.sharing import Sharing
from tests.unit.queueing.waits.made_day import NINE_MS

ONE, OTHER, THIRD = map(ServiceId, ("khai-sinh", "chung-thuc", "dat-dai"))
MINUTE_MS = 60_000


@pytest.mark.parametrize("quantile", [0.3, 0.5, 0.8])
def test_networks_learn_the_quantile_that_they_are_asked_for(quantile: float) -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((4000, 3))
    targets = rows[:, 0] + rng.normal(0, 0.4, 4000)
    networks = train_networks(rows[:3000], targets[:3000], (quantile,), np.zeros(3, dtype=np.intp))
    below = np.mean(targets[3000:] <= networks.predict(rows[3000:])[0])
    assert below == pytest.approx(quantile, abs=0.06)


def test_the_surface_learns_the_median_where_the_mean_is_elsewhere() -> None:
    rng = np.random.default_rng(6)
    rows = rng.random((4000, 3))
    targets = rows[:, 0] + rng.exponential(1.0, 4000)
    ridge = fit_ridge(rows[:3000], targets[:3000], np.zeros(3, dtype=np.intp))
    below = np.mean(targets[3000:] <= ridge.predict(rows[3000:]))
    assert below == pytest.approx(0.5, abs=0.06)


Fit = Callable[[Floats, Floats], Networks | Ridge]
SMOOTH: dict[str, Fit] = {
    "networks": lambda rows, targets: train_networks(rows, targets, (0.5,), np.zeros(rows.shape[1], dtype=np.intp)),
    "surface": lambda rows, targets: fit_ridge(rows, targets, np.zeros(rows.shape[1], dtype=np.intp)),
}
smooth = pytest.mark.parametrize("fit", SMOOTH.values(), ids=SMOOTH)


@smooth
def test_the_same_examples_teach_the_same(fit: Fit) -> None:
    rng = np.random.default_rng(2)
    rows, targets = rng.random((400, 4)), rng.random(400)
    first, second = (fit(rows, targets) for _ in range(2))
    assert np.array_equal(first.predict(rows), second.predict(rows))


@smooth
def test_a_number_that_never_varied_tells_nothing_when_it_changes(fit: Fit) -> None:
    rng = np.random.default_rng(3)
    rows = np.column_stack([rng.random(400), np.full(400, -1.0)])
    asked = np.array([[0.5, -1.0], [0.5, 900.0]])
    before, after = fit(rows, rows[:, 0]).predict(asked).ravel()
    assert before == after


@smooth
def test_what_was_never_seen_stays_within_bounds(fit: Fit) -> None:
    rng = np.random.default_rng(4)
    rows = rng.random((400, 2))
    far, farther = fit(rows, rows[:, 0]).predict(np.array([[1e6, -1e6], [1e12, -1e12]])).ravel()
    assert np.isfinite(far)
    assert far == farther


BOUND: dict[str, Callable[[Floats, Floats, NDArray[np.intp]], Networks | Ridge]] = {
    "networks": lambda rows, targets, directions: train_networks(rows, targets, (0.1, 0.5, 0.9), directions),
    "surface": fit_ridge,
}


@pytest.mark.parametrize("fit", BOUND.values(), ids=BOUND)
def test_what_has_a_direction_never_goes_the_other_way_even_if_the_past_did(
    fit: Callable[[Floats, Floats, NDArray[np.intp]], Networks | Ridge],
) -> None:
    """The second number goes against its direction in the examples; the third has one, too, and keeps it."""
    rng = np.random.default_rng(7)
    rows = rng.random((2000, 3))
    targets = np.sin(5 * rows[:, 0]) - rows[:, 1] - 2 * rows[:, 2] + rng.normal(0, 0.1, 2000)
    learnt = fit(rows, targets, np.array([0, 1, -1]))
    asked = rng.random((200, 3))
    now, more, fewer = (learnt.predict(asked + step) for step in ([0, 0, 0], [0, 0.3, 0], [0, 0, 0.3]))
    assert (more >= now - 1e-9).all()
    assert (fewer <= now).all()
    assert (now - fewer).max() > 0.3


@pytest.mark.parametrize("played", [-1.0, 5.0], ids=["free", "bound"])
def test_what_was_learnt_keeps_its_order_and_is_never_negative(played: float) -> None:
    rng = np.random.default_rng(5)
    waits = rng.exponential(10, LEAST_EXAMPLES)
    rest = (*(0.0,) * 40, played, played, played)
    learnt = learn([Example((wait, float(rng.random()), *rest), 10.0, wait) for wait in waits])
    assert learnt is not None
    for p10, p50, p90 in learnt.quantiles([(wait, 0.5, *rest) for wait in waits], [0.0] * len(waits)):
        assert 0 <= p10 <= p50 <= p90


def test_lanes_that_are_always_staffed_alike_share_their_counters() -> None:
    sharing = Sharing()
    staffed = {ONE: 0, OTHER: 0, THIRD: 0}
    for moment in range(60):
        for lane, counters in ((ONE, 2 + moment % 3), (OTHER, 2 + moment % 3), (THIRD, 9)):
            staffed[lane] = counters
            if lane is not ONE:
                sharing.observe(lane, counters, staffed.items())
    assert sharing.share(ONE, OTHER) == sharing.share(OTHER, ONE) > 0.8
    assert sharing.share(ONE, THIRD) == 0.0


def test_lanes_with_one_counter_each_are_not_taken_to_share_it() -> None:
    sharing = Sharing()
    for _ in range(60):
        sharing.observe(ONE, 1, [(ONE, 1), (OTHER, 1)])
    assert sharing.share(ONE, OTHER) == 0.0


def test_who_waits_in_a_lane_with_the_same_counters_counts_as_ahead() -> None:
    hall = Hall()
    for moment in range(40):
        for lane in (ONE, OTHER):
            hall.observe(LaneStaffed(NINE_MS + moment, lane, 2 + moment // 10))
    now_ms = NINE_MS + MINUTE_MS
    place = Place(0, 0, 0)
    alone = features(hall, ONE, TicketClass.NORMAL, place, now_ms)
    for ticket in range(5):
        hall.observe(Issued(now_ms, ticket, OTHER))
    together = features(hall, ONE, TicketClass.NORMAL, place, now_ms)
    assert together[-6] > alone[-6] + 3
    assert guess_min(together) == guess_min(alone)
