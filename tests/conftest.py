"""What tests of every room may ask for."""

from hypothesis import HealthCheck, settings

from tests.fakes.postgres import database_url, postgres, postgresql_url

__all__ = ["database_url", "postgres", "postgresql_url"]

# A busy machine is no fault of the code: how long an example takes is measured by `make bench` and nowhere else.
settings.register_profile("no stopwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no stopwatch")
