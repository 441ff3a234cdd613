"""The key that signs the links in messages: the same for all workers, made by the first of them."""

import secrets
from dataclasses import dataclass

from kiosk.central.notify.links import KEY_BYTES
from kiosk.central.ports import Database, Transaction

_NAME = "notice-links"


@dataclass(slots=True)
class LinkKey:
    database: Database
    _key: bytes = b""

    async def get(self) -> bytes:
        """Raises StoreUnavailable."""
        if not self._key:
            self._key = await self.database.write(_make)
        return self._key


def _make(tx: Transaction) -> bytes:
    tx.run("notify.put_key", name=_NAME, secret=secrets.token_bytes(KEY_BYTES))
    return bytes(tx.rows("notify.key", name=_NAME)[0][0])
