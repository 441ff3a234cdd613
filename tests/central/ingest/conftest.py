"""Hubs that are enrolled and have something to tell."""

import pytest

from tests.central.conftest import RunningCentral
from tests.central.ingest.hub import SendingHub
from tests.fakes.clock import MONDAY_9_00
from tests.fakes.outbox import SimulatedDay


@pytest.fixture
def hub(central: RunningCentral) -> SendingHub:
    """With 300 rows that have happened since six o'clock."""
    rows = SimulatedDay(1, MONDAY_9_00 - 3 * 3_600_000).rows(300)
    assert rows[-1].at_ms < central.clock.now_ms()
    return SendingHub(central, central.enrolled(), rows)
