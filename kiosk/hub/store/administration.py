"""Changes staff and tokens from a short command, whether the hub is running or not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.config import HubConfig
from kiosk.errors import StoreUnavailable
from kiosk.hub.store.access import AccessBook
from kiosk.hub.store.connection import connect
from kiosk.hub.store.database import FILE, prepare, schema_version

T = TypeVar("T")


def change_access(config: HubConfig, clock: Clock, change: Callable[[AccessBook], T]) -> T:
    """``change`` in a transaction of its own; a centre that never ran gets its database. Raises StoreUnavailable."""
    path = config.data / FILE
    if not path.exists():
        prepare(config.data, config.centre.id, clock)
    try:
        with closing(connect(path)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != schema_version():
                raise StoreUnavailable(f"{path} belongs to another version of kiosk; start this version's hub first")
            connection.execute("BEGIN IMMEDIATE")
            result = change(AccessBook(connection))
            connection.execute("COMMIT")
            return result
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{path}: {error}") from error
