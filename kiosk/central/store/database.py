"""The database of central, chosen by one URL: ``sqlite:///central.db`` or ``postgresql://user@host/name``."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kiosk.central.ports import Transaction
from kiosk.central.store.engine import Engine
from kiosk.central.store.migrations import Migrations, migrate
from kiosk.central.store.sqlite import SqliteEngine
from kiosk.central.store.threads import JobThreads
from kiosk.errors import ConfigError, StoreUnavailable

T = TypeVar("T")
_READERS = 3
_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgres://")


class ThreadedDatabase:
    """Implements ``ports.Database``. ``migrations``: other scripts than those that ship."""

    def __init__(self, engine: Engine, migrations: Migrations | None = None) -> None:
        self._engine, self._migrations = engine, migrations
        self._writers = JobThreads(engine, engine.writers, read_only=False)
        self._readers = JobThreads(engine, _READERS, read_only=True)

    def open(self) -> None:
        """Migrates first. Raises SchemaTooNew, StoreUnavailable."""
        try:
            migrate(self._engine, self._migrations)
        except Exception as error:
            if self._engine.failure(error) is None:
                raise
            raise StoreUnavailable(f"{self._engine.address}: {error}") from error
        self._writers.open()
        self._readers.open()

    def close(self) -> None:
        """What was asked before is carried out."""
        self._readers.close()
        self._writers.close()

    @property
    def writers(self) -> int:
        """How many transactions can be under way."""
        return self._engine.writers

    def is_alive(self) -> bool:
        return self._writers.are_alive() and self._readers.are_alive()

    async def write(self, job: Callable[[Transaction], T], *, alone: bool = False) -> T:
        return await asyncio.wrap_future(self._writers.submit(job, alone=alone))

    async def read(self, job: Callable[[Transaction], T]) -> T:
        return await asyncio.wrap_future(self._readers.submit(job))

    def write_now(self, job: Callable[[Transaction], T]) -> T:
        """For commands that a person typed: waits in this thread."""
        return self._writers.submit(job).result()

    def read_now(self, job: Callable[[Transaction], T]) -> T:
        return self._readers.submit(job).result()


def database_at(url: str) -> ThreadedDatabase:
    """Not opened yet. Raises ConfigError for a URL of another kind."""
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        return ThreadedDatabase(SqliteEngine(Path(url.removeprefix(_SQLITE))))
    if url.startswith(_POSTGRESQL):
        # A worker on SQLite does not carry 8 MB of driver for it.
        from kiosk.central.store.postgresql import PostgresEngine

        return ThreadedDatabase(PostgresEngine(url))
    # The rest is not said: it may have a password in it.
    raise ConfigError(
        f'`database`: expected "sqlite:///FILE" or "postgresql://USER@HOST/NAME", got "{url.partition(":")[0]}:…"'
    )
