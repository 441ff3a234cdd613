"""A small city on each of the two databases."""

from collections.abc import Iterator

import pytest

from tests.central.alarms.city import City, city_at


@pytest.fixture
def city(database_url: str) -> Iterator[City]:
    with city_at(database_url) as opened:
        yield opened
