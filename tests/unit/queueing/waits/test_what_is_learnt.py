"""What the estimator learns from past days, beside the trees: smooth networks, and lanes that share their counters."""

import numpy as np
import pytest

from kiosk.queueing.model import ServiceId, TicketClass
from kiosk.queueing.waits.events import Issued, LaneStaffed
from kiosk.queueing.waits.features import Place, features, guess_min
from kiosk.queueing.waits.hall import Hall
from kiosk.queueing.waits.learner import LEAST_EXAMPLES, Example, learn
from kiosk.queueing.waits.network import train_networks
from kiosk.queueing.waits.sharing import Sharing
from tests.unit.queueing.waits.made_day import NINE_MS

ONE, OTHER, THIRD = map(ServiceId, ("khai-sinh", "chung-thuc", "dat-dai"))
MINUTE_MS = 60_000


@pytest.mark.parametrize("quantile", [0.3, 0.5, 0.8])
def test_networks_learn_the_quantile_that_they_are_asked_for(quantile: float) -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((4000, 3))
    targets = rows[:, 0] + rng.normal(0, 0.4, 4000)
    networks = train_networks(rows[:3000], targets[:3000], quantile)
    below = np.mean(targets[3000:] <= networks.predict(rows[3000:]))
    assert below == pytest.approx(quantile, abs=0.06)


def test_the_same_examples_give_the_same_networks() -> None:
    rng = np.random.default_rng(2)
    rows, targets = rng.random((400, 4)), rng.random(400)
    first, second = (train_networks(rows, targets, 0.5) for _ in range(2))
    assert np.array_equal(first.predict(rows), second.predict(rows))


def test_a_number_that_never_varied_tells_a_network_nothing_when_it_changes() -> None:
    rng = np.random.default_rng(3)
    rows = np.column_stack([rng.random(400), np.full(400, -1.0)])
    networks = train_networks(rows, rows[:, 0], 0.5)
    asked = np.array([[0.5, -1.0], [0.5, 900.0]])
    before, after = networks.predict(asked)
    assert before == after


def test_networks_stay_within_bounds_for_what_they_never_saw() -> None:
    rng = np.random.default_rng(4)
    rows = rng.random((400, 2))
    networks = train_networks(rows, rows[:, 0], 0.5)
    far, farther = networks.predict(np.array([[1e6, -1e6], [1e12, -1e12]]))
    assert np.isfinite(far)
    assert far == farther


def test_what_was_learnt_keeps_its_order_and_is_never_negative() -> None:
    rng = np.random.default_rng(5)
    waits = rng.exponential(10, LEAST_EXAMPLES)
    learnt = learn([Example((wait, float(rng.random())), 10.0, wait) for wait in waits])
    assert learnt is not None
    for p10, p50, p90 in learnt.quantiles([(wait, 0.5) for wait in waits], [0.0] * len(waits)):
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
