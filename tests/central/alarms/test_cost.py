"""The check goes through an index that holds what is due, not through all that wait; figures are in tests/bench."""

import asyncio
from typing import get_args

import pytest

from kiosk.central.alarms.rules import TRUSTED_S
from kiosk.central.store.queries import EngineName, load
from tests.central.alarms.city import DAY, City


@pytest.mark.parametrize("name", ["due_head", "due_for_look", "is_due", "due_of_each"])
def test_the_check_reads_only_what_is_due_of_each_centre(city: City, name: str) -> None:
    query = f"alarms.{name}"
    city.rows.fill(waiting=20_000, centres=50, now_ms=city.clock.now_ms())
    engine: EngineName = "postgresql" if "Postgres" in type(city.database).__name__ else "sqlite"
    assert engine in get_args(EngineName)
    now_ms = city.clock.now_ms()
    values = {"now_ms": now_ms, "day": DAY, "heard_since_ms": now_ms - 1000 * TRUSTED_S, "most": 1000}
    plan = city.rows.explain(
        load(engine)[query], {name: values[name] for name in values if name in load(engine)[query]}
    )
    assert "open_ticket_due" in plan or "open_ticket_look" in plan, plan
    assert "Seq Scan on open_ticket" not in plan
    assert "SCAN open_ticket" not in plan


def test_twenty_thousand_waiting_raise_nothing_and_one_that_is_late_is_found_among_them(city: City) -> None:
    async def story() -> None:
        city.rows.fill(waiting=20_000, centres=50, now_ms=city.clock.now_ms())
        assert await city.look() == []
        city.ticket(1, waited_min=46)
        assert await city.look() == ["raised"]

    asyncio.run(story())
