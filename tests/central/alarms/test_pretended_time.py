"""In a pretended time that runs ten times as fast, a hub still speaks every 30 s of the real one and is believed."""

import asyncio

import pytest

from kiosk.central.alarms.rules import TRUSTED_S
from kiosk.central.alarms.watch import Watch
from kiosk.clock import ScaledClock
from tests.central.alarms.city import city_at
from tests.fakes.clock import MONDAY_9_00


@pytest.mark.parametrize(("silent_s", "kinds"), [(9 * TRUSTED_S, ["raised"]), (11 * TRUSTED_S, [])])
def test_a_hub_is_believed_as_long_as_in_real_time(database_url: str, silent_s: int, kinds: list[str]) -> None:
    with city_at(database_url) as city:
        city.ticket(1, waited_min=60)
        watch = Watch(city.database, ScaledClock(MONDAY_9_00 + 1000 * silent_s, 10.0), city.rules)
        assert [each.kind for each in asyncio.run(watch.look())] == kinds
