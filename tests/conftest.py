"""What tests of every room may ask for."""

from tests.fakes.postgres import database_url, postgres, postgresql_url

__all__ = ["database_url", "postgres", "postgresql_url"]
