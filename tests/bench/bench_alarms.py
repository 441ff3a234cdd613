"""What a look for late tickets costs: with 200 tickets waiting and with 200,000, in 3,139 centres, on both databases.

Run: ``make bench``. Limits: with 200,000 waiting at most half more than with 200, and 100 ms for a look that has
nothing to do; as little when the whole nation is cut off and everybody's limit has passed meanwhile.
"""

import asyncio
import statistics
import time

import pytest

from tests.central.alarms.city import MINUTE, City, city_at
from tests.fakes.postgres import PostgresServer

pytestmark = pytest.mark.bench

CENTRES, FEW, MANY, LOOKS = 3_139, 200, 200_000, 40
MOST_MS, MORE, NOISE_MS = 100.0, 1.5, 0.5


async def look_ms(city: City) -> float:
    """The median of many; each a second after the other."""
    taken = []
    for _ in range(LOOKS):
        city.clock.advance(1000)
        started = time.perf_counter()
        assert await city.look() == []
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def measure(url: str, waiting: int, *, heard: bool = True, past_limit: bool = False) -> float:
    with city_at(url) as city:
        now_ms = city.clock.now_ms()
        city.rows.fill(waiting=waiting, centres=CENTRES, now_ms=now_ms)
        if past_limit:
            city.rows.run("UPDATE open_ticket SET due_ms = ?", now_ms - 60 * MINUTE)
            city.rows.run("ANALYZE")
        city.rows.heard(now_ms if heard else now_ms - 60_000)
        return asyncio.run(look_ms(city))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_look_costs_the_same_with_a_thousand_times_as_many_waiting(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def measured(waiting: int, **how: bool) -> float:
        if engine == "sqlite":
            return measure(f"sqlite:///{tmp_path_factory.mktemp('alarms')}/central.db", waiting, **how)
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database() as url:
            return measure(url, waiting, **how)

    few, many = measured(FEW), measured(MANY)
    cut_off = measured(MANY, heard=False, past_limit=True)
    print(
        f"\n{engine}: a look in {CENTRES} centres takes {few:.1f} ms with {FEW} waiting, {many:.1f} ms with {MANY}, "
        f"{cut_off:.1f} ms with {MANY} past their limit and every line down"
    )
    assert many <= MORE * few + NOISE_MS
    assert max(many, cut_off) <= MOST_MS
