"""Hours of a centre with plausible waits: the same for the same seed."""

from random import Random

from kiosk.central.rollup import BINS, bin_of

COLUMNS = (
    "centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, "
    + ", ".join(f"w{place}" for place in range(BINS))
)
MARKS = ", ".join("?" * (COLUMNS.count(",") + 1))
TOLD_MIN = 25


def hour_row(rng: Random, key: tuple[int, int, int, int], people: int, mean_min: float) -> tuple[int, ...]:
    """A row of ``hour_figures``; ``key``: centre, day, hour, service."""
    waits = [rng.gammavariate(1.7, mean_min * 60 / 1.7) for _ in range(people)]
    missed = sum(rng.random() < 0.04 for _ in waits)
    left = people // 30
    called, bins = waits[left:], [0] * BINS
    for wait_s in called:
        bins[bin_of(wait_s)] += 1
    served = max(0, len(called) - missed)
    kept = sum(wait_s <= TOLD_MIN * 60 for wait_s in called)
    late = sum(wait_s > (TOLD_MIN + 15) * 60 for wait_s in called)
    service_s = sum(int(rng.gammavariate(4, 140)) for _ in range(served))
    return (*key, people, len(called), served, missed, left, kept, late, int(sum(called)), service_s, *bins)
