"""The check goes through an index that holds what is due, not through all that wait; figures are in tests/bench."""

import asyncio
from typing import get_args

import pytest

from kiosk.central.alarms.rules import TRUSTED_S
from kiosk.central.store.queries import EngineName, load
from tests.central.alarms.city import DAY, City


@pytest.mark.parametrize("known", [True, False], ids=["with statistics", "without"])
@pytest.mark.parametrize(
    ("name", "indexes"),
    [
        ("due_head", ["open_ticket_due"]),
        ("due_for_look", ["open_ticket_due", "open_ticket_look"]),
        ("is_due", ["open_ticket_look"]),
        ("due_of_each", ["open_ticket_look"]),
    ],
)
def test_the_check_reads_only_what_is_due_of_each_centre(
    city: City, name: str, indexes: list[str], known: bool
) -> None:
    """Also in the minutes after the first start, when the database knows nothing yet of what is in it."""
    query = f"alarms.{name}"
    city.rows.fill(waiting=20_000, centres=50, now_ms=city.clock.now_ms(), analyzed=known)
    engine: EngineName = city.database._engine.name
    assert engine in get_args(EngineName)
    now_ms = city.clock.now_ms()
    values = {"now_ms": now_ms, "day": DAY, "heard_since_ms": now_ms - 1000 * TRUSTED_S, "most": 1000}
    plan = city.rows.explain(
        load(engine)[query], {name: values[name] for name in values if name in load(engine)[query]}
    )
    assert any(index in plan for index in indexes), plan
    assert "Seq Scan on open_ticket" not in plan
    assert "SCAN open_ticket" not in plan


@pytest.mark.parametrize("known", [True, False], ids=["with statistics", "without"])
def test_when_a_hub_is_to_speak_again_is_read_from_the_index(city: City, known: bool) -> None:
    """It is asked with every batch and heartbeat, of many centres at once."""
    city.rows.fill(waiting=20_000, centres=50, now_ms=city.clock.now_ms(), analyzed=known)
    centres = list(range(100, 150))
    is_postgresql = city.database._engine.name == "postgresql"
    values = {"centres": centres if is_postgresql else str(centres), "day": DAY}
    plan = city.rows.explain(load(city.database._engine.name)["ingest.next_looks"], values)
    assert "open_ticket_look" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    found = city.database.read_now(lambda tx: dict(tx.rows("ingest.next_looks", centres=[100, 101], day=DAY)))
    due_ms = city.clock.now_ms() + 60 * 60_000
    assert found == {100: due_ms, 101: due_ms + 1}


def test_twenty_thousand_waiting_raise_nothing_and_one_that_is_late_is_found_among_them(city: City) -> None:
    async def story() -> None:
        city.rows.fill(waiting=20_000, centres=50, now_ms=city.clock.now_ms())
        assert await city.look() == []
        city.ticket(1, waited_min=46)
        assert await city.look() == ["raised"]

    asyncio.run(story())
