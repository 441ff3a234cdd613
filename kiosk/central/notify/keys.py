"""The key that signs the links in messages: the same for all workers, made by the first of them."""

import secrets
from dataclasses import dataclass

from kiosk.central.notify.links import KEY_BYTES
from kiosk.central.ports import Database, Transaction

NOTICE_LINKS = "notice-links"
STOP_LINKS = "stop-links"  #: by which a citizen wants no more messages


@dataclass(slots=True)
class LinkKey:
    """``name``: of the key; a link of one kind is none of another."""

    database: Database
    name: str = NOTICE_LINKS
    _key: bytes = b""

    async def get(self) -> bytes:
        """Raises StoreUnavailable."""
        if not self._key:
            self._key = await self.database.write(lambda tx: _make(tx, self.name))
        return self._key


def _make(tx: Transaction, name: str) -> bytes:
    tx.run("notify.put_key", name=name, secret=secrets.token_bytes(KEY_BYTES))
    return bytes(tx.rows("notify.key", name=name)[0][0])
